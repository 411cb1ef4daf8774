"""Bad input is named, counted and passed over; nothing readable is lost, and no content is repeated."""

import ctypes
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_kit import OFFER, encode, flocon, intact, listed, post, query, watch, write

GOOD = [post(1, OFFER), post(2, "bonsoir"), post(3, OFFER)]
SECRET = b"zz_secret"
_PR_CAPBSET_DROP = 24
_DAC_CAPABILITIES = (1, 2)

BAD_LINES = {
    "invalid_json": (b'{"id": "7", "platform": "telegram", "text": "' + SECRET, "invalid_json"),
    "not_an_object": (b'["' + SECRET + b'"]', "wrong_type"),
    "wrong_type": (b'{"id": "7", "platform": 5, "text": "' + SECRET + b'"}', "wrong_type"),
    "bad_time": (b'{"id": "7", "platform": "t", "text": "x", "created_at": "' + SECRET + b'"}', "wrong_type"),
    "missing_field": (b'{"id": "7", "text": "' + SECRET + b'"}', "missing_field"),
    "nul_bytes": (b"\x00" * 64 + SECRET + b"\x00", "invalid_json"),
    "nul_in_text": (b'{"id": "7", "platform": "t", "text": "' + SECRET + b'\x00"}', "invalid_json"),
    "lone_surrogate": (b'{"id": "7", "platform": "t", "text": "' + SECRET + rb'\ud83d"}', "surrogate"),
    "not_utf8": (b'{"id": "7", "platform": "t", "text": "' + SECRET + b'\xff\xfe"}', "not_utf8"),
    "nested": (b'{"more":' + b"[" * 100_000 + SECRET, "invalid_json"),
    "ten_megabytes": (b'{"id": "7", "platform": "t", "text": "' + SECRET * 1_200_000 + b'"}', "too_long"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_that_cannot_be_read_is_passed_over(name: str, tmp_path: Path) -> None:
    line, reason = BAD_LINES[name]
    feed, store = write(tmp_path / "f.jsonl", [*GOOD[:2], line, GOOD[2]]), tmp_path / "s.db"
    result = watch(store, feed, status=3)
    (said,) = result.stderr.decode().splitlines()
    assert said.startswith(f"flocon: {feed}:3: ")
    assert "(byte " in said
    assert SECRET not in result.stderr + result.stdout
    assert [record["uid"] for record in listed("posts", store)] == ["telegram:1", "telegram:3"]
    assert query(store, "SELECT reason, records FROM drops") == [(reason, 1)]
    assert query(store, "SELECT sum(posts) FROM coverage") == [(3,)]
    assert watch(store, feed).stdout == b"Nothing new in these files.\n"


def test_control_characters_in_a_text_are_removed(tmp_path: Path) -> None:
    watch(tmp_path / "s.db", write(tmp_path / "f", [post(1, "\x00\x1b[31m" + OFFER)]))
    (record,) = listed("posts", tmp_path / "s.db")
    assert "\x00" not in record["text"]
    assert "\x1b" not in record["text"]


def test_a_truncated_gzip_gives_what_it_holds_and_goes_on_when_it_is_whole(tmp_path: Path) -> None:
    records = [post(number, f"{OFFER} {os.urandom(40).hex()}", minute=number) for number in range(400)]
    whole, feed, store = gzip.compress(encode(records)), tmp_path / "f.gz", tmp_path / "s.db"
    feed.write_bytes(whole[: len(whole) // 2])
    result = watch(store, feed, status=3)
    assert b"cut off" in result.stderr
    assert str(feed).encode() in result.stderr
    held = len(listed("posts", store))
    assert 0 < held < len(records)
    feed.write_bytes(whole)
    watch(store, feed)
    assert len(listed("posts", store)) == len(records)
    assert query(store, "SELECT sum(posts) FROM coverage") == [(len(records),)]


def test_a_missing_file_ends_with_its_name_before_anything_is_read(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", GOOD)
    result = watch(tmp_path / "s.db", feed, tmp_path / "missing.jsonl", status=2)
    assert f"{tmp_path / 'missing.jsonl'}: no such file".encode() in result.stderr
    assert listed("posts", tmp_path / "s.db") == []


def test_a_directory_is_no_feed(tmp_path: Path) -> None:
    result = watch(tmp_path / "s.db", tmp_path, status=2)
    assert f"flocon: {tmp_path}: is a directory\n".encode() == result.stderr
    assert flocon("screen", tmp_path).returncode == 2


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    result = watch(tmp_path, write(tmp_path / "f", GOOD), status=2)
    assert f"{tmp_path}: is a directory".encode() in result.stderr


def _without_privileges() -> None:
    """Let file modes bind root too: drop the capabilities that override them (no effect on other users)."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in _DAC_CAPABILITIES:
        if os.geteuid() == 0 and libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "PR_CAPBSET_DROP")


@pytest.fixture
def denied(tmp_path: Path) -> Callable[[], None]:
    """A function that makes a child process subject to file modes."""
    probe = tmp_path / "probe"
    probe.write_bytes(b"{}")
    probe.chmod(0)
    try:
        result = flocon("screen", probe, preexec_fn=_without_privileges)
    except OSError as error:
        pytest.skip(f"root cannot be denied a file here: {error}")
    if result.returncode == 3:
        pytest.skip("root cannot be denied a file here: it read a file of mode 0")
    return _without_privileges


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, denied: Callable[[], None]) -> None:
    feed = write(tmp_path / "f", GOOD)
    feed.chmod(0)
    result = watch(tmp_path / "s.db", feed, status=2, preexec_fn=denied)
    assert f"flocon: {feed}: permission denied\n".encode() == result.stderr


def test_a_store_that_may_not_be_written_is_named(tmp_path: Path, denied: Callable[[], None]) -> None:
    feed, folder = write(tmp_path / "f", GOOD), tmp_path / "closed"
    folder.mkdir(mode=0o555)
    result = watch(folder / "s.db", feed, status=2, preexec_fn=denied)
    assert str(folder / "s.db").encode() in result.stderr
    assert b"ermission denied" in result.stderr


@pytest.mark.parametrize(
    ("given", "near"), [("blusky", "bluesky"), ("telegramm:chan", "telegram"), ("rsss:x", "rss")]
)
def test_an_unknown_feed_is_refused_with_the_nearest_one(given: str, near: str, tmp_path: Path) -> None:
    result = watch(tmp_path / "s.db", given, status=2)
    assert given.encode() in result.stderr
    assert near.encode() in result.stderr.split(b"did you mean")[1]


def test_an_unknown_setting_is_refused_with_file_line_and_the_nearest_one(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("# mine\nretention:\n  alert_days: 9\n  indx_days: 7\n")
    result = watch(tmp_path / "s.db", write(tmp_path / "f", GOOD), "--config", config, status=2)
    said = result.stderr.decode()
    assert f"{config}:4: " in said
    assert "indx_days" in said
    assert '"index_days"' in said


@pytest.mark.parametrize(
    ("content", "line", "key"),
    [("rise:\n  tick_ms: soon\n", 2, "tick_ms"), ("retention: [1]\n", 1, "retention"), ("a: [\n", 2, "YAML")],
    ids=["value", "section", "syntax"],
)
def test_a_setting_that_does_not_fit_is_refused_with_its_line(
    content: str, line: int, key: str, tmp_path: Path
) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(content)
    said = watch(tmp_path / "s.db", write(tmp_path / "f", GOOD), "--config", config, status=2).stderr.decode()
    assert f"{config}:{line}: " in said
    assert key in said


def test_bad_lines_are_counted_in_json_logs_too(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [GOOD[0], b"{"])
    (line,) = watch(tmp_path / "s.db", feed, "--log", "json", status=3).stderr.splitlines()
    said = json.loads(line)
    assert (said["file"], said["line"], said["reason"], said["level"]) == (
        str(feed),
        2,
        "invalid_json",
        "warning",
    )
    assert intact(tmp_path / "s.db")


def test_alerts_reach_a_terminal_that_cannot_write_emojis(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [post(number, OFFER) for number in range(3)])
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    watch(tmp_path / "s.db", feed, env=environment)
    assert flocon("posts", "--store", tmp_path / "s.db", env=environment).returncode == 0
