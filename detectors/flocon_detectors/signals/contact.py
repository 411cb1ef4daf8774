"""Ways to reach the seller: handles after an app's name, invite links, phone numbers.

Phones are found by a bounded pattern and then read by `phonenumbers`, which decides whether the number is possible;
its own free-text matcher is an order of magnitude slower.
"""

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from flocon_detectors.signals.view import Span, View

_APPS: Final = "snapchat|snap|sc|instagram|insta|ig|telegram|tele|tg|whatsapp|whats|wa|signal|wickr|threema|session|potato|discord|kik|viber"
_AFTER_APP: Final = re.compile(
    rf"(?<![a-z0-9])(?P<app>{_APPS})(?![a-z0-9])(?P<sign>[ ]*[:=>@\-/|]+[ ]*@?|[ ]+@?)(?P<handle>[a-z0-9][a-z0-9_.\-]{{2,30}}[a-z0-9_])"
)
_AT: Final = re.compile(r"(?<![a-z0-9_.@/])@(?P<handle>[a-z0-9_]{3,32})(?![a-z0-9_]|[.@][a-z])")
_BARE: Final = re.compile(
    r"(?<![\w#@./:])(?=[a-z0-9.]*[a-z]{3})(?P<handle>[a-z][a-z0-9.]{1,24}_[a-z0-9_.]{1,24})(?![\w@/])"
)
"""A word with an underscore inside: in running text it is hardly anything but a handle."""
_INVITE: Final = re.compile(
    r"(?<![a-z0-9])(?:https?://)?(?:www\.)?(?P<link>"
    r"(?:t\.me|telegram\.me|telegram\.dog)/(?:joinchat/|\+)?[a-z0-9_\-+]{4,64}"
    r"|chat\.whatsapp\.com/[a-z0-9]{6,64}|wa\.me/\+?\d{6,15}"
    r"|(?:www\.)?snapchat\.com/(?:add|t)/[a-z0-9_.\-]{3,64}"
    r"|signal\.(?:me|group)/#?[a-z0-9_\-/+=]{4,120}"
    r"|discord\.(?:gg|com/invite)/[a-z0-9\-]{2,32}"
    r"|linktr\.ee/[a-z0-9_.]{3,40}|threema\.id/[a-z0-9*]{8})"
)
_PHONE: Final = re.compile(
    r"(?<![\w+])(?:\+|00)\d(?:[ .\-/()]{0,2}\d){7,13}(?!\d)|(?<![\w+.,])0[1-9](?:[ .\-]?\d{2}){4}(?!\d)"
)
_WORDS: Final = frozenset(
    [
        "moi",
        "nous",
        "me",
        "us",
        "only",
        "pour",
        "dispo",
        "story",
        "stories",
        "live",
        "photo",
        "photos",
        "post",
        "posts",
        "chat",
        "group",
        "groupe",
        "prive",
        "mon",
        "ton",
        "son",
        "de",
        "du",
        "la",
        "le",
        "les",
        "ou",
        "et",
        "en",
        "to",
        "my",
        "your",
        "the",
        "on",
        "and",
        "for",
    ]
)  # never a handle, even after a colon
_LIKE_A_HANDLE: Final = re.compile(r"[\d_.]|[a-z]{3}-[a-z]")
_DEFAULT_REGION: Final = "FR"


def detect(view: View) -> Iterator[Span]:
    """Handles, invite links and phones, each with its normal form."""
    text = view.text
    for match in _INVITE.finditer(text):
        yield Span("contact.invite_link", "C", match.start(), match.end(), match["link"])
    yield from _handles(text)
    for match in _PHONE.finditer(text):
        number = e164(match.group())
        if number is not None:
            yield Span("contact.phone", "C", match.start(), match.end(), number)


def _handles(text: str) -> Iterator[Span]:
    """Each handle once, by the first of the three ways in which it is recognised."""
    seen: set[int] = set()
    for match in (*_named(text), *_AT.finditer(text), *_BARE.finditer(text)):
        start, end = match.span("handle")
        if start not in seen:
            seen.add(start)
            yield Span("contact.handle", "C", start, end, match["handle"].strip(".-"))


def _named(text: str) -> Iterator[re.Match[str]]:
    """Handles behind an app's name, where a sign or their own shape tells them from the next word."""
    for match in _AFTER_APP.finditer(text):
        handle = match["handle"].strip(".-")
        if handle in _WORDS or text.startswith(("/", ".me/"), match.end("app")):
            continue
        if match["sign"].strip() or _LIKE_A_HANDLE.search(handle):
            yield match


def e164(written: str) -> str | None:
    """The E.164 form of a phone number as written, None where no such number is possible."""
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", written), _DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
