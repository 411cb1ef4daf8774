"""The contract of `flocon watch --once` and of the commands that read what it found."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import BOUNTY, OFFER, Reference, done, flocon, listed, post, query, watch, write

POST_KEYS = ["uid", "platform", "created_at", "decision", "families", "cluster", "text"]
CLUSTER_KEYS = ["cluster", "title", "families", "platforms", "posts", "authors", "first_seen", "last_seen"]
ALERT_KEYS = [
    "id",
    "kind",
    "state",
    "severity",
    "cluster",
    "families",
    "platforms",
    "posts",
    "authors",
    "first_seen",
    "last_seen",
    "fired_at",
    "resolved_at",
    "recurrence_days",
    "why",
    "examples",
]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


@pytest.fixture(scope="module")
def found(reference: Reference) -> dict[str, list[dict[str, Any]]]:
    return {what: listed(what, reference.store) for what in ("posts", "clusters", "alerts")}


@pytest.mark.parametrize(
    ("what", "keys"), [("posts", POST_KEYS), ("clusters", CLUSTER_KEYS), ("alerts", ALERT_KEYS)]
)
def test_each_record_begins_with_the_keys_of_the_contract(
    found: dict[str, list[dict[str, Any]]], what: str, keys: list[str]
) -> None:
    assert found[what]
    assert all(list(record)[: len(keys)] == keys for record in found[what])


def test_all_times_are_rfc_3339_in_utc(found: dict[str, list[dict[str, Any]]]) -> None:
    named = {"created_at", "first_seen", "last_seen", "fired_at"}
    times = [
        record[name] for records in found.values() for record in records for name in named & record.keys()
    ]
    times += [alert["resolved_at"] for alert in found["alerts"] if alert["resolved_at"] is not None]
    assert times
    assert all(TIME.fullmatch(time) for time in times)


def test_output_is_ordered_by_event_time_and_id(found: dict[str, list[dict[str, Any]]]) -> None:
    posts = [(record["created_at"][:19], record["created_at"], record["uid"]) for record in found["posts"]]
    alerts = [(record["fired_at"][:19], record["id"]) for record in found["alerts"]]
    assert [time for time, _, _ in posts] == sorted(time for time, _, _ in posts)
    assert [time for time, _ in alerts] == sorted(time for time, _ in alerts)


def test_posts_and_alerts_name_only_campaigns_that_stand(found: dict[str, list[dict[str, Any]]]) -> None:
    roots = {cluster["cluster"] for cluster in found["clusters"]}
    assert {post["cluster"] for post in found["posts"]} - {None} <= roots
    assert {alert["cluster"] for alert in found["alerts"]} - {None} <= roots


def test_campaigns_count_the_posts_that_name_them(found: dict[str, list[dict[str, Any]]]) -> None:
    for cluster in found["clusters"]:
        posts = [post for post in found["posts"] if post["cluster"] == cluster["cluster"]]
        assert len(posts) == cluster["posts"]
        assert {post["platform"] for post in posts} == set(cluster["platforms"])
        assert posts[0]["created_at"] == cluster["first_seen"]
        assert posts[-1]["created_at"] == cluster["last_seen"]


def test_the_examples_of_an_alert_are_posts_of_its_campaign(found: dict[str, list[dict[str, Any]]]) -> None:
    campaign = {post["uid"]: post["cluster"] for post in found["posts"]}
    for alert in found["alerts"]:
        assert alert["examples"]
        assert {campaign[uid] for uid in alert["examples"]} == {alert["cluster"]}


def test_alerts_hold_the_values_the_contract_allows(found: dict[str, list[dict[str, Any]]]) -> None:
    assert found["alerts"]
    for alert in found["alerts"]:
        assert alert["kind"] in {"rise", "displacement", "immediate"}
        assert alert["state"] in {"firing", "acked", "snoozed", "resolved", "dismissed", "confirmed"}
        assert alert["severity"] in {"page", "ticket", "info"}
        assert 0 < alert["recurrence_days"] <= 1e6
        assert alert["first_seen"] <= alert["fired_at"]
        assert (alert["state"] == "resolved") == (alert["resolved_at"] is not None)
    assert len({alert["id"] for alert in found["alerts"]}) == len(found["alerts"])


def test_watch_prints_one_fire_for_each_alert_ever_fired(reference: Reference) -> None:
    lines = [json.loads(line) for line in reference.output.splitlines()]
    fired = [line["alert"] for line in lines if line["event"] == "fire"]
    assert sorted(fired) == sorted(alert["id"] for alert in listed("alerts", reference.store))
    assert len({line["key"] for line in lines}) == len(lines)


def test_explain_gives_the_alert_its_numbers_campaign_and_examples(reference: Reference) -> None:
    alert = next(alert for alert in listed("alerts", reference.store) if alert["kind"] == "rise")
    (explained,) = done("explain", alert["id"], "--store", reference.store, "--json")
    assert {key: explained[key] for key in alert} == alert
    assert explained["campaign"]["cluster"] == alert["cluster"]
    assert explained["decision"]["p"] <= explained["decision"]["p_star"]
    assert [post["uid"] for post in explained["example_posts"]] == alert["examples"]
    assert explained["history"][0]["what"] == "fire"


def test_explain_takes_the_beginning_of_an_id_and_says_when_it_fits_none(reference: Reference) -> None:
    alert = listed("alerts", reference.store)[0]["id"]
    assert done("explain", alert[:-2], "--store", reference.store, "--json")[0]["id"] == alert
    unknown = flocon("explain", "r-none", "--store", reference.store)
    assert unknown.returncode == 2
    assert b"r-none" in unknown.stderr


def test_explain_speaks_french_when_asked(reference: Reference) -> None:
    alert = listed("alerts", reference.store)[0]["id"]
    english = flocon("explain", alert, "--store", reference.store).stdout.decode()
    french = flocon("explain", alert, "--store", reference.store, "--lang", "fr").stdout.decode()
    assert "campaign " in english
    assert "campagne " in french


def test_posts_can_be_searched_by_emoji_and_by_campaign(reference: Reference) -> None:
    cluster = listed("alerts", reference.store)[0]["cluster"]
    members = listed("posts", reference.store, "--cluster", cluster)
    assert members
    assert {record["cluster"] for record in members} == {cluster}
    snow = listed("posts", reference.store, "--search", "❄️")
    assert snow
    assert all("❄" in record["text"] or "Stikobrin" in record["text"] for record in snow)
    assert len(listed("posts", reference.store, "--limit", "7")) == 7


def test_undated_posts_are_kept_and_not_scored(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [{"id": "1", "platform": "telegram", "text": OFFER}])
    watch(tmp_path / "s.db", feed)
    (record,) = listed("posts", tmp_path / "s.db")
    assert (record["created_at"], record["cluster"], record["decision"]) == (None, None, "candidate")
    assert query(tmp_path / "s.db", "SELECT minute FROM coverage") == [(-1,)]


def test_an_immediate_alert_fires_from_one_post(tmp_path: Path) -> None:
    output = watch(tmp_path / "s.db", write(tmp_path / "f", [post(1, BOUNTY)]), "--json").stdout
    (line,) = [json.loads(line) for line in output.splitlines()]
    (alert,) = listed("alerts", tmp_path / "s.db")
    assert (alert["kind"], alert["severity"], alert["fired_at"]) == (
        "immediate",
        "page",
        "2026-03-06T18:00:00Z",
    )
    assert line["alert"] == alert["id"]


def test_the_default_store_lies_in_the_data_folder_of_the_user(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [post(1, OFFER)])
    environment = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    assert flocon("watch", feed, "--once", env=environment).returncode == 0
    assert (tmp_path / "data/flocon/flocon.db").exists()
    assert len(flocon("posts", "--json", env=environment).stdout.splitlines()) == 1


def test_nothing_but_results_stands_on_the_error_stream_of_a_quiet_run(tmp_path: Path) -> None:
    result = watch(tmp_path / "s.db", write(tmp_path / "f", [post(1, OFFER)]))
    assert result.stderr == b""
    assert result.stdout.startswith(b"Read 1 post ")
