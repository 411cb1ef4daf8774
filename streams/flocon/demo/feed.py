"""The demo feed: ordinary talk, look-alikes and planted campaigns, mixed in order of time.

Everything is invented and drawn from one seed: the same settings give the same bytes on any day and machine.

    from flocon.demo import DemoConfig, generate, truth

    for line in generate(DemoConfig(posts_per_day=2_000)):
        ...
"""

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from flocon.demo import campaigns, lookalikes, ordinary
from flocon.demo.model import DemoConfig, Draft
from flocon.events import rfc3339


def generate(config: DemoConfig) -> Iterator[dict[str, Any]]:
    """Yield the feed's input lines in the short form, in order of time.

    Each has `id`, `platform`, `text`, `created_at`, `author` and `lang`, on Telegram `channel` too, and `parts` with
    the title of the product where the platform's shop tags one.
    """
    hidden = campaigns.played("planted", config).values()
    similar = list(lookalikes.drafts(config))
    talk = ordinary.drafts(config, config.posts - len(similar) - sum(len(posts) for posts in hidden))
    for draft in heapq.merge(talk, similar, *hidden, key=lambda draft: draft.at_ms):
        yield line_of(draft)


def write(folder: Path, config: DemoConfig) -> None:
    """Write `feed.jsonl` and `truth.jsonl` into `folder`, which is created when missing.

    The truth file holds a line for each planted campaign (`campaign`, `family`, `onset`, `platforms`, `posts`), then
    one for each of its posts (`uid`, `campaign`).

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "feed.jsonl", generate(config))
    _write_lines(folder / "truth.jsonl", _truth_lines(config))


def _truth_lines(config: DemoConfig) -> Iterator[dict[str, Any]]:
    for campaign in campaigns.truth(config):
        yield {
            "campaign": campaign.name,
            "family": campaign.family,
            "onset": rfc3339(int(campaign.onset.timestamp() * 1000)),
            "platforms": campaign.platforms,
            "posts": len(campaign.posts),
        }
        for post in campaign.posts:
            yield {"uid": post.uid, "campaign": campaign.name}


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        file.writelines(encode(line) + b"\n" for line in lines)


def line_of(draft: Draft) -> dict[str, Any]:
    """The input line of one post, in the short form."""
    account = draft.account
    author = {"id": account.id, "handle": account.handle, "name": account.name}
    if account.bio is not None:
        author["bio"] = account.bio
    line: dict[str, Any] = {
        "id": draft.id,
        "platform": account.platform,
        "text": draft.text,
        "created_at": rfc3339(draft.at_ms),
        "author": author,
        "lang": draft.lang,
    }
    if account.channel is not None:
        channel, name = account.channel
        line["channel"] = {"id": channel, "name": name, "kind": "channel"}
    if draft.product is not None:
        line["parts"] = [{"role": "product", "text": draft.product}]
    return line
