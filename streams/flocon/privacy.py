"""Pseudonyms: what is stored of an author is a keyed hash, and nothing that gives the id away.

The key comes from the file named in `FLOCON_AUTHOR_KEY_FILE`, else from a file beside the store that is made once
with mode 0600. With another key the same author has another pseudonym; ids of clusters and alerts never depend on
it. The scheme is BLAKE2b in keyed mode (RFC 7693), 80 bits.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

from flocon.errors import UsageError
from flocon.events import Author

KEY_VARIABLE: Final = "FLOCON_AUTHOR_KEY_FILE"
_KEY_BYTES: Final = 32
_SHORTEST_KEY: Final = 16
_DID: Final = re.compile(r"did:(?:plc|web):[A-Za-z0-9._:%-]+")
_HANDLE: Final = re.compile(r"(?:(?<=at://)|(?<=bsky\.app/profile/))(?!did:)[^/?#\s]+")


class KeyFileError(UsageError):
    """The author key cannot be read or made."""


class Pseudonyms:
    """Turns author ids into pseudonyms.

    Args:
        key: the secret key, 16 to 64 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def author(self, platform: str, author_id: str) -> str:
        """The pseudonym of one account."""
        digest = hashlib.blake2b(f"{platform}:{author_id}".encode(), key=self._key, digest_size=10)
        return digest.hexdigest()

    def address(self, platform: str, text: str) -> str:
        """A uid or URL in which the author's id (a DID, or on Bluesky the handle) is replaced by the pseudonym."""
        if platform == "bluesky":
            text = _HANDLE.sub(lambda match: self.author(platform, match.group()), text)
        if "did:" not in text:
            return text
        return _DID.sub(lambda match: self.author(platform, match.group()), text)

    def link(self, platform: str, url: str, author: Author | None) -> str:
        """A URL in which the author's id and handle, where they stand as a piece of the path, are replaced."""
        url = self.address(platform, url)
        for name in (author.id, author.handle) if author is not None else ():
            if name:
                url = re.sub(rf"(?<=[/@]){re.escape(name)}(?=[/?#]|$)", self.author(platform, name), url)
        return url


def load_key(store: Path) -> bytes:
    """The author key for a store, made at the first use.

    Raises:
        KeyFileError: the named file is missing, too short or not readable.
    """
    named = os.environ.get(KEY_VARIABLE)
    path = Path(named) if named else store.with_name(store.name + ".author-key")
    try:
        if not named and not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_hex(_KEY_BYTES).encode())
        key = path.read_bytes().strip()
    except OSError as error:
        raise KeyFileError(f"author key {path}: {error.strerror}") from error
    if len(key) < _SHORTEST_KEY:
        raise KeyFileError(f"author key {path}: holds {len(key)} bytes, at least {_SHORTEST_KEY} are needed")
    return key[:64]
