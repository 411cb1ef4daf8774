"""Invented accounts: handles and names of pseudo-words, so that no account of the feed is anyone's."""

import functools
import random
import unicodedata
from typing import Final

import msgspec

from flocon.demo.grammar import Grammar, load
from flocon.demo.model import Account

_WITH_BIO: Final = 0.4


class _Names(msgspec.Struct, forbid_unknown_fields=True):
    slots: dict[str, str]


@functools.cache
def _names() -> Grammar:
    return Grammar(load("names", _Names).slots)


def native_id(rng: random.Random) -> str:
    """An id as platforms give them: sixty bits, so that two in one feed are not to be expected."""
    return f"{rng.getrandbits(60):015x}"


def account(
    platform: str,
    lang: str,
    rng: random.Random,
    *,
    handle: str | None = None,
    name: str | None = None,
    bio: str | None = None,
    channel: tuple[str, str] | None = None,
) -> Account:
    """A new account; what is not given is invented, a bio for two accounts in five."""
    names = _names()
    if bio is None and rng.random() < _WITH_BIO:
        bio = names.draw(f"bio_{lang}", rng)
    if platform == "telegram" and channel is None:
        channel = new_channel(rng)
    return Account(
        id=native_id(rng),
        platform=platform,
        handle=handle or _ascii(names.draw("person_handle", rng)),
        name=name or names.draw("person_name", rng).title(),
        bio=bio,
        channel=channel if platform == "telegram" else None,
    )


def new_channel(rng: random.Random) -> tuple[str, str]:
    """Id and name of a new Telegram channel."""
    name = _names().draw("channel", rng)
    return f"-100{rng.randrange(10**9, 10**10)}", name[0].upper() + name[1:]


def _ascii(handle: str) -> str:
    return unicodedata.normalize("NFKD", handle).encode("ascii", "ignore").decode("ascii")
