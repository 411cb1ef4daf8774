"""What every receiver does, and how it refuses."""

from typing import Protocol

from flocon.alerts.model import Notification


class RefusedError(Exception):
    """A notification was not taken.

    Args:
        reason: why, without content.
        for_good: whether trying again is pointless.
        wait_s: how long the receiver asks to be left alone, if it says so.
    """

    def __init__(self, reason: str, *, for_good: bool = False, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.wait_s = wait_s


class Receiver(Protocol):
    """Takes notifications one by one, in order. A notification may come twice; its key tells."""

    name: str
    """Name in the outbox and in metrics."""
    slow: bool
    """Whether it goes over a network: slow receivers are served beside the main loop."""

    def send(self, notification: Notification) -> None:
        """Deliver one notification.

        Raises:
            RefusedError: it was not taken.
        """

    def close(self) -> None:
        """Release what is held; called once, after the last `send`."""
