"""JSON lines: each notification appended to a file, for other programs to read.

At least once, and in practice exactly once: keys that stand in the file already are not written again.
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from flocon.alerts.model import Notification
from flocon.errors import UsageError

_TAIL_BYTES: Final = 1 << 20


class _Key(msgspec.Struct):
    key: str


class JsonLines:
    """The file receiver.

    Args:
        path: the file, made when missing.

    Raises:
        UsageError: the file cannot be opened for appending.
    """

    name = "jsonl"
    slow = False

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("ab")
            self._known, torn = _keys(path)
            if torn:  # a full disk cut the last line off: the next one begins on a line of its own
                self._file.write(b"\n")
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error

    def send(self, notification: Notification) -> None:
        """Append one line and see it on disk."""
        if notification.key in self._known:
            return
        self._file.write(msgspec.json.encode(notification) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _keys(path: Path) -> tuple[set[str], bool]:
    """Keys near the end of the file, and whether its last line has no end.

    The end is enough, since only the last notifications can be doubtful.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    lines = tail.splitlines()
    keys: set[str] = set()
    for line in lines:
        try:
            keys.add(msgspec.json.decode(line, type=_Key).key)
        except msgspec.MsgspecError:
            continue  # the first line of the tail is cut, others may be foreign
    return keys, bool(tail) and not tail.endswith(b"\n")
