"""Streaming clusters: each finding joins the campaign it is most like, or begins one.

    signal keys ─▶ recent posts that share a key ─▶ alike enough? ─▶ best cluster ─▶ two bridging posts merge two

A shared key alone proves nothing: it proposes a candidate and lowers the bar of similarity. Joining everything that
shares anything (union-find) lets one chance collision swallow all campaigns; so a post joins its single best
cluster, and two clusters merge only after two different posts bridge them. Ids are stable: a cluster keeps the id
of its earliest post, and a merge keeps the older of the two.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from flocon.clusters.idf import Frequencies, Idf
from flocon.clusters.keys import Signals, signals_of
from flocon.clusters.record import Cluster, count, join
from flocon.clusters.similarity import Weighed
from flocon.findings import Finding
from flocon.state import Table

_DAY_MS: Final = 86_400_000
_STRONG: Final = frozenset({"phone", "invite", "handle", "qr", "ladder"})
_HELPFUL: Final = _STRONG | {"stem", "brand", "author"}
_PROOF: Final = 2
"""Shared strong keys that join posts whatever their text."""
_SHARED_EMOJIS: Final = 2


class ClusterConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How posts are joined.

    Attributes:
        similarity: bar for posts that share text only (IDF-weighted Jaccard over masked words).
        similarity_with_key: bar where they share a contact, ladder, brand or author too.
        emoji_discount: how much two shared emojis lower the bar.
        floor: no bar goes below it.
        votes: different posts that must bridge two clusters before they merge.
        recent: posts remembered by key.
        hub_authors, hub_clusters: a key beyond both is a commonplace and stops linking.
        ttl_days: silence after which posts, keys and clusters are forgotten.
        max_posts, max_keys, max_clusters: bounds of memory; the longest silent go first.
    """

    similarity: float = 0.25
    similarity_with_key: float = 0.08
    emoji_discount: float = 0.07
    floor: float = 0.05
    votes: int = 2
    recent: int = 8
    hub_authors: int = 50
    hub_clusters: int = 5
    ttl_days: int = 14
    max_posts: int = 30_000
    max_keys: int = 200_000
    max_clusters: int = 20_000


class Member(msgspec.Struct):
    """A recent post, as later ones are compared with it."""

    cluster: str
    at_ms: int
    tokens: frozenset[str]
    emojis: frozenset[str]


class Key(msgspec.Struct):
    """Recent posts of one signal key, and what tells a commonplace."""

    posts: list[str]
    at_ms: int
    authors: set[str]
    clusters: set[str]


class Assignment(msgspec.Struct, frozen=True):
    """Where a finding went: its cluster, the hash of its masked text, and merges as (loser, survivor)."""

    cluster: str
    skeleton: str
    merges: tuple[tuple[str, str], ...] = ()


class Votes(msgspec.Struct):
    """Posts that bridge a pair of clusters."""

    posts: list[str]
    at_ms: int


