"""The service: follows its files, says how it is, ends when told to with everything committed."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import (
    BOUNTY,
    FLOCON,
    OFFER,
    dump,
    environment,
    flocon,
    free_port,
    intact,
    listed,
    post,
    query,
    wait_for,
    watch,
    write,
)
from prometheus_client.parser import text_string_to_metric_families

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts services on `s.db` with their output in files, and sees that none is left."""
    running: list[subprocess.Popen[bytes]] = []

    def _start(*words: str | Path, **more: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
            command = [*FLOCON, "watch", *map(str, words), "--store", str(tmp_path / "s.db")]
            running.append(subprocess.Popen(command, stdout=out, stderr=err, env=environment(**more)))
        return running[-1]

    yield _start
    for process in running:
        process.kill()
        process.wait()


def _end(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(timeout=20)


def _read(store: Path) -> int:
    if not store.exists():
        return 0
    try:
        return int(query(store, "SELECT coalesce(sum(posts), 0) FROM coverage")[0][0])
    except sqlite3.Error:  # being made
        return 0


def _append(feed: Path, *records: dict[str, Any] | bytes) -> None:
    with feed.open("ab") as file:
        file.write(write(feed.with_name("more"), records).read_bytes())


def test_lines_that_are_appended_are_picked_up_and_alerts_printed(start: Start, tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", [post(1, OFFER)]), tmp_path / "s.db"
    process = start(feed, "--json")
    wait_for(lambda: _read(store) == 1)
    _append(feed, post(2, OFFER, minute=1), post(3, BOUNTY, minute=2))
    line = wait_for((tmp_path / "out").read_bytes)
    alert = json.loads(line.splitlines()[0])
    assert (alert["event"], alert["severity"], alert["at_ms"]) == ("fire", "page", 1_772_820_120_000)
    assert [record["uid"] for record in listed("posts", store)] == ["telegram:1", "telegram:2", "telegram:3"]
    assert _end(process) == 143
    assert listed("alerts", store)[0]["id"] == alert["alert"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_with_everything_committed(
    number: int, status: int, start: Start, tmp_path: Path
) -> None:
    records = [post(n, f"{OFFER} n{n}", minute=n, author=f"u{n % 9}") for n in range(1_500)]
    feed, store, key = write(tmp_path / "f", records), tmp_path / "s.db", tmp_path / "s.db.author-key"
    process = start(feed)
    wait_for(lambda: _read(store) >= 500)
    assert _end(process, number) == status
    assert intact(store)
    assert b"Traceback" not in (tmp_path / "err").read_bytes()
    read = _read(store)
    assert query(store, "SELECT count(*) FROM posts") == [(read,)]
    again = start(feed)
    wait_for(lambda: _read(store) == len(records))
    assert _end(again) == 143
    assert dump(store)["inbox"] == []
    (tmp_path / "new").mkdir()
    watch(tmp_path / "new/s.db", feed, env=environment(FLOCON_AUTHOR_KEY_FILE=str(key)))
    assert dump(store) == dump(tmp_path / "new/s.db")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_over_files_too(number: int, status: int, start: Start, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = start(fifo, "--once")
    with fifo.open("wb"):  # opened by the run: it is reading
        assert _end(process, number) == status
    assert intact(tmp_path / "s.db")
    assert (tmp_path / "err").read_bytes() == b""


def _scrape(port: int) -> dict[tuple[str, ...], float]:
    """The metrics by name and values of labels; none while nothing is served yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_say_what_was_read_dropped_and_alerted(start: Start, tmp_path: Path) -> None:
    feed, port = (
        write(tmp_path / "f", [post(1, OFFER), post(2, "bonsoir"), b"{", post(3, BOUNTY)]),
        free_port(),
    )
    process = start(feed, "--metrics-port", str(port))
    found = wait_for(
        lambda: (
            found if ("flocon_notifications_total", "sent", "terminal") in (found := _scrape(port)) else None
        )
    )
    assert found["flocon_records_consumed_total", str(feed)] == 4
    assert found["flocon_posts_screened_total", "candidate"] == 2
    assert found["flocon_posts_screened_total", "none"] == 1
    assert found["flocon_records_dropped_total", "invalid_json"] == 1
    assert found["flocon_alerts_fired_total", "immediate", "page"] == 1
    assert found["flocon_post_to_alert_seconds_count",] == 1
    assert found["flocon_post_to_alert_seconds_bucket", "+Inf"] == 1
    assert found["flocon_notifications_total", "sent", "terminal"] == 1
    assert found["flocon_watermark_timestamp_seconds",] == 1_772_820_000
    assert found["flocon_store_bytes",] > 0
    assert _end(process) == 143


def test_a_port_in_use_is_wrong_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        feed = write(tmp_path / "f", [post(1, OFFER)])
        assert (
            f"--metrics-port {port}".encode()
            in watch(tmp_path / "s.db", feed, "--metrics-port", port, status=2).stderr
        )


def test_log_lines_are_json_when_asked_for_and_hold_no_content(start: Start, tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [post(1, OFFER), b'{"id": "zz_secret"', post(2, BOUNTY)])
    process = start(feed, "--log", "json")
    wait_for(lambda: _read(tmp_path / "s.db") == 2)
    assert _end(process) == 143
    text = (tmp_path / "err").read_bytes()
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "message"} <= set(line) for line in lines)
    (bad,) = [line for line in lines if line["level"] == "warning"]
    assert (bad["file"], bad["line"], bad["reason"]) == (str(feed), 2, "invalid_json")
    assert b"zz_" not in text


def test_the_service_manager_is_told_ready_alive_and_stopping(start: Start, tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [post(1, OFFER)])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "n"))
        manager.settimeout(20)
        process = start(feed, NOTIFY_SOCKET=str(tmp_path / "n"))
        told = [manager.recv(100), manager.recv(100)]
        assert told == [b"READY=1", b"WATCHDOG=1"]
        process.send_signal(signal.SIGTERM)
        while told[-1] != b"STOPPING=1":
            told.append(manager.recv(100))
    assert process.wait(timeout=20) == 143


def test_a_second_writer_is_refused_and_readers_are_not(start: Start, tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", [post(1, OFFER)]), tmp_path / "s.db"
    process = start(feed)
    wait_for(lambda: _read(store) == 1)
    refused = flocon("watch", feed, "--once", "--store", store)
    assert refused.returncode == 1
    assert f"flocon: {store}: another flocon writes this store\n".encode() == refused.stderr
    assert len(listed("posts", store)) == 1
    assert _end(process) == 143
    watch(store, feed)


def test_a_file_that_is_replaced_is_read_from_its_start(start: Start, tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", [post(1, OFFER)]), tmp_path / "s.db"
    process = start(feed)
    wait_for(lambda: _read(store) == 1)
    write(tmp_path / "next", [post(2, OFFER, minute=1), post(3, OFFER, minute=2)]).rename(feed)
    wait_for(lambda: _read(store) == 3)
    assert _end(process) == 143
    assert len(listed("posts", store)) == 3
