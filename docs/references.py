"""The generated references: each page is made from the code it speaks of, so that it cannot drift from it."""  # noqa: INP001  a folder of pages, not a package

import argparse
import ast
import dataclasses
import inspect
import itertools
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector

from flocon import events
from flocon.cli import build_parser
from flocon.metrics import Metrics
from flocon.say import Say
from flocon.settings import Settings, config_folder
from flocon_detectors import codebook, reading
from flocon_detectors.evidence import GROUPS

_MADE: Final = "<!-- Made by `make docs`; changes by hand are lost. -->\n"


def cli() -> str:
    """Help of every command."""
    os.environ.update(COLUMNS="100", NO_COLOR="1")
    parser = build_parser(Say("en"))
    pieces = [
        _head("Commands", "What `--help` says. `--lang fr` says it in French."),
        "\n",
        _fenced(parser.format_help()),
    ]
    for name, command in subparsers(parser).items():
        pieces += [f"\n## flocon {name}\n\n", _fenced(command.format_help())]
    return "".join(pieces)


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser, by name."""
    (action,) = (item for item in parser._actions if isinstance(item, argparse._SubParsersAction))  # noqa: SLF001  argparse has no other way to ask
    return dict(action.choices)


def settings() -> str:
    """Every key of a settings file."""
    text = (
        "Keys of the file given with `--config`. What the file leaves out keeps its default. Lengths of time that end "
        "in `_ms` are milliseconds, `_h` hours, `_days` days."
    )
    pieces = [_head("Settings", text)]
    rows = []
    for key, kind, default, meaning in setting_rows(Settings):
        section = getattr(Settings(), key)
        if not _is_record(type(section)):
            rows.append((f"`{key}`", f"`{kind}`", f"`{default}`", meaning))
            continue
        pieces += [f"\n## {key}\n\n{_sentence(meaning)}\n"]
        inner = [(f"`{key}.{k}`", f"`{t}`", f"`{d}`", m) for k, t, d, m in setting_rows(type(section))]
        pieces.append(_table(("Key", "Type", "Default", "Meaning"), inner))
    pieces += ["\n## At the top of the file\n", _table(("Key", "Type", "Default", "Meaning"), rows)]
    return "".join(pieces)


def setting_rows(kind: type) -> Iterator[tuple[str, str, str, str]]:
    """Key, type, default and meaning of each setting of a settings type.

    Raises:
        ValueError: a setting is not documented.
    """
    defaults = kind()
    told = _told(kind)
    annotations = inspect.get_annotations(kind)
    for key in annotations:
        if key not in told:
            raise ValueError(f"{kind.__name__}.{key}: no description")
        default = getattr(defaults, key)
        shown = "" if _is_record(type(default)) else msgspec.json.encode(default).decode()
        yield key, _type(annotations[key]), shown, told[key]


def _is_record(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct)


def _told(kind: type) -> dict[str, str]:
    """Descriptions of attributes: from the list in the docstring, or from the string below each of them."""
    told: dict[str, str] = {}
    names: list[str] = []
    _, _, listed = inspect.getdoc(kind).partition("Attributes:\n")  # type: ignore[union-attr]  # types here have one
    for line in itertools.takewhile(lambda line: not line or line.startswith(" "), listed.splitlines()):
        item = re.match(r"    (\w+(?:, \w+)*): (.*)", line)
        if item:
            names = item[1].split(", ")
        for name in names:
            told[name] = f"{told.get(name, '')} {item[2] if item else line.strip()}".strip()
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef)
    )
    for node, after in itertools.pairwise(body):
        is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and is_text:
            told[node.target.id] = " ".join(inspect.cleandoc(after.value.value).split())  # type: ignore[attr-defined]  # checked above
    return told


def metrics() -> str:
    """Every metric of `flocon watch`."""
    rows = [
        (f"`{name}`", kind, ", ".join(f"`{label}`" for label in labels) or "-", text)
        for name, kind, labels, text in metric_rows()
    ]
    text = "What `flocon watch --metrics-port PORT` serves under `/metrics`, on the loopback address unless told otherwise."
    return _head("Metrics", text) + _table(("Name", "Type", "Labels", "Meaning"), rows)


def metric_rows() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name as served, type, labels and help of each metric, in the order of the code."""
    registry = _Recorder()
    Metrics(registry)
    for collector in registry.collectors:
        for metric in collector.describe():  # type: ignore[attr-defined]  # metrics describe themselves
            name = f"{metric.name}_total" if metric.type == "counter" else metric.name
            yield name, metric.type, tuple(collector._labelnames), metric.documentation  # type: ignore[attr-defined]  # noqa: SLF001  the client shows label names nowhere else


