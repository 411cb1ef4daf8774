"""What commands that only read ask of a store: its alerts and campaigns as they stand."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from flocon.alerts.model import Alert
from flocon.clusters.record import Cluster
from flocon.stores.sqlite import SqliteStore

_ALERT: Final = msgspec.msgpack.Decoder(Alert)
_CLUSTER: Final = msgspec.msgpack.Decoder(Cluster)


def alerts(store: SqliteStore) -> list[Alert]:
    """Every alert ever fired, in order of (fired_at, id)."""
    found = [_ALERT.decode(record) for _, record in store.states.rows("alerts.alerts")]
    return sorted(found, key=lambda alert: (alert.fired_at_ms, alert.id))


def clusters(store: SqliteStore) -> list[Cluster]:
    """Every campaign, live or past, in order of its first post."""
    found = {cluster.root: cluster for cluster in map(_CLUSTER.decode, store.states.past_clusters())}
    found.update((root, _CLUSTER.decode(record)) for root, record in store.states.rows("clusters"))
    return sorted(found.values(), key=lambda cluster: (cluster.first_ms, cluster.root))


def find_alert(store: SqliteStore, beginning: str) -> Iterator[Alert]:
    """Alerts with this id, or else those whose id begins so."""
    everything = alerts(store)
    exact = [alert for alert in everything if alert.id == beginning]
    yield from exact or [alert for alert in everything if alert.id.startswith(beginning)]


def count_firing(found: Iterable[Alert]) -> int:
    """How many of these alerts are firing."""
    return sum(alert.state == "firing" for alert in found)
