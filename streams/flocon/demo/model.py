"""What the parts of the demo feed share: its settings, a post before it is written, a planted campaign."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from flocon.events import from_ms

Family = Literal["listing", "recruitment"]

LOCAL = ZoneInfo("Europe/Paris")
"""People of the feed sleep and wake by this clock."""
FIRST_DAYS = 6
"""The planted campaigns unfold over the first six days; a shorter feed would cut them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoConfig:
    """Settings of the demo feed.

    Attributes:
        seed: all chance comes from it.
        days: length of the feed in days, at least six.
        posts_per_day: mean posts a day, everything included.
        start: first day, UTC.
        authors: how many ordinary accounts there are.
        english_share: share of ordinary accounts that write English; the others write French.
        lookalike_share: share of all posts that look like an offer and are none. The benign campaigns that
            rise have a fixed size, so a very small feed holds more than this.
        repost_share: share of ordinary posts that repeat a recent one word for word.
        typo_share: share of ordinary posts with a slip of the keyboard.

    Raises:
        ValueError: a value is out of its range.
    """

    seed: int = 20260301
    days: int = 6
    posts_per_day: int = 12_000
    start: date = date(2026, 3, 2)
    authors: int = 4_000
    english_share: float = 0.3
    lookalike_share: float = 0.025
    repost_share: float = 0.006
    typo_share: float = 0.05

    def __post_init__(self) -> None:
        """Refuse values that would give another feed than the one described."""
        if self.days < FIRST_DAYS:
            raise ValueError(f"days: {self.days} given, at least {FIRST_DAYS} needed")
        for name, number in (("posts_per_day", self.posts_per_day), ("authors", self.authors)):
            if number < 1:
                raise ValueError(f"{name}: {number} given, at least 1 needed")
        for name in ("english_share", "lookalike_share", "repost_share", "typo_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise ValueError(f"{name}: {share} given, a share from 0 to 1 needed")

    @property
    def start_ms(self) -> int:
        """The first moment of the feed, in milliseconds since the epoch."""
        return int(datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC).timestamp() * 1000)

    @property
    def posts(self) -> int:
        """Mean number of posts of the whole feed."""
        return self.days * self.posts_per_day


class Account(NamedTuple):
    """An invented account of one platform; on Telegram it writes into `channel` (id, name)."""

    id: str
    platform: str
    handle: str
    name: str
    bio: str | None = None
    channel: tuple[str, str] | None = None


class Draft(NamedTuple):
    """A post of the feed before it becomes an input line.

    `product` is the title of the item the platform's shop tags it with, if any.
    """

    at_ms: int
    id: str
    account: Account
    lang: str
    text: str
    product: str | None = None

    @property
    def uid(self) -> str:
        """The post's uid in every output of flocon."""
        return f"{self.account.platform}:{self.id}"


class PlantedPost(NamedTuple):
    """One post of a planted campaign."""

    uid: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PlantedCampaign:
    """A campaign hidden in the feed, as the scoring knows it.

    Attributes:
        name: its name in the truth file.
        family: listing or recruitment.
        onset: time of the first post of its rise; earlier posts are background.
        posts: all its posts in order of time.
        platforms: the platforms it uses, in order of appearance.
    """

    name: str
    family: Family
    onset: datetime
    posts: tuple[PlantedPost, ...]
    platforms: tuple[str, ...]

    @property
    def uids(self) -> frozenset[str]:
        """The uids of all its posts."""
        return frozenset(post.uid for post in self.posts)


def planted(name: str, family: Family, onset_ms: int, drafts: list[Draft]) -> PlantedCampaign:
    """The record of a campaign made of `drafts`, in order of time, that rises from `onset_ms`."""
    return PlantedCampaign(
        name=name,
        family=family,
        onset=from_ms(onset_ms),
        posts=tuple(PlantedPost(draft.uid, from_ms(draft.at_ms)) for draft in drafts),
        platforms=tuple(dict.fromkeys(draft.account.platform for draft in drafts)),
    )
