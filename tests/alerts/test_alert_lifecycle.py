"""Timelines: what is seen when, and what is told."""

import msgspec
import pytest
from alert_kit import Disk, at, bounty, desk, facts, heard, quiet, verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from flocon.alerts.config import AlertConfig
from flocon.alerts.engine import Alerts
from flocon.alerts.model import Alert, State, Transition


def the(alerts: Alerts, root: str = "c1", kind: str = "rise") -> Alert:
    alert = alerts.current(kind, root)  # type: ignore[arg-type]
    assert alert is not None
    return alert


def firing(**options: object) -> Alerts:
    """A desk on which c1 fired at the start."""
    alerts = desk(**options)
    assert heard(alerts.observe(facts(), verdict(), at_ms=at())) == ["fire"]
    return alerts


def resolved(*, hours: float) -> Alerts:
    """A desk on which c1 fired at the start and resolved at a time."""
    alerts = firing()
    alerts.settle(quiet(), at_ms=at(hours=hours - 6))
    assert heard(alerts.settle(quiet(), at_ms=at(hours=hours))) == ["resolve"]
    return alerts


def test_a_rise_fires_once() -> None:
    alerts = firing()
    assert alerts.observe(facts(), verdict(), at_ms=at(minutes=1)) == []
    assert alerts.settle(verdict(), at_ms=at(minutes=15)) == []


def test_no_rise_fires_nothing() -> None:
    assert desk().observe(facts(), verdict(p=1e-3), at_ms=at()) == []


def test_a_rise_without_candidates_fires_nothing() -> None:
    assert desk().observe(facts(candidate_posts=0), verdict(), at_ms=at()) == []


def test_a_closing_tick_alone_fires_nothing() -> None:
    assert desk().settle(verdict(), at_ms=at()) == []


def test_the_decision_is_kept_with_the_alert() -> None:
    decision = verdict()
    alerts = desk()
    alerts.observe(facts(), decision, at_ms=at(minutes=3))
    alert = the(alerts)
    assert (alert.decision, alert.fired_at_ms, alert.recurrence_days) == (decision, at(minutes=3), 2.0)
    assert alert.history[0].numbers["gate"] == "gate.authors"
    assert msgspec.json.decode(msgspec.json.encode(alert))["decision"]["windows"][1]["count"] == 11


def test_a_notification_says_what_receivers_need() -> None:
    (fire,) = desk().observe(facts(), verdict(days=3), at_ms=at())
    assert fire.notification is not None
    payload = fire.notification.payload
    assert payload["why"] == (
        "11 posts in 6 h where 0.4 are expected; by chance once in 3 days (ticket: once a day or rarer)"
    )
    assert (payload["fired_at"], payload["reason"], payload["platforms"]) == (
        "2025-01-06T00:00:00Z",
        "new alert",
        ["telegram"],
    )
    assert msgspec.json.encode(fire.notification)


def test_it_resolves_after_six_quiet_hours_and_not_a_moment_earlier() -> None:
    alerts = firing()
    alerts.settle(quiet(), at_ms=at(hours=1))
    early = alerts.settle(quiet(), at_ms=at(hours=7) - 1)
    late = alerts.settle(quiet(), at_ms=at(hours=7))
    assert (heard(early), heard(late)) == ([], ["resolve"])
    assert (the(alerts).state, the(alerts).resolved_at_ms) == ("resolved", at(hours=7))


def test_it_stays_firing_between_the_two_levels() -> None:
    alerts = firing()
    for hours in range(1, 48):
        assert alerts.settle(verdict(p=1e-2), at_ms=at(hours=hours)) == []
    assert the(alerts).state == "firing"


def test_unrest_starts_the_quiet_hours_anew() -> None:
    alerts = firing()
    alerts.settle(quiet(), at_ms=at(hours=1))
    alerts.settle(verdict(p=5e-3), at_ms=at(hours=6))
    alerts.settle(quiet(), at_ms=at(hours=6.25))
    assert alerts.settle(quiet(), at_ms=at(hours=12)) == []
    assert heard(alerts.settle(quiet(), at_ms=at(hours=12.25))) == ["resolve"]


