"""Delivery: in order, with a key that tells repeats, tried again when it can help, and never lost."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import Reference, environment, free_port, post, query, watch, write
from receiver_kit import receiving


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Three bounties that are three alerts."""
    texts = [
        "Tueur à gages, contrat à exécuter, prime sur leur tête :\n@zz_cible_un 5000€\n@zz_cible_deux 3000€",
        "Rafaler une façade à Nîmes, wanted mort ou vif ce mois\n@zz_nom_trois 9000€\n@zz_nom_quatre 12000€ cash direct",
        "brûler une voiture devant chez eux, mise à prix spéciale équipe nuit\n@zz_cinq_a 700€\n@zz_six_b 800€ vite",
    ]
    return write(
        tmp_path / "feed", [post(n, text, platform=f"p{n}", minute=600 * n) for n, text in enumerate(texts)]
    )


def _outbox(store: Path, state: str) -> list[str]:
    sql = f"SELECT key FROM outbox WHERE receiver = 'webhook' AND state = '{state}' ORDER BY seq"
    return [key for (key,) in query(store, sql)]


def test_the_webhook_gets_every_notification_in_order_with_its_key(
    reference: Reference, tmp_path: Path
) -> None:
    with receiving() as receiver:
        env = environment(FLOCON_AUTHOR_KEY_FILE=str(reference.key))
        watch(tmp_path / "s.db", reference.feed, "--webhook", receiver.url, env=env)
    told = [key for (key,) in query(reference.store, "SELECT key FROM outbox ORDER BY seq")]
    assert len(told) > 3
    assert [sent.key for sent in receiver.sent] == told
    assert [sent.body["key"] for sent in receiver.sent] == told
    assert _outbox(tmp_path / "s.db", "sent") == told


def test_receivers_get_counts_and_no_texts_unless_configured(feed: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("receivers:\n  detail: full\n")
    with receiving() as receiver:
        watch(tmp_path / "minimal.db", feed, "--webhook", receiver.url)
        watch(tmp_path / "full.db", feed, "--webhook", receiver.url, "--config", config)
    minimal, full = receiver.sent[0].body["payload"], receiver.sent[len(receiver.sent) // 2].body["payload"]
    assert set(minimal) <= {
        "id",
        "kind",
        "state",
        "severity",
        "cluster",
        "posts",
        "authors",
        "platforms",
        "fired_at",
        "resolved_at",
    }
    assert minimal["posts"] == 1
    assert set(full) > {*minimal, "title", "examples", "why"}
    assert "zz_cible" not in json.dumps([sent.body for sent in receiver.sent])


@pytest.mark.parametrize("answer", [500, 503, (429, 1)], ids=str)
def test_a_receiver_that_is_busy_gets_it_again_before_what_follows(
    answer: Any, feed: Path, tmp_path: Path
) -> None:
    start = time.monotonic()
    with receiving([answer]) as receiver:
        watch(tmp_path / "s.db", feed, "--webhook", receiver.url)
    assert receiver.sent[0].key == receiver.sent[1].key
    assert receiver.sent[0].body == receiver.sent[1].body
    assert [sent.key for sent in receiver.taken] == _outbox(tmp_path / "s.db", "sent")
    assert len(receiver.taken) >= 3
    if isinstance(answer, tuple):
        assert time.monotonic() - start >= answer[1]


def test_a_refusal_for_good_is_kept_as_dead_and_holds_up_nothing(feed: Path, tmp_path: Path) -> None:
    with receiving([400]) as receiver:
        watch(tmp_path / "s.db", feed, "--webhook", receiver.url)
    assert _outbox(tmp_path / "s.db", "dead") == [receiver.sent[0].key]
    assert [sent.key for sent in receiver.taken] == _outbox(tmp_path / "s.db", "sent")
    assert query(tmp_path / "s.db", "SELECT error FROM outbox WHERE state = 'dead'") == [("answer 400",)]


def test_a_receiver_that_is_down_ends_no_run_and_gets_all_in_the_next(feed: Path, tmp_path: Path) -> None:
    port, store = free_port(), tmp_path / "s.db"
    start = time.monotonic()
    result = watch(store, feed, "--webhook", f"http://127.0.0.1:{port}/hook")
    assert 9 < time.monotonic() - start < 20
    waiting = _outbox(store, "pending")
    assert len(waiting) >= 3
    assert f"{len(waiting)} notifications could not be delivered".encode() in result.stderr
    with receiving(port=port) as receiver:
        again = watch(store, feed, "--webhook", receiver.url)
    assert again.stderr == b""
    assert [sent.key for sent in receiver.taken] == waiting
    assert _outbox(store, "pending") == []


@pytest.mark.parametrize("url", ["http://example.org/hook", "ftp://127.0.0.1/x", "nothing"])
def test_an_address_that_cannot_be_used_is_refused(url: str, feed: Path, tmp_path: Path) -> None:
    assert url.encode() in watch(tmp_path / "s.db", feed, "--webhook", url, status=2).stderr


def test_a_file_of_notifications_gets_each_once(feed: Path, tmp_path: Path) -> None:
    log = tmp_path / "alerts.jsonl"
    watch(tmp_path / "s.db", feed, "--jsonl", log)
    before = log.read_bytes()
    watch(tmp_path / "s.db", feed, "--jsonl", log)
    watch(tmp_path / "other.db", feed, "--jsonl", log)
    assert log.read_bytes() == before
    keys = [json.loads(line)["key"] for line in before.splitlines()]
    assert len(keys) == len(set(keys)) >= 3


def test_a_file_that_ends_in_a_torn_line_keeps_the_next_one_whole(feed: Path, tmp_path: Path) -> None:
    log = tmp_path / "alerts.jsonl"
    log.write_bytes(b'{"key":"torn')
    watch(tmp_path / "s.db", feed, "--jsonl", log)
    torn, *lines = log.read_bytes().splitlines()
    assert torn == b'{"key":"torn'
    assert len([json.loads(line) for line in lines]) >= 3


def test_a_file_of_notifications_that_cannot_be_written_is_named(feed: Path, tmp_path: Path) -> None:
    result = watch(tmp_path / "s.db", feed, "--jsonl", tmp_path, status=2)
    assert str(tmp_path).encode() in result.stderr
