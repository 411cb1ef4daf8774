"""The assembly: from the parts of a post to a decision with its reason.

    parts ─▶ word form ─▶ one automaton pass ─▶ (nothing worth a look? done) ─▶ detectors ─▶ evidence ─▶ decision

The first two steps run for every post and are all an ordinary post costs; the rest runs for the few in which codes
stand that could add up to something.
"""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from flocon_detectors import codebook as codebooks
from flocon_detectors.codebook import Codebook, Entry
from flocon_detectors.decide import Rule, Verdict, atoms_of, decide, load_rules
from flocon_detectors.evidence import Evidence
from flocon_detectors.lang import Lang
from flocon_detectors.listing import Listing, read_listing
from flocon_detectors.matcher import ALARM, AMBIGUOUS, GROUP_BIT, ILLICIT, MONEY, QUANTITY, Hit, Matcher
from flocon_detectors.signals import (
    address,
    area,
    bounty,
    brand,
    cbd,
    contact,
    hours,
    layout,
    min_order,
    minor,
    price_grid,
    volume,
    wage,
)
from flocon_detectors.signals.view import Span, View
from flocon_detectors.text import tricks, word_form
from flocon_detectors.why import nothing, restricted, why

DETECTORS: Final = (
    price_grid.detect,
    layout.detect,
    contact.detect,
    hours.detect,
    area.detect,
    min_order.detect,
    brand.detect,
    wage.detect,
    bounty.detect,
    minor.detect,
    cbd.detect,
    address.detect,
    volume.detect,
)
"""Every detector, in the order its evidence is reported."""

Scanned = tuple[str, str, str, list[tuple[int, int, int]]]
"""A part that was scanned: role, text as written, word form, raw matches."""

IDENTITY_PARTS: Final = frozenset({"author_name", "bio"})
"""Parts that describe the account rather than the post; restricted codes count nowhere else."""

MASK: Final = "▒▒▒"
"""Stands where a name must not be shown."""
_BOUNTY: Final = "safeguard.threat_to_life"
_OWN_GROUPS: Final = 2
"""Groups a post must show itself before names and bios count."""
_SOLO: Final = GROUP_BIT["P"] | ILLICIT | ALARM
_BEYOND_CODES: Final = (
    ILLICIT | ALARM | QUANTITY | MONEY | GROUP_BIT["C"] | GROUP_BIT["Y"] | GROUP_BIT["V"] | GROUP_BIT["J"]
)
_DERIVABLE: Final = re.compile(r"[\d@_]|\.me/|\.gg/|tr\.ee/")
_VIOLENCE: Final = GROUP_BIT["V"]
_VIOLENCE_WITH: Final = GROUP_BIT["S"] | GROUP_BIT["T"] | MONEY
_PRICED: Final = MONEY | QUANTITY
_SERVICE: Final = GROUP_BIT["L"] | GROUP_BIT["M"] | GROUP_BIT["A"]
_STRUCTURE_WITH: Final = MONEY | GROUP_BIT["C"] | GROUP_BIT["L"] | GROUP_BIT["M"] | GROUP_BIT["A"]


class Screening(msgspec.Struct, frozen=True):
    """What screening says of one post. See the field list of `flocon screen` in the guide."""

    verdict: Verdict
    groups: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    illicit: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    safeguard: tuple[str, ...] = ()
    obfuscations: tuple[str, ...] = ()
    listing: Listing | None = None

    @property
    def atoms(self) -> set[str]:
        """What decision rules can ask of this post, and of a cluster it belongs to."""
        return atoms_of(self.groups, (item.signal for item in self.evidence), self.illicit)

    @property
    def decision(self) -> str:
        """candidate, index or none."""
        return self.verdict.decision

    @property
    def is_restricted(self) -> bool:
        """Whether the restricted rule hit: nothing of the post may be shown or kept."""
        return "restricted" in self.verdict.families

    def why(self, lang: Lang = "en") -> str:
        """The reason in one sentence."""
        if self.is_restricted:
            return restricted(lang)
        return why(self.verdict, self.evidence, self.contexts, self.safeguard, lang)


NOTHING: Final = Screening(Verdict("none", (), (), 0.0))
"""The one answer for all posts without evidence."""


