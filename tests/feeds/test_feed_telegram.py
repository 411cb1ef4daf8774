import gzip
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flocon.feeds.base import FeedNotUsable
from flocon.feeds.files import FileFeed

Read = Callable[..., Any]


def message(number: int = 12, **fields: Any) -> dict[str, Any]:
    return {"id": number, "type": "message", "date_unixtime": "1795197600", "text": "Menu", **fields}


def chat(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "Promo", "type": "public_channel", "id": 190, **fields, "messages": list(messages)}


def write(document: Any, indent: int | None = 1) -> bytes:
    return json.dumps(document, indent=indent, ensure_ascii=False).encode()


def post_of(read: Read, **fields: Any) -> Any:
    return read(write(chat(message(**fields)))).posts[0]


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
def test_an_export_of_one_chat_is_read_however_it_is_laid_out(read: Read, indent: int | None) -> None:
    result = read(write(chat(message(12), message(13)), indent))
    assert result.uids == ["telegram:190/12", "telegram:190/13"]
    assert result.problems == []
    post = result.posts[0]
    assert (post.platform, post.native_id, post.kind, post.text) == ("telegram", "190/12", "message", "Menu")
    assert (post.channel.id, post.channel.name, post.channel.kind) == ("190", "Promo", "public_channel")
    assert post.created_at == datetime.fromtimestamp(1795197600, UTC)
    assert (post.created_at_precision, post.warnings) == ("exact", [])
    assert result.events[0].source.adapter == "telegram-export"


def test_each_event_has_its_record(read: Read) -> None:
    result = read(write(chat(message(12, x=1.5), message(13))))
    assert [json.loads(raw)["id"] for raw in result.raws] == [12, 13]


def test_an_account_gives_its_public_chats_past_and_present(read: Read) -> None:
    account = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 1, "messages": "none"},
        "contacts": {"list": [{"first_name": "A"}]},
        "chats": {
            "about": "x",
            "list": [
                chat(message(1), id=10),
                chat(message(2), id=20, type="personal_chat"),
                chat(message(3), id=30, type="public_supergroup", name=None),
                chat(message(4), id=40, type="private_channel"),
                chat(message(5), id=50, type="private_supergroup"),
            ],
        },
        "left_chats": {"about": "y", "list": [chat(message(6), id=60)]},
    }
    result = read(write(account))
    assert result.uids == ["telegram:10/1", "telegram:30/3", "telegram:60/6"]
    assert result.problems == []


def test_the_export_of_a_private_chat_is_refused_in_words(read: Read) -> None:
    result = read(write(chat(message(), type="private_supergroup")))
    assert (result.events, result.codes) == ([], ["not_public"])


@pytest.mark.parametrize("fields", [{"type": "service", "action": "pin_message"}, {"type": "unsupported"}])
def test_what_is_no_message_is_skipped(read: Read, fields: dict[str, Any]) -> None:
    result = read(write(chat(message(11, **fields), message(12))))
    assert result.uids == ["telegram:190/12"]
    assert result.problems == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"text": "Menu"}, "Menu"),
        ({"text": ["Menu ", {"type": "bold", "text": "10€"}, " ici"]}, "Menu 10€ ici"),
        (
            {
                "text": "",
                "text_entities": [{"type": "plain", "text": "Menu "}, {"type": "bold", "text": "10€"}],
            },
            "Menu 10€",
        ),
        ({"text": "Menu", "text_entities": []}, "Menu"),
        ({"text": [], "text_entities": None}, ""),
    ],
)
def test_text_comes_from_entities_or_else_from_text(read: Read, fields: dict[str, Any], text: str) -> None:
    assert post_of(read, **fields).text == text


