"""Posts that look like an offer and are none: the honest hard part of the feed.

Two sorts: benign campaigns that rise as steeply as the planted ones, and single posts spread over all days.
"""

import functools
import heapq
import random
from collections.abc import Iterator
from typing import Final

import msgspec

from flocon.demo import campaigns, people, season
from flocon.demo.grammar import Deck, Grammar, load, pick
from flocon.demo.model import Account, DemoConfig, Draft
from flocon.demo.ordinary import PLATFORMS

_REDRAWS: Final = 20


class Kind(msgspec.Struct, forbid_unknown_fields=True):
    """One kind of look-alike.

    Attributes:
        name: its name.
        weight: its share among the single look-alikes.
        lang: language of its posts.
        accounts: how many accounts write it.
        slots: tables of the grammar; `text` is the post.
        platforms: weight of each platform; without, those of ordinary talk.
        product: template for the title of the tagged shop item, if one is tagged.
    """

    name: str
    weight: float
    lang: str
    accounts: int
    slots: dict[str, str]
    platforms: dict[str, float] = {}
    product: str | None = None


@functools.cache
def _kinds() -> tuple[Kind, ...]:
    return load("lookalikes", tuple[Kind, ...])


def rising(config: DemoConfig) -> dict[str, list[Draft]]:
    """The benign campaigns by name, each in order of time."""
    return campaigns.played("rising", config)


def drafts(config: DemoConfig) -> Iterator[Draft]:
    """All look-alikes in order of time: the benign campaigns, and single posts up to `lookalike_share`."""
    waves = rising(config).values()
    single = config.posts * config.lookalike_share - sum(len(posts) for posts in waves)
    return heapq.merge(*waves, _single(config, single), key=lambda draft: draft.at_ms)


def _single(config: DemoConfig, posts: float) -> Iterator[Draft]:
    rng = random.Random(f"{config.seed}/look-alikes")
    grammars = {kind.name: Grammar(kind.slots) for kind in _kinds()}
    writers = {kind.name: _writers(kind, rng) for kind in _kinds()}
    kinds = {kind.name: kind for kind in _kinds()}
    names = Deck({kind.name: kind.weight for kind in _kinds()})
    said: set[str] = set()
    for at_ms in season.arrivals(config, posts, rng):
        kind = kinds[names.draw(rng)]
        grammar = grammars[kind.name]
        text = _fresh(grammar, said, rng)
        product = None if kind.product is None else grammar.fill(kind.product, rng)
        yield Draft(at_ms, people.native_id(rng), pick(writers[kind.name], rng), kind.lang, text, product)


def _fresh(grammar: Grammar, said: set[str], rng: random.Random) -> str:
    """A text not said before, if twenty draws give one; shops do repeat themselves."""
    for _ in range(_REDRAWS):
        text = grammar.draw("text", rng)
        if text not in said:
            break
    said.add(text)
    return text


def _writers(kind: Kind, rng: random.Random) -> list[Account]:
    platforms = Deck(kind.platforms or PLATFORMS)
    return [people.account(platforms.draw(rng), kind.lang, rng) for _ in range(kind.accounts)]
