import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

Read = Callable[..., Any]
DID = "did:plc:exampleaaaaaaaaaaaaaaaa"
URI = f"at://{DID}/app.bsky.feed.post/3m5x"
QUOTED = "at://did:plc:other/app.bsky.feed.post/3abc"


def record(**fields: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": "salut", "createdAt": "2026-11-20T18:00:00.9Z", **fields}


def commit(**fields: Any) -> dict[str, Any]:
    base = {
        "rev": "r",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3m5x",
        "cid": "bafy",
    }
    return base | fields


def v1(kind: str = "commit", **fields: Any) -> bytes:
    return json.dumps({"did": DID, "time_us": 1_795_197_601_123_456, "kind": kind, **fields}).encode() + b"\n"


def v2(kind: str, **fields: Any) -> bytes:
    name = f"network.bsky.jetstream.subscribeEvents#{kind}"
    head = {"$type": name, "seq": 90210, "did": DID, "time": "2026-11-20T18:00:01.123456Z"}
    return json.dumps({"$type": "message", "payload": head | fields}).encode() + b"\n"


def post_of(read: Read, **fields: Any) -> Any:
    return read(v1(commit=commit(record=record(**fields)))).posts[0]


@pytest.fixture(params=["v1", "v2"])
def either(request: pytest.FixtureRequest) -> Callable[[dict[str, Any]], bytes]:
    """A commit in both versions of the protocol."""
    return (lambda what: v1(commit=what)) if request.param == "v1" else (lambda what: v2("commit", **what))


Either = Callable[[dict[str, Any]], bytes]


def test_a_new_post_is_an_upsert(read: Read, either: Either) -> None:
    event = read(either(commit(record=record(langs=["fr"], tags=["promo"])))).events[0]
    post = event.post
    assert (event.op, post.uid, post.native_id, post.platform) == ("upsert", f"bluesky:{URI}", URI, "bluesky")
    assert (post.text, post.langs, post.hashtags, post.version) == ("salut", ["fr"], ["promo"], "bafy")
    assert post.url == f"https://bsky.app/profile/{DID}/post/3m5x"
    assert post.author.id == DID
    assert post.created_at == datetime(2026, 11, 20, 18, 0, 0, 900_000, tzinfo=UTC)
    assert event.observed_at == post.observed_at == datetime(2026, 11, 20, 18, 0, 1, 123_456, tzinfo=UTC)
    assert (post.missing, post.warnings) == (["author.handle", "engagement"], [])


def test_an_update_replaces_the_post(read: Read, either: Either) -> None:
    post = read(either(commit(operation="update", cid="new", record=record(text="neuf")))).posts[0]
    assert (post.uid, post.text, post.version) == (f"bluesky:{URI}", "neuf", "new")
    assert post.edited_at == post.observed_at


def test_a_removed_post_is_a_delete_of_its_uid(read: Read, either: Either) -> None:
    removal = commit(operation="delete")
    del removal["cid"]
    event = read(either(removal)).events[0]
    assert (event.op, event.target, event.post) == ("delete", f"bluesky:{URI}", None)


@pytest.mark.parametrize(
    "collection", ["app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.graph.follow"]
)
def test_other_collections_give_neither_event_nor_problem(
    read: Read, either: Either, collection: str
) -> None:
    result = read(either(commit(collection=collection, record={"subject": "x", "text": 5})))
    assert (result.events, result.problems) == ([], [])


def test_the_cursor_of_each_event_is_in_its_source(read: Read) -> None:
    events = read(v1(commit=commit(operation="delete")) + v2("identity")).events
    assert [(event.source.adapter, event.source.cursor) for event in events] == [
        ("bluesky-jetstream", "1795197601123456"),
        ("bluesky-jetstream", "90210"),
    ]


@pytest.mark.parametrize(
    ("account", "ops"),
    [
        ({"active": False, "status": "deleted"}, ["purge_author"]),
        ({"active": False, "status": "takendown"}, ["purge_author"]),
        ({"active": False, "status": "suspended"}, []),
        ({"active": False, "status": "deactivated"}, []),
        ({"active": False}, []),
        ({"active": True}, []),
    ],
)
def test_only_an_account_that_is_gone_is_purged(read: Read, account: dict[str, Any], ops: list[str]) -> None:
    result = read(v1("account", account=account) + v2("account", **account))
    assert [event.op for event in result.events] == ops * 2
    assert all(event.target == f"bluesky:{DID}" for event in result.events)
    assert result.problems == []


def test_an_identity_event_is_a_profile(read: Read) -> None:
    result = read(v1("identity", identity={"did": DID, "seq": 1}) + v2("identity", handle="shop.example"))
    assert [(event.op, event.target) for event in result.events] == [("profile", f"bluesky:{DID}")] * 2


@pytest.mark.parametrize(
    ("raw", "target"),
    [
        (v2("sync", rev="r"), f"bluesky:{DID}"),
        (b'{"error":"CursorTooOld","message":"floor is 7"}\n', "CursorTooOld"),
        (v2("info", name="OutdatedCursor", did=""), "OutdatedCursor"),
    ],
)
def test_a_hole_in_the_stream_is_a_gap(read: Read, raw: bytes, target: str) -> None:
    assert [(event.op, event.target) for event in read(raw).events] == [("gap", target)]


@pytest.mark.parametrize(
    "raw",
    [
        v2("novelty"),
        v2("info", name="Hello"),
        v1("novelty"),
        b'{"$type":"error","error":"ConsumerTooSlow"}\n',
    ],
)
def test_what_is_unknown_is_skipped(read: Read, raw: bytes) -> None:
    result = read(raw)
    assert (result.events, result.problems) == ([], [])


@pytest.mark.parametrize(
    ("raw", "code", "path"),
    [
        (v1(commit=commit(record=record(text=5))), "wrong_type", "$.commit.record.text"),
        (v2("commit", **commit(record=record(text=5))), "wrong_type", "$.payload.record.text"),
        (v1(commit=commit()), "missing_field", "$.commit"),
        (v1(commit={"operation": "create"}), "missing_field", "$.commit"),
        (v1(), "missing_field", "commit"),
        (v1("account"), "missing_field", "account"),
        (v1(time_us=-1), "wrong_type", "$.time_us"),
        (v1(time_us="secret"), "wrong_type", "$.time_us"),
        (v2("commit"), "missing_field", "$.payload"),
        (v2("identity", did=""), "missing_field", "$.payload"),
        (v2("identity", time="secret"), "wrong_type", "$.payload.time"),
        (b'{"payload":{"seq":1}}\n', "missing_field", "$.payload"),
        (b'{"did":"d","kind":["secret"]}\n', "wrong_type", "$.kind"),
    ],
)
def test_a_frame_that_does_not_fit_is_a_problem_with_its_path(
    read: Read, raw: bytes, code: str, path: str
) -> None:
    problem = read(raw).problems[0]
    assert problem.code == code
    assert path in problem.reason
    assert "secret" not in str(problem)


def test_an_escape_that_is_half_a_pair_inside_a_record_is_named(read: Read) -> None:
    raw = v1(commit=commit(record=record(text="x"))).replace(b'"text": "x"', rb'"text": "\ud83d x"')
    assert read(raw).codes == ["surrogate"]


def test_facets_give_hashtags_links_and_mentions_by_bytes(read: Read) -> None:
    text = "❄️ dispo @shop.example #promo"

    def span(word: str) -> dict[str, int]:
        start = text.encode().index(word.encode())
        return {"byteStart": start, "byteEnd": start + len(word.encode())}

    facets = [
        {"index": span("@shop.example"), "features": [{"$type": "x#mention", "did": "did:plc:shop"}]},
        {"index": span("#promo"), "features": [{"$type": "x#tag", "tag": "promo"}, {"$type": "x#new"}]},
        {"index": span("dispo"), "features": [{"$type": "x#link", "uri": "https://shop.example"}]},
    ]
    post = post_of(read, text=text, facets=facets, tags=["promo", "soir"])
    assert [(mention.id, mention.handle) for mention in post.mentions] == [("did:plc:shop", "shop.example")]
    assert post.hashtags == ["promo", "soir"]
    assert [link.url for link in post.links] == ["https://shop.example"]
    assert post.warnings == []


@pytest.mark.parametrize(
    "bad",
    [
        {"index": {"byteStart": 0, "byteEnd": 99}, "features": [{"tag": "x"}]},
        {"index": {"byteStart": 2, "byteEnd": 1}, "features": [{"tag": "x"}]},
        {"index": {"byteStart": 1, "byteEnd": 2}, "features": [{"tag": "x"}]},
        {"index": {"byteStart": -1, "byteEnd": 2}, "features": [{"tag": "x"}]},
        {"features": [{"tag": "x"}]},
        "facet",
    ],
)
def test_a_facet_that_does_not_fit_is_dropped_alone(read: Read, bad: Any) -> None:
    good = {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"tag": "neige"}]}
    post = post_of(read, text="❄ dispo", facets=[bad, good])
    assert post.hashtags == ["neige"]
    assert post.warnings == ["facet: does not fit, dropped"]


