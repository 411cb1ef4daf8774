"""The assembly: from the parts of a post to a decision with its reason.

    parts ─▶ word form ─▶ one automaton pass ─▶ (nothing worth a look? done) ─▶ detectors ─▶ evidence ─▶ decision

The first two steps run for every post and are all an ordinary post costs; the rest runs for the few in which codes
stand that could add up to something.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from flocon_detectors import codebook as codebooks
from flocon_detectors.codebook import Codebook
from flocon_detectors.decide import Rule, Verdict, atoms_of, decide, load_rules
from flocon_detectors.evidence import Evidence
from flocon_detectors.gate import IDENTITY_PARTS, Scanned, could_derive, is_silent, worth_a_look
from flocon_detectors.hide import hide, is_protected
from flocon_detectors.lang import Lang
from flocon_detectors.listing import Listing, read_listing
from flocon_detectors.matcher import ALARM, GROUP_BIT, Hit, Matcher
from flocon_detectors.reading import evidence_of, groups_of, illicit_of, read
from flocon_detectors.text import tricks, word_form
from flocon_detectors.why import nothing, restricted, why


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
            if not mask:
                return NOTHING
            return self._look([("text", text, words, matches)], mask) if worth_a_look(mask) else NOTHING
        scanned: list[Scanned] = [("text", text, words, matches)]
        for role, part in parts:
            words = word_form(part)
            bits, matches = self._scan(words)
            mask |= bits
            scanned.append((role, part, words, matches))
        if not worth_a_look(mask) or (not mask & ALARM and is_silent(scanned)):
            return NOTHING
        return self._look(scanned, mask)

    def _look(self, scanned: list[Scanned], mask: int) -> Screening:
        parts: list[tuple[str, str, list[Hit]]] = []
        for part, text, words, matches in scanned:
            hits = list(self._matcher.hits(words, matches))
            if mask & ALARM:
                rules = dict.fromkeys(hit.entry.signal for hit in hits if hit.entry.restricted)
                if rules and part in IDENTITY_PARTS:
                    return Screening(Verdict("none", tuple(rules), ("restricted",), 0.0))
                hits = [hit for hit in hits if not hit.entry.restricted]
            parts.append((part, text, hits))
        readings = read(parts, derive=could_derive(mask, scanned))
        groups = groups_of(readings)
        evidence = evidence_of(readings, groups)
        if groups <= {"-"} and not any(item.signal.startswith("safeguard.") for item in evidence):
            return NOTHING  # contexts alone are no evidence of anything
        hidden = tuple(dict.fromkeys(trick for _, text, _ in parts for trick in tricks(text)))
        signals = {item.signal for item in evidence}
        present = {item.group for item in evidence} | ({"O"} if hidden else set())
        illicit = illicit_of(readings, groups)
        contexts = _contexts(evidence)
        verdict = decide(self.rules, atoms_of(present, signals, illicit), contexts=contexts)
        safeguard = tuple(sorted(n.removeprefix("safeguard.") for n in signals if n.startswith("safeguard.")))
        shown = hide(evidence, protected=is_protected(verdict.rules, safeguard))
        offers = "listing" in verdict.families and verdict.decision != "none" and shown == evidence
        return Screening(
            verdict,
            tuple(letter for letter in GROUP_BIT if letter in present and letter != "-"),
            shown,
            tuple(sorted(illicit)),
            tuple(contexts),
            safeguard,
            hidden,
            read_listing([(reading.view, reading.kept(groups)) for reading in readings]) if offers else None,
        )


def _contexts(evidence: Sequence[Evidence]) -> dict[str, int]:
    """Benign contexts, without their prefix, with the number of different cues for each."""
    cues: dict[str, set[str]] = {}
    for item in evidence:
        if item.signal.startswith("context."):
            cues.setdefault(item.signal.removeprefix("context."), set()).add(item.text)
    return {name: len(cues[name]) for name in sorted(cues)}


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