def test_entities_give_links_hashtags_and_mentions(read: Read) -> None:
    post = post_of(
        read,
        text_entities=[
            {"type": "text_link", "text": "ici", "href": "https://shop.example/m"},
            {"type": "link", "text": "https://shop.example"},
            {"type": "hashtag", "text": "#promo"},
            {"type": "mention", "text": "@boutique75"},
            {"type": "mention_name", "text": "La Boutique", "user_id": 7},
            {"type": "phone", "text": "+33 6 39 98 00 01"},
        ],
    )
    assert [link.url for link in post.links] == ["https://shop.example/m", "https://shop.example"]
    assert post.hashtags == ["promo"]
    assert [(mention.id, mention.handle) for mention in post.mentions] == [(None, "boutique75"), ("7", None)]
    assert "+33 6 39 98 00 01" in post.text


def test_an_edit_is_the_version(read: Read) -> None:
    post = post_of(read, edited="2026-11-20T19:05:00", edited_unixtime="1795197900")
    assert post.edited_at == datetime.fromtimestamp(1795197900, UTC)
    assert post.version == "1795197900"
    assert post_of(read).version == "1795197600"


def test_a_local_date_is_known_to_the_day(read: Read) -> None:
    post = post_of(read, date_unixtime=None, date="2026-11-20T19:00:00")
    assert (post.created_at.date().isoformat(), post.created_at_precision) == ("2026-11-20", "day")
    assert len(post.warnings) == 1
    assert post_of(read, date_unixtime=None).created_at_precision == "unknown"


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"from": "Promo", "from_id": "channel190"}, ("channel190", "Promo")),
        ({"from": None, "from_id": 77}, ("77", None)),
        ({"from": "Promo"}, (None, "Promo")),
    ],
)
def test_the_author_is_who_it_is_from(read: Read, fields: dict[str, Any], who: tuple[Any, Any]) -> None:
    author = post_of(read, **fields).author
    assert (author.id, author.name) == who


def test_relations_and_reactions_are_kept(read: Read) -> None:
    post = post_of(
        read,
        forwarded_from="Autre",
        reply_to_message_id=3,
        reactions=[
            {"type": "emoji", "count": 3, "emoji": "🔥"},
            {"type": "emoji", "count": 1, "emoji": "🔥"},
            {"type": "paid", "count": 2},
        ],
    )
    assert post.forward_from.name == "Autre"
    assert post.reply_to == "telegram:190/3"
    assert post.engagement.reactions == {"🔥": 4}
    assert post_of(read, reply_to_message_id=3, reply_to_peer_id="channel9").reply_to is None


def test_polls_buttons_stickers_contacts_and_invoices_are_parts(read: Read) -> None:
    post = post_of(
        read,
        sticker_emoji="❄️",
        poll={"question": "Ce soir ?", "answers": [{"text": "oui", "voters": 1}, {"text": "non"}]},
        inline_bot_buttons=[
            [{"type": "url", "text": "Menu", "data": "https://shop.example"}, {"type": "callback"}]
        ],
        contact_information={"first_name": "Promo", "last_name": "", "phone_number": "+33 6 39 98 00 01"},
        invoice_information={"title": "Pack", "description": "soir", "amount": 5},
        location_information={"latitude": 48.85, "longitude": 2},
        photo="(File not included.)",
        media_type="video_file",
        mime_type="video/mp4",
        duration_seconds=12,
    )
    assert [(part.role, part.text) for part in post.parts] == [
        ("sticker", "❄️"),
        ("poll", "Ce soir ?"),
        ("poll", "oui"),
        ("poll", "non"),
        ("button", "Menu"),
        ("button", "Promo +33 6 39 98 00 01"),
        ("product", "Pack soir"),
    ]
    assert [link.url for link in post.links] == ["https://shop.example"]
    assert [(media.type, media.mime, media.duration_s) for media in post.media] == [
        ("image", None, None),
        ("video_file", "video/mp4", 12.0),
    ]
    assert (post.place.lat, post.place.lon) == (48.85, 2)
    assert post.warnings == []


