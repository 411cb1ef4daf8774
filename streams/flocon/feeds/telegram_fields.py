"""The fields of a message in a Telegram Desktop export, as they are written, each read on its own."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from flocon.feeds.base import Unreadable
from flocon.feeds.clean import utc

T = TypeVar("T")


class Entity(msgspec.Struct):
    """A run of text of one kind."""

    type: str
    text: str
    href: str | None = None
    user_id: int | str | None = None


class Reaction(msgspec.Struct):
    """How often one emoji was given."""

    count: int
    emoji: str | None = None


class Answer(msgspec.Struct):
    """One choice of a poll."""

    text: str


class Poll(msgspec.Struct):
    """A question with its choices."""

    question: str
    answers: list[Answer] = []


class Button(msgspec.Struct):
    """A button under a message; `data` of a button of type url is the link."""

    type: str = ""
    text: str = ""
    data: Any = None


class Contact(msgspec.Struct):
    """A contact card."""

    first_name: str = ""
    last_name: str = ""
    phone_number: str = ""


class Location(msgspec.Struct):
    """A point on the map."""

    latitude: float
    longitude: float


class Invoice(msgspec.Struct):
    """A payment that is asked for."""

    title: str = ""
    description: str = ""


class Fields:
    """The fields of one message, each converted when it is asked for.

    Args:
        values: the message as it was parsed.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self.warnings: list[str] = []

    def get(self, name: str, kind: type[T]) -> T | None:
        """The field as `kind`; None where it is absent, null or does not fit, which is warned of."""
        value = self._values.get(name)
        return None if value is None else self.convert(name, value, kind)

    def items(self, name: str, kind: type[T]) -> list[T]:
        """The items of a list that fit."""
        found = (self.convert(name, item, kind) for item in self.get(name, list[Any]) or [])
        return [item for item in found if item is not None]

    def time(self, name: str) -> datetime | None:
        """The field as a time in UTC; seconds since the epoch, or written out."""
        try:
            at = self.get(name, datetime)
            return None if at is None else utc(at)
        except Unreadable:
            self.warnings.append(f"{name}: out of range, dropped")
            return None

    def text(self) -> list[Entity]:
        """The runs of text: `text_entities`, in older exports a string or a mixed list in `text`."""
        runs = self._values.get("text_entities") or self._values.get("text") or []
        if isinstance(runs, str):
            return [Entity("plain", runs)]
        if not isinstance(runs, list):
            self.warnings.append("text: does not fit, dropped")
            return []
        found = (
            Entity("plain", run) if isinstance(run, str) else self.convert("text", run, Entity)
            for run in runs
        )
        return [run for run in found if run is not None]

    def convert(self, name: str, value: Any, kind: type[T]) -> T | None:
        """`value` as `kind`, or None with a warning."""
        try:
            return msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError:
            self.warnings.append(f"{name}: does not fit, dropped")
            return None
