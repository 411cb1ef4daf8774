"""Delivery in order, until taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from flocon.alerts.model import Notification
from flocon.metrics import Metrics
from flocon.outbox import Outbox
from flocon.receivers.base import RefusedError
from flocon.stores.sqlite import SqliteStore


class Fake:
    """Refuses as told, then takes everything."""

    name = "fake"

    def __init__(self, *refusals: RefusedError, slow: bool = True) -> None:
        self.slow = slow
        self.refusals = list(refusals)
        self.taken: list[str] = []

    def send(self, notification: Notification) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(notification.key)

    def close(self) -> None:
        self.taken.append("closed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "s.db", write=True)
    yield opened
    opened.close()


def note(number: int) -> Notification:
    return Notification(
        key=f"r-1:1:{number}", alert="r-1", event="fire", severity="page", at_ms=number, payload={}
    )


def outbox(store: SqliteStore, *receivers: Fake) -> Outbox:
    made = Outbox(store, receivers, Metrics(CollectorRegistry()))
    with store.transaction():
        made.post([note(1), note(2), note(3)])
    return made


def test_each_receiver_gets_all_in_order(store: SqliteStore) -> None:
    slow, quick = Fake(), Fake(slow=False)
    quick.name = "quick"
    made = outbox(store, slow, quick)
    assert made.drain(5.0) == 0
    made.close()
    assert slow.taken == quick.taken == ["r-1:1:1", "r-1:1:2", "r-1:1:3", "closed"]


def test_a_refusal_is_tried_again_before_the_next_one(store: SqliteStore) -> None:
    receiver = Fake(RefusedError("busy", wait_s=0.01), RefusedError("busy", wait_s=0.01))
    made = outbox(store, receiver)
    assert made.drain(5.0) == 0
    assert receiver.taken == ["r-1:1:1", "r-1:1:2", "r-1:1:3"]


def test_a_refusal_for_good_goes_dead_and_the_rest_goes_on(store: SqliteStore) -> None:
    receiver = Fake(RefusedError("no", for_good=True))
    made = outbox(store, receiver)
    assert made.drain(5.0) == 0
    assert receiver.taken == ["r-1:1:2", "r-1:1:3"]


def test_what_is_not_delivered_in_time_stays_for_the_next_run(store: SqliteStore) -> None:
    made = outbox(store, Fake(RefusedError("down", wait_s=60.0)))
    assert made.drain(0.1) == 3
    later = Fake()
    again = Outbox(store, [later], Metrics(CollectorRegistry()))
    assert again.drain(5.0) == 0
    assert later.taken == ["r-1:1:1", "r-1:1:2", "r-1:1:3"]


def test_the_same_key_is_stored_once(store: SqliteStore) -> None:
    receiver = Fake()
    made = outbox(store, receiver)
    with store.transaction():
        made.post([note(2)])
    made.drain(5.0)
    assert len(receiver.taken) == 3
