"""Pseudonyms."""

import stat
from pathlib import Path

import pytest

from flocon.privacy import KEY_VARIABLE, KeyFileError, Pseudonyms, load_key

DID = "did:plc:zzexampleaaaaaaaaaaaaaaa"


def test_the_same_author_has_one_pseudonym_by_key_and_platform() -> None:
    one, other = Pseudonyms(b"k" * 32), Pseudonyms(b"l" * 32)
    assert one.author("x", "zz") == one.author("x", "zz")
    assert len({one.author("x", "zz"), one.author("y", "zz"), other.author("x", "zz")}) == 3


def test_an_address_that_holds_the_authors_id_holds_the_pseudonym_instead() -> None:
    names = Pseudonyms(b"k" * 32)
    uid = names.address("bluesky", f"bluesky:at://{DID}/app.bsky.feed.post/3k")
    assert DID not in uid
    assert uid == f"bluesky:at://{names.author('bluesky', DID)}/app.bsky.feed.post/3k"


def test_the_key_is_made_once_and_is_the_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    store = tmp_path / "s.db"
    key = load_key(store)
    assert load_key(store) == key
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_named_key_file_must_be_there_and_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(KeyFileError, match="No such file"):
        load_key(tmp_path / "s.db")
    short = tmp_path / "short"
    short.write_text("abc")
    monkeypatch.setenv(KEY_VARIABLE, str(short))
    with pytest.raises(KeyFileError, match="holds 3 bytes"):
        load_key(tmp_path / "s.db")
