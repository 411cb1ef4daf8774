from datetime import UTC, datetime, timedelta

import pytest

from flocon.demo import AlertSummary, PlantedCampaign, PlantedPost, Report, render, score

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _campaign(name: str, onset: datetime = NOON) -> PlantedCampaign:
    """One post an hour, two of them before the onset, eight from it on."""
    posts = tuple(PlantedPost(f"tiktok:{name}{n}", onset + timedelta(hours=n)) for n in range(-2, 8))
    return PlantedCampaign(
        name=name,
        family="recruitment" if name == "b" else "listing",
        onset=onset,
        posts=posts,
        platforms=("tiktok",),
    )


def _alert(number: int, fired_at: datetime, *uids: str) -> AlertSummary:
    return AlertSummary(id=f"al-{number}", fired_at=fired_at, uids=frozenset(uids), title=f"cluster {number}")


A, B = _campaign("a"), _campaign("b", NOON + timedelta(hours=24))


def _report() -> Report:
    return score(
        [A, B],
        [
            _alert(3, NOON + timedelta(hours=5), "x:1", "x:2", "x:3"),
            _alert(1, NOON + timedelta(hours=2, minutes=30), "tiktok:a0", "tiktok:a1", "x:9"),
            _alert(2, NOON + timedelta(hours=4), "tiktok:a3", "tiktok:a4"),
        ],
    )


def test_a_campaign_is_found_by_an_alert_with_most_posts_in_it() -> None:
    assert [(hit.campaign.name, hit.alert.id) for hit in _report().found] == [("a", "al-1")]


def test_posts_to_the_alert_count_from_the_onset_to_the_firing() -> None:
    hit = _report().found[0]

    assert hit.posts == 3
    assert hit.delay == timedelta(hours=2, minutes=30)


def test_a_post_at_the_very_moment_of_the_alert_counts() -> None:
    assert score([A], [_alert(1, NOON + timedelta(hours=2), "tiktok:a0")]).found[0].posts == 3


def test_a_later_alert_on_the_same_campaign_is_neither_a_hit_nor_wrong() -> None:
    report = _report()

    assert [alert.id for alert in report.further] == ["al-2"]
    assert [alert.id for alert in report.wrong] == ["al-3"]


def test_the_earliest_alert_counts_whatever_the_order_given() -> None:
    alerts = [_alert(n, NOON + timedelta(hours=n), "tiktok:a0") for n in (3, 1, 2)]

    assert score([A], alerts).found[0].alert.id == "al-1"


def test_a_campaign_without_an_alert_is_missed() -> None:
    assert [campaign.name for campaign in _report().missed] == ["b"]


def test_exactly_half_of_a_cluster_is_no_majority() -> None:
    report = score([A, B], [_alert(1, NOON, "tiktok:a0", "tiktok:b0")])

    assert report.found == ()
    assert [alert.id for alert in report.wrong] == ["al-1"]


def test_an_alert_on_an_empty_cluster_is_wrong() -> None:
    assert [alert.id for alert in score([A], [_alert(1, NOON)]).wrong] == ["al-1"]


def test_an_alert_before_the_rise_has_no_posts_and_a_negative_delay() -> None:
    hit = score([A], [_alert(1, NOON - timedelta(hours=1), "tiktok:a-1")]).found[0]

    assert hit.posts == 0
    assert hit.delay == timedelta(hours=-1)
    assert "alert al-1 1 h 00 before the rise" in render(score([A], [hit.alert]))[1]


def test_medians_are_taken_over_the_campaigns_found() -> None:
    report = score(
        [A, B],
        [
            _alert(1, NOON + timedelta(hours=1), "tiktok:a0"),
            _alert(2, NOON + timedelta(hours=27), "tiktok:b0"),
        ],
    )

    assert report.median_posts == 3
    assert report.median_delay == timedelta(hours=2)


def test_there_is_no_median_when_nothing_was_found() -> None:
    report = score([A], [])

    assert report.median_posts is None
    assert report.median_delay is None
    assert render(report) == [
        "0 of 1 planted campaigns found, 0 wrong alerts, 0 further alerts",
        "missed  a (listing, tiktok): 10 posts from 2026-03-04 12:00",
    ]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "1 of 2 planted campaigns found, 1 wrong alerts, 1 further alerts",
                "found   a (listing, tiktok): alert al-1 after 3 posts, 2 h 30 from the onset",
                "missed  b (recruitment, tiktok): 10 posts from 2026-03-05 12:00",
                "wrong   alert al-3 at 2026-03-04 17:00: cluster 3 (3 posts)",
                "median  3 posts and 2 h 30 from the onset to the alert",
            ],
        ),
        (
            "fr",
            [
                "1 campagnes cachées trouvées sur 2, 1 fausses alertes, 1 alertes de plus",
                "trouvée a (vente, tiktok) : alerte al-1 après 3 posts, 2 h 30 depuis le début",
                "manquée b (recrutement, tiktok) : 10 posts à partir du 2026-03-05 12:00",
                "fausse  alerte al-3 le 2026-03-04 17:00 : cluster 3 (3 posts)",
                "médiane 3 posts et 2 h 30 du début à l'alerte",
            ],
        ),
    ],
)
def test_the_report_reads_well_in_both_languages(lang: str, expected: list[str]) -> None:
    assert render(_report(), lang) == expected  # type: ignore[arg-type]
