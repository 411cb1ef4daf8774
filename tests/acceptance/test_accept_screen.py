"""The contract of `flocon screen`, as a user meets it."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zstandard
from acceptance_kit import BOUNTY, FLOCON, OFFER, SEEDS, done, encode, flocon, post, write

KEYS = [
    "uid",
    "decision",
    "families",
    "rules",
    "groups",
    "confidence",
    "evidence",
    "contexts",
    "safeguard",
    "obfuscations",
    "listing",
    "why",
]
EVIDENCE_KEYS = ["signal", "group", "part", "start", "end", "text", "original"]
RECORDS = [post(1, OFFER), post(2, "bonne soirée à tous"), post("a/é 3", SEEDS[1]), post(4, "❄️ quel froid")]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return write(tmp_path / "feed.jsonl", RECORDS)


def test_each_line_has_the_keys_of_the_contract_in_their_order(feed: Path) -> None:
    lines = done("screen", feed)
    assert [list(line) for line in lines] == [KEYS] * len(RECORDS)
    evidence = [item for line in lines for item in line["evidence"]]
    assert evidence
    assert all(list(item) == EVIDENCE_KEYS for item in evidence)
    assert {line["decision"] for line in lines} == {"candidate", "index", "none"}
    assert all(0.0 <= line["confidence"] <= 1.0 for line in lines)
    assert lines[0]["listing"]["prices"]
    assert lines[1]["listing"] is None


def test_there_is_one_line_for_each_post_in_the_order_of_the_input(feed: Path) -> None:
    assert [line["uid"] for line in done("screen", feed)] == [
        "telegram:1",
        "telegram:2",
        "telegram:a/é 3",
        "telegram:4",
    ]


def test_events_that_are_no_post_give_no_line(tmp_path: Path) -> None:
    feed = write(
        tmp_path / "f",
        [RECORDS[0], {"op": "delete", "target": "telegram:1"}, {"op": "gap", "target": "x"}, RECORDS[1]],
    )
    assert [line["uid"] for line in done("screen", feed)] == ["telegram:1", "telegram:2"]


@pytest.mark.parametrize(
    "before",
    ["", "é", "e\u0301", "☺️ ", "👨‍👩‍👧‍👦 ", "🇫🇷🏴‍☠️ ", "𝕳𝖊𝖑𝖑𝖔 ", "\u200b\u2060", "ﬁn ", "İ ẞ "],
    ids=[
        "nothing",
        "accent",
        "combining",
        "vs16",
        "zwj",
        "flags",
        "mathematical",
        "invisible",
        "ligature",
        "casing",
    ],
)
def test_offsets_count_code_points_of_the_original_text(before: str, tmp_path: Path) -> None:
    text = f"{before} {OFFER} \U0001f468\u200d\U0001f469 5g 250€"
    (line,) = done("screen", write(tmp_path / "f", [post(1, text)]))
    assert {"code.emoji", "contact.handle", "listing.delivery"} <= {
        item["signal"] for item in line["evidence"]
    }
    for item in line["evidence"]:
        assert item["part"] == "text"
        assert text[item["start"] : item["end"]] == item["original"]
    handle = next(item for item in line["evidence"] if item["signal"] == "contact.handle")
    assert handle["original"] == "neige_invente"


def test_offsets_in_a_part_count_in_that_part(tmp_path: Path) -> None:
    part = "👨‍👩‍👧 " + OFFER
    record = post(1, "voir l'image", parts=[{"role": "alt", "text": part}])
    (line,) = done("screen", write(tmp_path / "f", [record]))
    found = [item for item in line["evidence"] if item["part"] == "alt"]
    assert found
    assert all(part[item["start"] : item["end"]] == item["original"] for item in found)


def test_the_reason_is_english_unless_french_is_asked_for(feed: Path) -> None:
    english, french = done("screen", feed), done("screen", feed, "--lang", "fr")
    assert english[0]["why"].startswith("Candidate (")
    assert french[0]["why"].startswith("Candidat (")
    assert (english[1]["why"], french[1]["why"]) == ("No evidence.", "Aucun indice.")
    for one, other in zip(english, french, strict=True):
        assert {**one, "why": ""} == {**other, "why": ""}


def test_bad_lines_are_named_by_file_and_line_and_never_shown(tmp_path: Path) -> None:
    secret = "zz_secret_handle"
    bad = [
        b'{"id": "1", "text": "' + secret.encode() + b'"',
        json.dumps({"id": [secret], "platform": secret}).encode(),
    ]
    feed = write(tmp_path / "f.jsonl", [RECORDS[0], bad[0], RECORDS[1], bad[1], RECORDS[3]])
    result = flocon("screen", feed)
    assert result.returncode == 3
    assert [json.loads(line)["uid"] for line in result.stdout.splitlines()] == [
        "telegram:1",
        "telegram:2",
        "telegram:4",
    ]
    first, second = result.stderr.decode().splitlines()
    assert f"{feed}:2: " in first
    assert f"{feed}:4: " in second
    assert secret.encode() not in result.stderr


def test_standard_input_is_read_with_a_dash_and_without_a_name(feed: Path) -> None:
    expected = flocon("screen", feed).stdout
    assert expected
    assert flocon("screen", "-", stdin=feed.read_bytes()).stdout == expected
    assert flocon("screen", stdin=feed.read_bytes()).stdout == expected


def test_bad_lines_of_standard_input_are_named_too() -> None:
    result = flocon("screen", "-", stdin=b"{}\n")
    assert (result.returncode, result.stdout) == (3, b"")
    assert b"<stdin>:1: " in result.stderr


def test_gzip_and_zstd_are_read_as_what_they_hold_under_any_name(feed: Path, tmp_path: Path) -> None:
    expected = flocon("screen", feed).stdout
    content = feed.read_bytes()
    packed = {
        "a.gz": gzip.compress(content),
        "b.zst": zstandard.compress(content),
        "c.jsonl": gzip.compress(content),
    }
    for name, blob in packed.items():
        path = tmp_path / name
        path.write_bytes(blob)
        assert flocon("screen", path).stdout == expected, name
    assert flocon("screen", "-", stdin=packed["b.zst"]).stdout == expected


def test_a_reader_that_goes_away_is_no_error_worth_a_traceback(tmp_path: Path) -> None:
    feed = write(tmp_path / "f", [post(number, OFFER) for number in range(3_000)])
    process = subprocess.Popen([*FLOCON, "screen", str(feed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        first: Any = json.loads(process.stdout.readline())
        process.stdout.close()
        errors = process.stderr.read()
    assert first["uid"] == "telegram:0"
    assert errors == b""


def test_an_empty_file_gives_nothing_and_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    assert done("screen", tmp_path / "f") == []


def test_nothing_is_written_anywhere(feed: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    done("screen", feed, cwd=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_named_targets_of_a_bounty_are_masked() -> None:
    result = flocon("screen", "-", stdin=encode([post(1, BOUNTY)]))
    assert json.loads(result.stdout)["rules"] == ["violence.bounty"]
    assert b"zz_cible" not in result.stdout
