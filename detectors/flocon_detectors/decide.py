"""From groups of evidence to a decision, its confidence and its reason.

The rules are data (`config/decisions.yaml`). Rules of this file, which data cannot switch off: a context lowers a
candidate only where the post names no way to reach the seller privately, it is always reported, and it never lowers a
finding that fires at once or asks for protection.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from flocon_detectors.evidence import GROUPS

Decision = Literal["candidate", "index", "none"]
Family = Literal["listing", "recruitment", "violence", "restricted"]

_RANK: Final = {"none": 0, "index": 1, "candidate": 2}
_STEP: Final = 0.06
"""Confidence gained by each group beyond what the rule asks for."""
_MODIFIER: Final = 1.1
_CONTEXT: Final = 0.7
_REACHABLE: Final = frozenset({"contact.handle", "contact.invite_link"})
"""Ways to reach a seller that no context outweighs."""
_ORDINARY: Final = frozenset({"contact.phone", "contact.dm_call"})
"""Ways that shops and employers name too: two cues of one context outweigh them."""
_CUES: Final = 2
_TELLING: Final = frozenset({"news", "police", "prevention", "lyrics", "gaming", "academic", "satire"})
"""Contexts of posts that tell of a crime rather than offer it."""
_EXCUSES: Final = {
    "violence": _TELLING,
    "recruitment": _TELLING | {"job_regular", "scam_warning", "harm_reduction", "recovery"},
}
"""Contexts that can lower a family; a listing is lowered by any. In an offer of violence an address is the target."""
_UNTOUCHED: Final = ("violence.bounty", "recruit.self_offer")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision rule; see the head of `config/decisions.yaml`."""

    rule: str
    family: Family
    decision: Decision
    base: float
    immediate: bool = False
    all: frozenset[str] = frozenset()
    any: tuple[frozenset[str], ...] = ()
    none: frozenset[str] = frozenset()

    def holds(self, atoms: AbstractSet[str]) -> bool:
        """Whether the rule's condition is met by these atoms."""
        return (
            self.all <= atoms
            and self.none.isdisjoint(atoms)
            and not any(choice.isdisjoint(atoms) for choice in self.any)
        )

    @property
    def groups(self) -> frozenset[str]:
        """The evidence groups the rule speaks of."""
        atoms = (*self.all, *(atom for choice in self.any for atom in choice))
        return frozenset(atom for atom in atoms if atom in GROUPS)


class Verdict(msgspec.Struct, frozen=True):
    """What was decided.

    `benign` says that a context stands in the post and no private contact outweighs it, `demoted` that this lowered
    the decision; `immediate` that it goes to a human without waiting for a rise.
    """

    decision: Decision
    rules: tuple[str, ...]
    families: tuple[str, ...]
    confidence: float
    benign: bool = False
    demoted: bool = False
    immediate: bool = False


class DecisionsError(ValueError):
    """The decision rules cannot be used; the message names file, rule and key."""


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read the decision rules.

    Raises:
        DecisionsError: the file cannot be read or a rule does not fit.
    """
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DecisionsError(f"{path.name}: cannot be read: {error}") from error
    rules: list[Rule] = []
    for number, item in enumerate(document, start=1):
        where = f"{path.name}: rule {number}"
        try:
            rule = msgspec.convert(item, Rule)
        except msgspec.ValidationError as error:
            raise DecisionsError(f"{where}: {error}") from error
        for atom in (*rule.all, *rule.none, *(atom for choice in rule.any for atom in choice)):
            if atom not in GROUPS and "." not in atom and atom != "illicit":
                raise DecisionsError(
                    f"{where} ({rule.rule}): unknown atom {atom!r}: a group letter or a signal name"
                )
        rules.append(rule)
    return tuple(rules)


def atoms_of(groups: Iterable[str], signals: Iterable[str], illicit: Iterable[str]) -> set[str]:
    """The atoms that rules are made of.

    Args:
        groups: letters of the groups present.
        signals: names of the signals present.
        illicit: letters of the groups in which a word names the crime itself.
    """
    atoms = {*groups, *signals}
    marked = {f"{letter}.illicit" for letter in illicit}
    return atoms | marked | {"illicit"} if marked else atoms


def decide(rules: Sequence[Rule], atoms: AbstractSet[str], *, contexts: Mapping[str, int]) -> Verdict:
    """Decide on one post.

    Args:
        rules: the rules, in order.
        atoms: what `atoms_of` gave for it.
        contexts: benign contexts present, without their prefix, with the number of different cues for each.
    """
    groups = {atom for atom in atoms if atom in GROUPS}
    held = [rule for rule in rules if rule.holds(atoms)]
    if not held:
        return Verdict("none", (), (), 0.0)
    best = max(held, key=lambda rule: _RANK[rule.decision])
    decision = best.decision
    excuses = {name: cues for name, cues in contexts.items() if name in _EXCUSES.get(best.family, contexts)}
    blocking = _REACHABLE if max(excuses.values(), default=0) >= _CUES else _REACHABLE | _ORDINARY
    benign = bool(excuses) and best.rule not in _UNTOUCHED and blocking.isdisjoint(atoms)
    if benign and decision == "candidate":
        decision = "index"
    elif benign and decision == "index" and "Q" not in groups:
        decision = "none"
    strongest = max(held, key=lambda rule: (_RANK[rule.decision], rule.base))
    spare = len(groups - strongest.groups - {"O", "X", "-"})
    confidence = strongest.base + _STEP * spare
    confidence *= _MODIFIER ** len({"O", "X"} & groups)
    confidence *= _CONTEXT ** min(len(contexts), 2)
    return Verdict(
        decision,
        tuple(rule.rule for rule in held),
        tuple(dict.fromkeys(rule.family for rule in held)),
        round(min(confidence, 0.99), 2),
        benign,
        decision != best.decision,
        any(rule.immediate for rule in held),
    )
