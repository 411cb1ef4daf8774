r"""The `console` blocks of the documentation: run, compared, and written anew.

A `console` block is a transcript: `$ command` lines, each followed by what the command prints. All blocks of one
page are run in order in one folder. In the output shown, `[…]` stands for anything, within a line or as lines of its
own. What is only to be read, such as an installation, stands in a `sh` block and is never run. Some conventions:

- `<!-- file: posts.jsonl -->` before a block of any kind puts its text into the folder under that name;
- `make demo` and `flocon demo` are run once for all pages; a page that names `.demo/` finds the demo there;
- the id of an alert in a command means the first alert of the demo.
"""  # noqa: INP001  a folder of pages, not a package

import atexit
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
COLUMNS: Final = "100"
ANYTHING: Final = "[…]"
_BLOCK: Final = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_ALERT: Final = re.compile(r"\b[ri]-[0-9a-f]{16}\b")
_MARK: Final = "=== flocon transcript ==="
_CRASH: Final = "Traceback (most recent call last)"
_DEMO: Final = frozenset({"make demo", "flocon demo"})


class Block(NamedTuple):
    """A fenced block: its kind, the file it stands for, its text, and where the text stands in the page."""

    kind: str
    file: str | None
    body: str
    start: int
    end: int


class Step(NamedTuple):
    """A command and what it prints."""

    command: str
    output: str


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in _BLOCK.finditer(page):
        yield Block(match["kind"], match["file"], match["body"], match.start("body"), match.end("body"))


def steps(body: str) -> list[Step]:
    """The commands of a transcript with their outputs."""
    found: list[Step] = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Step(line.removeprefix("$ ").rstrip("\n"), ""))
        elif found:
            found[-1] = Step(found[-1].command, found[-1].output + line)
        else:
            raise ValueError(f"a console block begins with a command, `$ …`, not with {line!r}")
    return found


def fits(shown: str, real: str) -> bool:
    """Whether an output as shown, with its `[…]`, is the real one."""
    pattern = re.escape(shown.strip()).replace(re.escape(ANYTHING), ".*?")
    return re.fullmatch(pattern, real.strip(), re.DOTALL) is not None


def rewrite(page: str) -> str:
    """The page with every transcript that no longer fits replaced by the real one.

    Raises:
        RuntimeError: a command crashed; its traceback belongs in no page.
    """
    pieces: list[str] = []
    at = 0
    for block, real in run(page):
        if _differs(block.body, real):
            for step in real:
                if _CRASH in step.output:
                    raise RuntimeError(f"$ {step.command}\n{step.output}")
            pieces += (page[at : block.start], "".join(f"$ {step.command}\n{step.output}" for step in real))
            at = block.end
    return "".join((*pieces, page[at:]))


def _differs(body: str, real: list[Step]) -> bool:
    return any(
        shown.command != now.command or not fits(shown.output, now.output)
        for shown, now in zip(steps(body), real, strict=True)
    )


def run(page: str) -> list[tuple[Block, list[Step]]]:
    """Every transcript of a page with what its commands really print."""
    found = list(blocks(page))
    if not any(block.kind == "console" for block in found):
        return []
    results: list[tuple[Block, list[Step]]] = []
    with tempfile.TemporaryDirectory(prefix="flocon-docs-") as name:
        folder = Path(name)
        (folder / ".venv").symlink_to(sys.prefix)
        if ".demo/" in page:
            shutil.copytree(demo().folder, folder / ".demo")
        for block in found:
            if block.file is not None:
                (folder / block.file).write_text(block.body, "utf-8")
            if block.kind == "console":
                results.append((block, _run(steps(block.body), folder)))
    return results


def _run(asked: list[Step], folder: Path) -> list[Step]:
    commands = [step.command for step in asked]
    if commands and commands[0] in _DEMO:
        return [Step(commands[0], demo().output)]
    if any(_ALERT.search(command) for command in commands) and (first := _ALERT.search(demo().output)):
        commands = [_ALERT.sub(first[0], command) for command in commands]
    script = "\n".join(f"{command}\ns=$?; echo '{_MARK}'; (exit $s)" for command in commands)
    outputs = shell(script, folder).split(f"{_MARK}\n")
    return [Step(command, output) for command, output in zip(commands, outputs, strict=False)]


class Demo(NamedTuple):
    """A run of the demo: what it printed, and the folder it left."""

    output: str
    folder: Path


@functools.cache
def demo() -> Demo:
    """Run the demo, once in the life of this process."""
    folder = Path(tempfile.mkdtemp(prefix="flocon-docs-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    output = shell("flocon demo", folder)
    return Demo(output, folder / ".demo")


def shell(script: str, folder: Path) -> str:
    """What a script prints, errors among it as on a terminal."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603  the commands stand in this project's own pages
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "COLUMNS": COLUMNS, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout
