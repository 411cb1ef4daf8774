"""What the rise test says about one campaign at one time; stored with the alert it leads to."""

from typing import Final

import msgspec

RECURRENCE_MAX_DAYS: Final = 1e6
"""Longer recurrences are reported as this: beyond it the model itself is the larger doubt."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One window of the test.

    Attributes:
        hours: its length.
        count: posts counted in it, at most one per author (or text) and hour.
        expected: posts expected.
        size: size of the negative binomial; smaller means less certain.
        p: probability of so many posts or more.
    """

    hours: int
    count: int
    expected: float
    size: float
    p: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The rise test for one campaign.

    Attributes:
        series: the campaign.
        tick_ms: start of the tick the windows end with; event time, milliseconds UTC.
        windows: the windows tested.
        p: the smallest of their probabilities, corrected for their number.
        p_star: the threshold that keeps the fleet within its budget of false alerts.
        fleet: campaigns that share the budget.
        recurrence_days: how often chance alone does this somewhere in the fleet, in days; finite.
        alpha: the pooled dispersion used.
        posts_gate: posts in the gate window (6 h), capped as `Window.count`.
        authors_6h: distinct authors in 6 hours.
        authors_24h: distinct authors in 24 hours.
        units_6h: distinct authors, or texts in a channel, in 6 hours.
        units_24h: the same in 24 hours.
        platforms_24h: platforms with a post in 24 hours.
        rising: p is within the budget and the gate window holds enough posts.
        quiet: p is above the level at which an alert may rest.
    """

    series: str
    tick_ms: int
    windows: tuple[Window, ...]
    p: float
    p_star: float
    fleet: int
    recurrence_days: float
    alpha: float
    posts_gate: int
    authors_6h: int
    authors_24h: int
    units_6h: int
    units_24h: int
    platforms_24h: int
    rising: bool
    quiet: bool

    @property
    def window(self) -> Window | None:
        """The window that says most; None where there are no posts."""
        counted = [window for window in self.windows if window.count]
        return min(counted, key=lambda window: (window.p, window.hours), default=None)
