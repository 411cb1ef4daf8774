"""The record of a campaign: how a post is counted into it, and how two become one."""

from collections.abc import Iterable
from typing import Final

import msgspec

from flocon.clusters.keys import Signals
from flocon.clusters.template import template_of
from flocon.findings import Finding

_HOUR_MS: Final = 3_600_000
_MAX_SET: Final = 5_000
_EXAMPLES: Final = 5
_HOURS_KEPT: Final = 30 * 24


class Cluster(msgspec.Struct, kw_only=True):
    """One campaign.

    Attributes:
        root: its id.
        first_ms, last_ms: event times of its earliest and latest post.
        first: stable hash of the earliest post.
        posts, candidates: how many posts, and how many of them are candidates.
        benign: posts that a context shows to be innocent (`Verdict.benign`).
        authors, texts, channels: pseudonyms, masked-text hashes and channels seen (bounded).
        platforms: posts by platform.
        hours: posts by platform and hour since the epoch, the last 30 days.
        families, rules: posts by family and rule.
        atoms: posts by group, signal or mark; what decision rules are tried on for the whole campaign.
        examples: uids of a few posts, candidates first.
        template: one post with its slots named; from the post of greatest confidence.
        template_of: stable hash of that post.
    """

    root: str
    first_ms: int
    last_ms: int
    first: str
    posts: int = 0
    candidates: int = 0
    benign: int = 0
    authors: set[str] = msgspec.field(default_factory=set)
    texts: set[str] = msgspec.field(default_factory=set)
    channels: dict[str, set[str]] = msgspec.field(default_factory=dict)
    platforms: dict[str, int] = msgspec.field(default_factory=dict)
    hours: dict[str, dict[int, int]] = msgspec.field(default_factory=dict)
    families: dict[str, int] = msgspec.field(default_factory=dict)
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    atoms: dict[str, int] = msgspec.field(default_factory=dict)
    safeguards: dict[str, int] = msgspec.field(default_factory=dict)
    examples: list[str] = msgspec.field(default_factory=list)
    template: str = ""
    template_of: str = ""
    confidence: float = 0.0


def count(cluster: Cluster, finding: Finding, signals: Signals, at_ms: int) -> None:
    """Add one post to its cluster."""
    verdict = finding.screening.verdict
    cluster.first_ms, cluster.first = min((cluster.first_ms, cluster.first), (at_ms, finding.stable))
    cluster.last_ms = max(cluster.last_ms, at_ms)
    cluster.posts += 1
    cluster.candidates += verdict.decision == "candidate"
    cluster.benign += verdict.benign
    _put(cluster.authors, finding.author or finding.stable)
    _put(cluster.texts, signals.skeleton)
    if finding.channel is not None:
        _put(cluster.channels.setdefault(f"{finding.platform}:{finding.channel}", set()), signals.skeleton)
    _bump(cluster.platforms, (finding.platform,))
    _bump(cluster.families, verdict.families)
    _bump(cluster.rules, verdict.rules)
    _bump(cluster.atoms, sorted(finding.screening.atoms))
    _bump(cluster.safeguards, finding.screening.safeguard)
    hours = cluster.hours.setdefault(finding.platform, {})
    hours[at_ms // _HOUR_MS] = hours.get(at_ms // _HOUR_MS, 0) + 1
    if len(hours) > _HOURS_KEPT:
        del hours[min(hours)]
    if len(cluster.examples) < _EXAMPLES:
        cluster.examples.append(finding.uid)
    if verdict.confidence > cluster.confidence or not cluster.template:
        cluster.confidence = verdict.confidence
        cluster.template = template_of(finding.text, finding.screening.evidence)
        cluster.template_of = finding.stable


def _put(values: set[str], value: str) -> None:
    """Add to a set that is bounded: beyond the bound its size is a lower limit."""
    if len(values) < _MAX_SET:
        values.add(value)


def _bump(counts: dict[str, int], keys: Iterable[str]) -> None:
    for key in keys:
        counts[key] = counts.get(key, 0) + 1


def join(survivor: Cluster, loser: Cluster) -> None:
    """Add a merged cluster to its survivor."""
    survivor.first_ms, survivor.first = min(
        (survivor.first_ms, survivor.first), (loser.first_ms, loser.first)
    )
    survivor.last_ms = max(survivor.last_ms, loser.last_ms)
    survivor.posts += loser.posts
    survivor.candidates += loser.candidates
    survivor.benign += loser.benign
    survivor.authors |= loser.authors
    survivor.texts |= loser.texts
    for channel, texts in loser.channels.items():
        survivor.channels[channel] = survivor.channels.get(channel, set()) | texts
    for field in ("platforms", "families", "rules", "atoms", "safeguards"):
        mine: dict[str, int] = getattr(survivor, field)
        for key, count in getattr(loser, field).items():
            mine[key] = mine.get(key, 0) + count
    for platform, hours in loser.hours.items():
        known = survivor.hours.setdefault(platform, {})
        for hour, count in hours.items():
            known[hour] = known.get(hour, 0) + count
    survivor.examples = (survivor.examples + loser.examples)[:_EXAMPLES]
    if loser.confidence > survivor.confidence:
        survivor.confidence, survivor.template = loser.confidence, loser.template
        survivor.template_of = loser.template_of
