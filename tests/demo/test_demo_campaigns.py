import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from flocon.demo import DemoConfig, PlantedCampaign, truth
from flocon.demo.campaigns import played
from flocon.demo.model import Draft

DAY_3 = datetime(2026, 3, 4, tzinfo=UTC)
DAY_4 = datetime(2026, 3, 5, tzinfo=UTC)
DAY_5 = datetime(2026, 3, 6, tzinfo=UTC)
DAY_6 = datetime(2026, 3, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def posts() -> dict[str, list[Draft]]:
    return played("planted", DemoConfig())


@pytest.fixture(scope="module")
def campaigns() -> dict[str, PlantedCampaign]:
    return {campaign.name: campaign for campaign in truth(DemoConfig())}


def test_the_coffee_sells_on_snapchat_rises_on_day_three_and_moves_to_telegram(
    campaigns: dict[str, PlantedCampaign],
) -> None:
    coffee = campaigns["coffee"]
    first_on_telegram = min(post.created_at for post in coffee.posts if post.uid.startswith("telegram:"))

    assert coffee.family == "listing"
    assert coffee.platforms == ("snapchat", "telegram")
    assert DAY_3 <= coffee.onset < DAY_4
    assert DAY_4 <= first_on_telegram < DAY_6
    assert sum(post.created_at < DAY_3 for post in coffee.posts) in range(2, 7)


def test_the_recruiter_rises_on_day_four_on_two_platforms(campaigns: dict[str, PlantedCampaign]) -> None:
    recruiter = campaigns["recruiter"]

    assert recruiter.family == "recruitment"
    assert recruiter.platforms == ("tiktok", "instagram")
    assert DAY_4 <= recruiter.onset < DAY_5


def test_the_decoys_rise_on_day_five_on_tiktok(campaigns: dict[str, PlantedCampaign]) -> None:
    decoys = campaigns["decoys"]

    assert decoys.family == "listing"
    assert decoys.platforms == ("tiktok",)
    assert DAY_5 <= decoys.onset < DAY_6


@pytest.mark.parametrize("seed", [20260301, 1, 2, 3])
def test_a_campaign_has_25_to_60_posts_by_ten_accounts_or_more(seed: int) -> None:
    campaigns = played("planted", DemoConfig(seed=seed))

    assert len(campaigns) == 3
    assert all(25 <= len(drafts) <= 60 for drafts in campaigns.values())
    assert all(len({draft.account.id for draft in drafts}) >= 10 for drafts in campaigns.values())


@pytest.mark.parametrize("seed", [20260301, 1, 2, 3])
def test_no_planted_text_is_said_twice(seed: int) -> None:
    texts = Counter(
        draft.text for drafts in played("planted", DemoConfig(seed=seed)).values() for draft in drafts
    )

    assert max(texts.values()) == 1


def test_the_onset_is_the_time_of_one_of_the_posts(campaigns: dict[str, PlantedCampaign]) -> None:
    assert all(c.onset in {post.created_at for post in c.posts} for c in campaigns.values())


def test_posts_of_a_campaign_stand_in_order_of_time(campaigns: dict[str, PlantedCampaign]) -> None:
    assert all(list(c.posts) == sorted(c.posts, key=lambda post: post.created_at) for c in campaigns.values())


def test_a_campaign_does_not_depend_on_how_much_is_said_around_it() -> None:
    assert truth(DemoConfig()) == truth(DemoConfig(posts_per_day=100, authors=10, days=9))


def test_the_coffee_changes_its_handle_and_says_where_it_goes(posts: dict[str, list[Draft]]) -> None:
    texts = [draft.text for draft in posts["coffee"]]
    handles = {handle for text in texts for handle in re.findall(r"givrelune_\d+", text)}

    assert {"givrelune_42", "givrelune_420", "givrelune_4200"} <= handles
    assert (
        sum("givrelune420" in draft.text for draft in posts["coffee"] if draft.account.platform == "snapchat")
        >= 2
    )


def test_some_posts_of_the_coffee_hold_no_price(posts: dict[str, list[Draft]]) -> None:
    teasers = sum(not re.search(r"\d ?€|\| \d|=|➡️ \d", draft.text) for draft in posts["coffee"])

    assert 0.1 < teasers / len(posts["coffee"]) < 0.5


def test_some_planted_posts_hide_words_from_a_plain_search(posts: dict[str, list[Draft]]) -> None:
    texts = [draft.text for drafts in posts.values() for draft in drafts]
    styled = sum(any(0x1D400 <= ord(c) <= 0x1D6A3 for c in text) for text in texts)
    zero_width = sum("\u200b" in text for text in texts)

    assert styled >= 1
    assert zero_width >= 1
    assert styled + zero_width < 0.4 * len(texts)


def test_the_decoys_are_tagged_with_a_product_the_text_does_not_sell(posts: dict[str, list[Draft]]) -> None:
    assert all(draft.product and draft.product not in draft.text for draft in posts["decoys"])
    assert all(draft.product is None for draft in posts["coffee"] + posts["recruiter"])
