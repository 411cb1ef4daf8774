import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

Read = Callable[..., Any]


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "1", "platform": "telegram", "text": "salut", **fields}).encode() + b"\n"


def event(**post: Any) -> bytes:
    post = {"uid": "x:1", "platform": "x", "native_id": "1", "text": "salut", **post}
    return json.dumps({"op": "upsert", "post": post}).encode() + b"\n"


def test_a_short_line_becomes_an_upsert_of_its_post(read: Read) -> None:
    raw = line(created_at="2026-11-20T18:00:00Z", url="https://t.example/1")
    result = read(raw)
    assert [found.op for found in result.events] == ["upsert"]
    post = result.posts[0]
    assert (post.uid, post.platform, post.native_id, post.text) == ("telegram:1", "telegram", "1", "salut")
    assert post.created_at == datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert post.url == "https://t.example/1"
    assert result.raws == [raw.rstrip(b"\n")]
    assert result.problems == []


@pytest.mark.parametrize("number", [7, 2**70, -1001])
def test_an_integer_id_keeps_all_its_digits(read: Read, number: int) -> None:
    assert read(line(id=number)).uids == [f"telegram:{number}"]


@pytest.mark.parametrize(
    ("written", "hour"), [("18:00:00", 18), ("18:00:00Z", 18), ("18:00:00+00:00", 18), ("18:00:00+02:00", 16)]
)
def test_times_are_read_as_utc(read: Read, written: str, hour: int) -> None:
    post = read(line(created_at=f"2026-11-20T{written}", observed_at=f"2026-11-20T{written}")).posts[0]
    assert post.created_at == post.observed_at == datetime(2026, 11, 20, hour, tzinfo=UTC)
    assert post.created_at.utcoffset() == timedelta(0)


def test_a_post_without_a_time_says_so(read: Read) -> None:
    post = read(line()).posts[0]
    assert (post.created_at, post.observed_at, post.created_at_precision) == (None, None, "unknown")


def test_a_time_out_of_range_is_a_problem(read: Read) -> None:
    assert read(line(created_at="0001-01-01T00:00:00+02:00")).codes == ["wrong_type"]


@pytest.mark.parametrize(
    ("created", "warned"),
    [("2026-11-20T18:05:00Z", False), ("2026-11-20T18:05:01Z", True), ("2004-12-31T23:59:59Z", True)],
)
def test_a_clock_that_is_not_believed_is_kept_and_warned_of(
    read: Read, created: str, *, warned: bool
) -> None:
    post = read(line(created_at=created, observed_at="2026-11-20T18:00:00Z")).posts[0]
    assert post.created_at == datetime.fromisoformat(created)
    assert any(warning.startswith("created_at") for warning in post.warnings) is warned


def test_a_date_before_the_platforms_is_warned_of_without_an_observation(read: Read) -> None:
    assert read(line(created_at="2004-12-31T23:59:59Z")).posts[0].warnings == ["created_at: before 2005"]


@pytest.mark.parametrize("who", ["boutique75", 75])
def test_a_plain_author_is_id_and_handle(read: Read, who: str | int) -> None:
    author = read(line(author=who)).posts[0].author
    assert (author.id, author.handle) == (str(who), str(who))


def test_an_author_and_a_channel_may_be_objects(read: Read) -> None:
    author = {"id": 7, "handle": "boutique75", "name": "La Boutique", "bio": "dm"}
    post = read(line(author=author, channel={"id": 9, "name": "Canal", "kind": "channel"})).posts[0]
    assert (post.author.id, post.author.handle, post.author.name, post.author.bio) == (
        "7",
        "boutique75",
        "La Boutique",
        "dm",
    )
    assert (post.channel.id, post.channel.name, post.channel.kind) == ("9", "Canal", "channel")


def test_a_plain_channel_is_id_and_handle(read: Read) -> None:
    channel = read(line(channel="canal")).posts[0].channel
    assert (channel.id, channel.handle) == ("canal", "canal")


@pytest.mark.parametrize(
    ("fields", "langs"),
    [
        ({"lang": "fr"}, ["fr"]),
        ({"langs": ["fr", "en"]}, ["fr", "en"]),
        ({"lang": "en", "langs": ["fr"]}, ["en", "fr"]),
        ({"lang": "fr", "langs": ["fr"]}, ["fr"]),
        ({"lang": None, "langs": None}, []),
    ],
)
def test_languages_come_from_lang_and_langs(read: Read, fields: dict[str, Any], langs: list[str]) -> None:
    assert read(line(**fields)).posts[0].langs == langs


def test_parts_are_kept_in_order(read: Read) -> None:
    parts = [{"role": "alt", "text": "un menu"}, {"role": "sticker", "text": "❄️"}]
    assert [(part.role, part.text) for part in read(line(parts=parts)).posts[0].parts] == [
        ("alt", "un menu"),
        ("sticker", "❄️"),
    ]


