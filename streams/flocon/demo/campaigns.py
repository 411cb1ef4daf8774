"""Campaigns: scripts that several accounts play in phases, planted ones and benign ones alike.

A script is data (`texts/planted.yaml`, `texts/rising.yaml`): forms of posts made of lines, and phases that say
where, when, how many and how steeply. The same code plays both kinds, so that a benign campaign rises just as a
planted one does.
"""

import functools
import random
from typing import Final

import msgspec

from flocon.demo import people, season
from flocon.demo.disguise import disguise
from flocon.demo.grammar import Deck, Grammar, alternatives, load, pick
from flocon.demo.model import Account, DemoConfig, Draft, Family, PlantedCampaign, planted

_REDRAWS: Final = 50
_BRANDED: Final = 0.6


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a form.

    Attributes:
        text: its template.
        keep: share of the posts that hold it.
        pinned: it stays at its place while the other lines change theirs.
    """

    text: str
    keep: float = 1.0
    pinned: bool = False


class Form(msgspec.Struct, forbid_unknown_fields=True):
    """One kind of post of a script.

    Attributes:
        lines: its lines.
        joins: what may stand between lines.
        product: template for the title of the tagged shop item, if one is tagged.
    """

    lines: list[Line]
    joins: tuple[str, ...] = ("\n",)
    product: str | None = None


class Phase(msgspec.Struct, forbid_unknown_fields=True):
    """A stretch of time in which a script posts on one platform.

    Attributes:
        platform: where.
        start: beginning, in hours from the start of the feed.
        end: end, likewise.
        posts: how many posts.
        forms: weight of each form.
        shape: steady, rise or spike; anything but steady begins the campaign's rise.
        accounts: how many accounts are opened for it; 0 goes on with the last ones on this platform.
        handles: handles for the first of them, as a table; the rest look like anyone's.
        channels: names of Telegram channels, as a table.
        slots: tables that replace those of the script from here to the end of the phase.
    """

    platform: str
    start: float
    end: float
    posts: int
    forms: dict[str, float]
    shape: season.Shape = "steady"
    accounts: int = 0
    handles: str = ""
    channels: str = ""
    slots: dict[str, str] = {}


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """A campaign before it is played.

    Attributes:
        name: its name.
        slots: its tables.
        forms: its kinds of posts.
        phases: when it posts what, in order of start.
        family: listing or recruitment where it is planted, nothing where it is benign.
        lang: language of its posts.
        names: display names of its accounts, as a table; without, they look like anyone's.
        bios: their bios.
        disguised: share of its posts with a word made hard to read.
        repeats: share of its posts that repeat an earlier one word for word.
    """

    name: str
    slots: dict[str, str]
    forms: dict[str, Form]
    phases: list[Phase]
    family: Family | None = None
    lang: str = "fr"
    names: str = ""
    bios: str = ""
    disguised: float = 0.0
    repeats: float = 0.0


@functools.cache
def _scripts(name: str) -> tuple[Script, ...]:
    return load(name, tuple[Script, ...])


def played(file: str, config: DemoConfig) -> dict[str, list[Draft]]:
    """The posts of every script of a file by name of the script, each in order of time.

    Args:
        file: `planted` or `rising`.
        config: seed and start of the feed.
    """
    return {script.name: _play(script, config) for script in _scripts(file)}


def truth(config: DemoConfig) -> list[PlantedCampaign]:
    """The planted campaigns, in order of onset."""
    posts = played("planted", config)
    campaigns = [
        planted(script.name, script.family, _onset_ms(script, posts[script.name], config), posts[script.name])
        for script in _scripts("planted")
        if script.family
    ]
    return sorted(campaigns, key=lambda campaign: (campaign.onset, campaign.name))


def _onset_ms(script: Script, posts: list[Draft], config: DemoConfig) -> int:
    """Time of the first post of the first phase that is not steady."""
    first = next(phase for phase in script.phases if phase.shape != "steady")
    return next(
        draft.at_ms
        for draft in posts
        if draft.account.platform == first.platform and draft.at_ms >= _at(first.start, config)
    )


def _at(hours: float, config: DemoConfig) -> int:
    return config.start_ms + int(hours * season.HOUR_MS)


def _play(script: Script, config: DemoConfig) -> list[Draft]:
    rng = random.Random(f"{config.seed}/{script.name}")
    drafts: list[Draft] = []
    pools: dict[str, list[Account]] = {}
    said: list[str] = []
    for phase in script.phases:
        if phase.accounts:
            pools[phase.platform] = _opened(script, phase, rng)
        grammar = Grammar({**script.slots, **phase.slots})
        forms = Deck(phase.forms)
        for at_ms in season.wave(
            _at(phase.start, config), _at(phase.end, config), phase.posts, phase.shape, rng
        ):
            if said and rng.random() < script.repeats:
                text, product = pick(said, rng), None
            else:
                text, product = _fresh(script, script.forms[forms.draw(rng)], grammar, said, rng)
                said.append(text)
            account = pick(pools[phase.platform], rng)
            drafts.append(Draft(at_ms, people.native_id(rng), account, script.lang, text, product))
    return sorted(drafts, key=lambda draft: (draft.at_ms, draft.id))


def _opened(script: Script, phase: Phase, rng: random.Random) -> list[Account]:
    handles = alternatives(phase.handles)
    names, bios = alternatives(script.names), alternatives(script.bios)
    channels = [(people.new_channel(rng)[0], name) for name in alternatives(phase.channels)]
    return [
        people.account(
            phase.platform,
            script.lang,
            rng,
            handle=handles[n] if n < len(handles) else None,
            name=pick(names, rng) if names and (n < len(handles) or rng.random() < _BRANDED) else None,
            bio=pick(bios, rng) if bios and rng.random() < _BRANDED else None,
            channel=pick(channels, rng) if channels else None,
        )
        for n in range(phase.accounts)
    ]


def _fresh(
    script: Script, form: Form, grammar: Grammar, said: list[str], rng: random.Random
) -> tuple[str, str | None]:
    """A text not said before, and the title of the tagged product."""
    for _ in range(_REDRAWS):
        text = _text(form, grammar, rng)
        if rng.random() < script.disguised:
            text = disguise(text, rng)
        if text not in said:
            return text, None if form.product is None else grammar.fill(form.product, rng)
    raise ValueError(f"{script.name}: a form has too few different texts")


def _text(form: Form, grammar: Grammar, rng: random.Random) -> str:
    kept = [line for line in form.lines if rng.random() < line.keep]
    loose = [line for line in kept if not line.pinned]
    rng.shuffle(loose)
    order = iter(loose)
    lines = [grammar.fill((line if line.pinned else next(order)).text, rng) for line in kept]
    return pick(form.joins, rng).join(lines)