class Clusters:
    """The clusters of one stream of findings.

    Args:
        config: how posts are joined.

    Attributes:
        tables: the whole state; the result depends only on the findings and their order.
        forgotten: clusters dropped since the runtime last emptied this list, for it to archive.
    """

    def __init__(self, config: ClusterConfig | None = None) -> None:
        self.config = config or ClusterConfig()
        self._members: Table[Member] = Table("cluster-members", Member)
        self._keys: Table[Key] = Table("cluster-keys", Key)
        self._clusters: Table[Cluster] = Table("clusters", Cluster)
        self._aliases: Table[str] = Table("cluster-aliases", str)
        self._votes: Table[Votes] = Table("cluster-votes", Votes)
        frequencies: Table[Frequencies] = Table("cluster-idf", Frequencies)
        self._marks: Table[int] = Table("cluster-marks", int)
        self._idf = Idf(frequencies)
        self._totals: dict[str, float] = {}
        self._totals_of = -1
        self.forgotten: list[Cluster] = []
        self.tables = (
            self._members, self._keys, self._clusters, self._aliases, self._votes, frequencies, self._marks,
        )  # fmt: skip

    def __getitem__(self, root: str) -> Cluster:
        return self._clusters[self.root(root)]

    def __contains__(self, root: str) -> bool:
        return self.root(root) in self._clusters

    def __len__(self) -> int:
        return len(self._clusters)

    def root(self, cluster: str) -> str:
        """The id under which a cluster lives now, after all merges."""
        while (survivor := self._aliases.get(cluster)) is not None:
            cluster = survivor
        return cluster

    def add(self, finding: Finding, at_ms: int) -> Assignment:
        """Assign one finding that was not seen before.

        Args:
            finding: the finding.
            at_ms: its event time.
        """
        self._expire(at_ms)
        signals = signals_of(finding)
        accepted = self._alike(signals)
        if accepted:
            best = min(accepted, key=lambda root: (-accepted[root], self._clusters[root].first_ms, root))
            cluster = self._clusters[best]
        else:
            root = "c-" + hashlib.sha256(finding.stable.encode()).hexdigest()[:16]
            cluster = Cluster(root=root, first_ms=at_ms, last_ms=at_ms, first=finding.stable)
            self._clusters.put(root, cluster)
        count(cluster, finding, signals, at_ms)
        self._clusters.touch(cluster.root)
        self._remember(finding, signals, cluster.root, at_ms)
        self._idf.observe(signals.tokens, at_ms)
        merges = tuple(self._vote(cluster.root, accepted, finding.stable, at_ms))
        return Assignment(self.root(cluster.root), signals.skeleton, merges)

    def redact(self, cluster: str, stable: str) -> bool:
        """Forget the words of a deleted post; whether they were the campaign's template, which is empty then.

        Args:
            cluster: the post's cluster.
            stable: its stable hash.
        """
        member = self._members.get(stable)
        if member is not None:
            self._idf.forget(sorted(member.tokens))
            self._members.drop(stable)
        record = self._clusters.get(self.root(cluster))
        if record is None or record.template_of != stable:
            return False
        record.template, record.template_of, record.confidence = "", "", 0.0
        self._clusters.touch(record.root)
        return True

    def _alike(self, signals: Signals) -> dict[str, float]:
        """Clusters that hold a recent post alike enough, with the best score in each."""
        shared: dict[str, set[str]] = {}
        for key in signals.keys:
            entry = self._keys.get(key)
            if entry is None or self._is_hub(entry):
                continue
            kind = key.split(":", 1)[0]
            for post in entry.posts:
                shared.setdefault(post, set()).add(key if kind in _HELPFUL else "text")
        accepted: dict[str, float] = {}
        words = Weighed(signals.tokens, self._idf.weight)
        for post in sorted(shared):
            member = self._members.get(post)
            if member is None:
                continue
            alike = words.jaccard(member.tokens, self._total(post, member))
            strong = sum(key.split(":", 1)[0] in _STRONG for key in shared[post])
            bar = self.config.similarity_with_key if shared[post] - {"text"} else self.config.similarity
            if len(signals.emojis & member.emojis) >= _SHARED_EMOJIS:
                bar -= self.config.emoji_discount
            if strong >= _PROOF or alike >= max(bar, self.config.floor):
                root = self.root(member.cluster)
                if root in self._clusters:
                    accepted[root] = max(accepted.get(root, 0.0), alike + 0.2 * strong)
        return accepted

    def _total(self, post: str, member: Member) -> float:
        """Weight of a member's words, remembered while the weights hold."""
        if self._totals_of != self._idf.version:
            self._totals, self._totals_of = {}, self._idf.version
        total = self._totals.get(post)
        if total is None:
            total = self._totals[post] = Weighed(member.tokens, self._idf.weight).total
        return total

    def _is_hub(self, entry: Key) -> bool:
        return len(entry.authors) > self.config.hub_authors and len(entry.clusters) > self.config.hub_clusters

    def _remember(self, finding: Finding, signals: Signals, root: str, at_ms: int) -> None:
        self._members.put(finding.stable, Member(root, at_ms, signals.tokens, signals.emojis))
        for key in signals.keys:
            entry = self._keys.get(key)
            if entry is None:
                entry = Key([], at_ms, set(), set())
            entry.posts = [*entry.posts, finding.stable][-self.config.recent :]
            entry.at_ms = max(entry.at_ms, at_ms)
            if finding.author is not None and len(entry.authors) <= self.config.hub_authors:
                entry.authors.add(finding.author)
            if len(entry.clusters) <= self.config.hub_clusters:
                entry.clusters.add(root)
            self._keys.put(key, entry)

    def _vote(
        self, root: str, accepted: dict[str, float], post: str, at_ms: int
    ) -> Iterator[tuple[str, str]]:
        for other in sorted(accepted):
            current = self.root(root)
            if self.root(other) == current:
                continue
            pair = "|".join(sorted((current, self.root(other))))
            votes = self._votes.get(pair) or Votes([], at_ms)
            votes.posts.append(post)
            votes.at_ms = max(votes.at_ms, at_ms)
            if len(votes.posts) < self.config.votes:
                self._votes.put(pair, votes)
                continue
            self._votes.drop(pair)
            yield self._merge(current, self.root(other))

    def _merge(self, left: str, right: str) -> tuple[str, str]:
        survivor, loser = sorted(
            (self._clusters[left], self._clusters[right]),
            key=lambda cluster: (cluster.first_ms, cluster.first),
        )
        join(survivor, loser)
        self._clusters.touch(survivor.root)
        self._clusters.drop(loser.root)
        self._aliases.put(loser.root, survivor.root)
        return loser.root, survivor.root

    def _expire(self, now_ms: int) -> None:
        """Once a day of event time forget what has been silent; at any time keep within the bounds of memory."""
        day = now_ms // _DAY_MS
        if day > (self._marks.get("day") or -1):
            self._marks.put("day", day)
            oldest = now_ms - self.config.ttl_days * _DAY_MS
            for table in (self._members, self._keys, self._votes):
                for key in [key for key, value in table.items() if value.at_ms < oldest]:
                    table.drop(key)
            for root in [cluster.root for cluster in self._clusters.values() if cluster.last_ms < oldest]:
                self._forget(root)
        _shrink(self._members, self.config.max_posts)
        _shrink(self._keys, self.config.max_keys)
        if len(self._clusters) > self.config.max_clusters:
            silent = sorted(self._clusters.values(), key=lambda cluster: (cluster.last_ms, cluster.root))
            for cluster in silent[: len(silent) // 10 + 1]:
                self._forget(cluster.root)

    def _forget(self, root: str) -> None:
        """Drop a cluster from the live state; posts and alerts that name it stay in the store."""
        self.forgotten.append(self._clusters[root])
        self._clusters.drop(root)
        for alias in [alias for alias, survivor in self._aliases.items() if survivor == root]:
            self._aliases.drop(alias)


def _shrink(table: Table[Member] | Table[Key], bound: int) -> None:
    """Drop the tenth that has been silent longest when a table outgrows its bound."""
    if len(table) > bound:
        silent = sorted((value.at_ms, key) for key, value in table.items())
        for _, key in silent[: len(silent) // 10 + 1]:
            table.drop(key)