class Screener:
    """Screens posts against a code book and decision rules. Holds no state between posts.

    Args:
        codebook: the codes.
        rules: the decision rules, in order.
        restricted: whether restricted codes are looked for; off by default, switched on by the operating unit.
    """

    def __init__(self, codebook: Codebook, rules: Sequence[Rule], *, restricted: bool = False) -> None:
        self.codebook = codebook
        self.rules = tuple(rules)
        self._matcher = Matcher(entry for entry in codebook.live if restricted or not entry.restricted)
        self._scan = self._matcher.scan

    @classmethod
    def load(cls, config: Path, *, restricted: bool = False) -> "Screener":
        """A screener from a configuration folder holding `codebook/` and `decisions.yaml`.

        Raises:
            CodebookError, DecisionsError: a file cannot be used.
        """
        return cls(
            codebooks.load(config / "codebook"), load_rules(config / "decisions.yaml"), restricted=restricted
        )

    def screen(self, text: str, parts: Sequence[tuple[str, str]] = ()) -> Screening:
        """Screen one post.

        Args:
            text: its main text.
            parts: its further parts as (role, text), such as `("title", …)`, `("bio", …)`, `("alt", …)`.
        """
        words = word_form(text)
        mask, matches = self._scan(words)
        if not parts:
            return self._look([("text", text, words, matches)], mask) if _worth_a_look(mask) else NOTHING
        scanned: list[Scanned] = [("text", text, words, matches)]
        for role, part in parts:
            words = word_form(part)
            bits, matches = self._scan(words)
            mask |= bits
            scanned.append((role, part, words, matches))
        if not _worth_a_look(mask) or (not mask & ALARM and _is_silent(scanned)):
            return NOTHING
        return self._look(scanned, mask)

    def _look(self, scanned: list[Scanned], mask: int) -> Screening:
        views: list[View] = []
        for part, text, words, matches in scanned:
            hits = list(self._matcher.hits(words, matches))
            if any(hit.entry.restricted for hit in hits):
                if part in IDENTITY_PARTS:
                    return _restricted([hit.entry for hit in hits if hit.entry.restricted])
                hits = [hit for hit in hits if not hit.entry.restricted]
            views.append(View(part, text, _outermost(hits)))
        codes = [[_span(hit) for hit in view.hits] for view in views]
        detectors = DETECTORS if _could_derive(mask, scanned) else ()
        derived = [[span for detect in detectors for span in detect(view)] for view in views]
        _settle_identity(views, codes, derived)
        groups = {span.group for spans in derived for span in spans}
        groups |= _counting(views, groups)
        found = [
            (view, [*_kept(view, spans, groups), *more])
            for view, spans, more in zip(views, codes, derived, strict=True)
        ]
        return self._assemble(found, views, groups)

    def _assemble(
        self, found: list[tuple[View, list[Span]]], views: list[View], groups: set[str]
    ) -> Screening:
        evidence = _masked(_evidence(found))
        if not evidence:
            return NOTHING
        obfuscations = tuple(
            dict.fromkeys(trick for view in views for trick in tricks(view.canonical.original))
        )
        signals = {item.signal for item in evidence}
        present = {item.group for item in evidence} | ({"O"} if obfuscations else set())
        illicit = {
            hit.entry.group
            for view in views
            for hit in view.hits
            if hit.entry.illicit and all(need in groups for need in hit.entry.needs)
        }
        cues: dict[str, set[str]] = {}
        for item in evidence:
            if item.signal.startswith("context."):
                cues.setdefault(item.signal.removeprefix("context."), set()).add(item.text)
        contexts = {name: len(cues[name]) for name in sorted(cues)}
        safeguard = tuple(
            sorted(name.removeprefix("safeguard.") for name in signals if name.startswith("safeguard."))
        )
        verdict = decide(self.rules, atoms_of(present, signals, illicit), contexts=contexts)
        letters = tuple(letter for letter in GROUP_BIT if letter in present and letter != "-")
        listing = (
            read_listing(found) if "listing" in verdict.families and verdict.decision != "none" else None
        )
        return Screening(
            verdict,
            letters,
            evidence,
            tuple(sorted(illicit)),
            tuple(contexts),
            safeguard,
            obfuscations,
            listing,
        )


def _worth_a_look(mask: int) -> bool:
    """Whether codes with these bits could add up to evidence."""
    return bool(
        mask & _SOLO
        or (mask & _VIOLENCE and mask & _VIOLENCE_WITH)
        or (mask & QUANTITY and mask & _STRUCTURE_WITH)
        or (mask & GROUP_BIT["T"] and mask & MONEY)
        or (mask & AMBIGUOUS and mask & _PRICED)
        or mask & _SERVICE == _SERVICE
    )


def _is_silent(scanned: list[Scanned]) -> bool:
    """Whether the post itself says nothing: then a code in a name or bio cannot count (`_settle_identity`)."""
    return not any(
        matches or _DERIVABLE.search(text) for part, text, _, matches in scanned if part not in IDENTITY_PARTS
    )


