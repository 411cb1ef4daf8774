"""The NB-RI test: a negative-binomial predictive tail over several windows, read as a recurrence interval.

A rate with a Gamma(a, b) posterior makes the count of a window with exposure e negative binomial, of mean
m = a·e/b and size a (the "bayes" algorithm for outbreak detection, Riebler 2004; Höhle 2007). Noise of the rate
itself (dispersion alpha) is a second Gamma factor; the two are joined by their moments: size r = 1/(1/a + alpha).
"""

from collections.abc import Sequence

from scipy.special import betainc

from flocon.rise.verdict import RECURRENCE_MAX_DAYS


def tail(count: int, mean: float, size: float) -> float:
    """Probability that a negative binomial reaches `count` or more: I_{m/(m+r)}(count, r).

    The regularised incomplete beta function is the upper tail of the negative binomial (Abramowitz and Stegun
    1972, 26.5.26); unlike 1 - cdf it keeps its digits far out.

    Args:
        count: posts seen; 0 gives 1.
        mean: posts expected, m; 0 or more.
        size: r, greater than 0.
    """
    if count <= 0:
        return 1.0
    return float(betainc(count, size, mean / (mean + size)))


def size(shape: float, alpha: float) -> float:
    """Size of the predictive negative binomial: r = 1/(1/a + alpha).

    Args:
        shape: shape `a` of the rate's Gamma posterior, greater than 0.
        alpha: dispersion of the rate itself in this window, 0 or more.
    """
    return 1.0 / (1.0 / shape + alpha)


def window_alpha(alpha: float, hours: float) -> float:
    """Dispersion in a window of so many hours: noise that is fresh each hour averages out over longer ones."""
    return alpha / max(1.0, hours)


def combine(p_values: Sequence[float]) -> float:
    """One probability from those of several windows (Bonferroni); 1 for none."""
    return min(1.0, len(p_values) * min(p_values)) if p_values else 1.0


def threshold(*, budget_day: float, fleet: int, ticks_day: int, p_max: float) -> float:
    """The p that spends `budget_day` false alerts a day on `fleet` campaigns tested `ticks_day` times: F/(M·N)."""
    return min(budget_day / (max(fleet, 1) * ticks_day), p_max)


def recurrence_days(p: float, *, fleet: int, ticks_day: int) -> float:
    """Days between two such values by chance, over the whole fleet: 1/(p·N·M), at most a million."""
    if p <= 0.0:
        return RECURRENCE_MAX_DAYS
    return min(1.0 / (p * ticks_day * max(fleet, 1)), RECURRENCE_MAX_DAYS)


def winsorise(count: int, mean: float, size_: float, *, level: float) -> int:
    """`count`, cut back to the quantile that is exceeded with probability `level`.

    A past outbreak then hardly raises the baseline; the weights of Farrington 1996 do the same job.
    """
    if count == 0 or tail(count, mean, size_) > level:
        return count
    low, high = 0, count
    # invariant: P(X >= low) > level (or low is 0), P(X >= high) <= level; the quantile is `high - 1`
    while high - low > 1:
        middle = (low + high) // 2
        if tail(middle, mean, size_) > level:
            low = middle
        else:
            high = middle
    return high - 1