def test_a_late_post_does_not_age_the_quiet_hours() -> None:
    alerts = firing()
    alerts.settle(verdict(), at_ms=at(hours=10))
    alerts.observe(facts(), quiet(), at_ms=at(hours=1))
    assert alerts.settle(quiet(), at_ms=at(hours=10.25)) == []


def test_it_reopens_within_a_day_as_the_same_alert() -> None:
    alerts = resolved(hours=8)
    told = alerts.observe(facts(), verdict(), at_ms=at(hours=32))
    assert (heard(told), told[0].reasons) == (["fire"], ("fire.reopened",))
    alert = the(alerts)
    assert (len(alerts.alerts), alert.episode, alert.state, alert.resolved_at_ms) == (1, 1, "firing", None)
    assert alert.fired_at_ms == at()


def test_after_a_day_it_is_a_new_episode_of_the_same_campaign() -> None:
    alerts = resolved(hours=8)
    first = the(alerts)
    alerts.observe(facts(), verdict(), at_ms=at(hours=32) + 1)
    second = the(alerts)
    assert (second.fingerprint, second.episode, second.id) == (first.id, 2, f"{first.id}-2")
    assert (first.state, len(alerts.alerts)) == ("resolved", 2)


def test_keys_are_never_used_twice() -> None:
    alerts = resolved(hours=8)
    keys = [f"{the(alerts).id}:1:{seq}" for seq in (1, 2)]
    again = alerts.observe(facts(), verdict(), at_ms=at(hours=20))
    alerts.settle(quiet(), at_ms=at(hours=21))
    alerts.settle(quiet(), at_ms=at(hours=27))
    later = alerts.observe(facts(), verdict(), at_ms=at(hours=60))
    keys += [step.notification.key for step in again + later if step.notification is not None]
    fingerprint = the(alerts).fingerprint
    assert keys == [f"{fingerprint}:1:1", f"{fingerprint}:1:2", f"{fingerprint}:1:3", f"{fingerprint}:2:1"]


def test_a_new_platform_is_told() -> None:
    alerts = firing()
    told = alerts.observe(facts(platforms={"telegram": 5, "bluesky": 1}), verdict(), at_ms=at(hours=1))
    assert (heard(told), told[0].reasons, told[0].numbers) == (
        ["update"],
        ("update.platform",),
        {"platform": "bluesky"},
    )


@pytest.mark.parametrize(("posts", "multiple"), [(9, None), (10, 2), (20, 4), (39, 4), (40, 8), (400, 8)])
def test_members_are_told_at_their_multiples(posts: int, multiple: int | None) -> None:
    told = firing().observe(facts(posts=posts), verdict(), at_ms=at(hours=1))
    assert [step.numbers["multiple"] for step in told] == ([] if multiple is None else [multiple])


def test_a_multiple_is_told_once() -> None:
    alerts = firing()
    alerts.observe(facts(posts=10), verdict(), at_ms=at(hours=1))
    assert alerts.observe(facts(posts=12), verdict(), at_ms=at(hours=2)) == []


def test_severity_rises_and_is_told_but_never_falls() -> None:
    alerts = firing()
    threat = facts(threat=True)
    told = alerts.observe(threat, verdict(days=8), at_ms=at(hours=1))
    assert (told[0].reasons, told[0].numbers) == (("update.severity",), {"from": "ticket", "to": "page"})
    assert alerts.observe(threat, verdict(days=0.5), at_ms=at(hours=2)) == []
    assert the(alerts).severity == "page"


def test_severity_that_rises_twice_while_held_is_told_from_first_to_last() -> None:
    alerts = desk()
    alerts.observe(facts(), verdict(days=0.5), at_ms=at())
    alerts.observe(facts(), verdict(days=2), at_ms=at(minutes=1))
    alerts.observe(facts(threat=True), verdict(days=20), at_ms=at(minutes=2))
    (told,) = alerts.tick(at(minutes=15))
    assert told.numbers == {"from": "info", "to": "page"}


