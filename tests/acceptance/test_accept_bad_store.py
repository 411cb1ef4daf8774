"""A store that cannot be used is named and left as it was; what was committed stands, and a later run goes on."""

import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from acceptance_kit import OFFER, dump, flocon, intact, listed, post, query, watch, write

RECORDS = [post(number, f"{OFFER} n{number}", minute=number, author=f"u{number}") for number in range(3_000)]
FEW = RECORDS[:20]
READERS = ("posts", "clusters", "alerts")


def test_a_file_that_is_no_store_is_left_as_it_was(tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", FEW), tmp_path / "s.db"
    store.write_bytes(b"these are my notes, do not touch\n" * 100)
    result = watch(store, feed, status=1)
    assert f"{store}: a file, but no flocon store".encode() in result.stderr
    assert b"Traceback" not in result.stderr
    assert store.read_bytes() == b"these are my notes, do not touch\n" * 100


def test_a_database_of_another_program_is_left_as_it_was(tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", FEW), tmp_path / "s.db"
    with closing(sqlite3.connect(store)) as db:
        db.execute("CREATE TABLE mine (a)")
    before = store.read_bytes()
    assert b"no flocon store" in watch(store, feed, status=1).stderr
    assert store.read_bytes() == before


@pytest.mark.parametrize("what", [*READERS, "watch"])
def test_a_damaged_store_is_named_without_a_traceback(what: str, tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", FEW), tmp_path / "s.db"
    watch(store, feed)
    content = bytearray(store.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    store.write_bytes(content)
    words = ["watch", feed, "--once"] if what == "watch" else [what]
    result = flocon(*words, "--store", store)
    assert result.returncode == 1
    assert str(store).encode() in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("what", [*READERS, "watch"])
def test_a_store_of_a_newer_flocon_is_left_alone(what: str, tmp_path: Path) -> None:
    feed, store = write(tmp_path / "f", FEW), tmp_path / "s.db"
    watch(store, feed)
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA user_version = 99")
    words = ["watch", feed, "--once"] if what == "watch" else [what]
    result = flocon(*words, "--store", store)
    assert result.returncode == 1
    assert b"newer flocon (schema 99" in result.stderr
    assert query(store, "PRAGMA user_version") == [(99,)]


@pytest.mark.parametrize("what", READERS)
def test_a_store_that_is_not_there_is_wrong_use(what: str, tmp_path: Path) -> None:
    result = flocon(what, "--store", tmp_path / "none.db")
    assert result.returncode == 2
    assert str(tmp_path / "none.db").encode() in result.stderr
    assert not (tmp_path / "none.db").exists()


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of a run that had room, under a key that other stores share."""
    key = tmp_path / "key"
    key.write_text("k" * 32)
    monkeypatch.setenv("FLOCON_AUTHOR_KEY_FILE", str(key))
    watch(tmp_path / "whole.db", write(tmp_path / "f", RECORDS))
    return tmp_path / "whole.db"


def test_a_file_size_limit_ends_the_run_and_a_later_run_completes_it(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    room = 700_000

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    result = watch(store, tmp_path / "f", status=1, preexec_fn=limit)
    _full(result, store)
    watch(store, tmp_path / "f")
    assert dump(store) == dump(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_ends_the_run_and_a_later_run_completes_it(
    whole: Path, small_disk: Path, tmp_path: Path
) -> None:
    store = small_disk / "s.db"
    _full(watch(store, tmp_path / "f", status=1), store)
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    watch(store, tmp_path / "f")
    assert dump(store) == dump(whole)


def _full(result: "subprocess.CompletedProcess[bytes]", store: Path) -> None:
    assert f"flocon: {store}: cannot be written, is the disk full?".encode() in result.stderr
    assert b"Traceback" not in result.stderr
    assert intact(store)
    assert len(listed("posts", store)) < len(RECORDS)
