"""The input of the benchmarks: short posts of the demo feed, of which every hundredth is a finding.

    python bench_posts.py 200000 posts.jsonl
    python bench_posts.py 5000000 posts.jsonl.gz

Ordinary talk comes at 33,000 posts a day; a post of it that happens to hold evidence is left out. Every hundredth
post is one of the planted campaigns or of their look-alikes that flocon keeps, at the time of the post before it;
when all were used, they are written anew by other accounts. Same number, same bytes.
"""

import gzip
import heapq
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from flocon.demo import DemoConfig, campaigns, lookalikes, ordinary
from flocon.demo.feed import line_of
from flocon.demo.model import FIRST_DAYS, Draft
from flocon.feeds.lines import LineReader
from flocon.findings import parts_of
from flocon.settings import load_screener
from flocon_detectors.screen import Screening

EVERY: Final = 100
"""One post in so many is a finding."""
_A_DAY: Final = 33_000
_encode: Final = msgspec.json.Encoder().encode


class Writer:
    """Makes posts, and asks flocon itself which of them hold evidence."""

    def __init__(self) -> None:
        self._screener = load_screener()
        self._reader = LineReader("bench", max_line_bytes=1 << 20)

    def lines(self, count: int) -> Iterator[bytes]:
        """`count` posts as JSON lines, in order of time."""
        days = max(FIRST_DAYS, 5 * count // (4 * _A_DAY) + 2)  # about one post in twenty is left out
        talk = ordinary.drafts(DemoConfig(days=days), float(days * _A_DAY))
        plain = (draft for draft in talk if not self._screened(draft).evidence)
        findings = self._findings()
        at_ms = 0
        for number in range(1, count + 1):
            draft = next(findings)._replace(at_ms=at_ms) if number % EVERY == 0 else next(plain)
            at_ms = draft.at_ms
            yield _bytes(draft)

    def _findings(self) -> Iterator[Draft]:
        for seed in itertools.count(DemoConfig().seed):
            config = DemoConfig(seed=seed)
            planted = campaigns.played("planted", config).values()
            mixed = heapq.merge(*planted, lookalikes.drafts(config), key=lambda draft: draft.at_ms)
            yield from (draft for draft in mixed if self._screened(draft).decision != "none")

    def _screened(self, draft: Draft) -> Screening:
        events, _, _ = self._reader.read([_bytes(draft)], line=0, offset=0)
        post: Any = events[0].post
        return self._screener.screen(post.text, parts_of(post))


def _bytes(draft: Draft) -> bytes:
    """The short form: a post with its author's id, as feeds without profiles give it."""
    line = line_of(draft)
    return _encode({**line, "author": line["author"]["id"]})


def main() -> None:
    """Write as many posts as told to the file named, compressed if its name ends in `.gz`."""
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as file:
        file.writelines(line + b"\n" for line in Writer().lines(count))


if __name__ == "__main__":
    main()
