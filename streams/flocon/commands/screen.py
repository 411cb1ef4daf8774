"""`flocon screen`: one JSON line per readable post, in the order of the input, nothing stored."""

import argparse
import sys
from typing import Final

import msgspec

from flocon.collector import settle
from flocon.exits import DONE, UNREADABLE
from flocon.feeds.registry import open_feed
from flocon.findings import parts_of
from flocon.say import Say
from flocon.settings import load_screener
from flocon_detectors.screen import empty_tail, line

_BATCH: Final = 2000


def run(args: argparse.Namespace, say: Say) -> int:
    """Screen a file to standard output; see `flocon screen --help`."""
    screener = load_screener(restricted=args.restricted)
    feed = open_feed(args.file)
    out = sys.stdout.buffer
    encode = msgspec.json.Encoder().encode
    tail = empty_tail(say.lang) + b"\n"
    screen = screener.screen
    settle()
    unreadable = 0
    for batch in feed.batches(_BATCH):
        lines: list[bytes] = []
        for event in batch.events:
            post = event.post
            if post is None:
                continue
            screening = screen(post.text, parts_of(post))
            if screening.evidence or screening.is_restricted:
                lines.append(encode(line(post.uid, screening, say.lang)))
                lines.append(b"\n")
            else:
                lines += (b'{"uid":', encode(post.uid), tail)
        out.write(b"".join(lines))
        unreadable += len(batch.problems)
        for problem in batch.problems:
            print(f"flocon: {problem}", file=sys.stderr)
        if batch.problems or args.file == "-":
            out.flush()
    out.flush()
    return UNREADABLE if unreadable else DONE
