"""What must not be kept is not kept, and what must not be shown is not shown."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from acceptance_kit import BOUNTY, OFFER, bytes_of, environment, flocon, listed, post, query, watch, write

DID = "did:plc:zzinvente4242authorid"
HANDLE = "zz-auteur-invente.bsky.social"
MINOR = "J'ai 16 ans, je cherche un four, dispo de suite, snap zz_sud30, 06 39 98 12 34, t.me/+zzinvite77"
DIGITS = "639981234"
PIZZA = "\N{SLICE OF PIZZA}"
OUTPUTS = (
    ["posts"],
    ["posts", "--json"],
    ["clusters"],
    ["clusters", "--json"],
    ["alerts"],
    ["alerts", "--json"],
)


def _jetstream(text: str, key: str = "3zz2222222222") -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-03-06T18:00:00Z",
        "langs": ["fr"],
    }
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": key,
        "cid": "zzcid",
        "record": record,
    }
    return {"did": DID, "time_us": 1_772_820_001_000_000, "kind": "commit", "commit": commit}


def _outputs(store: Path) -> bytes:
    shown = [flocon(*words, "--store", store) for words in OUTPUTS]
    alerts = listed("alerts", store)
    shown += [
        flocon("explain", alert["id"], "--store", store, *more)
        for alert in alerts
        for more in ((), ("--json",))
    ]
    assert all(result.returncode == 0 for result in shown)
    return b"".join(result.stdout + result.stderr for result in shown)


def test_nothing_gives_the_author_of_a_bluesky_post_away(tmp_path: Path) -> None:
    short = post(
        f"at://{DID}/app.bsky.feed.post/3zz3333333333",
        BOUNTY,
        platform="bluesky",
        url=f"https://bsky.app/profile/{DID}/post/3zz3333333333",
        author={"id": DID, "handle": HANDLE, "name": "Zz Auteur Inventé"},
    )
    purged = {"did": "did:plc:zzgone", "time_us": 1_772_820_002_000_000, "kind": "account"}
    purged["account"] = {"active": False, "did": "did:plc:zzgone", "status": "deleted"}
    feed, store, log = (
        write(tmp_path / "feed", [_jetstream(OFFER), short, purged]),
        tmp_path / "s.db",
        tmp_path / "l",
    )
    result = watch(store, feed, "--jsonl", log, "--json")
    assert len(listed("posts", store)) == 2
    everything = bytes_of(tmp_path, but=[feed]) + result.stdout + result.stderr + _outputs(store)
    for secret in (DID, DID.removeprefix("did:plc:"), HANDLE, "Zz Auteur", "zzgone"):
        assert secret.encode() not in everything, secret


def test_a_handle_in_the_address_of_a_bluesky_post_is_not_kept(tmp_path: Path) -> None:
    record = post(
        f"at://{HANDLE}/app.bsky.feed.post/3zz4444444444",
        OFFER,
        platform="bluesky",
        url=f"https://bsky.app/profile/{HANDLE}/post/3zz4444444444",
        author={"handle": HANDLE},
    )
    feed, store = write(tmp_path / "feed", [record]), tmp_path / "s.db"
    watch(store, feed)
    assert HANDLE.encode() not in bytes_of(tmp_path, but=[feed]) + _outputs(store)


def test_the_contact_of_an_offer_is_kept_even_if_it_is_the_authors_own_handle(tmp_path: Path) -> None:
    author = {"id": "42", "handle": "neige_invente"}
    watch(tmp_path / "s.db", write(tmp_path / "feed", [post(1, OFFER, author=author)]))
    (record,) = listed("posts", tmp_path / "s.db")
    assert "neige_invente" in record["text"]


def test_author_ids_of_any_platform_are_hashed(tmp_path: Path) -> None:
    author = {"id": "zzid424242", "handle": "zz_author_h", "name": "Zz Nom", "bio": "zz ma bio"}
    feed, store = (
        write(tmp_path / "feed", [post(n, OFFER, author=author) for n in range(3)]),
        tmp_path / "s.db",
    )
    watch(store, feed)
    kept = bytes_of(tmp_path, but=[feed])
    assert b"neige_invente" in kept
    for secret in (b"zzid424242", b"zz_author_h", b"Zz Nom", b"zz ma bio"):
        assert secret not in kept


def test_store_and_key_are_for_their_owner_alone(tmp_path: Path) -> None:
    watch(tmp_path / "s.db", write(tmp_path / "feed", [post(1, OFFER)]))
    for name in ("s.db", "s.db.author-key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_another_key_changes_pseudonyms_and_no_id(tmp_path: Path) -> None:
    feed = write(
        tmp_path / "feed", [post(n, OFFER, minute=n, author=f"u{n}") for n in range(9)] + [post("b", BOUNTY)]
    )
    found = []
    for name in ("one", "two"):
        (tmp_path / name).write_text(name * 16)
        watch(tmp_path / f"{name}.db", feed, env=environment(FLOCON_AUTHOR_KEY_FILE=str(tmp_path / name)))
        found.append(
            {what: listed(what, tmp_path / f"{name}.db") for what in ("posts", "clusters", "alerts")}
        )
    authors = [{record.pop("author") for record in one["posts"]} for one in found]
    assert authors[0] - {None}
    assert not (authors[0] & authors[1]) - {None}
    assert found[0] == found[1]
    assert not (tmp_path / "one.db.author-key").exists()


@pytest.mark.parametrize("key", [None, "short"], ids=["missing", "short"])
def test_a_key_that_cannot_be_used_is_named(key: str | None, tmp_path: Path) -> None:
    if key:
        (tmp_path / "key").write_text(key)
    env = environment(FLOCON_AUTHOR_KEY_FILE=str(tmp_path / "key"))
    result = watch(tmp_path / "s.db", write(tmp_path / "feed", [post(1, OFFER)]), status=2, env=env)
    assert f"author key {tmp_path / 'key'}".encode() in result.stderr
    assert b"short" not in result.stderr.replace(b"too short", b"").replace(str(tmp_path).encode(), b"")


def test_a_minors_offer_goes_to_the_protection_queue_with_its_contact_masked(tmp_path: Path) -> None:
    records = [post(n, MINOR, minute=n, author=f"u{n}") for n in range(8)]
    feed, store = write(tmp_path / "feed", records), tmp_path / "s.db"
    result = watch(store, feed, "--json")
    queue = listed("posts", store, "--protected")
    assert [record["uid"] for record in queue] == [f"telegram:{n}" for n in range(8)]
    assert {record["cluster"] for record in queue} == {None}
    assert {record["author"] for record in queue} == {None}
    assert all("minor" in record["safeguard"] for record in queue)
    assert listed("clusters", store) == listed("alerts", store) == []
    kept = bytes_of(tmp_path, but=[feed]) + result.stdout + _outputs(store)
    for secret in (b"zz_sud30", b"06 39 98", DIGITS.encode(), b"zzinvite77"):
        assert secret not in kept, secret
    assert listed("posts", store, "--search", "zz_sud30") == []


RESTRICTED = [
    post(
        "r1",
        "Bonjour à tous",
        url="https://example.org/zz1",
        author={"id": "zz77", "name": f"Zz {PIZZA} nom"},
    ),
    post(
        "r2", OFFER, url="https://example.org/zz2", minute=1, author={"id": "zz78", "bio": f"ma bio {PIZZA}"}
    ),
    post("p1", f"{OFFER} et {PIZZA}", minute=2, author={"id": "zz79", "name": "Paul"}),
]


def test_the_restricted_rule_is_off_unless_switched_on(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    watch(store, write(tmp_path / "feed", RESTRICTED))
    assert {record["uid"] for record in listed("posts", store)} == {"telegram:r2", "telegram:p1"}
    assert b"restricted." not in bytes_of(tmp_path)


def test_a_restricted_hit_stands_in_its_file_and_nowhere_else(tmp_path: Path) -> None:
    feed, store, queue = write(tmp_path / "feed", RESTRICTED), tmp_path / "s.db", tmp_path / "queue.jsonl"
    for _ in range(2):
        result = watch(store, feed, "--restricted", queue, "--json", "--jsonl", tmp_path / "log")
        assert (result.stdout, result.stderr) == (b"", b"")
    lines = [json.loads(line) for line in queue.read_bytes().splitlines()]
    assert [line["url"] for line in lines] == ["https://example.org/zz1", "https://example.org/zz2"]
    assert {tuple(line) for line in lines} == {("platform", "url", "at", "rules")}
    assert stat.S_IMODE(queue.stat().st_mode) == 0o600
    assert [record["uid"] for record in listed("posts", store)] == ["telegram:p1"]
    kept = bytes_of(tmp_path, but=[feed, queue]) + _outputs(store)
    for secret in (
        b"example.org",
        b"telegram:r",
        b"restricted",
        b"Bonjour",
        b"ma bio",
        lines[0]["rules"][0].encode(),
    ):
        assert secret not in kept, secret


def test_screen_names_a_restricted_hit_by_its_rule_alone(tmp_path: Path) -> None:
    feed = write(tmp_path / "feed", RESTRICTED[:2])
    result = flocon("screen", feed, "--restricted")
    for line in map(json.loads, result.stdout.splitlines()):
        assert (line["families"], line["evidence"], line["listing"]) == (["restricted"], [], None)
    for secret in (b"Bonjour", b"ma bio", PIZZA.encode(), b"neige"):
        assert secret not in result.stdout + result.stderr


def test_the_named_targets_of_a_bounty_are_masked_outside_the_store(tmp_path: Path) -> None:
    store, log = tmp_path / "s.db", tmp_path / "log"
    result = watch(store, write(tmp_path / "feed", [post(1, BOUNTY)]), "--jsonl", log, "--json")
    assert len(listed("alerts", store)) == 1
    assert query(store, "SELECT count(*) FROM posts WHERE instr(finding, 'zz_cible_un') > 0") == [(1,)]
    assert b"zz_cible" not in result.stdout + log.read_bytes() + _outputs(store)
