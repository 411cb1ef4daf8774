"""What one would write without flocon: a loop over `emoji.analyze` and one `re` alternation of the same words.

    python bench_peer.py posts.jsonl

It reads the same lines and knows the same code book, and tells less: no groups, no decision, no disguised spellings.
"""

import json
import re
import sys
from pathlib import Path

import emoji

from flocon.settings import config_folder
from flocon_detectors import codebook


def main() -> None:
    """Print how many posts hold a code of the code book."""
    entries = list(codebook.load(config_folder() / "codebook").live)
    spellings = {spelling for entry in entries for spelling in entry.spellings}
    marks = {spelling for spelling in spellings if emoji.purely_emoji(spelling)}
    words = sorted(spellings - marks, key=len, reverse=True)
    find = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE).findall
    found = 0
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            codes = [token.chars for token in emoji.analyze(text) if token.chars in marks]
            found += bool(find(text) or codes)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
