"""Rungs of a price ladder: a quantity and the price asked for it, in whatever order and sign they are written.

`10g=50€`, `1g 60 / 2g 110`, `70 le g`, `20€ le pochon`, `2 g : 10 €`, `£50 for an 8th`, `5 gr 300 kr`.
Lists of quantities without prices (`1g 2g 5g`) give nothing: a number that has a unit of its own is no price.
"""

import re
from typing import Final, NamedTuple

_NUMBER: Final = r"\d{1,5}(?:[.,]\d{1,2})?"
_MASS: Final = {"g": 1.0, "gr": 1.0, "grs": 1.0, "gramme": 1.0, "gram": 1.0, "kg": 1000.0, "kilo": 1000.0, "oz": 28.35}
_PIECE: Final = (
    r"st|stk|stck|stuck|kpl|pcs|pc|cp|cps|comprimes?|pills?|pilules?|taz|pochons?|barrettes?|plaquettes?|bags?|tabs?|caillou[x]?"
)
_UNIT: Final = rf"(?:kg|kilos?|grammes?|grams?|grs?|g|oz|{_PIECE})(?![a-z0-9])"
_CURRENCY_AFTER: Final = r"€|eur(?:os?)?(?![a-z])|balles?(?![a-z])|e(?![a-z0-9])|£|\$|kr(?![a-z])|sek|nok|dkk|chf|,-|:-"
_CURRENCY: Final = {
    "€": "EUR", "e": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "balle": "EUR", "balles": "EUR",
    "£": "GBP", "$": "USD", "kr": "SEK", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "chf": "CHF", ",-": "NOK", ":-": "SEK",
}  # fmt: skip
_EUR: Final = {"EUR": 1.0, "GBP": 1.15, "USD": 0.9, "SEK": 0.09, "NOK": 0.085, "DKK": 0.134, "CHF": 1.05}
"""Rough rates: they only serve to tell a price by the gram from a price by the kilogram."""

_QUANTITY_FIRST: Final = re.compile(
    rf"(?<![\w,.])(?P<n>\d{{1,4}}(?:[.,]\d{{1,3}})?)\s?(?P<unit>{_UNIT})"
    r"[ ]{0,3}(?:(?:[=:>|~/\-]+|a|pour|for|fur|voor|til|till)[ ]{0,3})?"
    rf"(?P<before>[£$€])?\s?(?P<price>{_NUMBER})(?![\d.,]*\d)[ ]?(?!{_UNIT}|\d|[ ]?(?:h|%|x|ans|min)(?![a-z]))"
    rf"(?P<after>{_CURRENCY_AFTER})?"
)
_PRICE_FIRST: Final = re.compile(
    rf"(?<![\w,.])(?P<before>[£$€])?(?P<price>{_NUMBER})[ ]?(?P<after>{_CURRENCY_AFTER})?"
    r"[ ]{0,2}(?:/|les?|la|l'|per|pr|pro|par|the|an|a)[ ]{0,2}"
    rf"(?:(?P<n>\d{{1,4}}(?:[.,]\d{{1,3}})?)[ ]?)?(?P<unit>{_UNIT})"
)


class Rung(NamedTuple):
    """One quantity with its price.

    Attributes:
        start, end: span in canonical text.
        amount: how many of `unit`.
        unit: `g` (all weights are turned into grams) or `piece`.
        price: the sum asked.
        currency: ISO 4217, None where no sign is written.
    """

    start: int
    end: int
    amount: float
    unit: str
    price: float
    currency: str | None

    @property
    def unit_price_eur(self) -> float:
        """About how many euros one gram or piece costs; a price without a sign is taken for euros."""
        return self.price / self.amount * _EUR[self.currency or "EUR"]

    @property
    def plausible(self) -> bool:
        """Whether drugs are sold at such a price: food by weight is far below 1 €/g (domain ranges 3-150)."""
        low, high = (1.5, 250.0) if self.unit == "g" else (1.0, 200.0)
        return low <= self.unit_price_eur <= high


def find_rungs(text: str) -> list[Rung]:
    """All rungs in canonical text, in order and without overlap."""
    found: list[Rung] = []
    taken = 0
    matches = sorted(
        (*_QUANTITY_FIRST.finditer(text), *_PRICE_FIRST.finditer(text)), key=lambda match: (match.start(), -match.end())
    )
    for match in matches:
        if match.start() < taken:
            continue
        rung = _rung(match)
        if rung is not None:
            found.append(rung)
            taken = match.end()
    return found


def _rung(match: re.Match[str]) -> Rung | None:
    amount, price = _number(match["n"] or "1"), _number(match["price"])
    if not amount or not price:
        return None
    sign = match["before"] or match["after"]
    unit = match["unit"]
    grams = _MASS.get(unit) or _MASS.get(unit.rstrip("s"))
    return Rung(
        match.start(),
        match.end(),
        amount * grams if grams else amount,
        "g" if grams else "piece",
        price,
        None if sign is None else _CURRENCY[sign],
    )


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))
