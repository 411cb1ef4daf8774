import os
from pathlib import Path

import pytest

from flocon.feeds.base import FeedNotUsable
from flocon.feeds.registry import open_feed


def refusal(spec: str) -> str:
    with pytest.raises(FeedNotUsable) as caught:
        open_feed(spec)
    return str(caught.value)


def test_a_file_opens(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b'{"id":1,"platform":"x","text":""}')
    assert [event.post.uid for batch in open_feed(str(path)).batches() for event in batch.events] == ["x:1"]


def test_standard_input_opens() -> None:
    assert open_feed("-").where == "<stdin>"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bluesky" / "posts.jsonl"
    assert refusal(str(path)) == f"{path}: no such file"
    assert refusal("posts.jsonl") == "posts.jsonl: no such file"
    assert refusal("posts") == "posts: no such file"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == f"{tmp_path}: is a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.touch(mode=0)
    assert refusal(str(path)) == f"{path}: permission denied"


@pytest.mark.parametrize(
    "spec", ["bluesky", "mastodon:social.example", "telegram:canal", "rss:https://a.example/x"]
)
def test_a_live_feed_is_not_read_by_this_version(spec: str) -> None:
    assert refusal(spec) == f"{spec}: a live feed; this version reads files and standard input only"


@pytest.mark.parametrize(
    ("spec", "near"),
    [("blusky", "bluesky"), ("mastadon:social.example", "mastodon"), ("telegramm:x.y", "telegram")],
)
def test_an_unknown_feed_is_answered_with_the_nearest_name(spec: str, near: str) -> None:
    assert refusal(spec) == f"{spec}: no such file, and no such feed; did you mean '{near}'?"


def test_a_feed_like_no_other_is_answered_with_all_names() -> None:
    assert refusal("zzzz:x").startswith("zzzz:x: no such file, and no such feed; known are bluesky, mastodon")


def test_a_file_may_have_the_name_of_a_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bluesky").write_bytes(b"")
    assert list(open_feed("bluesky").batches()) == []


def test_a_named_pipe_is_not_opened_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert open_feed(str(path)).where == str(path)


@pytest.mark.parametrize("spec", ["", "a\x00b"])
def test_an_impossible_name_is_refused(spec: str) -> None:
    assert refusal(spec)
