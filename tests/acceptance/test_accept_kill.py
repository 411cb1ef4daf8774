"""kill -9 at any point: nothing lost, nothing doubled, the same alerts."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from acceptance_kit import FLOCON, Reference, dump, environment, intact, query, watch

SEED = 20261122
NORMAL, SOAK = 2, 20


@pytest.mark.parametrize("kills", [NORMAL, pytest.param(SOAK, marks=pytest.mark.soak)])
def test_a_run_killed_again_and_again_ends_like_one_left_alone(
    reference: Reference, tmp_path: Path, kills: int
) -> None:
    store, log = tmp_path / "s.db", tmp_path / "alerts.jsonl"
    chance = random.Random(SEED + kills)
    words = ["watch", str(reference.feed), "--once", "--json", "--store", str(store), "--jsonl", str(log)]
    seen: set[str] = set()
    hits = 0
    for number in range(kills):
        process = subprocess.Popen(
            [*FLOCON, *words],
            stdout=subprocess.DEVNULL,
            env=environment(FLOCON_AUTHOR_KEY_FILE=str(reference.key)),
        )
        if number < NORMAL:
            _wait_for_progress(process, store, applied=number % 2 == 1)
            time.sleep(chance.uniform(0, 0.03))
        else:
            time.sleep(chance.uniform(0.1, 1.5))
        process.kill()
        process.wait()
        hits += process.returncode == -signal.SIGKILL
        if store.exists():
            assert intact(store)
            seen.add(_phase(store))
    watch(
        store,
        reference.feed,
        "--json",
        "--jsonl",
        log,
        env={**os.environ, "FLOCON_AUTHOR_KEY_FILE": str(reference.key)},
    )
    assert hits > kills // 2
    assert seen >= {"intake", "apply"}
    left, whole = dump(store), dump(reference.store)
    terminal = [row for row in left["outbox"] if row[1] == "terminal"]
    assert [row[0] for row in terminal] == [row[0] for row in whole["outbox"]]
    lines = log.read_bytes().splitlines()
    assert len(lines) == len(set(lines)) == len(terminal)
    for name in whole.keys() - {"outbox"}:
        assert left[name] == whole[name], name


def _wait_for_progress(process: "subprocess.Popen[bytes]", store: Path, *, applied: bool) -> None:
    """Wait until the run has committed more of what it reads, or applies, than it found."""
    start = _progress(store)[applied]
    while process.poll() is None and _progress(store)[applied] == start:
        time.sleep(0.005)


def _progress(store: Path) -> tuple[int, int]:
    """How much was read and how much was applied, as far as it is committed."""
    try:
        (read,), (applied,) = (
            query(store, "SELECT coalesce(sum(posts), 0) FROM coverage")[0],
            query(store, "SELECT count(*) FROM posts")[0],
        )
    except sqlite3.Error:  # not made yet, or just being made
        return 0, 0
    return read, applied


def _phase(store: Path) -> str:
    read, applied = _progress(store)
    return "apply" if applied else ("intake" if read else "start")