def test_a_second_platform_makes_a_rare_rise_a_page() -> None:
    alerts = desk()
    alerts.observe(facts(), verdict(days=30), at_ms=at())
    told = alerts.observe(facts(platforms={"a": 1, "telegram": 5}), verdict(days=1), at_ms=at(hours=1))
    assert (told[0].reasons, the(alerts).severity) == (("update.platform", "update.severity"), "page")


def test_updates_wait_for_a_quarter_of_an_hour_and_are_told_together() -> None:
    alerts = firing()
    two = {"telegram": 5, "bluesky": 1}
    assert alerts.observe(facts(platforms=two), verdict(), at_ms=at(minutes=5)) == []
    assert alerts.observe(facts(platforms=two, posts=10), verdict(), at_ms=at(minutes=10)) == []
    assert alerts.tick(at(minutes=15) - 1) == []
    told = alerts.tick(at(minutes=15))
    assert (heard(told), told[0].reasons) == (["update"], ("update.members", "update.platform"))
    assert alerts.tick(at(minutes=60)) == []


def test_held_news_is_not_overwritten_by_later_news() -> None:
    alerts = firing()
    alerts.observe(facts(platforms={"telegram": 5, "b": 1}), verdict(), at_ms=at(minutes=1))
    alerts.observe(facts(platforms={"telegram": 5, "b": 1, "c": 1}), verdict(), at_ms=at(minutes=2))
    (told,) = alerts.tick(at(minutes=15))
    assert told.numbers == {"platform": "b, c"}


def test_fire_and_resolve_are_never_held_back() -> None:
    alerts = firing()
    alerts.observe(facts(posts=10), verdict(), at_ms=at(hours=5, minutes=55))
    alerts.settle(quiet(), at_ms=at(hours=5, minutes=56))
    told = alerts.observe(facts(posts=20), quiet(), at_ms=at(hours=11, minutes=56))
    again = alerts.observe(facts(), verdict(), at_ms=at(hours=11, minutes=57))
    assert (heard(told), heard(again)) == (["resolve"], ["fire"])


@pytest.mark.parametrize(("state", "expected"), [("acked", ["update"]), ("snoozed", [])])
def test_an_acked_alert_is_updated_and_a_snoozed_one_is_silent(state: State, expected: list[str]) -> None:
    alerts = firing()
    the(alerts).state = state
    told = alerts.observe(facts(posts=10), verdict(), at_ms=at(hours=1))
    assert heard(told) == expected


@pytest.mark.parametrize("state", ["dismissed", "confirmed"])
def test_what_an_analyst_has_judged_does_not_fire_again_within_a_day(state: State) -> None:
    alerts = firing()
    the(alerts).state = state
    the(alerts).resolved_at_ms = at(hours=1)
    assert alerts.observe(facts(), verdict(), at_ms=at(hours=25)) == []
    assert heard(alerts.observe(facts(), verdict(), at_ms=at(hours=25) + 1)) == ["fire"]
    assert the(alerts).episode == 2


def test_a_merge_resolves_the_loser_into_the_survivor() -> None:
    alerts = firing()
    alerts.observe(facts("c2"), verdict("c2"), at_ms=at(minutes=1))
    lost, kept = the(alerts, "c2"), the(alerts)
    told = alerts.merged("c2", "c1", at_ms=at(minutes=2))
    assert (heard(told), lost.state, lost.merged_into, lost.cluster) == (
        ["merged"],
        "resolved",
        kept.id,
        "c1",
    )
    assert (kept.state, alerts.current("rise", "c2"), alerts.following()) == ("firing", None, ["c1"])


def test_an_alert_moves_to_a_survivor_without_one_and_keeps_its_id() -> None:
    alerts = firing()
    before = the(alerts).id
    assert alerts.merged("c1", "c0", at_ms=at(minutes=2)) == []
    assert (the(alerts, "c0").id, the(alerts, "c0").cluster, alerts.following()) == (before, "c0", ["c0"])
    assert alerts.observe(facts("c0"), verdict("c0"), at_ms=at(minutes=3)) == []


