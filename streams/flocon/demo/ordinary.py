"""Ordinary talk: a few thousand accounts, some loud and most quiet, that post about everyday things."""

import functools
import random
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from flocon.demo import people, season
from flocon.demo.grammar import Deck, Grammar, load, pick
from flocon.demo.model import Account, DemoConfig, Draft

PLATFORMS: Final = {
    "bluesky": 24,
    "mastodon": 16,
    "telegram": 12,
    "tiktok": 19,
    "instagram": 17,
    "snapchat": 12,
}
"""Share of the accounts on each platform, in percent."""
LENGTHS: Final = (30, 250)
"""Shortest and longest ordinary post, in characters."""
_ZIPF: Final = 0.9
_ZIPF_SHIFT: Final = 25  # Mandelbrot's shift: without it the loudest account alone writes 5 % of the feed
_CHANNELS: Final = 60
_RECENT: Final = 400
_ENDINGS: Final = {"fr": (".", ".", ".", " !", "…"), "en": (".", ".", ".", "!", "…")}
_ELISIONS: Final = (
    ("de un", "d'un"),
    ("de le ", "du "),
    ("de les ", "des "),
    ("à le ", "au "),
    ("à les ", "aux "),
)

# Habits of the invented crowd, as shares.
_CAPITALS: Final = 0.65
_OF_TOPIC: Final = 0.7
_ON_TOPIC: Final = 0.5
_ONE_SENTENCE: Final = 0.35
_OPENED: Final = 0.3
_CLOSED: Final = 0.3
_UNENDED: Final = 0.4


class _TopicTables(msgspec.Struct, forbid_unknown_fields=True):
    weight: float
    emoji: str
    tags: str
    sentences: str
    slots: dict[str, str]


class _Language(msgspec.Struct, forbid_unknown_fields=True):
    shared: dict[str, str]
    topics: dict[str, _TopicTables]


@functools.cache
def _topics(lang: str) -> Deck[Grammar]:
    tables = load(lang, _Language)
    return Deck(
        {
            Grammar(
                {
                    **tables.shared,
                    **topic.slots,
                    "sentence": topic.sentences,
                    "tag": topic.tags,
                    "emoji": topic.emoji,
                    "common_emoji": tables.shared["emoji"],
                }
            ): topic.weight
            for topic in tables.topics.values()
        }
    )


class _Voice(NamedTuple):
    """An account with its habits."""

    account: Account
    lang: str
    favourite: Grammar
    capitals: bool
    emoji: float
    tags: float


def drafts(config: DemoConfig, posts: float) -> Iterator[Draft]:
    """Ordinary posts in order of time, `posts` of them expected."""
    rng = random.Random(f"{config.seed}/ordinary")
    voices = _crowd(config, rng)
    recent: dict[str, deque[str]] = {lang: deque(maxlen=_RECENT) for lang in ("fr", "en")}
    for at_ms in season.arrivals(config, posts, rng):
        voice = voices.draw(rng)
        heard = recent[voice.lang]
        if heard and rng.random() < config.repost_share:
            text = pick(heard, rng)
        else:
            text = _compose(voice, rng)
            if rng.random() < config.typo_share:
                text = slip(text, rng)
            heard.append(text)
        yield Draft(at_ms, people.native_id(rng), voice.account, voice.lang, text)


def _crowd(config: DemoConfig, rng: random.Random) -> Deck[_Voice]:
    platforms = Deck(PLATFORMS)
    channels = [people.new_channel(rng) for _ in range(_CHANNELS)]
    voices: dict[_Voice, float] = {}
    for rank in range(1, config.authors + 1):
        lang = "en" if rng.random() < config.english_share else "fr"
        voice = _Voice(
            account=people.account(platforms.draw(rng), lang, rng, channel=pick(channels, rng)),
            lang=lang,
            favourite=_topics(lang).draw(rng),
            capitals=rng.random() < _CAPITALS,
            emoji=rng.random() * 0.8,
            tags=rng.random() ** 2 * 0.6,
        )
        voices[voice] = (rank + _ZIPF_SHIFT) ** -_ZIPF
    return Deck(voices)


def _compose(voice: _Voice, rng: random.Random) -> str:
    topic = voice.favourite if rng.random() < _ON_TOPIC else _topics(voice.lang).draw(rng)
    shortest, longest = LENGTHS
    while True:
        text = _sentences(topic, voice, rng)
        if rng.random() < voice.emoji:
            mark = topic.draw("emoji" if rng.random() < _OF_TOPIC else "common_emoji", rng)
            text += f" {mark * (1 + int(rng.random() ** 3 * 3))}"
        if rng.random() < voice.tags:
            text += " " + " ".join(
                tag.replace(" ", "") for tag in topic.deal("tag", 1 + int(rng.random() * 3), rng)
            )
        if shortest <= len(text) <= longest:
            return text


def _sentences(topic: Grammar, voice: _Voice, rng: random.Random) -> str:
    parts = topic.deal("sentence", 1 if rng.random() < _ONE_SENTENCE else 2, rng)
    if rng.random() < _OPENED:
        parts[0] = f"{topic.draw('opener', rng)} {parts[0]}"
    if rng.random() < _CLOSED:
        parts.append(topic.draw("closer", rng))
    if voice.capitals:
        parts = [part[0].upper() + part[1:] for part in parts]
    *first, last = (_elided(part) if voice.lang == "fr" else part for part in parts)
    ended = [_ended(part, voice.lang, rng) for part in first]
    return " ".join([*ended, last if rng.random() < _UNENDED else _ended(last, voice.lang, rng)])


def _ended(part: str, lang: str, rng: random.Random) -> str:
    return part if part.endswith(("?", "!", ".")) else part + pick(_ENDINGS[lang], rng)


def _elided(part: str) -> str:
    for full, short in _ELISIONS:
        part = part.replace(f" {full}", f" {short}")
    return part


def slip(text: str, rng: random.Random) -> str:
    """`text` with two neighbouring letters exchanged, one dropped, or one held too long."""
    places = [n for n in range(1, len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha()]
    if not places:
        return text
    n = pick(places, rng)
    return (
        text[:n] + pick((text[n + 1] + text[n], text[n + 1], text[n] * 3 + text[n + 1]), rng) + text[n + 2 :]
    )