class _Recorder(CollectorRegistry):
    """A registry that remembers what was registered."""

    def __init__(self) -> None:
        super().__init__()
        self.collectors: list[Collector] = []

    def register(self, collector: Collector) -> None:
        self.collectors.append(collector)
        super().register(collector)


def signals() -> str:
    """Every signal, from the code book and from detectors."""
    entries = codebook.load(config_folder() / "codebook").entries
    live = [entry for entry in entries if entry.status in codebook.LIVE]
    text = (
        "What may stand in `evidence` of `flocon screen`, and in the rules of `config/decisions.yaml`. A signal comes from "
        "codes of the code book, from a detector, or from both; it counts in one or several groups of evidence."
    )
    pieces = [_head("Signals", text), "\n## Groups of evidence\n"]
    pieces.append(_table(("Group", "Meaning"), [(f"`{k}`", meaning) for k, meaning in GROUPS.items()]))
    pieces.append("\n## Signals of the code book\n\nEntries in use, and all their spellings.\n")
    by_signal: dict[str, list[codebook.Entry]] = {}
    for entry in live:
        by_signal.setdefault(entry.signal, []).append(entry)
    rows = [
        (
            f"`{signal}`",
            " ".join(f"`{group}`" for group in sorted({entry.group for entry in found})),
            str(len(found)),
            str(sum(len(entry.spellings) for entry in found)),
            "(restricted)" if found[0].restricted else found[0].code,
        )
        for signal, found in sorted(by_signal.items())
    ]
    pieces.append(_table(("Signal", "Group", "Entries", "Spellings", "Such as"), rows))
    pieces.append("\n## Signals of detectors\n")
    pieces.append(_table(("Signal", "Group", "Detector"), sorted(set(_derived()))))
    pieces += [
        f"\n### {module.__name__.rpartition('.')[2]}\n\n{inspect.getdoc(module)}\n" for module in _detectors()
    ]
    pieces.append(
        "\n## Codes by language\n\nAn entry without a language, such as an emoji, is looked for in all.\n"
    )
    pieces.append(_table(("Language", "Entries", "Spellings"), _languages(live)))
    return "".join(pieces)


def _detectors() -> list[ModuleType]:
    return [inspect.getmodule(detect) for detect in reading.DETECTORS]  # type: ignore[misc]  # functions have a module


def _derived() -> Iterator[tuple[str, str, str]]:
    """Signals named in the code of detectors, with group and detector."""
    for module in _detectors():
        name = module.__name__.rpartition(".")[2]
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Span":
                signal, group = (ast.literal_eval(argument) for argument in node.args[:2])
                yield f"`{signal}`", f"`{group}`", name


def _languages(entries: Iterable[codebook.Entry]) -> list[tuple[str, str, str]]:
    count: Counter[str] = Counter()
    spellings: Counter[str] = Counter()
    for entry in entries:
        for lang in entry.langs or ("all",):
            count[lang] += 1
            spellings[lang] += len(entry.spellings)
    return [
        (lang, str(count[lang]), str(spellings[lang]))
        for lang in sorted(count, key=lambda key: (-count[key], key))
    ]


def schema() -> str:
    """The normal form of events."""
    pieces = [
        _head(
            "Event", "The normal form of everything a feed gives, one JSON object a line. Times are RFC 3339."
        )
    ]
    kinds: list[type[msgspec.Struct]] = [events.Event, events.Post]
    for name, kind in vars(events).items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in kinds:
            kinds.append(events.__dict__[name])
    for kind in kinds:
        pieces.append(f"\n## {kind.__name__}\n\n{inspect.getdoc(kind)}\n")
        rows = [
            (f"`{field.encode_name}`", f"`{_type(field.type)}`", "yes" if field.required else "")
            for field in msgspec.structs.fields(kind)
        ]
        pieces.append(_table(("Key", "Type", "Required"), rows))
    return "".join(pieces)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "cli.md": cli,
    "settings.md": settings,
    "metrics.md": metrics,
    "signals.md": signals,
    "schema.md": schema,
}
"""Every generated page of `docs/reference`."""
FOLDER: Final = Path(__file__).resolve().parent / "reference"


def _type(annotation: Any) -> str:
    if isinstance(annotation, type) and not getattr(annotation, "__args__", None):
        return annotation.__name__
    return re.sub(r"\b(?:flocon\.events|typing|datetime)\.", "", str(annotation))


def _head(title: str, text: str) -> str:
    return f"{_MADE}\n# {title}\n\n{text}\n"


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [" | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in row) for row in rows]
    rule = " | ".join("---" for _ in head)
    return "\n" + "".join(f"| {line} |\n" for line in (" | ".join(head), rule, *lines))