def test_after_a_merge_the_moved_alert_reopens_under_its_id() -> None:
    alerts = resolved(hours=8)
    before = the(alerts).id
    alerts.merged("c1", "c0", at_ms=at(hours=9))
    alerts.observe(facts("c0"), verdict("c0"), at_ms=at(hours=10))
    assert (the(alerts, "c0").id, the(alerts, "c0").state) == (before, "firing")


def test_a_resolved_survivor_gives_way_to_an_alert_that_goes_on() -> None:
    alerts = resolved(hours=8)
    alerts.observe(facts("c2"), verdict("c2"), at_ms=at(hours=9))
    going = the(alerts, "c2").id
    assert alerts.merged("c2", "c1", at_ms=at(hours=9)) == []
    assert the(alerts).id == going


def test_a_name_taken_before_a_merge_is_not_given_again() -> None:
    alerts = resolved(hours=8)
    alerts.observe(facts("c2"), verdict("c2"), at_ms=at(hours=9))
    alerts.merged("c2", "c1", at_ms=at(hours=9))
    alerts.settle(quiet(), at_ms=at(hours=10))
    alerts.settle(quiet(), at_ms=at(hours=16))
    alerts.observe(facts(), verdict(), at_ms=at(hours=60))
    assert len(alerts.alerts) == 3
    assert len({alert.id for alert in alerts.alerts.values()}) == 3


def test_a_survivor_inherits_that_an_analyst_has_taken_the_alert() -> None:
    alerts = firing()
    alerts.observe(facts("c2"), verdict("c2"), at_ms=at(minutes=1))
    the(alerts, "c2").state = "acked"
    alerts.merged("c2", "c1", at_ms=at(minutes=2))
    assert the(alerts).state == "acked"


def storm(alerts: Alerts, count: int) -> list[Transition]:
    told: list[Transition] = []
    for number in range(count):
        campaign, p = facts(f"s{number}"), verdict(f"s{number}", p=1e-5 / (number + 1))
        told += alerts.observe(campaign, p, at_ms=at(minutes=number / 10))
    return told


def test_a_storm_is_told_in_a_digest() -> None:
    alerts = desk()
    told = storm(alerts, 18)
    assert (len(told), len(heard(told)), len(alerts.alerts)) == (18, 10, 18)
    assert alerts.tick(at(minutes=11) - 1) == []
    (digest,) = alerts.tick(at(minutes=11))
    assert digest.notification is not None
    payload = digest.notification.payload
    top = payload["top"]
    assert isinstance(top, list)
    assert [entry["cluster"] for entry in top] == ["s17", "s16", "s15", "s14", "s13"]
    assert (digest.numbers, digest.notification.key) == ({"alerts": 8}, "storm:1:1")
    assert alerts.tick(at(hours=1)) == []


def test_ten_fires_in_ten_minutes_are_no_storm() -> None:
    alerts = desk()
    assert len(heard(storm(alerts, 10))) == 10
    assert heard(alerts.observe(facts(), verdict(), at_ms=at(minutes=10))) == ["fire"]


def test_an_alert_only_told_in_a_digest_resolves_silently() -> None:
    alerts = desk()
    storm(alerts, 11)
    alerts.settle(quiet("s10"), at_ms=at(hours=1))
    (ended,) = alerts.settle(quiet("s10"), at_ms=at(hours=7))
    assert (ended.what, ended.notification) == ("resolve", None)


def test_one_post_is_enough_for_an_immediate_alert() -> None:
    alerts = desk()
    (fire,) = alerts.immediate(bounty())
    alert = the(alerts, kind="immediate")
    assert fire.notification is not None
    assert (fire.notification.event, alert.severity, alert.kind, alert.id[:2]) == (
        "fire",
        "page",
        "immediate",
        "i-",
    )
    assert (alert.cluster, alert.posts, alert.authors, alert.examples) == ("c1", 1, 1, ("telegram:9",))


def test_the_same_post_alerts_once() -> None:
    alerts = desk()
    alerts.immediate(bounty())
    assert alerts.immediate(bounty()) == []
    assert the(alerts, kind="immediate").posts == 1


