"""The code book: codes and trigger words as data, each with where it comes from and posts that prove it.

A code book is a folder of YAML files. Each file is a list of entries; what an entry may hold is `Entry`, and
`load` refuses anything else with file, entry and key, and says which right name is nearest.
"""

import difflib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from flocon_detectors.evidence import GROUPS

Kind = Literal["emoji", "emoji_sequence", "term", "hashtag"]
Confidence = Literal["high", "medium", "low"]
Status = Literal["active", "retired", "disputed", "proposed"]

LIVE: Final = ("active", "disputed")
"""Statuses that take part in screening."""


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a code stands for, and where (`*` = everywhere; else a BCP 47 language or ISO 3166 country)."""

    meaning: str
    locale: str = "*"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code or one set of trigger words.

    Attributes:
        code: the code as people write it; the first form.
        kind: emoji, emoji_sequence (all in this order, blanks between them allowed), term, hashtag.
        signal: name of the signal it raises, such as `code.emoji` or `listing.delivery`.
        group: letter of the evidence group, `-` for contexts and safeguards.
        meanings: what it stands for, by locale; empty for plain trigger words.
        forms: further spellings and inflections of the same code; matched like `code`.
        langs: languages of a word, empty for all.
        source: who reported it.
        first_reported: year or year-month of that report, if known.
        confidence: high = reported by police, agencies or research; medium = press; low = general vocabulary.
        status: active, disputed (used, meaning depends on the locale), retired, proposed (neither is used).
        needs: groups that must be present in the post as well before this code counts (for ambiguous words).
        illicit: the word names the crime itself, so that an ordinary reading is unlikely.
        benign: contexts in which it is usually innocent (names of `context.*` without the prefix).
        restricted: handled under the restricted rule only: author names and bios, off by default.
        match: posts in which it must be found.
        no_match: posts that must not become a candidate.
    """

    code: str
    kind: Kind
    signal: str
    group: str
    meanings: tuple[Meaning, ...] = ()
    forms: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    source: str
    first_reported: str | None = None
    confidence: Confidence
    status: Status = "active"
    needs: tuple[str, ...] = ()
    illicit: bool = False
    benign: tuple[str, ...] = ()
    restricted: bool = False
    match: tuple[str, ...]
    no_match: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """The code and all its forms."""
        return (self.code, *self.forms)


class CodebookError(ValueError):
    """A code-book file cannot be used; the message names file, entry and key."""


class Codebook(msgspec.Struct, frozen=True):
    """All entries of a code book, with a version that changes whenever their content does."""

    entries: tuple[Entry, ...]
    version: str

    @property
    def live(self) -> Iterable[Entry]:
        """The entries that take part in screening."""
        return (entry for entry in self.entries if entry.status in LIVE)


def load(folder: Path) -> Codebook:
    """Read every `*.yaml` under `folder`, in order of path.

    Raises:
        CodebookError: a file cannot be read, an entry does not fit, a code stands twice for the same signal.
    """
    files = sorted(folder.rglob("*.yaml"))
    if not files:
        raise CodebookError(f"{folder}: no code-book files (*.yaml)")
    entries: list[Entry] = []
    seen: dict[tuple[str, str], str] = {}
    for path in files:
        name = path.relative_to(folder.parent).as_posix()
        for entry in _entries(path, name):
            for spelling in entry.spellings:
                where = seen.setdefault((spelling, entry.signal), f"{name}: {entry.code!r}")
                if where != f"{name}: {entry.code!r}":
                    raise CodebookError(f"{name}: {entry.code!r}: {spelling!r} already stands in {where}")
            entries.append(entry)
    return Codebook(tuple(entries), _version(entries))


def _entries(path: Path, name: str) -> Iterable[Entry]:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  both are safe loaders
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"{name}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f":{mark.line + 1}"
        raise CodebookError(f"{name}{line}: not YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(document, list):
        raise CodebookError(f"{name}: a list of entries is expected, one `- code: …` each")
    for number, item in enumerate(document, start=1):
        yield _entry(item, f"{name}: entry {number}")


def _entry(item: Any, where: str) -> Entry:
    if isinstance(item, dict):
        where = f"{where} ({item.get('code')!r})"
        known = Entry.__struct_fields__
        for key in item:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise CodebookError(f"{where}: unknown key {key!r}{hint}")
    try:
        entry = msgspec.convert(item, Entry)
    except msgspec.ValidationError as error:
        raise CodebookError(f"{where}: {error}") from error
    for letter in (entry.group, *entry.needs):
        if letter not in GROUPS:
            raise CodebookError(f"{where}: unknown group {letter!r}; one of {' '.join(GROUPS)}")
    if "." not in entry.signal:
        raise CodebookError(f"{where}: signal {entry.signal!r} is not of the form family.name")
    return entry


def _version(entries: list[Entry]) -> str:
    return hashlib.blake2b(msgspec.msgpack.encode(entries), digest_size=6).hexdigest()
