import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from flocon.rise import nbri

means = st.floats(1e-4, 200.0)
sizes = st.floats(0.05, 500.0)


@given(count=st.integers(0, 300), mean=means, size=sizes)
def test_the_tail_is_that_of_the_negative_binomial(count: int, mean: float, size: float) -> None:
    expected = nbinom.sf(count - 1, size, size / (mean + size))
    assert nbri.tail(count, mean, size) == pytest.approx(expected, rel=1e-7, abs=1e-290)


def test_no_posts_are_no_surprise() -> None:
    assert nbri.tail(0, 3.0, 1.0) == 1.0


def test_a_post_where_none_can_come_is_impossible() -> None:
    assert nbri.tail(1, 0.0, 1.0) == 0.0


@given(count=st.integers(0, 200), mean=means, size=sizes)
def test_more_posts_are_never_more_likely(count: int, mean: float, size: float) -> None:
    assert nbri.tail(count + 1, mean, size) <= nbri.tail(count, mean, size)


def test_size_joins_both_sources_of_doubt() -> None:
    assert nbri.size(2.0, 0.3) == pytest.approx(1 / (0.5 + 0.3))


def test_dispersion_averages_out_over_hours_but_is_whole_in_a_tick() -> None:
    assert [nbri.window_alpha(0.6, hours) for hours in (0.25, 1, 6)] == pytest.approx([0.6, 0.6, 0.1])


@pytest.mark.parametrize(
    ("p_values", "combined"), [([], 1.0), ([0.5, 0.9], 1.0), ([0.01, 0.2, 1.0], 0.03), ([1e-9], 1e-9)]
)
def test_windows_are_combined_by_bonferroni(p_values: list[float], combined: float) -> None:
    assert nbri.combine(p_values) == pytest.approx(combined)


def test_the_threshold_spends_the_budget_on_the_fleet() -> None:
    assert nbri.threshold(budget_day=1, fleet=1000, ticks_day=96, p_max=1e-4) == pytest.approx(1 / 96_000)


def test_the_threshold_is_bounded_for_a_small_fleet() -> None:
    assert nbri.threshold(budget_day=1, fleet=0, ticks_day=96, p_max=1e-4) == 1e-4


def test_recurrence_at_the_threshold_is_the_budget() -> None:
    p = nbri.threshold(budget_day=1, fleet=1000, ticks_day=96, p_max=1e-4)
    assert nbri.recurrence_days(p, fleet=1000, ticks_day=96) == pytest.approx(1.0)


@pytest.mark.parametrize("p", [0.0, 1e-300])
def test_recurrence_is_finite(p: float) -> None:
    assert nbri.recurrence_days(p, fleet=10, ticks_day=96) == 1e6


@given(count=st.integers(0, 400), mean=means, size=sizes)
def test_winsorising_cuts_at_the_quantile(count: int, mean: float, size: float) -> None:
    quantile = int(nbinom.ppf(1 - 0.001, size, size / (mean + size)))
    taken = nbri.winsorise(count, mean, size, level=0.001)
    # scipy rounds the quantile itself by one where the cdf meets the level
    assert taken in {min(count, quantile + step) for step in (-1, 0, 1)}
    assert nbri.tail(taken + 1, mean, size) <= 0.001 or taken == count
