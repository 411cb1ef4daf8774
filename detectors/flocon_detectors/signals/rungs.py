"""Rungs of a price ladder: a quantity and the price asked for it, in whatever order and sign they are written.

`10g=50€`, `1g 60 / 2g 110`, `le g 65`, `70 le g`, `20€ le pochon`, `50€ = 6g`, `M (6g) 50€`, `5 gr 300 kr`; and ladders
that leave the unit out, `1 = 60, 2 = 110, 5 = 250`, where three numbers in a row make the shape.
Lists of quantities without prices (`1g 2g 5g`) give nothing: a number that has a unit of its own is no price.
"""

import re
from typing import Final, NamedTuple

_NUMBER: Final = r"\d{1,5}(?:[.,]\d{1,2})?"
_MASS: Final = {
    "g": 1.0,
    "gr": 1.0,
    "grs": 1.0,
    "gramme": 1.0,
    "gram": 1.0,
    "kg": 1000.0,
    "kilo": 1000.0,
    "oz": 28.35,
}
_PIECE: Final = r"st|stk|stck|stuck|stuks?|kpl|pcs|pc|cp|cps|comprimes?|pills?|pilules?|taz|pochons?|barrettes?|plaquettes?|bags?|tabs?|caillou[x]?"
_UNIT: Final = rf"(?:kg|kilos?|grammes?|grams?|grs?|g|oz|{_PIECE})(?![a-z0-9])"
_CURRENCY_AFTER: Final = (
    r"€|eur(?:os?)?(?![a-z])|balles?(?![a-z])|e(?![a-z0-9])|£|\$|kr(?![a-z])|sek|nok|dkk|chf|,-|:-"
)
_CURRENCY: Final = {
    "€": "EUR", "e": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "balle": "EUR", "balles": "EUR",
    "£": "GBP", "$": "USD", "kr": "SEK", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "chf": "CHF", ",-": "NOK", ":-": "SEK",
}  # fmt: skip
_PLAUSIBLE: Final = {"g": (1.5, 250.0), "piece": (1.0, 200.0)}
"""Euros by gram or piece at which drugs are sold; wider than reported prices, which move."""
_EUR: Final = {"EUR": 1.0, "GBP": 1.15, "USD": 0.9, "SEK": 0.09, "NOK": 0.085, "DKK": 0.134, "CHF": 1.05}
"""Rough rates: they only serve to tell a price by the gram from a price by the kilogram."""

_BEFORE: Final = r"(?<![\w,.])"
_NOT_A_PRICE: Final = (
    rf"(?![\d.,]*\d)(?![ ]?(?:{_UNIT}|(?:h|x|ans|min|mn|km|cm|mm|ml|cl|kcal|mg)(?![a-z])|%|/\d))"
)

_QUANTITY_FIRST: Final = re.compile(
    rf"{_BEFORE}(?P<n>\d{{1,4}}(?:[.,]\d{{1,3}})?)\s?(?P<unit>{_UNIT})"
    r"\)?[ ]{0,3}(?:(?:[=:>|~/\-]+|a|pour|for|fur|voor|til|till)[ ]{0,3})?"
    rf"(?P<before>[£$€])?[ ]?(?P<price>{_NUMBER}){_NOT_A_PRICE}[ ]?(?P<after>{_CURRENCY_AFTER})?"
)
_UNIT_FIRST: Final = re.compile(
    rf"(?<![a-z'])(?:le|la|the)[ ](?P<unit>{_UNIT})[ ]?[=:>]?[ ]?"
    rf"(?P<before>[£$€])?[ ]?(?P<price>{_NUMBER}){_NOT_A_PRICE}[ ]?(?P<after>{_CURRENCY_AFTER})?"
)
_PRICE_FIRST: Final = re.compile(
    rf"{_BEFORE}(?:(?P<before>[£$€])(?P<price>{_NUMBER})|(?P<price_>{_NUMBER})[ ]?(?P<after>{_CURRENCY_AFTER}))"
    r"[ ]{0,2}(?:[/=]|les?|la|l'|per|pr|pro|par|the|for an?|an?)[ ]{0,2}"
    rf"(?:(?P<n>\d{{1,4}}(?:[.,]\d{{1,3}})?)[ ]?)?(?P<unit>{_UNIT})"
)
_PRICE_BY_GRAM: Final = re.compile(
    rf"{_BEFORE}(?P<price>{_NUMBER})[ ]?(?:/|les?|the|per)[ ]?(?P<n>\d{{1,4}}[ ]?)?(?P<unit>g|gr|gramme)(?![a-z0-9])"
)
_TIMES: Final = re.compile(
    rf"(?<![a-z0-9])x[ ]?(?P<n>\d{{1,4}})[ ]{{0,2}}[=:>/-]?[ ]{{0,2}}"
    rf"(?:(?P<before>[£$€])(?P<price>{_NUMBER})|(?P<price_>{_NUMBER})[ ]?(?P<after>{_CURRENCY_AFTER}))"
)
_PAIR: Final = rf"(?:\d{{1,3}}(?:[.,]\d)?)[ ]{{0,2}}[=>][ ]{{0,2}}(?:\d{{2,4}})[ ]?(?:{_CURRENCY_AFTER})?"
_BARE_LADDER: Final = re.compile(rf"{_BEFORE}{_PAIR}(?:[ ]{{0,2}}[,;|/·]?[ ]{{0,2}}{_PAIR}){{2,7}}(?![\w])")
_BARE_PAIR: Final = re.compile(
    rf"(?P<n>\d{{1,3}}(?:[.,]\d)?)[ ]{{0,2}}[=>][ ]{{0,2}}(?P<price>\d{{2,4}})[ ]?(?P<after>{_CURRENCY_AFTER})?"
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
        low, high = _PLAUSIBLE[self.unit]
        return low <= self.unit_price_eur <= high


def find_rungs(text: str) -> list[Rung]:
    """All rungs in canonical text, in order and without overlap."""
    matches = [
        match
        for pattern in (_QUANTITY_FIRST, _UNIT_FIRST, _PRICE_FIRST, _PRICE_BY_GRAM, _TIMES)
        for match in pattern.finditer(text)
    ]
    for ladder in _BARE_LADDER.finditer(text):
        matches += _BARE_PAIR.finditer(text, *ladder.span())
    found: list[Rung] = []
    taken = 0
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() < taken:
            continue
        rung = _rung(match.groupdict(), match.span())
        if rung is not None:
            found.append(rung)
            taken = match.end()
    return found


def _rung(parts: dict[str, str | None], span: tuple[int, int]) -> Rung | None:
    amount = _number(parts.get("n") or "1")
    price = _number(parts.get("price") or parts.get("price_") or "0")
    if not amount or not price:
        return None
    sign = parts.get("before") or parts.get("after")
    # a ladder without a unit is one by weight; a number of times counts pieces
    unit, factor = _measure(
        parts.get("unit") or ("g" if "unit" not in parts and "price_" not in parts else "x")
    )
    return Rung(
        *span,
        amount * factor,
        unit,
        price,
        None if sign is None else _CURRENCY[sign],
    )


def _measure(unit: str) -> tuple[str, float]:
    """The unit a written one is turned into, and by what factor. Volumes are left out: e-liquids are sold by them."""
    grams = _MASS.get(unit) or _MASS.get(unit.rstrip("s"))
    return ("g", grams) if grams else ("piece", 1.0)


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))
