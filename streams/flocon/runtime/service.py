"""The service: several feeds followed at once, one writer, until it is told to stop.

Each feed is read by a thread of its own into a short queue, which is all the back-pressure there is: a feed that is
faster than the flow waits. The main thread alone touches flow and store.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from flocon import watchdog
from flocon.feeds.base import Batch, FeedError
from flocon.feeds.files import FileFeed
from flocon.log import LOGGER
from flocon.metrics import Metrics
from flocon.outbox import Outbox
from flocon.runtime.local import LocalRun
from flocon.stores.retention import Retention
from flocon.stores.sqlite import SqliteStore

_QUEUED: Final = 4
_IDLE_S: Final = 0.5
_HOUSEKEEPING_S: Final = 3600.0
_PULSE_S: Final = 5.0
_BATCH: Final = 500

Item = tuple[FileFeed, Batch | None, FeedError | None]


class Service:
    """Follows feeds.

    Args:
        run: screens and applies.
        store, outbox, metrics: the run's own.
        retention: enforced once an hour.
        stop: set from outside (a signal) to end it after the batch at hand.
        report: told of every batch's problems.

    Attributes:
        failed: feeds that could not be read on.
    """

    def __init__(
        self,
        run: LocalRun,
        store: SqliteStore,
        outbox: Outbox,
        metrics: Metrics,
        *,
        retention: Retention,
        stop: threading.Event,
        report: Callable[[Batch], None],
    ) -> None:
        self._run = run
        self._store = store
        self._outbox = outbox
        self._metrics = metrics
        self._retention = retention
        self._stop = stop
        self._report = report
        self._queue: queue.Queue[Item] = queue.Queue(_QUEUED)
        self._positions: dict[str, str] = {}
        self._pulse = self._housekeeping = 0.0
        self.failed: list[FeedError] = []

    def serve(self, feeds: Sequence[FileFeed]) -> None:
        """Apply what an interrupted sorted run left, then follow the feeds until told to stop or until all end."""
        self._run.apply_inbox()
        threads = [
            threading.Thread(target=self._read, args=(feed,), name=feed.where, daemon=True) for feed in feeds
        ]
        for thread in threads:
            thread.start()
        watchdog.tell("READY=1")
        running = len(threads)
        while running and not self._stop.is_set():
            self._keep_house()
            try:
                feed, batch, error = self._queue.get(timeout=_IDLE_S)
            except queue.Empty:
                self._outbox.serve()
                continue
            if batch is not None:
                self._report(batch)
                self._positions[feed.where] = self._run.process(
                    feed.where, batch, self._positions.get(feed.where)
                )
                self._outbox.serve()
                continue
            running -= 1
            if error is not None:
                self.failed.append(error)
                LOGGER.error("%s", error, extra={"feed": feed.where})
        watchdog.tell("STOPPING=1")
        self._stop.set()

    def _read(self, feed: FileFeed) -> None:
        """One feed's thread: its batches, then its end."""
        error = None
        try:
            for batch in feed.batches(_BATCH):
                if not self._put((feed, batch, None)):
                    return
        except FeedError as failure:
            error = failure
        self._put((feed, None, error))

    def _put(self, item: Item) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_IDLE_S)
            except queue.Full:
                continue
            return True
        return False

    def _keep_house(self) -> None:
        now = time.monotonic()
        if now - self._pulse >= _PULSE_S:
            self._pulse = now
            watchdog.tell("WATCHDOG=1")
            self._metrics.store(self._store.upkeep.used_bytes())
        if not self._housekeeping or now - self._housekeeping >= _HOUSEKEEPING_S:
            self._housekeeping = now
            for reason, rows in self._run.keep_little(self._retention).items():
                LOGGER.info("removed %d rows: %s", rows, reason, extra={"reason": reason, "rows": rows})