@pytest.mark.parametrize(
    "name",
    [
        "text_entities",
        "date_unixtime",
        "from",
        "from_id",
        "forwarded_from",
        "reply_to_message_id",
        "reactions",
        "poll",
        "inline_bot_buttons",
        "location_information",
    ],
)
def test_a_part_that_does_not_fit_is_dropped_with_a_warning(read: Read, name: str) -> None:
    post = post_of(read, **{name: {"odd": [1]}})
    assert post.uid == "telegram:190/12"
    assert any("does not fit, dropped" in warning for warning in post.warnings)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"type": "message", "text": "sans id"}, "missing_field"),
        ({"id": "x", "type": "message"}, "missing_field"),
        ("secret", "wrong_type"),
        (5, "wrong_type"),
        ([message()], "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_a_malformed_message_is_one_problem_and_the_rest_is_read(read: Read, bad: Any, code: str) -> None:
    result = read(write(chat(message(1), bad, message(2))))
    assert result.uids == ["telegram:190/1", "telegram:190/2"]
    assert result.codes == [code]
    assert "secret" not in str(result.problems[0])


def test_a_chat_whose_type_comes_late_is_a_problem(read: Read) -> None:
    result = read(write({"name": "Promo", "messages": [message()], "type": "public_channel", "id": 190}))
    assert (result.events, result.codes) == ([], ["missing_field"])


def test_headers_of_one_chat_are_not_taken_for_the_next(read: Read) -> None:
    second = {"name": "B", "messages": [message(2)]}
    result = read(write({"chats": {"list": [chat(message(1)), second]}}))
    assert result.uids == ["telegram:190/1"]
    assert result.codes == ["missing_field"]


def test_a_document_that_is_no_export_is_refused(read: Read) -> None:
    with pytest.raises(FeedNotUsable, match="no export of Telegram Desktop"):
        read(write({"kind": "Listing", "data": {"children": [1]}}))


def test_control_characters_of_the_exporter_are_mended_then_removed(read: Read) -> None:
    raw = write(chat(message(text="aXb", **{"from": r"c:\x41"}))).replace(b"aXb", rb"a\x00\\x07\x08b\\\x1f\\")
    post = read(raw).posts[0]
    assert post.text == "a\\x07b\\\\"
    assert post.author.name == r"c:\x41"
    assert post.warnings == ["text: control characters removed"]


@given(
    text=st.lists(st.sampled_from([r"\\", r"\x07", r"\n", "x", "0", "é", r"\"", "a" * 30]), max_size=30),
    block=st.integers(1, 70),
    size=st.integers(1, 4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_block_borders_and_batch_sizes_change_nothing(
    read: Read, text: list[str], block: int, size: int
) -> None:
    raw = write(chat(message(1, text="HERE"), message(2), 5, message(3))).replace(
        b"HERE", "".join(text).encode()
    )
    whole, cut = read(raw), read(raw, block_bytes=block, size=size)
    plain = [{r"\\": "\\", r"\x07": "", r"\n": "\n", r"\"": '"'}.get(piece, piece) for piece in text]
    assert cut.posts[0].text == "".join(plain)
    assert cut.events == whole.events
    assert cut.raws == whole.raws
    assert cut.codes == whole.codes == ["wrong_type"]
    assert cut.cursors[-1] == whole.cursors[-1]
    assert max(len(batch.events) for batch in cut.batches) <= size


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_truncated_export_gives_what_is_there_and_one_problem(
    read: Read, kept: float, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(write(chat(*(message(number, text=f"{number**30}") for number in range(500)))))
    result = read(packed[: int(len(packed) * kept)])
    assert result.uids == [f"telegram:190/{number}" for number in range(len(result.uids))]
    assert 0 < len(result.uids) <= 500
    assert result.codes == ["truncated"]
    again = read(packed, cursors=result.cursors)
    assert len(result.uids) + len(again.uids) == 500


@pytest.mark.parametrize("bad", [b"nope", b'"\xff"', b'"\x01"'])
def test_an_error_in_the_middle_keeps_what_came_before_and_names_the_byte(
    read: Read, tmp_path: Path, bad: bytes
) -> None:
    raw = write(chat(*(message(number, text=f"secret{number}") for number in range(500))))
    at = raw.index(b'"secret300"')
    path = tmp_path / "result.json"
    path.write_bytes(raw[:at] + bad + raw[at + 11 :])
    result = read(path)
    assert result.uids[-1] == "telegram:190/299"
    problem = result.problems[0]
    assert problem.offset <= at < problem.offset + 4096
    assert str(problem).startswith(f"{path}: not JSON within 4096 bytes from here: lexical error")
    assert "secret" not in str(problem)
    assert problem.code == ("not_utf8" if b"\xff" in bad else "invalid_json")


def test_a_message_that_is_too_long_is_skipped(read: Read) -> None:
    long = message(2, list=[{"text": "a" * 100}] * 1000)
    result = read(write(chat(message(1), long, message(3))), max_line_bytes=20_000)
    assert result.uids == ["telegram:190/1", "telegram:190/3"]
    assert result.codes == ["too_long"]


def test_an_endless_string_ends_the_document(read: Read) -> None:
    result = read(write(chat(message(1), message(2, text="a" * 100_000))), max_line_bytes=20_000)
    assert result.uids == ["telegram:190/1"]
    assert [problem.reason.split(" longer")[0] for problem in result.problems] == ["a message", "a string"]


def test_a_message_nested_without_end_is_a_problem(read: Read) -> None:
    raw = write(chat(message(1, deep="HERE"), message(2))).replace(b'"HERE"', b"[" * 50_000 + b"]" * 50_000)
    result = read(raw)
    assert result.uids == ["telegram:190/2"]
    assert result.codes == ["invalid_json"]


def test_the_same_export_twice_gives_nothing_the_second_time(read: Read) -> None:
    raw = write(chat(*map(message, range(300))))
    assert read(raw, cursors=read(raw).cursors).events == []
    assert read(gzip.compress(raw), cursors=read(raw).cursors[-1:]).events == []


@pytest.mark.parametrize("indent", [None, 1])
def test_a_later_export_of_the_same_chat_goes_on_behind_the_first(read: Read, indent: int | None) -> None:
    first = read(write(chat(*map(message, range(300))), indent))
    later = read(write(chat(*map(message, range(310))), indent), cursors=[first.cursors[-1]])
    assert later.uids == [f"telegram:190/{number}" for number in range(300, 310)]
    assert later.cursors[-1].records == 310


def test_an_export_that_changed_is_read_as_new(read: Read) -> None:
    first = read(write(chat(*map(message, range(300)))))
    changed = [message(number, text="Neuf" if number == 299 else "Menu") for number in range(300)]
    assert len(read(write(chat(*changed)), cursors=first.cursors[-1:]).uids) == 300


@pytest.mark.parametrize("kept", [0, 1, 2, 5, 9])
def test_a_run_goes_on_at_the_batch_after_the_last_one_kept(read: Read, kept: int) -> None:
    raw = write(chat(*map(message, range(60))))
    first = read(raw, size=7, block_bytes=500)
    done = first.batches[:kept]
    second = read(raw, cursors=[batch.cursor for batch in done], size=5, block_bytes=300)
    uids = [event.post.uid for batch in done for event in batch.events] + second.uids
    assert uids == [f"telegram:190/{number}" for number in range(60)]


def test_memory_does_not_grow_with_an_export(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    one = write(message(5, text="menu du soir " * 300), indent=None)
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(write(chat())[:-3].rstrip().removesuffix(b"]") + one)
        for _ in range(6000):
            file.write(b",\n" + one)
        file.write(b"]}")
    tracemalloc.start(1)
    try:
        count = sum(len(batch.events) for batch in FileFeed(str(path)).batches())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 6001
    assert peak < 18_000_000
