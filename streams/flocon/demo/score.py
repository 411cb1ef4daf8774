"""How well alerts find the planted campaigns: found, missed, wrong, and how soon."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from flocon.demo.model import PlantedCampaign
from flocon_detectors.lang import Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSummary:
    """What the scoring needs of an alert.

    Attributes:
        id: id of the alert.
        fired_at: event time of the post that fired it, aware.
        uids: uids of all posts of its cluster.
        title: title of its cluster.
    """

    id: str
    fired_at: datetime
    uids: frozenset[str]
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A planted campaign that was found, by its first alert.

    Attributes:
        campaign: what was found.
        alert: the first alert that found it.
        posts: its posts from the onset to the alert, both included.
        delay: time from the onset to the alert; negative where the alert came before the rise.
    """

    campaign: PlantedCampaign
    alert: AlertSummary
    posts: int
    delay: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The score of a run.

    Attributes:
        found: campaigns found, in order of alert.
        missed: campaigns no alert found, in order of onset.
        wrong: alerts whose cluster has no majority in any planted campaign, in order of time.
        further: alerts on a campaign that was found already, in order of time.
    """

    found: tuple[Hit, ...]
    missed: tuple[PlantedCampaign, ...]
    wrong: tuple[AlertSummary, ...]
    further: tuple[AlertSummary, ...]

    @property
    def median_posts(self) -> float | None:
        """Median number of posts to the alert over the campaigns found; None where none was."""
        return median(hit.posts for hit in self.found) if self.found else None

    @property
    def median_delay(self) -> timedelta | None:
        """Median time to the alert over the campaigns found; None where none was."""
        return (
            timedelta(seconds=median(hit.delay.total_seconds() for hit in self.found)) if self.found else None
        )


def score(planted: Sequence[PlantedCampaign], alerts: Sequence[AlertSummary]) -> Report:
    """Compare alerts with the planted campaigns.

    An alert finds a campaign when more than half of its cluster's posts belong to it. An alert whose cluster is
    empty or mixed is wrong.
    """
    owner = {uid: campaign.name for campaign in planted for uid in campaign.uids}
    by_name = {campaign.name: campaign for campaign in planted}
    found: dict[str, Hit] = {}
    wrong: list[AlertSummary] = []
    further: list[AlertSummary] = []
    for alert in sorted(alerts, key=lambda alert: (alert.fired_at, alert.id)):
        name = _majority(alert, owner)
        if name is None:
            wrong.append(alert)
        elif name in found:
            further.append(alert)
        else:
            found[name] = _hit(by_name[name], alert)
    missed = (campaign for campaign in planted if campaign.name not in found)
    return Report(
        found=tuple(found.values()),
        missed=tuple(sorted(missed, key=lambda campaign: (campaign.onset, campaign.name))),
        wrong=tuple(wrong),
        further=tuple(further),
    )


def _majority(alert: AlertSummary, owner: dict[str, str]) -> str | None:
    counts = Counter(owner[uid] for uid in alert.uids if uid in owner)
    for name, count in counts.items():
        if 2 * count > len(alert.uids):
            return name
    return None


def _hit(campaign: PlantedCampaign, alert: AlertSummary) -> Hit:
    posts = sum(campaign.onset <= post.created_at <= alert.fired_at for post in campaign.posts)
    return Hit(campaign=campaign, alert=alert, posts=posts, delay=alert.fired_at - campaign.onset)


_WORDS: Final = {
    "en": {
        "summary": "{found} of {planted} planted campaigns found, {wrong} wrong alerts, {further} further alerts",
        "found": "found   {name} ({family}, {platforms}): alert {id} after {posts} posts, {delay} from the onset",
        "early": "found   {name} ({family}, {platforms}): alert {id} {delay} before the rise",
        "missed": "missed  {name} ({family}, {platforms}): {posts} posts from {onset}",
        "wrong": "wrong   alert {id} at {at}: {title} ({posts} posts)",
        "median": "median  {posts} posts and {delay} from the onset to the alert",
        "listing": "listing",
        "recruitment": "recruitment",
        "untitled": "untitled",
    },
    "fr": {
        "summary": "{found} campagnes cachées trouvées sur {planted}, {wrong} fausses alertes, {further} alertes de plus",
        "found": "trouvée {name} ({family}, {platforms}) : alerte {id} après {posts} posts, {delay} depuis le début",
        "early": "trouvée {name} ({family}, {platforms}) : alerte {id} {delay} avant la montée",
        "missed": "manquée {name} ({family}, {platforms}) : {posts} posts à partir du {onset}",
        "wrong": "fausse  alerte {id} le {at} : {title} ({posts} posts)",
        "median": "médiane {posts} posts et {delay} du début à l'alerte",
        "listing": "vente",
        "recruitment": "recrutement",
        "untitled": "sans titre",
    },
}


def render(report: Report, lang: Lang = "en") -> list[str]:
    """The report as lines of text: the summary, campaigns found and missed, wrong alerts, medians."""
    words = _WORDS[lang]
    lines = [
        words["summary"].format(
            found=len(report.found),
            planted=len(report.found) + len(report.missed),
            wrong=len(report.wrong),
            further=len(report.further),
        )
    ]
    for hit in report.found:
        early = hit.delay < timedelta(0)
        lines.append(
            words["early" if early else "found"].format(
                **_described(hit.campaign, words),
                id=hit.alert.id,
                posts=hit.posts,
                delay=_span(abs(hit.delay)),
            )
        )
    lines += [
        words["missed"].format(
            **_described(campaign, words), posts=len(campaign.posts), onset=_minute(campaign.onset)
        )
        for campaign in report.missed
    ]
    lines += [
        words["wrong"].format(
            id=alert.id,
            at=_minute(alert.fired_at),
            title=alert.title or words["untitled"],
            posts=len(alert.uids),
        )
        for alert in report.wrong
    ]
    posts, delay = report.median_posts, report.median_delay
    if posts is not None and delay is not None:
        sign = "-" if delay < timedelta(0) else ""
        lines.append(words["median"].format(posts=f"{posts:g}", delay=sign + _span(abs(delay))))
    return lines


def _described(campaign: PlantedCampaign, words: dict[str, str]) -> dict[str, str]:
    return {
        "name": campaign.name,
        "family": words[campaign.family],
        "platforms": ", ".join(campaign.platforms),
    }


def _span(delay: timedelta) -> str:
    minutes = round(delay.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
