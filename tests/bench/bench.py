"""How fast flocon is and how much memory it takes, beside a plain loop, measured in one run.

    make bench
    make bench BENCH="--posts 50000 --runs 5"
    make bench BENCH=--write        # and write docs/benchmarks.md
    make bench BENCH=--soak         # and five million posts

Each measurement is a process of its own. The runs take turns, so that whatever else the machine does meets all
alike, and the median counts. Starting up (imports, code book) is measured on an empty file and taken off.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from bench_runs import HERE, Usage, run

RESULTS: Final = HERE.parents[1] / "docs" / "benchmarks.md"
EVIDENCE: Final = 0.01
"""Share of the posts with evidence; the run fails if flocon sees another."""
_SOAK: Final = (200_000, 5_000_000)
_MB: Final = 1_000_000


class Case(NamedTuple):
    """A command and how many posts it is given."""

    name: str
    posts: int


class Result(NamedTuple):
    """Medians of one case.

    Attributes:
        case: what was run.
        rate: posts a second by the clock.
        core_rate: posts a second of one core.
        peak_mb: memory at its peak, in millions of bytes, start-up included.
    """

    case: Case
    rate: float
    core_rate: float
    peak_mb: float


class Bench:
    """Measures cases in a folder for the files.

    Args:
        folder: where input and output go.
        runs: how many measurements the medians are taken of.
    """

    def __init__(self, folder: Path, runs: int) -> None:
        self._folder = folder
        self._runs = runs
        self._empty = folder / "empty.jsonl"
        self._empty.touch()

    def measure(self, cases: list[Case], *, suffix: str = ".jsonl") -> list[Result]:
        """Measure the cases in turns."""
        files = {count: self._posts(count, suffix) for count in sorted({case.posts for case in cases})}
        idle: dict[str, list[Usage]] = {case.name: [] for case in cases}
        busy: dict[Case, list[Usage]] = {case: [] for case in cases}
        for _ in range(self._runs):
            for case in cases:
                idle[case.name].append(run(case.name, self._empty, self._folder / "out"))
                busy[case].append(run(case.name, files[case.posts], self._folder / "out"))
                if case.name == "screen":
                    _check(self._folder / "out", case.posts)
        return [_result(case, idle[case.name], busy[case]) for case in cases]

    def _posts(self, count: int, suffix: str) -> Path:
        path = self._folder / f"{count}{suffix}"
        subprocess.run([sys.executable, HERE / "bench_posts.py", str(count), path], check=True)
        return path


def _check(out: Path, posts: int) -> None:
    with out.open("rb") as lines:
        evidence = [bool(json.loads(line)["evidence"]) for line in lines]
    if len(evidence) != posts or sum(evidence) != round(posts * EVIDENCE):
        raise RuntimeError(f"{posts} posts in, {len(evidence)} lines out, {sum(evidence)} with evidence")


def _result(case: Case, idle: list[Usage], busy: list[Usage]) -> Result:
    def median(field: str, usages: list[Usage]) -> float:
        return statistics.median(getattr(usage, field) for usage in usages)

    wall_s = median("wall_s", busy) - median("wall_s", idle)
    core_s = median("core_s", busy) - median("core_s", idle)
    return Result(case, case.posts / wall_s, case.posts / core_s, median("peak_bytes", busy) / _MB)


def table(results: list[Result]) -> str:
    """Results as a Markdown table, with ratios to the peer where it was measured."""
    peer = next((result.core_rate for result in results if result.case.name == "peer"), None)
    names = {"screen": "`flocon screen`", "watch": "`flocon watch --once`", "peer": "plain loop"}
    rows = [
        "| | posts | posts/s | posts/s of one core | beside the plain loop | peak memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for case, rate, core_rate, peak_mb in results:
        ratio = f"{core_rate / peer:,.1f} ×" if peer else ""
        rows.append(
            f"| {names[case.name]} | {case.posts:,} | {rate:,.0f} | {core_rate:,.0f} | {ratio} | {peak_mb:,.0f} MB |"
        )
    return "\n".join(rows)


def machine(runs: int) -> str:
    """What the numbers were measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = (
            line.partition(":")[2].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        )
        cpu = next(models, cpu)
    return f"flocon {version('flocon')}, Python {platform.python_version()}, {cpu}, {platform.system()}; median of {runs}."


_PAGE: Final = """# Benchmarks

Written by `make bench BENCH=--write`; all numbers of the first table come from one run.

{table}

{machine}

- **Input**: posts of the demo feed, about 320 bytes of JSON each, with author and language. Exactly one in a hundred
  holds evidence, and each of these is kept as a finding. Input and output are files.
- **`flocon screen`**: from the bytes of a line to the decision, its reasons and the line of output.
- **`flocon watch --once`**: all of it, from reading to campaigns, alerts and the store on disk.
- **plain loop**: what one would write first: `json.loads`, `emoji.analyze` and one `re` alternation of the same code
  book's words, compiled once. It finds words and emojis; it neither undoes disguised spellings nor decides.
- Starting up is not in the rates (it was measured on an empty file and taken off), but in the peak of memory.
- Each row is one process on one core. `posts/s` is by the clock and suffers from whatever else the machine does;
  `posts/s of one core` counts the time the process had a core, and the ratios are of that.
{soak}"""

_SOAK_PART: Final = """
## Long run

The same kind of posts, read from one gzip file, one run each:

{table}
"""


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--posts", type=int, default=200_000, help="posts for flocon, a multiple of 400 (default 200000)"
    )
    parser.add_argument(
        "--peer-posts", type=int, default=2_000, help="posts for the plain loop (default 2000)"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs the medians are taken of (default 3)")
    parser.add_argument(
        "--soak", action="store_true", help="then watch 200,000 and 5,000,000 posts, once each"
    )
    parser.add_argument("--write", action="store_true", help="write the results to docs/benchmarks.md")
    args = parser.parse_args()
    if args.posts % 400 or min(args.posts, args.peer_posts, args.runs) < 1:
        parser.error("--posts must be a multiple of 400, all numbers at least 1")
    cases = [
        Case("screen", args.posts),
        Case("peer", args.peer_posts),
        Case("watch", args.posts // 4),
        Case("watch", args.posts),
    ]
    soak = ""
    with tempfile.TemporaryDirectory(prefix="flocon-bench-") as folder:
        short = table(Bench(Path(folder), args.runs).measure(cases))
        sys.stdout.write(f"{short}\n\n{machine(args.runs)}\n")
        sys.stdout.flush()
        if args.soak:
            long = table(
                Bench(Path(folder), 1).measure([Case("watch", count) for count in _SOAK], suffix=".jsonl.gz")
            )
            sys.stdout.write(f"\n{long}\n")
            soak = _SOAK_PART.format(table=long)
    if args.write:
        RESULTS.write_text(_PAGE.format(table=short, machine=machine(args.runs), soak=soak), encoding="utf-8")


if __name__ == "__main__":
    main()