@pytest.mark.parametrize("name", ["langs", "tags", "labels", "facets", "reply", "embed", "createdAt"])
def test_any_part_but_the_text_may_be_broken_or_null(read: Read, name: str) -> None:
    post = post_of(read, **{name: 5})
    assert post.text == "salut"
    assert post.warnings == [f"{name}: does not fit, dropped"]
    assert post_of(read, **{name: None}).warnings == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T18:00:00Z", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20T18:00:00+00:00", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20T18:00:00", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20T19:00:00+01:00", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("0001-01-01T00:00:00+02:00", None),
        ("yesterday", None),
    ],
)
def test_the_clients_clock_is_read_in_all_its_spellings(read: Read, written: str, expected: datetime) -> None:
    post = post_of(read, createdAt=written)
    assert post.created_at == expected
    assert post.created_at_precision == ("unknown" if expected is None else "exact")
    assert post.warnings == ([] if expected else ["createdAt: does not fit, dropped"])


def test_a_clock_that_runs_ahead_is_warned_of(read: Read) -> None:
    assert post_of(read, createdAt="2027-11-20T18:00:00Z").warnings == [
        "created_at: more than 5 minutes after the observation"
    ]


def test_a_reply_points_to_its_parent_and_root(read: Read) -> None:
    reply = {
        "root": {"uri": "at://a/app.bsky.feed.post/1", "cid": "c"},
        "parent": {"uri": QUOTED, "cid": "c"},
    }
    post = post_of(read, reply=reply)
    assert (post.reply_to, post.root) == (f"bluesky:{QUOTED}", "bluesky:at://a/app.bsky.feed.post/1")


