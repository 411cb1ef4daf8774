import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from flocon.demo import DemoConfig, generate, truth, write
from flocon.demo.lookalikes import drafts as lookalike_drafts
from flocon.demo.lookalikes import rising
from flocon.demo.ordinary import LENGTHS
from flocon.demo.ordinary import drafts as ordinary_drafts

PHONE = re.compile(r"(?:\+33|\b0)[\s.]?[1-9](?:[\s.]?\d\d){4}\b")
SIX_HOURS_MS = 6 * 3_600_000


def _busiest_six_hours(times_ms: list[int]) -> int:
    return max(sum(start <= at < start + SIX_HOURS_MS for at in times_ms) for start in times_ms)


def _when(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["created_at"])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, small: DemoConfig) -> None:
    write(tmp_path / "a", small)
    write(tmp_path / "b", small)

    assert (tmp_path / "a/feed.jsonl").read_bytes() == (tmp_path / "b/feed.jsonl").read_bytes()
    assert (tmp_path / "a/truth.jsonl").read_bytes() == (tmp_path / "b/truth.jsonl").read_bytes()


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_gives_the_same_bytes(tmp_path: Path, small: DemoConfig, hash_seed: str) -> None:
    code = (
        "from pathlib import Path; from flocon.demo import DemoConfig, write; "
        f"write(Path({str(tmp_path / 'other')!r}), DemoConfig(posts_per_day=600, authors=300))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    write(tmp_path / "here", small)

    assert (tmp_path / "other/feed.jsonl").read_bytes() == (tmp_path / "here/feed.jsonl").read_bytes()


def test_another_seed_gives_another_feed_and_another_truth(small: DemoConfig) -> None:
    other = replace(small, seed=7)

    assert [line["text"] for line in generate(small)] != [line["text"] for line in generate(other)]
    assert [c.uids for c in truth(small)] != [c.uids for c in truth(other)]


def test_the_default_feed_has_about_twelve_thousand_posts_a_day(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == pytest.approx(72_000, rel=0.02)


def test_posts_come_in_order_of_time_and_inside_the_six_days(lines: list[dict[str, Any]]) -> None:
    times = [_when(line) for line in lines]

    assert times == sorted(times)
    assert times[0] >= datetime.fromisoformat("2026-03-02T00:00:00Z")
    assert times[-1] < datetime.fromisoformat("2026-03-08T00:00:00Z")
    assert all(line["created_at"].endswith("Z") for line in lines)


def test_no_two_posts_share_a_uid(lines: list[dict[str, Any]]) -> None:
    assert len({(line["platform"], line["id"]) for line in lines}) == len(lines)


def test_a_line_is_a_short_form_input_line(lines: list[dict[str, Any]]) -> None:
    keys = {"id", "platform", "text", "created_at", "author", "lang"}

    assert all(keys <= line.keys() <= keys | {"channel", "parts"} for line in lines)
    assert all({"id", "handle", "name"} <= line["author"].keys() for line in lines)
    assert {line["lang"] for line in lines} == {"fr", "en"}
    assert all(line["text"].strip() == line["text"] != "" for line in lines)


def test_only_telegram_posts_stand_in_a_channel(lines: list[dict[str, Any]]) -> None:
    assert all(("channel" in line) == (line["platform"] == "telegram") for line in lines)
    assert {line["channel"]["kind"] for line in lines if "channel" in line} == {"channel"}


def test_all_six_platforms_carry_much_of_the_feed(lines: list[dict[str, Any]]) -> None:
    counts = Counter(line["platform"] for line in lines)

    assert counts.keys() == {"bluesky", "mastodon", "telegram", "tiktok", "instagram", "snapchat"}
    assert min(counts.values()) > 0.05 * len(lines)


def test_people_sleep_at_night_by_the_clock_of_paris(lines: list[dict[str, Any]]) -> None:
    hours = Counter(_when(line).astimezone(ZoneInfo("Europe/Paris")).hour for line in lines)

    assert 4 * hours[3] < hours[12] < hours[21]


def test_saturday_morning_starts_later_than_weekday_mornings(lines: list[dict[str, Any]]) -> None:
    local = Counter(
        (at.weekday(), at.hour) for at in (_when(x).astimezone(ZoneInfo("Europe/Paris")) for x in lines)
    )

    assert 2 * local[5, 7] < 1.5 * local[2, 7]


def test_a_few_accounts_are_loud_and_thousands_are_quiet(lines: list[dict[str, Any]]) -> None:
    counts = [count for _, count in Counter(line["author"]["id"] for line in lines).most_common()]

    assert len(counts) > 3_000
    assert sum(counts[:400]) > 0.3 * len(lines)
    assert counts[0] < 0.02 * len(lines)


def test_ordinary_posts_are_neither_very_short_nor_very_long(config: DemoConfig) -> None:
    lengths = [len(draft.text) for draft in ordinary_drafts(config, 2_000)]

    assert min(lengths) >= LENGTHS[0] - 1  # a slip of the keyboard may drop a letter
    assert max(lengths) <= LENGTHS[1] + 1


def test_ordinary_posts_rarely_repeat_each_other_but_for_reposts(config: DemoConfig) -> None:
    without = replace(config, repost_share=0.0)
    texts = [draft.text for draft in ordinary_drafts(without, 20_000)]

    assert len(set(texts)) > 0.99 * len(texts)
    assert len({draft.text for draft in ordinary_drafts(replace(config, repost_share=0.3), 20_000)}) < 15_500


@pytest.mark.parametrize("emoji", ["❤️", "🔥", "❄️", "🌴", "🍫", "🍕"])
def test_ordinary_posts_use_the_emojis_that_sellers_use(config: DemoConfig, emoji: str) -> None:
    assert sum(emoji in draft.text for draft in ordinary_drafts(config, 20_000)) > 40


def test_two_to_three_percent_of_the_posts_are_look_alikes(
    config: DemoConfig, lines: list[dict[str, Any]]
) -> None:
    assert 0.02 < sum(1 for _ in lookalike_drafts(config)) / len(lines) < 0.03


def test_every_look_alike_and_planted_post_is_in_the_feed(
    config: DemoConfig, lines: list[dict[str, Any]]
) -> None:
    uids = {f"{line['platform']}:{line['id']}" for line in lines}

    assert {draft.uid for draft in lookalike_drafts(config)} < uids
    assert frozenset().union(*(campaign.uids for campaign in truth(config))) < uids


def test_each_benign_campaign_rises_at_least_as_steeply_as_the_flattest_planted_one(
    config: DemoConfig,
) -> None:
    planted = [
        _busiest_six_hours([int(post.created_at.timestamp() * 1000) for post in campaign.posts])
        for campaign in truth(config)
    ]
    benign = [_busiest_six_hours([draft.at_ms for draft in posts]) for posts in rising(config).values()]

    assert len(benign) >= 12
    assert min(benign) >= min(planted)
    assert max(benign) > max(planted)


def test_every_phone_number_is_in_the_fictitious_range(lines: list[dict[str, Any]]) -> None:
    found = [re.sub(r"\D", "", number) for line in lines for number in PHONE.findall(line["text"])]

    assert len(found) > 100
    assert all(re.fullmatch(r"(?:33|0)63998\d{4}", number) for number in found)


def test_the_truth_file_names_each_campaign_and_each_of_its_posts(tmp_path: Path, small: DemoConfig) -> None:
    write(tmp_path, small)
    rows = [msgspec.json.decode(line) for line in (tmp_path / "truth.jsonl").read_bytes().splitlines()]
    feed = [msgspec.json.decode(line) for line in (tmp_path / "feed.jsonl").read_bytes().splitlines()]
    headers = {row["campaign"]: row for row in rows if "onset" in row}
    posts = [row for row in rows if "uid" in row]

    assert headers.keys() == {campaign.name for campaign in truth(small)}
    assert {name: row["posts"] for name, row in headers.items()} == Counter(row["campaign"] for row in posts)
    assert {row["uid"] for row in posts} <= {f"{line['platform']}:{line['id']}" for line in feed}


def test_seventy_two_thousand_posts_take_at_most_six_seconds_of_work(config: DemoConfig) -> None:
    before = time.process_time()
    count = sum(1 for _ in generate(config))

    assert count > 70_000
    assert time.process_time() - before < 6


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"days": 5}, "days"),
        ({"posts_per_day": 0}, "posts_per_day"),
        ({"authors": 0}, "authors"),
        ({"lookalike_share": 1.5}, "lookalike_share"),
        ({"typo_share": -0.1}, "typo_share"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        DemoConfig(**wrong)
