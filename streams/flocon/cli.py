"""The command `flocon`: parses the words, runs one command, turns errors into messages and exit statuses."""

import argparse
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from flocon import __version__
from flocon.errors import FloconError
from flocon.exits import FAILED, INTERRUPTED, TERMINATED
from flocon.say import Say
from flocon_detectors.lang import Lang


class Terminated(BaseException):
    """SIGTERM was received: like KeyboardInterrupt, it passes through every handler of errors."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `flocon`.

    Args:
        argv: its words, without the program's name; None takes those of the process.

    Returns:
        the exit status, see `flocon.exits`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # emojis are our subject, whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = list(sys.argv[1:] if argv is None else argv)
    say = Say(_language(words))
    args = build_parser(say).parse_args(words)
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        # Commands are imported when they are run: `flocon screen` needs nothing of what `flocon watch` pulls in.
        command: Callable[[argparse.Namespace, Say], int] = importlib.import_module(args.module).run
        return command(args, say)
    except FloconError as error:
        return _fail(error, error.status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except BrokenPipeError:  # the reader has gone, as `head` does; there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _fail(f"{error.filename or 'standard output'}: {error.strerror}", FAILED)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _fail(error: object, status: int) -> int:
    print(f"flocon: {error}", file=sys.stderr)
    return status


def _terminate(number: int, frame: object) -> NoReturn:  # noqa: ARG001  the shape signal handlers have
    raise Terminated


def build_parser(say: Say) -> argparse.ArgumentParser:
    """The parser of all commands, with its help in the language of `say`."""
    speaking: dict[str, Any] = {
        "add_help": False,
        "formatter_class": _FrenchHelp if say.lang == "fr" else _Help,
    }
    parser = argparse.ArgumentParser(prog="flocon", description=say("about"), **speaking)
    _speak(parser, say)
    parser.add_argument(
        "--version", action="version", version=f"flocon {__version__}", help=say("help.version")
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, declare) in COMMANDS.items():
        text = say(f"help.{name}")
        command = commands.add_parser(name, help=text, description=text, **speaking)
        _speak(command, say)
        declare(command, say)
        command.add_argument("--lang", choices=("en", "fr"), default="en", help=say("help.lang"))
        command.set_defaults(module=f"flocon.commands.{module}", command=name)
    return parser


_Help = argparse.HelpFormatter


class _FrenchHelp(_Help):
    """Help whose own words are French too."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """The usage line."""
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)


def _speak(parser: argparse.ArgumentParser, say: Say) -> None:
    """Give the parser's own headings and its `--help` the language of `say`."""
    parser._positionals.title = say("help.arguments")  # noqa: SLF001  argparse has no other way to name them
    parser._optionals.title = say("help.options")  # noqa: SLF001  as above
    parser.add_argument("-h", "--help", action="help", help=say("help.help"))


def _screen(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("file", nargs="?", default="-", metavar="FILE|-", help=say("help.screen.file"))
    parser.add_argument("--restricted", action="store_true", help=say("help.screen.restricted"))


def _watch(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("feeds", nargs="+", metavar="FEED", help=say("help.watch.feed"))
    parser.add_argument("--once", action="store_true", help=say("help.watch.once"))
    _store(parser, say)
    parser.add_argument("--config", type=Path, metavar="FILE", help=say("help.config"))
    parser.add_argument("--json", action="store_true", help=say("help.json"))
    parser.add_argument("--jsonl", metavar="FILE", help=say("help.watch.jsonl"))
    parser.add_argument("--webhook", metavar="URL", help=say("help.watch.webhook"))
    parser.add_argument("--restricted", metavar="FILE", help=say("help.watch.restricted"))
    parser.add_argument("--metrics-port", type=int, metavar="PORT", help=say("help.watch.port"))
    parser.add_argument(
        "--metrics-address", default="127.0.0.1", metavar="HOST", help=say("help.watch.address")
    )
    parser.add_argument("--log", choices=("text", "json"), default="text", help=say("help.watch.log"))


def _posts(parser: argparse.ArgumentParser, say: Say) -> None:
    _reading(parser, say)
    parser.add_argument("--cluster", metavar="ID", help=say("help.posts.cluster"))
    parser.add_argument("--search", metavar="WORDS", help=say("help.posts.search"))
    parser.add_argument("--limit", type=int, metavar="N", help=say("help.posts.limit"))
    parser.add_argument("--protected", action="store_true", help=say("help.posts.protected"))


def _explain(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("alert", metavar="ALERT", help=say("help.explain.alert"))
    _reading(parser, say)


def _demo(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("--truth", action="store_true", help=say("help.demo.truth"))
    parser.add_argument(
        "--folder", type=Path, default=Path(".demo"), metavar="PATH", help=say("help.demo.folder")
    )
    parser.add_argument("--seed", type=int, metavar="N", help=say("help.demo.seed"))


def _reading(parser: argparse.ArgumentParser, say: Say) -> None:
    _store(parser, say)
    parser.add_argument("--json", action="store_true", help=say("help.json"))


def _store(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("--store", type=Path, metavar="PATH", help=say("help.store"))


COMMANDS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser, Say], None]]]] = {
    "watch": ("watch", _watch),
    "alerts": ("read", _reading),
    "clusters": ("read", _reading),
    "posts": ("read", _posts),
    "explain": ("explain", _explain),
    "screen": ("screen", _screen),
    "demo": ("demo", _demo),
}
"""Every command: the module in `flocon.commands` that runs it, and what declares its words."""


def _language(words: Sequence[str]) -> Lang:
    """The language asked for, needed before the words are parsed since the help speaks it."""
    pairs = zip(words, [*words[1:], ""], strict=False)  # the last word has none behind it
    return (
        "fr"
        if any(word == "--lang=fr" or (word, after) == ("--lang", "fr") for word, after in pairs)
        else "en"
    )
