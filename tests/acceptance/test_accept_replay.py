"""Same log, same result: whatever the batch size and the points of restart; and in order of arrival too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import Reference, dump
from prometheus_client import CollectorRegistry

from flocon.feeds.files import FileFeed, FileOptions
from flocon.intake import Intake
from flocon.metrics import Metrics
from flocon.outbox import Outbox
from flocon.pipeline import Flow
from flocon.privacy import Pseudonyms
from flocon.receivers.jsonl import JsonLines
from flocon.runtime import local
from flocon.runtime.local import LocalRun
from flocon.settings import Settings, load_screener
from flocon.stores.sqlite import SqliteStore

SCREENER = load_screener()
FAR_AHEAD_MS = 1_900_000_000_000
"""A clock behind which all posts of the feed lie: one that lies ahead of the clock is dated by it."""
NUMBERS = ("id", "kind", "state", "severity", "cluster", "posts", "authors", "fired_at_ms", "resolved_at_ms")


@contextmanager
def _run(store: Path, key: Path) -> Iterator[LocalRun]:
    """A run as a process would make it, from what the store holds."""
    settings, clock = Settings(), count(FAR_AHEAD_MS)
    metrics = Metrics(CollectorRegistry())
    with SqliteStore(store, write=True) as opened:
        outbox = Outbox(opened, [JsonLines(store.with_suffix(".jsonl"))], metrics)
        intake = Intake(SCREENER, Pseudonyms(key.read_bytes()), tick_ms=settings.rise.tick_ms)
        try:
            yield LocalRun(
                opened, Flow(settings, SCREENER.rules), intake, outbox, metrics, now_ms=lambda: next(clock)
            )
        finally:
            outbox.close()


def _sorted(store: Path, reference: Reference, *, block: int) -> dict[str, Any]:
    with _run(store, reference.key) as run:
        feed = FileFeed(str(reference.feed), cursors=run.cursors(), options=FileOptions(block_bytes=block))
        run.take_in(feed, lambda _: None)
    with _run(store, reference.key) as run:
        run.apply_inbox()
    return dump(store)


def _arriving(
    store: Path, reference: Reference, *, size: int, restarts: Sequence[int] = ()
) -> dict[str, Any]:
    """Process the feed as it comes, in batches of `size`, ending the run before the batches named."""
    number, over = 0, False
    while not over:
        with _run(store, reference.key) as run:
            previous, over = None, True
            for batch in FileFeed(str(reference.feed), cursors=run.cursors()).batches(size):
                number += 1
                previous = run.process("feed", batch, previous)
                if number in restarts:
                    over = False
                    break
    return dump(store)


def _told(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The alerts with their numbers."""
    return [
        tuple(getattr(alert, name) for name in NUMBERS) for _, alert in sorted(found["alerts.alerts"].items())
    ]


def _same(found: dict[str, Any], other: dict[str, Any]) -> None:
    assert _told(found) == _told(other)
    for name in other.keys() - {"outbox"}:
        assert found[name] == other[name], name


@pytest.mark.parametrize(("block", "rows"), [(20_000, 37), (1 << 22, 5_000)])
def test_a_sorted_run_does_not_depend_on_its_batches(
    block: int, rows: int, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_APPLY_ROWS", rows)
    _same(_sorted(tmp_path / "s.db", reference, block=block), dump(reference.store))


@pytest.fixture(scope="module")
def arrived(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _arriving(tmp_path_factory.mktemp("arrived") / "s.db", reference, size=2_000)


@pytest.mark.parametrize(
    ("size", "restarts"), [(61, ()), (500, (1, 2, 9, 20)), (2_000, (3,))], ids=["small", "restarted", "once"]
)
def test_arrival_does_not_depend_on_batches_and_restarts(
    size: int, restarts: tuple[int, ...], arrived: dict[str, Any], reference: Reference, tmp_path: Path
) -> None:
    _same(_arriving(tmp_path / "s.db", reference, size=size, restarts=restarts), arrived)


def test_arrival_in_order_of_time_gives_the_alerts_of_a_sorted_run(
    arrived: dict[str, Any], reference: Reference
) -> None:
    whole = dump(reference.store)
    assert _told(arrived) == _told(whole)
    assert arrived["posts"] == whole["posts"]
    assert arrived["clusters"] == whole["clusters"]
    assert arrived["coverage"] == whole["coverage"]