def test_labels_are_kept(read: Read) -> None:
    assert post_of(read, labels={"$type": "x", "values": [{"val": "graphic-media"}]}).labels == [
        "graphic-media"
    ]


@pytest.mark.parametrize(
    ("embed", "parts"),
    [
        ({"$type": "app.bsky.embed.images", "images": [{"alt": "menu"}, {"alt": ""}]}, [("alt", "menu")]),
        ({"$type": "app.bsky.embed.gallery", "items": [{"alt": "menu"}]}, [("alt", "menu")]),
        ({"$type": "app.bsky.embed.video", "alt": "menu"}, [("alt", "menu")]),
        (
            {
                "$type": "app.bsky.embed.external",
                "external": {"uri": "https://shop.example", "title": "T", "description": "D"},
            },
            [("link_title", "T"), ("link_description", "D")],
        ),
    ],
)
def test_embeds_give_the_texts_in_them(
    read: Read, embed: dict[str, Any], parts: list[tuple[str, str]]
) -> None:
    assert [(part.role, part.text) for part in post_of(read, embed=embed).parts] == parts
    nested = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"$type": "app.bsky.embed.record", "record": {"uri": QUOTED, "cid": "c"}},
        "media": embed,
    }
    post = post_of(read, embed=nested)
    assert [(part.role, part.text) for part in post.parts] == parts
    assert post.quote_of == f"bluesky:{QUOTED}"


def test_a_quoted_post_is_named_but_not_a_quoted_list(read: Read) -> None:
    def quoted(uri: str) -> str | None:
        return post_of(read, embed={"$type": "app.bsky.embed.record", "record": {"uri": uri}}).quote_of

    assert quoted(QUOTED) == f"bluesky:{QUOTED}"
    assert quoted("at://did:plc:other/app.bsky.graph.list/3abc") is None


def test_one_bad_image_is_dropped_alone(read: Read) -> None:
    post = post_of(read, embed={"$type": "app.bsky.embed.images", "images": [{"alt": 5}, {"alt": "menu"}]})
    assert [part.text for part in post.parts] == ["menu"]
    assert post.warnings == ["embed.image: does not fit, dropped"]


def test_media_that_hold_media_end_there(read: Read) -> None:
    endless = {
        "$type": "app.bsky.embed.recordWithMedia",
        "media": {"$type": "app.bsky.embed.recordWithMedia"},
    }
    assert post_of(read, embed=endless).parts == []


def test_an_empty_text_is_a_post(read: Read) -> None:
    assert post_of(read, text="").text == ""