def test_unknown_keys_are_ignored(read: Read) -> None:
    assert read(line(kind=5, commit={"a": [1]}, seq=None, post="x", target=3)).uids == ["telegram:1"]


@pytest.mark.parametrize("key", ["id", "platform", "text"])
def test_a_missing_key_is_named(read: Read, key: str) -> None:
    record = json.loads(line())
    del record[key]
    problem = read(json.dumps(record).encode()).problems[0]
    assert (problem.code, problem.reason) == ("missing_field", f"missing `{key}`")


@pytest.mark.parametrize("fields", [{"id": ""}, {"platform": ""}])
def test_an_empty_id_or_platform_is_a_problem(read: Read, fields: dict[str, str]) -> None:
    assert read(line(**fields)).codes == ["missing_field"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"id": None}, "$.id"),
        ({"id": 1.5}, "$.id"),
        ({"id": True}, "$.id"),
        ({"text": None}, "$.text"),
        ({"text": ["secret"]}, "$.text"),
        ({"platform": 3}, "$.platform"),
        ({"created_at": "secret"}, "$.created_at"),
        ({"created_at": 5}, "$.created_at"),
        ({"author": ["secret"]}, "$.author"),
        ({"author": {"id": {"secret": 1}}}, "$.author.id"),
        ({"langs": "secret"}, "$.langs"),
        ({"parts": [{"role": "alt", "text": 4}]}, "$.parts[0].text"),
    ],
)
def test_a_wrong_type_is_reported_with_its_path_and_without_content(
    read: Read, fields: dict[str, Any], path: str
) -> None:
    problem = read(line(**fields)).problems[0]
    assert problem.code == "wrong_type"
    assert f"`{path}`" in problem.reason
    assert "secret" not in str(problem)


@pytest.mark.parametrize("raw", [b"[]", b"5", b'"secret"', b"null", b'[{"id":"1"}]'])
def test_a_line_that_is_no_object_is_a_problem(read: Read, raw: bytes) -> None:
    problem = read(raw + b"\n").problems[0]
    assert problem.code == "wrong_type"
    assert "Expected `object`" in problem.reason
    assert "secret" not in str(problem)


def test_an_empty_object_lacks_everything(read: Read) -> None:
    assert read(b"{}\n").problems[0].reason == "missing `id`, `platform`, `text`"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"secret", "invalid_json"),
        (b'{"id":"1","platform":"x","text":"secret', "invalid_json"),
        (b'{"id":"1","platform":"x","text":"a"} secret', "invalid_json"),
        (b'{"id":"1","platform":"x","text":"a\x00b"}', "invalid_json"),
        (b'{"id":"1","platform":"x","text":"a\x01b"}', "invalid_json"),
        (b"\x00" * 20, "invalid_json"),
        (b'{"id":"1","platform":"x","text":"secret\xff"}', "not_utf8"),
        (b'{"id":"1","platform":"x","text":"\xed\xa0\x80"}', "not_utf8"),
        (b'{"id":"1","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "invalid_json"),
        (rb'{"id":"1","platform":"x","text":"\ud83d"}', "surrogate"),
        (rb'{"id":"1","platform":"x","text":"\ud83d secret"}', "surrogate"),
        (rb'{"id":"1","platform":"x","text":"secret \udc00 x"}', "surrogate"),
        (rb'{"id":"1","platform":"x","text":"\ud83d\u0041"}', "surrogate"),
        (rb'{"id":"1","platform":"x","text":"\\ud83d', "invalid_json"),
        (rb'{"id":"1","platform":"x","text":"\ud83d\ude00', "invalid_json"),
    ],
)
def test_what_is_not_json_is_one_problem_and_the_run_goes_on(read: Read, raw: bytes, code: str) -> None:
    result = read(line(id="a") + raw + b"\n" + line(id="b"))
    assert result.uids == ["telegram:a", "telegram:b"]
    assert result.codes == [code]
    assert result.problems[0].line == 2
    assert "secret" not in str(result.problems[0])


def test_a_problem_names_file_line_and_byte(read: Read, tmp_path: Any) -> None:
    path = tmp_path / "posts.jsonl"
    first = line()
    path.write_bytes(first + b"\n" + b"nope\n")
    message = str(read(path).problems[0])
    named, _, byte = message.removesuffix(")").rpartition(" (byte ")
    assert named == f"{path}:3: not JSON: invalid character"
    assert len(first) + 1 <= int(byte) <= len(first) + 1 + len("nope")


def test_every_problem_of_many_is_placed_at_its_line(read: Read) -> None:
    good = line()
    result = read(b"".join((good, b"x\n", good, good, b"\n", b"yy\n", b"[]\n", good)))
    starts = [len(good), 3 * len(good) + 3, 3 * len(good) + 6]
    assert [(problem.line, problem.offset) for problem in result.problems] == list(
        zip([2, 6, 7], starts, strict=True)
    )