def test_a_post_without_a_cluster_alerts_under_its_own_id() -> None:
    alerts = desk()
    alerts.immediate(bounty("bluesky:1", cluster=None))
    alerts.immediate(bounty("bluesky:2", cluster=None))
    assert len(alerts.alerts) == 2
    assert all(alert.cluster is None for alert in alerts.alerts.values())


def test_more_posts_join_an_immediate_alert() -> None:
    alerts = desk()
    alerts.immediate(bounty())
    told = alerts.immediate(bounty("bluesky:1", platform="bluesky", author="a2", at_ms=at(minutes=20)))
    alert = the(alerts, kind="immediate")
    assert (heard(told), alert.posts, alert.authors) == (["update"], 2, 2)
    assert told[0].reasons == ("update.members", "update.platform")


def test_an_immediate_alert_is_never_held_back_by_a_storm() -> None:
    alerts = desk()
    storm(alerts, 15)
    assert heard(alerts.immediate(bounty(at_ms=at(minutes=2)))) == ["fire"]


def test_a_new_threat_fires_again_at_once_after_an_analyst_closed_the_last() -> None:
    alerts = desk()
    alerts.immediate(bounty())
    the(alerts, kind="immediate").state = "dismissed"
    assert alerts.immediate(bounty()) == []
    assert heard(alerts.immediate(bounty("telegram:10", at_ms=at(minutes=1)))) == ["fire"]


def test_an_immediate_alert_and_a_rise_of_one_campaign_live_side_by_side() -> None:
    alerts = firing()
    alerts.immediate(bounty())
    assert (len(alerts.alerts), alerts.following()) == (2, ["c1"])


def test_pruning_forgets_what_ended_and_nothing_else() -> None:
    alerts = resolved(hours=8)
    alerts.observe(facts("c2"), verdict("c2"), at_ms=at(hours=8))
    assert alerts.prune(at(hours=8)) == 0
    assert (alerts.prune(at(hours=8) + 1), list(alerts.alerts)) == (1, [the(alerts, "c2").id])
    assert alerts.current("rise", "c1") is None


roots = st.sampled_from(["c1", "c2", "c3"])
steps = st.one_of(
    st.tuples(st.just("observe"), roots, st.sampled_from([1e-7, 1e-3, 0.5]), st.integers(3, 60)),
    st.tuples(st.just("settle"), roots, st.sampled_from([1e-7, 0.5]), st.just(0)),
    st.tuples(st.just("immediate"), roots, st.just(0.0), st.integers(0, 4)),
    st.tuples(st.just("merge"), roots, st.just(0.0), st.integers(1, 3)),
    st.tuples(st.just("tick"), roots, st.just(0.0), st.just(0)),
)


def apply(alerts: Alerts, step: tuple[str, str, float, int], now: int) -> list[Transition]:
    what, root, p, number = step
    match what:
        case "observe":
            return alerts.observe(facts(root, posts=number), verdict(root, p=p), at_ms=now)
        case "settle":
            return alerts.settle(verdict(root, p=p), at_ms=now)
        case "immediate":
            return alerts.immediate(bounty(f"t:{root}{number}", cluster=root, at_ms=now))
        case "merge":
            return alerts.merged(root, f"c{number}", at_ms=now)
        case _:
            return alerts.tick(now)


@settings(max_examples=80, deadline=None)
@given(
    script=st.lists(st.tuples(steps, st.integers(0, 500)), min_size=1, max_size=40), seed=st.integers(0, 9)
)
def test_restored_between_any_two_calls_it_tells_the_same(
    script: list[tuple[tuple[str, str, float, int], int]], seed: int
) -> None:
    config = AlertConfig(storm_fires=2)
    steady, killed, disk, minutes = Alerts(config), Alerts(config), Disk(), 0
    keys: list[str] = []
    for step, later in script:
        minutes += later
        expected = apply(steady, step, at(minutes=minutes))
        assert apply(killed, step, at(minutes=minutes)) == expected
        keys += [told.notification.key for told in expected if told.notification is not None]
        disk.commit(killed)
        killed = disk.load(config, seed=seed)
        assert dict(killed.alerts.items()) == dict(steady.alerts.items())
    assert len(keys) == len(set(keys))
    assert steady.following() == sorted(set(steady.following()))
