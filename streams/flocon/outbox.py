"""Delivery: every notification is stored before it is sent, and sent until its receiver has taken it.

Each receiver is served in the order in which notifications were made. Receivers on this machine are served at
once; one that goes over a network has a thread of its own, so that it holds up neither the flow nor the others.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import msgspec

from flocon.alerts.model import Notification
from flocon.metrics import Metrics
from flocon.receivers.base import Receiver, RefusedError
from flocon.stores.outbox_rows import OutboxRow
from flocon.stores.sqlite import SqliteStore

_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 60.0
_POLL_S: Final = 0.02
_DECODE: Final = msgspec.msgpack.Decoder(Notification).decode


class _Lane:
    """One receiver and where it stands."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=receiver.name) if receiver.slow else None
        self.flying: tuple[OutboxRow, Future[None]] | None = None
        self.not_before = 0.0
        self.wait_s = _FIRST_WAIT_S


class Outbox:
    """Delivers what stands in the store's outbox.

    Args:
        store: open for writing.
        receivers: where to.
        metrics: counts attempts.
        clock: monotonic seconds; only decides when to try again.
    """

    def __init__(
        self,
        store: SqliteStore,
        receivers: Sequence[Receiver],
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._lanes = [_Lane(receiver) for receiver in receivers]
        self._metrics = metrics
        self._clock = clock

    def post(self, notifications: Sequence[Notification]) -> None:
        """Store notifications for every receiver; inside the transaction that made them."""
        rows = [
            (notification.key, lane.receiver.name, msgspec.msgpack.encode(notification))
            for notification in notifications
            for lane in self._lanes
        ]
        if rows:
            self._store.outbox.post(rows)

    def serve(self) -> bool:
        """Deliver what can be delivered now, without waiting; whether something is still to be sent."""
        waiting = [self._serve(lane) for lane in self._lanes]
        return any(waiting)

    def drain(self, limit_s: float) -> int:
        """Deliver until all is sent or the time is up; how many notifications are left."""
        end = self._clock() + limit_s
        while self.serve() and self._clock() < end:
            time.sleep(_POLL_S)
        return sum(self._store.outbox.waiting(lane.receiver.name) for lane in self._lanes)

    def close(self) -> None:
        """Wait for what is being sent, and close the receivers."""
        for lane in self._lanes:
            if lane.pool is not None:
                lane.pool.shutdown(wait=True)
            lane.receiver.close()

    def _serve(self, lane: _Lane) -> bool:
        if lane.pool is None:
            rows = self._store.outbox.pending(lane.receiver.name)
            while rows:
                for row in rows:
                    lane.receiver.send(_DECODE(row.record))
                    self._settle(lane, row, None)
                rows = self._store.outbox.pending(lane.receiver.name)
            return False
        if lane.flying is not None:
            row, sending = lane.flying
            if not sending.done():
                return True
            lane.flying = None
            self._settle(lane, row, sending.exception())
        if self._clock() < lane.not_before:
            return True
        rows = self._store.outbox.pending(lane.receiver.name, limit=1)
        if not rows:
            return False
        lane.flying = rows[0], lane.pool.submit(lane.receiver.send, _DECODE(rows[0].record))
        return True

    def _settle(self, lane: _Lane, row: OutboxRow, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, RefusedError):
            raise error
        if error is None:
            state, lane.wait_s = "sent", _FIRST_WAIT_S
        elif error.for_good:
            state = "dead"
        else:
            state = "pending"
            lane.not_before = self._clock() + (error.wait_s or lane.wait_s)
            lane.wait_s = min(2 * lane.wait_s, _LONGEST_WAIT_S)
        with self._store.transaction():
            self._store.outbox.settle(row, state=state, error=None if error is None else str(error))
        self._metrics.delivered(lane.receiver.name, state)
