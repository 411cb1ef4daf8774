"""The brake on many rises at once: the first ones are told one by one, the rest together in a digest.

Every alert is kept as ever; only how it is told changes.
"""

import msgspec

from flocon.alerts.config import AlertConfig


class Storm(msgspec.Struct, kw_only=True):
    """State of the brake.

    Attributes:
        fires: times of the rises told one by one that still lie in the window.
        waiting: alerts to be told in the next digest.
        since_ms: when the first of them fired.
        digests: digests so far.
    """

    fires: list[int] = []
    waiting: list[str] = []
    since_ms: int = 0
    digests: int = 0

    def admit(self, alert: str, now_ms: int, *, config: AlertConfig) -> bool:
        """Whether a rise may be told by itself; if not, it waits for the digest."""
        self.fires = [at for at in self.fires if at > now_ms - config.storm_ms]
        if len(self.fires) < config.storm_fires:
            self.fires.append(now_ms)
            return True
        if not self.waiting:
            self.since_ms = now_ms
        self.waiting.append(alert)
        return False

    def due(self, now_ms: int, *, config: AlertConfig) -> bool:
        """Whether a digest is due: some wait, the first of them for the length of the window."""
        return bool(self.waiting) and now_ms - self.since_ms >= config.storm_ms

    def take(self) -> list[str]:
        """The alerts that wait, which then wait no longer."""
        waiting, self.waiting = self.waiting, []
        self.digests += 1
        return waiting
