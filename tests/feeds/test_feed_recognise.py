import json
from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
GOOD = b'{"id":1,"platform":"x","text":""}\n'


@pytest.mark.parametrize(
    "first",
    [
        b"{",
        b"{ ",
        b'{"id":',
        b'{"id":1,',
        b'{"id":1,"platform":"x",',
        b'{"id":1,"platform":"x","messages":[',
        b"{}",
        b"[",
        b"}",
    ],
)
def test_lines_are_lines_though_the_first_is_broken(read: Read, first: bytes) -> None:
    result = read(first + b"\n" + GOOD)
    assert result.uids == ["x:1"]
    assert len(result.codes) == 1


def test_a_line_may_have_a_key_of_an_export(read: Read) -> None:
    assert read(b'{"messages":[],"chats":1,"id":1,"platform":"x","text":""}\n').uids == ["x:1"]


def test_a_first_line_longer_than_the_probe_is_a_line(read: Read) -> None:
    record = {"id": 1, "text": "a" * 100_000, "platform": "x"}
    assert read(json.dumps(record).encode() + b"\n" + GOOD).uids == ["x:1", "x:1"]


@pytest.mark.parametrize(
    "header", ["{", '{"name":"A",', '{"name":"A","type":"public_channel","id":5,"messages":[']
)
@pytest.mark.parametrize("block", [1, 3, 1 << 20])
def test_an_export_is_known_by_its_first_line_or_two(read: Read, header: str, block: int) -> None:
    whole = '{"name":"A","type":"public_channel","id":5,"messages":[{"id":1}]}'
    raw = "\ufeff" + header + "\n" + whole.removeprefix(header)
    result = read(raw.encode(), block_bytes=block)
    assert result.uids == ["telegram:5/1"]


def test_an_export_in_one_long_line_is_known_by_its_beginning(read: Read) -> None:
    messages = [{"id": number, "text": "a" * 100} for number in range(2000)]
    chat = {"name": "A", "type": "public_channel", "id": 5, "messages": messages}
    assert len(read(json.dumps(chat).encode()).uids) == 2000