def test_blank_lines_and_carriage_returns_at_line_ends_are_no_problem(read: Read) -> None:
    result = read(b"\n  \r\n" + line(id="a").replace(b"\n", b"\r\n") + b"\t\n" + line(id="b"))
    assert result.uids == ["telegram:a", "telegram:b"]
    assert result.problems == []


def test_an_emoji_written_as_a_surrogate_pair_is_read(read: Read) -> None:
    assert read(rb'{"id":"1","platform":"x","text":"\u2744\ufe0f \ud83d\ude80"}').posts[0].text == "❄️ 🚀"


def test_control_characters_are_removed_from_all_text_with_a_warning(read: Read) -> None:
    post = read(
        line(
            text="a\x00b\x07c\td\ne",
            author={"name": "n\x00", "bio": "b\x1f"},
            parts=[{"role": "alt", "text": "x\x0by"}],
            channel={"name": "c\x00"},
        )
    ).posts[0]
    assert post.text == "abc\td\ne"
    assert (post.author.name, post.author.bio, post.channel.name, post.parts[0].text) == ("n", "b", "c", "xy")
    assert [warning.split(":")[0] for warning in post.warnings] == [
        "text",
        "alt",
        "author.name",
        "author.bio",
        "channel.name",
    ]


def test_a_carriage_return_in_text_ends_a_line(read: Read) -> None:
    assert read(line(text="a\r\nb\rc")).posts[0].text == "a\nb\nc"


def test_text_without_control_characters_stays_as_it_is(read: Read) -> None:
    text = 'é ❄️ \\ " \u200b \x7f \n\t e\u0301'
    post = read(line(text=text)).posts[0]
    assert (post.text, post.warnings) == (text, [])


def test_control_characters_in_an_id_are_a_problem(read: Read) -> None:
    assert read(line(id="1\x00")).codes == ["wrong_type"]


def test_a_normalised_event_keeps_what_it_says(read: Read) -> None:
    raw = json.dumps(
        {
            "op": "upsert",
            "source": {"adapter": "mastodon", "feed": "social.example", "cursor": "5"},
            "observed_at": "2026-11-20T18:00:02",
            "raw_sha256": "ab",
            "post": {
                "uid": "x:1",
                "platform": "x",
                "native_id": "1",
                "text": "salut\x00",
                "hashtags": ["promo"],
                "created_at": "2026-11-20T19:00:01+01:00",
                "forward_from": {"name": "n", "at": "2026-11-20T19:00:00+01:00"},
                "extra": 1,
            },
        }
    ).encode()
    found = read(raw).events[0]
    assert (found.source.adapter, found.source.cursor, found.raw_sha256) == ("mastodon", "5", "ab")
    assert (found.post.text, found.post.hashtags) == ("salut", ["promo"])
    assert found.post.created_at == datetime(2026, 11, 20, 18, 0, 1, tzinfo=UTC)
    assert found.post.forward_from.at.utcoffset() == timedelta(0)
    assert found.post.observed_at == found.observed_at == datetime(2026, 11, 20, 18, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize("op", ["delete", "purge_author", "profile", "gap"])
def test_an_event_that_is_no_upsert_carries_its_target(read: Read, op: str) -> None:
    found = read(json.dumps({"op": op, "target": "x:1"}).encode()).events[0]
    assert (found.op, found.target, found.post) == (op, "x:1", None)
    assert found.source.adapter == "lines"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"op":"upsert"}', "missing_field"),
        (b'{"op":"delete"}', "missing_field"),
        (b'{"op":"secret","target":"x:1"}', "wrong_type"),
        (b'{"op":"upsert","post":{"uid":"x:1","platform":"x"}}', "missing_field"),
        (event(uid="x:2"), "uid_mismatch"),
        (event(uid=":1", platform=""), "missing_field"),
        (event(kind="secret - at `$.post`"), "wrong_type"),
        (event(parts=[{"role": 1, "text": "secret"}]), "wrong_type"),
        (event(native_id=1), "wrong_type"),
    ],
)
def test_a_normalised_event_that_contradicts_itself_is_a_problem(read: Read, raw: bytes, code: str) -> None:
    problem = read(raw.rstrip() + b"\n").problems[0]
    assert problem.code == code
    assert "secret" not in str(problem)


def test_lines_of_all_kinds_may_be_mixed(read: Read) -> None:
    jetstream = {
        "did": "did:plc:a",
        "time_us": 1,
        "kind": "account",
        "account": {"active": False, "status": "deleted"},
    }
    result = read(line() + event() + json.dumps(jetstream).encode() + b"\n" + line(id="2"))
    assert [found.op for found in result.events] == ["upsert", "upsert", "purge_author", "upsert"]
    assert result.uids == ["telegram:1", "x:1", "telegram:2"]