def _could_derive(mask: int, scanned: list[Scanned]) -> bool:
    """Whether detectors could add anything that matters to a decision.

    A product code among plain words is the commonest evidence and proves nothing: without a digit, a handle or a
    word of another group that a rule could use, no detector can change that, and none is run.
    """
    return bool(mask & _BEYOND_CODES) or any(_DERIVABLE.search(text) for _, text, _, _ in scanned)


def _settle_identity(views: list[View], codes: list[list[Span]], derived: list[list[Span]]) -> None:
    """Reduce names and bios to codes and direct contacts, and to nothing unless the post shows two groups itself.

    What an account says of itself completes an offer, it does not make one: snow in a post and "DMs open, Lille" in a
    bio are no sale.
    """
    own = {
        span.group
        for view, *spans in zip(views, codes, derived, strict=True)
        if view.part not in IDENTITY_PARTS
        for span in chain.from_iterable(spans)
    }
    counts = len(own - {"-", "O", "X"}) >= _OWN_GROUPS
    for index, view in enumerate(views):
        if view.part in IDENTITY_PARTS:
            kept = [counts and hit.entry.group == "P" for hit in view.hits]
            view.hits = [hit for hit, keep in zip(view.hits, kept, strict=True) if keep]
            codes[index] = [span for span, keep in zip(codes[index], kept, strict=True) if keep]
            derived[index] = [span for span in derived[index] if counts and span.group == "C"]


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Without hits that stand inside a longer hit of the same group (`coffee` in `coffee shop`)."""
    kept: list[Hit] = []
    reach: dict[str, int] = {}
    for hit in hits:  # in order of text, longest first
        if hit.end > reach.get(hit.entry.group, -1):
            reach[hit.entry.group] = hit.end
            kept.append(hit)
        elif any(other.start == hit.start and other.end == hit.end for other in kept[-3:]):
            kept.append(hit)
    return kept


def _span(hit: Hit) -> Span:
    return Span(hit.entry.signal, hit.entry.group, hit.start, hit.end)


def _counting(views: list[View], groups: set[str]) -> set[str]:
    """Groups contributed by codes, once those that need other groups have been settled."""
    settled: set[str] = set()
    waiting = [hit.entry for view in views for hit in view.hits]
    while True:
        ready = [entry for entry in waiting if all(need in groups or need in settled for need in entry.needs)]
        if not ready:
            return settled
        settled |= {entry.group for entry in ready}
        waiting = [entry for entry in waiting if entry not in ready]


def _kept(view: View, spans: list[Span], groups: set[str]) -> list[Span]:
    return [
        span
        for hit, span in zip(view.hits, spans, strict=True)
        if all(need in groups for need in hit.entry.needs)
    ]


def _evidence(found: list[tuple[View, list[Span]]]) -> tuple[Evidence, ...]:
    evidence: dict[tuple[str, str, int, int], Evidence] = {}
    for view, spans in found:
        original = view.canonical.original
        for span in sorted(spans, key=lambda span: (span.start, span.end, span.signal)):
            start, end = view.canonical.span(span.start, span.end)
            text = span.value or view.text[span.start : span.end].strip()
            key = (span.signal, view.part, start, end)
            evidence.setdefault(
                key, Evidence(span.signal, span.group, view.part, start, end, text, original[start:end])
            )
    return tuple(evidence.values())


def _masked(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Evidence in which the people a bounty names are not shown; the offsets stay."""
    named = [(item.part, item.start, item.end) for item in evidence if item.signal == _BOUNTY]
    if not named:
        return evidence
    return tuple(
        msgspec.structs.replace(item, text=MASK, original=MASK)
        if any(item.part == part and item.start < end and item.end > start for part, start, end in named)
        else item
        for item in evidence
    )


def _restricted(entries: list[Entry]) -> Screening:
    rules = tuple(dict.fromkeys(entry.signal for entry in entries))
    return Screening(Verdict("none", rules, ("restricted",), 0.0))


def line(uid: str, screening: Screening, lang: Lang = "en") -> dict[str, object]:
    """The output line of `flocon screen` for one post."""
    verdict = screening.verdict
    return {
        "uid": uid,
        "decision": verdict.decision,
        "families": verdict.families,
        "rules": verdict.rules,
        "groups": screening.groups,
        "confidence": verdict.confidence,
        "evidence": screening.evidence,
        "contexts": screening.contexts,
        "safeguard": screening.safeguard,
        "obfuscations": screening.obfuscations,
        "listing": screening.listing,
        "why": screening.why(lang),
    }


def empty_tail(lang: Lang = "en") -> bytes:
    """What follows the uid in the output line of a post without evidence, ready encoded."""
    encoded = msgspec.json.encode(line("", NOTHING, lang) | {"why": nothing(lang)})
    return encoded.removeprefix(b'{"uid":""')
