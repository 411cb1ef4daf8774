"""Commands run in processes of their own and measured from outside.

    python bench_runs.py watch posts.jsonl

The process that measures imports the standard library alone: until a child has loaded its own program, the system
counts the memory of its parent as its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
_KB: Final = 1 if sys.platform == "darwin" else 1024
"""Unit in which the system gives peak memory, in bytes."""


class Usage(NamedTuple):
    """What one process took: seconds by the clock, seconds of one core, bytes of memory at its peak."""

    wall_s: float
    core_s: float
    peak_bytes: int


def run(name: str, posts: Path, out: Path) -> Usage:
    """Run `screen`, `watch` or `peer` on a file of posts, with its output going to `out`.

    Raises:
        RuntimeError: the command failed; its errors have gone to the error stream.
    """
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        return _measure(_command(name, posts, Path(folder) / "store.db"), out)


def _command(name: str, posts: Path, store: Path) -> list[str]:
    match name:
        case "screen":
            return [sys.executable, "-m", "flocon", "screen", str(posts)]
        case "watch":
            return [sys.executable, "-m", "flocon", "watch", str(posts), "--once", "--store", str(store)]
        case "peer":
            return [sys.executable, str(HERE / "bench_peer.py"), str(posts)]
    raise ValueError(f"{name}: screen, watch or peer expected")


def _measure(command: list[str], out: Path) -> Usage:
    with out.open("wb") as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command[1:])}: exit status {child.returncode}")
    return Usage(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _KB)


def main() -> None:
    """Run one command and print its usage as JSON."""
    name, posts = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(run(name, posts, Path(folder) / "out")._asdict()) + "\n")


if __name__ == "__main__":
    main()
