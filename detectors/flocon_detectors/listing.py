"""The listing record: what is offered, in typed fields, read from the spans the detectors found."""

from collections.abc import Sequence

import msgspec

from flocon_detectors.signals.view import Span, View


class Price(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rung: `amount` of `unit` (`g` or `piece`) for `price` in `currency` (ISO 4217, null where no sign stands)."""

    amount: float
    unit: str
    price: float
    currency: str | None


class Contact(msgspec.Struct, frozen=True):
    """One way to reach the seller: `type` is handle, phone or invite_link; `value` its normal form."""

    type: str
    value: str


class Listing(msgspec.Struct, frozen=True):
    """An offer as a record. Empty lists and nulls where the post says nothing."""

    products: list[str]
    prices: list[Price]
    hours: list[str]
    areas: list[str]
    delivery: bool
    min_order: str | None
    payment: list[str]
    contacts: list[Contact]
    loyalty: list[str]
    brand: str | None
    shop: list[str]


_CONTACTS = {"contact.handle": "handle", "contact.phone": "phone", "contact.invite_link": "invite_link"}


def read_listing(found: Sequence[tuple[View, Sequence[Span]]]) -> Listing:
    """The record of one post.

    Args:
        found: each part with the spans kept for it.
    """
    by_signal: dict[str, dict[str, None]] = {}
    products: dict[str, None] = {}
    contacts: dict[Contact, None] = {}
    prices: dict[Price, None] = {}
    for view, spans in found:
        for span in spans:
            value = span.value or " ".join(view.text[span.start : span.end].split())
            by_signal.setdefault(span.signal, {})[value] = None
            if span.group == "P":
                products[value] = None
            if span.signal in _CONTACTS:
                contacts[Contact(_CONTACTS[span.signal], value)] = None
        for rung in view.rungs:
            if rung.plausible:
                prices[Price(rung.amount, rung.unit, rung.price, rung.currency)] = None

    def texts(*signals: str) -> list[str]:
        return [text for signal in signals for text in by_signal.get(signal, ())]

    def kinds(prefix: str) -> list[str]:
        return sorted(signal.removeprefix(prefix) for signal in by_signal if signal.startswith(prefix))

    return Listing(
        products=list(products),
        prices=list(prices),
        hours=texts("listing.hours"),
        areas=texts("listing.area"),
        delivery="listing.delivery" in by_signal,
        min_order=next(iter(texts("listing.min_order")), None),
        payment=kinds("payment."),
        contacts=list(contacts),
        loyalty=kinds("loyalty."),
        brand=next(iter(texts("listing.brand", "code.brand_pun")), None),
        shop=kinds("shop."),
    )
