"""The options of the alert lifecycle."""

from typing import Final

import msgspec

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS


class AlertConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of `engine.Alerts`; times are event time.

    Raises:
        ValueError: a value cannot work; the message names it.
    """

    min_authors: int = 3
    """Authors in 24 hours that make a rise more than one person's doing; or"""
    min_platforms: int = 2
    """so many platforms in 24 hours; or"""
    min_texts: int = 6
    """so many different texts in 24 hours in a channel."""
    page_days: float = 7.0
    """A page needs a recurrence of so many days in the fleet, and harm or several platforms."""
    ticket_days: float = 1.0
    """A ticket needs a recurrence of so many days in the fleet."""
    resolve_ms: int = 6 * HOUR_MS
    """A rise alert resolves after being quiet for so long."""
    reopen_ms: int = 24 * HOUR_MS
    """A rise so soon after the end of an alert is the same alert; later it is its next episode."""
    pause_ms: int = 15 * MINUTE_MS
    """Least time between an alert's update and the notification before it."""
    members: tuple[int, ...] = (2, 4, 8)
    """An alert says so when its posts have multiplied by these since it fired."""
    storm_ms: int = 10 * MINUTE_MS
    """Length of the window in which rises are counted for a storm."""
    storm_fires: int = 10
    """Rises told one by one in that window; further ones are told together."""
    storm_top: int = 5
    """Alerts named in a digest, least likely first."""
    examples: int = 10
    """Posts named by an alert."""
    voices: int = 100
    """Most distinct authors counted by an immediate alert."""

    def __post_init__(self) -> None:
        if list(self.members) != sorted(set(self.members)) or any(factor <= 1 for factor in self.members):
            raise ValueError(f"members {self.members}: give growing factors, 2 or more")
        if self.storm_fires < 1 or self.storm_top < 1 or self.examples < 1:
            raise ValueError("storm_fires, storm_top, examples: at least 1")
        if min(self.resolve_ms, self.reopen_ms, self.pause_ms, self.storm_ms) < 0:
            raise ValueError("resolve_ms, reopen_ms, pause_ms, storm_ms: not below 0")
