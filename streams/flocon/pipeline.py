"""The flow, in one place: what happens to a finding on its way to the analyst on call.

    finding ─▶ signal keys ─▶ clusters ─▶ rise ─▶ alerts ─▶ notifications

Pure: no clock, no store, no network. The same operations in the same order give the same clusters, alerts and
numbers, wherever the state was saved and restored in between.
"""

from collections.abc import Sequence

import msgspec

from flocon.alerts.engine import Alerts
from flocon.alerts.model import ClusterFacts, Notification, PostFacts, Transition
from flocon.clusters.engine import Clusters
from flocon.clusters.record import Cluster
from flocon.clusters.template import title_of
from flocon.findings import Finding
from flocon.rise.engine import Rise
from flocon.settings import Settings
from flocon.state import Table
from flocon_detectors.decide import Rule

_SPREAD_POSTS = 3
"""A campaign without a candidate post may alert once its groups make a candidate rule over so many posts."""
_DAY_MS = 86_400_000
_STRUCTURAL = "listing.structural"


class Outcome(msgspec.Struct, frozen=True):
    """What one finding led to.

    Attributes:
        cluster: the campaign it joined; None for a finding that joins none (undated, protected).
        merges: clusters merged, as (loser, survivor).
        scored: False where it came too late for the rise test.
        transitions: what happened to alerts.
    """

    cluster: str | None
    merges: tuple[tuple[str, str], ...] = ()
    scored: bool = True
    transitions: tuple[Transition, ...] = ()


class Flow:
    """Clusters, rise and alerts of one stream of findings.

    Args:
        settings: options of the three stages.
        rules: the decision rules, which a campaign as a whole may meet too.
    """

    def __init__(self, settings: Settings, rules: Sequence[Rule]) -> None:
        self.clusters = Clusters(settings.clusters)
        self.rise = Rise(settings.rise)
        self.alerts = Alerts(settings.alerts)
        self._watermark_ms = 0
        self._candidate_rules = tuple(rule for rule in rules if rule.decision == "candidate")

    @property
    def tables(self) -> tuple[Table[object], ...]:
        """The whole state."""
        return (*self.clusters.tables, *self.rise.tables, *self.alerts.tables)  # type: ignore[return-value]

    def advance(self, watermark_ms: int) -> list[Transition]:
        """Let event time pass: close ticks, let alerts that have been quiet rest.

        Args:
            watermark_ms: newest event time.
        """
        self._watermark_ms = max(self._watermark_ms, watermark_ms)
        transitions: list[Transition] = []
        for closed_ms in self.rise.advance(watermark_ms):
            verdicts = {verdict.series: verdict for verdict in self.rise.review()}
            for root in self.alerts.following():
                verdict = verdicts.get(root) or self.rise.evaluate(root)
                transitions += self.alerts.settle(verdict, at_ms=closed_ms)
            transitions += self.alerts.tick(closed_ms)
        return transitions

    def end_of_input(self) -> list[Transition]:
        """Tell what is due though no further tick closes; alerts that fire go on firing."""
        return self.alerts.tick(self._watermark_ms)

    def forget(self, alert_days: int) -> int:
        """Forget alerts that ended so many days of event time ago; how many."""
        return self.alerts.prune(self._watermark_ms - alert_days * _DAY_MS)

    def volume(self, platform: str, at_ms: int, posts: int) -> None:
        """Count posts read, with or without evidence: what the rise test knows of seasons and outages."""
        self.rise.volume(platform, at_ms, posts)

    def redact(self, cluster: str, stable: str) -> None:
        """Forget the words of a deleted post, in its campaign and in alerts; counts stay."""
        if self.clusters.redact(cluster, stable):
            self.alerts.redact(self.clusters.root(cluster))

    def finding(self, finding: Finding) -> Outcome:
        """Take in one finding that was not seen before; `advance` has been called up to its time."""
        at_ms = finding.event_ms
        if at_ms is None or finding.is_protected:
            return Outcome(None, scored=False)
        assignment = self.clusters.add(finding, at_ms)
        transitions: list[Transition] = []
        for loser, survivor in assignment.merges:
            self.rise.merge(loser, survivor)
            transitions += self.alerts.merged(loser, survivor, at_ms=at_ms)
        author = finding.author or finding.stable
        scored = self.rise.add(
            assignment.cluster,
            platform=finding.platform,
            at_ms=at_ms,
            author=author,
            unit=assignment.skeleton if finding.channel is not None else author,
        )
        if scored:
            facts = self._facts(self.clusters[assignment.cluster])
            transitions += self.alerts.observe(facts, self.rise.evaluate(assignment.cluster), at_ms=at_ms)
        if finding.screening.verdict.immediate or "threat_to_life" in finding.screening.safeguard:
            transitions += self.alerts.immediate(_post_facts(finding, assignment.cluster))
        return Outcome(assignment.cluster, assignment.merges, scored, tuple(transitions))

    def _facts(self, cluster: Cluster) -> ClusterFacts:
        atoms = cluster.atoms
        spread = cluster.posts >= _SPREAD_POSTS and any(
            rule.holds(atoms.keys()) for rule in self._candidate_rules
        )
        structural = cluster.rules.get(_STRUCTURAL, 0) >= _SPREAD_POSTS
        # A campaign most of whose posts are innocent by their context is what the context says: a shop's, a news story.
        innocent = 2 * cluster.benign > cluster.posts
        return ClusterFacts(
            id=cluster.root,
            title=title_of(cluster.template),
            families=tuple(sorted(cluster.families, key=lambda name: (-cluster.families[name], name))),
            groups=tuple(atom for atom in sorted(atoms) if len(atom) == 1),
            rules=tuple(sorted(cluster.rules, key=lambda name: (-cluster.rules[name], name))),
            platforms=dict(sorted(cluster.platforms.items())),
            posts=cluster.posts,
            authors=len(cluster.authors),
            distinct_texts=len(cluster.texts),
            channels=len(cluster.channels),
            candidate_posts=0 if innocent else cluster.candidates,
            may_alert=not innocent and (spread or structural),
            threat="violence" in cluster.families or bool(cluster.safeguards),
            first_seen_ms=cluster.first_ms,
            last_seen_ms=cluster.last_ms,
            examples=tuple(cluster.examples),
            template=cluster.template,
        )


def _post_facts(finding: Finding, cluster: str) -> PostFacts:
    verdict = finding.screening.verdict
    return PostFacts(
        uid=finding.uid,
        platform=finding.platform,
        at_ms=finding.event_ms or 0,
        author=finding.author,
        families=verdict.families,
        rules=verdict.rules,
        cluster=cluster,
        title=", ".join(verdict.rules),
    )


def notifications(transitions: Sequence[Transition]) -> list[Notification]:
    """What is to be delivered."""
    return [transition.notification for transition in transitions if transition.notification is not None]
