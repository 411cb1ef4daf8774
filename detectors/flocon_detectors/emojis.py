"""The table of all emojis: one key for every way an emoji can be written, and its name.

One emoji reaches us in many forms: with or without the variation selector (❄️ and ❄), in five skin tones, fully
or minimally qualified. For flocon they are one code, so each form has the same key: the sequence without
variation selectors and skin tones. Zero-width joiners stay, since they make another emoji (❤️‍🔥 is not ❤️ 🔥).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import emoji
import msgspec

from flocon_detectors.lang import Lang

SELECTORS: Final = frozenset("\ufe0e\ufe0f")
"""VS15 and VS16: ask for the text or the picture form of the character before them."""
SKIN_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""The five Fitzpatrick modifiers."""
JOINER: Final = "\u200d"
"""Zero-width joiner."""
_TAGS: Final = frozenset(map(chr, range(0xE0000, 0xE0080)))
_IGNORED: Final = dict.fromkeys(map(ord, SELECTORS | SKIN_TONES))
_SELECTORS_ONLY: Final = dict.fromkeys(map(ord, SELECTORS))
_SIGNS: Final = frozenset("©®™")


class EmojiName(msgspec.Struct, frozen=True):
    """What the Unicode data call an emoji, in English and in French."""

    en: str
    fr: str


def key(text: str) -> str:
    """The form that all spellings of an emoji share.

    Args:
        text: one emoji, or several in a row.

    Returns:
        `text` without VS15, VS16 and skin tones. A skin tone that stands alone is an emoji of its own and stays.
    """
    return text.translate(_IGNORED) or text.translate(_SELECTORS_ONLY)


@cache
def table() -> Mapping[str, EmojiName]:
    """Names of all emojis by key, from the data of the `emoji` package; built at the first call."""
    emoji.config.load_language("fr")
    # The form without a skin tone comes last and wins; where the standard has none (two people of two tones),
    # the tones are taken out of the name.
    forms = sorted(emoji.EMOJI_DATA, key=lambda form: (key(form) == form.translate(_SELECTORS_ONLY), form))
    names: dict[str, EmojiName] = {}
    for form in forms:
        data = emoji.EMOJI_DATA[form]
        toned = form.translate(_SELECTORS_ONLY) != key(form)
        english = _readable(data["en"], _tone_names("en") if toned else ())
        french = _readable(data["fr"], _tone_names("fr") if toned else ()) if "fr" in data else english
        names[key(form)] = EmojiName(english, french)
    return MappingProxyType(names)


@cache
def emoji_chars() -> frozenset[str]:
    """The visible code points that occur in emojis.

    Without digits, `#`, `*` and other ASCII, without © ® ™, and without the invisible parts (joiner, variation
    selectors, tags): a text that holds none of these holds no emoji but those signs.
    """
    found = {char for form in emoji.EMOJI_DATA for char in form if not char.isascii()}
    return frozenset(found - SELECTORS - _TAGS - _SIGNS - {JOINER})


def is_emoji_char(char: str) -> bool:
    """Whether one code point is a visible part of an emoji; see `emoji_chars`."""
    return char in emoji_chars()


def name(emoji_key: str, lang: Lang = "en") -> str:
    """Name of an emoji, such as `snowflake`.

    Args:
        emoji_key: what `key` returns.
        lang: `en`, or `fr`, which falls back to English where the package has no French name.

    Raises:
        KeyError: no emoji has this key.
    """
    found = table()[emoji_key]
    return found.fr if lang == "fr" else found.en


@cache
def _tone_names(lang: Lang) -> tuple[str, ...]:
    """How names speak of skin tones, longest first, so that no name is cut inside another."""
    tones = [emoji.EMOJI_DATA[tone][lang].strip(":") for tone in SKIN_TONES]
    return tuple(sorted((*(f"_et_{tone}" for tone in tones), *(f"_{tone}" for tone in tones)), key=_longest))


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text


def _readable(raw: str, tones: Iterable[str]) -> str:
    text = raw.strip(":")
    for tone in tones:
        text = text.replace(tone, "")
    return unicodedata.normalize("NFC", text.replace("_", " "))
