import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROW = re.compile(
    r"\| (?P<name>[^|]+) \| (?P<posts>[\d,]+) \| (?P<rate>-?[\d,]+) \| (?P<core>-?[\d,]+) \| (?P<ratio>[^|]*) \| (?P<peak>\d+) MB \|"
)


def script(name: str, *args: object) -> str:
    command = [sys.executable, str(HERE / name), *map(str, args)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def posts(path: Path, count: int) -> Path:
    script("bench_posts.py", count, path)
    return path


def watch_peak_mb(path: Path) -> float:
    return json.loads(script("bench_runs.py", "watch", path))["peak_bytes"] / 1e6


@pytest.fixture(scope="module")
def page() -> str:
    return script("bench.py", "--posts", 2000, "--peer-posts", 200, "--runs", 1)


def test_the_bench_prints_a_number_for_each_case(page: str) -> None:
    rows = [(match["name"].strip(), match["posts"]) for match in ROW.finditer(page)]
    assert rows == [
        ("`flocon screen`", "2,000"),
        ("plain loop", "200"),
        ("`flocon watch --once`", "500"),
        ("`flocon watch --once`", "2,000"),
    ]


def test_the_bench_says_what_it_was_measured_on(page: str) -> None:
    assert re.search(
        rf"^flocon \S+, Python {re.escape(sys.version.split()[0])}, .+; median of 1\.$", page, re.MULTILINE
    )


def test_the_plain_loop_is_the_measure_of_the_ratios(page: str) -> None:
    ratios = {match["name"].strip(): match["ratio"].strip() for match in ROW.finditer(page)}
    assert ratios["plain loop"] == "1.0 ×"


def test_the_bench_refuses_a_number_of_posts_it_cannot_share_out() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        script("bench.py", "--posts", 150)
    assert "--posts" in caught.value.stderr


def test_the_input_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    assert posts(tmp_path / "one.jsonl", 400).read_bytes() == posts(tmp_path / "two.jsonl", 400).read_bytes()


def test_one_post_in_a_hundred_is_kept_and_no_other_holds_evidence(tmp_path: Path) -> None:
    path = posts(tmp_path / "posts.jsonl", 1000)
    out = subprocess.run(
        [sys.executable, "-m", "flocon", "screen", path], check=True, capture_output=True
    ).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    with_evidence = [number for number, line in enumerate(lines, start=1) if line["evidence"]]
    assert with_evidence == list(range(100, 1001, 100))
    assert all(lines[number - 1]["decision"] != "none" for number in with_evidence)


def test_memory_does_not_grow_with_the_posts_read(tmp_path: Path) -> None:
    small = watch_peak_mb(posts(tmp_path / "small.jsonl", 20_000))
    large = watch_peak_mb(posts(tmp_path / "large.jsonl", 60_000))
    assert large - small < 20
    assert large < 400
