"""What must hold for any sequence of posts."""

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rise_kit import TICK_MS, Disk, advance, at

from flocon.rise.config import RiseConfig
from flocon.rise.engine import Rise
from flocon.rise.verdict import Verdict

CONFIG = RiseConfig()


@dataclass(frozen=True)
class Spot:
    """A post: hours after the start, campaign, platform, author."""

    hours: float
    series: str
    platform: str
    author: str

    def put(self, rise: Rise) -> bool:
        return rise.add(
            self.series, platform=self.platform, at_ms=at(self.hours), author=self.author, unit=self.author
        )


def spots(limit: float, *, series: str = "abc") -> st.SearchStrategy[Spot]:
    return st.builds(
        Spot,
        hours=st.floats(0, limit).map(lambda hours: round(hours, 3)),
        series=st.sampled_from(series),
        platform=st.sampled_from(["telegram", "bluesky"]),
        author=st.sampled_from([f"author{number}" for number in range(8)]),
    )


def told(rise: Rise) -> list[Verdict]:
    return [rise.evaluate(name) for name in "abc"]


@settings(max_examples=40, deadline=None)
@given(posts=st.lists(spots(30), min_size=1, max_size=40), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_posts_arrive_does_not_matter(posts: list[Spot], seed: object) -> None:
    """Late posts are the same as posts in order, as long as their tick is not frozen."""
    ordered, shuffled = sorted(posts, key=lambda spot: spot.hours), list(posts)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    in_order, late = Rise(CONFIG), Rise(CONFIG)
    for rise in (in_order, late):
        list(rise.advance(at(0)))
    for spot in ordered:
        advance(in_order, min(spot.hours, 23.9))
        spot.put(in_order)
    advance(late, 23.9)
    for spot in shuffled:
        spot.put(late)
    for hours in (31, 50, 80):
        advance(in_order, hours)
        advance(late, hours)
        assert told(in_order) == told(late)


@settings(max_examples=40, deadline=None)
@given(posts=st.lists(spots(20, series="ab"), min_size=1, max_size=40), late=st.booleans())
@example(posts=[Spot(0, "b", "telegram", "x"), Spot(10, "a", "telegram", "y")], late=True)
@example(posts=[Spot(0, "a", "telegram", "x"), Spot(10, "b", "bluesky", "y")], late=True)
def test_merging_adds(*, posts: list[Spot], late: bool) -> None:
    """Two campaigns merged are the campaign that had all their posts, before and after ticks are frozen.

    Nothing is winsorised here: what is a burst in the whole may be two ordinary ticks apart.
    """
    config = RiseConfig(winsor=0.0)
    apart, whole = Rise(config), Rise(config)
    for spot in sorted(posts, key=lambda spot: spot.hours):
        # an author is in one of the two, so that the cap holds on both sides alike
        own = Spot(spot.hours, spot.series, spot.platform, spot.author + spot.series)
        own.put(apart)
        Spot(own.hours, "a", own.platform, own.author).put(whole)
    if not late:
        apart.merge("b", "a")
    for rise in (apart, whole):
        list(rise.advance(at(40)))
    if late:
        apart.merge("b", "a")
    for rise in (apart, whole):
        list(rise.advance(at(50)))
    for rise in (apart, whole):
        Spot(50.0, "a", "telegram", "last").put(rise)
    found, expected = apart.evaluate("a"), whole.evaluate("a")
    assert [window.count for window in found.windows] == [window.count for window in expected.windows]
    assert [window.expected for window in found.windows] == pytest.approx(
        [window.expected for window in expected.windows], rel=1e-9
    )
    assert found.p == pytest.approx(expected.p, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    past=st.lists(spots(60), max_size=30),
    burst=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30)), min_size=1, max_size=30),
    volume=st.integers(0, 60),
)
def test_a_verdict_only_gets_less_likely_until_its_tick_closes(
    past: list[Spot], burst: list[tuple[str, int]], volume: int
) -> None:
    """Firing early is safe: what is seen within a tick is at least as likely as what it ends with."""
    rise = Rise(CONFIG)
    for spot in sorted(past, key=lambda spot: spot.hours):
        advance(rise, spot.hours)
        rise.volume(spot.platform, at(spot.hours), 40)
        spot.put(rise)
    advance(rise, 60)
    seen = {name: [rise.evaluate(name).p] for name in "abc"}
    for name, author in burst:
        Spot(60.1, name, "telegram", f"author{author}").put(rise)
        seen[name].append(rise.evaluate(name).p)
    rise.volume("telegram", at(60.1), volume)
    for _ in rise.advance(at(60.25)):
        for name in "abc":
            seen[name].append(rise.evaluate(name).p)
    assert all(values == sorted(values, reverse=True) for values in seen.values())


steps = st.one_of(
    st.tuples(st.just("post"), spots(40)),
    st.tuples(st.just("volume"), st.floats(0, 40)),
    st.tuples(st.just("advance"), st.floats(0, 120)),
    st.tuples(st.just("abandon"), st.floats(0, 120)),
    st.tuples(st.just("merge"), st.permutations("abc")),
)


def apply(rise: Rise, step: tuple[str, object]) -> object:
    match step:
        case ("post", Spot() as spot):
            return spot.put(rise), rise.evaluate(spot.series)
        case ("volume", float() as hours):
            return rise.volume("telegram", at(hours), 17)
        case ("advance", float() as hours):
            return advance(rise, hours)
        case ("abandon", float() as hours):
            return next(rise.advance(at(hours)), None), rise.review()
        case ("merge", list() as names):
            return rise.merge(names[0], names[1])
        case _:
            raise AssertionError(step)


@settings(max_examples=60, deadline=None)
@given(script=st.lists(steps, min_size=1, max_size=30), seed=st.integers(0, 9))
def test_restored_between_any_two_calls_it_gives_the_same_results_bit_for_bit(
    script: list[tuple[str, object]], seed: int
) -> None:
    steady, killed, disk = Rise(CONFIG), Rise(CONFIG), Disk()
    for step in script:
        expected = apply(steady, step)
        assert apply(killed, step) == expected
        disk.commit(killed)
        killed = disk.load(CONFIG, seed=seed)
        assert told(killed) == told(steady)
    assert killed.calibration() == steady.calibration()


@settings(max_examples=20, deadline=None)
@given(posts=st.lists(spots(24 * 20), max_size=8), stops=st.lists(st.floats(0, 24 * 60), max_size=30))
def test_it_does_not_matter_in_how_many_steps_time_advances(posts: list[Spot], stops: list[float]) -> None:
    rises = (Rise(CONFIG), Rise(CONFIG))
    marks = [*[(hours, None) for hours in stops], *[(spot.hours, spot) for spot in posts]]
    for hours, spot in sorted(marks, key=lambda mark: mark[0]):
        list(rises[0].advance(at(hours)))
        if spot is not None:
            list(rises[1].advance(at(hours)))
            for rise in rises:
                rise.volume(spot.platform, at(hours), 5)
                spot.put(rise)
    for rise in rises:
        list(rise.advance(at(24 * 61) + TICK_MS))
        Spot(24 * 61.0, "a", "telegram", "last").put(rise)
        list(rise.advance(at(24 * 63)))
    assert told(rises[0]) == told(rises[1])
