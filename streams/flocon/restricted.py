"""The restricted queue: hits of the restricted rule, in a file of their own and nowhere else.

One JSON line a hit: platform, URL, time, rule; no text, no author, no media. The file is made with mode 0600. A hit
that stands in it already is not written again, so reading a feed twice adds nothing.
"""

import os
from pathlib import Path

import msgspec

from flocon.events import rfc3339


class RestrictedFile:
    """The queue's file.

    Args:
        path: the file, made when missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[bytes] = set(path.read_bytes().splitlines()) if path.exists() else set()

    def write(self, platform: str, url: str | None, at_ms: int | None, rules: tuple[str, ...]) -> None:
        """Add one hit and see it on disk before anything else happens."""
        line = msgspec.json.encode(
            {
                "platform": platform,
                "url": url,
                "at": None if at_ms is None else rfc3339(at_ms),
                "rules": rules,
            }
        )
        if line in self._known:
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._known.add(line)
