"""Writes what is generated in the documentation: the references, and the transcripts of commands in all pages.

python docs/generate.py            write
python docs/generate.py --check    write nothing; say what is out of date, exit status 1 if anything is
"""  # noqa: INP001  a folder of pages, not a package

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import references
import transcripts

ROOT: Final = Path(__file__).resolve().parents[1]


def pages() -> list[Path]:
    """The pages written by hand, README first."""
    made = {references.FOLDER / name for name in references.PAGES}
    return [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path not in made)]


def generated(*, with_transcripts: bool = True) -> Iterator[tuple[Path, str]]:
    """Each page that holds something generated, with the text it should have."""
    for name, make in references.PAGES.items():
        yield references.FOLDER / name, make()
    for path in pages() if with_transcripts else ():
        yield path, transcripts.rewrite(path.read_text("utf-8"))


def stale(*, with_transcripts: bool = True) -> list[Path]:
    """The pages that are out of date."""
    return [
        path
        for path, text in generated(with_transcripts=with_transcripts)
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main() -> int:
    """Write or check; the exit status."""
    parser = argparse.ArgumentParser(description="Write what is generated in the documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing, only say what is out of date")
    if parser.parse_args().check:
        late = stale()
        for path in late:
            sys.stderr.write(f"{path.relative_to(ROOT)}: out of date; `make docs` writes it anew\n")
        return int(bool(late))
    references.FOLDER.mkdir(exist_ok=True)
    for path, text in generated():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
