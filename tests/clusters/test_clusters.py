"""Campaigns: what joins posts, what keeps them apart, and what an id survives."""

import random

import msgspec
from cluster_kit import HOUR_MS, START_MS, finding

from flocon.clusters.engine import ClusterConfig, Clusters
from flocon.clusters.record import Cluster
from flocon_detectors.screen import Screener
from table_kit import Disk

MENU = "❄️ {brand} ❄️ {prices}, livraison {area} {hours}, carte de fidélité, snap : {handle}"


def menus(screener: Screener, count: int = 12) -> list[object]:
    rng = random.Random(7)
    return [
        finding(
            screener,
            MENU.format(
                brand="Coffee Zouvel",
                prices=f"1g {rng.choice((55, 60, 65))} 2g {rng.choice((105, 110))} 5g {rng.choice((240, 260))}",
                area=rng.choice(("75/92", "75/93", "92/94")),
                hours=rng.choice(("12h-00h", "11h-minuit")),
                handle=f"zouvel_{42 * 10 ** (index % 3)}",
            ),
            uid=f"m{index}",
            author=f"a{index}",
            at_ms=START_MS + index * HOUR_MS,
            platform="snapchat" if index < 8 else "telegram",
        )
        for index in range(count)
    ]


def run(clusters: Clusters, findings: list[object]) -> list[str]:
    return [clusters.add(item, item.event_ms).cluster for item in findings]  # type: ignore[attr-defined]


def test_rewritten_menus_with_new_handles_are_one_campaign_across_platforms(screener: Screener) -> None:
    clusters = Clusters()
    roots = set(run(clusters, menus(screener)))
    assert len(roots) == 1
    cluster = clusters[roots.pop()]
    assert cluster.posts == 12
    assert cluster.platforms == {"snapchat": 8, "telegram": 4}
    assert len(cluster.authors) == 12
    assert sum(cluster.hours["telegram"].values()) == 4


def test_the_template_names_the_slots(screener: Screener) -> None:
    clusters = Clusters()
    (root,) = set(run(clusters, menus(screener)))
    template = clusters[root].template
    assert "{handle}" in template
    assert "{prices}" in template
    assert "zouvel_" not in template


def test_different_sellers_stay_apart(screener: Screener) -> None:
    one = finding(screener, "❄️ 1g 60 2g 110, livraison Lille, snap zz_nord59", uid="1", author="a")
    other = finding(
        screener,
        "Résine beldi 10g 50€ 20g 90€, meet-up Toulon, dispo ce soir, tg zz_var83",
        uid="2",
        author="b",
    )
    assert len(set(run(Clusters(), [one, other]))) == 2


def test_a_shared_handle_alone_joins_nothing(screener: Screener) -> None:
    one = finding(screener, "❄️ 1g 60 2g 110 livraison Lille snap zz_same1", uid="1", author="a")
    other = finding(
        screener,
        "On recrute guetteurs sérieux logés nourris 150€/jour Marseille tg zz_same1",
        uid="2",
        author="b",
    )
    assert len(set(run(Clusters(), [one, other]))) == 2


def test_two_clusters_merge_only_after_two_bridging_posts(screener: Screener) -> None:
    clusters = Clusters(ClusterConfig(votes=2))
    left = [
        finding(
            screener,
            f"❄️ neige fraîche 1g 60 2g 110 livraison Lille snap : nord_{i}",
            uid=f"l{i}",
            author=f"l{i}",
        )
        for i in range(3)
    ]
    right = [
        finding(
            screener, f"🍫 tablette beldi 10g 50€ 25g 110€ meet-up Toulon tg : sud_{i}", uid=f"r{i}", author=f"r{i}",
            at_ms=START_MS + 1000,
        )
        for i in range(3)
    ]  # fmt: skip
    assert len(set(run(clusters, left))) == len(set(run(clusters, right))) == 1
    bridges = [
        finding(
            screener,
            "❄️ neige fraîche 1g 60 2g 110 livraison Lille snap : nord_1 🍫 tablette beldi 10g 50€ 25g 110€ meet-up Toulon tg : sud_1",
            uid=f"b{i}", author=f"b{i}", at_ms=START_MS + 2000 + i,
        )
        for i in range(2)
    ]  # fmt: skip
    first = clusters.add(bridges[0], START_MS + 2000)
    assert first.merges == ()
    second = clusters.add(bridges[1], START_MS + 2001)
    ((loser, survivor),) = second.merges
    assert clusters.root(loser) == survivor
    assert clusters[loser].posts == 8
    assert clusters[survivor].first_ms == START_MS


def test_the_id_does_not_depend_on_the_author_key(screener: Screener) -> None:
    posts = menus(screener, 3)
    rekeyed = [msgspec.structs.replace(item, author=f"other-{i}") for i, item in enumerate(posts)]  # type: ignore[type-var]
    assert run(Clusters(), posts) == run(Clusters(), rekeyed)


def test_state_restored_at_any_point_gives_the_same_clusters(screener: Screener) -> None:
    posts = menus(screener)
    expected = run(Clusters(), posts)
    for cut in (1, 5, 11):
        before, disk = Clusters(), Disk()
        got = run(before, posts[:cut])
        disk.commit(before)
        after = disk.restore(Clusters(), seed=cut)
        got += run(after, posts[cut:])
        assert got == expected
        assert after[expected[0]].posts == 12


def test_silent_campaigns_are_forgotten_and_handed_over(screener: Screener) -> None:
    clusters = Clusters(ClusterConfig(ttl_days=2))
    first, second = menus(screener, 2)
    (root,) = run(clusters, [first])
    late = msgspec.structs.replace(second, event_ms=START_MS + 10 * 24 * HOUR_MS)  # type: ignore[type-var]
    assert run(clusters, [late]) != [root]
    assert [cluster.root for cluster in clusters.forgotten] == [root]
    assert isinstance(clusters.forgotten[0], Cluster)


def test_memory_is_bounded_by_configuration(screener: Screener) -> None:
    clusters = Clusters(ClusterConfig(max_posts=20, max_keys=100, max_clusters=5))
    for index in range(60):
        text = f"❄️ mot{index} autre{index} encore{index} 1g {40 + index} snap : zz{index}_x{index} livraison Lille"
        item = finding(screener, text, uid=str(index), author=str(index), at_ms=START_MS + index * 1000)
        clusters.add(item, START_MS + index * 1000)
    sizes = {table.name: len(table) for table in clusters.tables}
    assert sizes["cluster-members"] <= 21
    assert sizes["cluster-keys"] <= 130
    assert sizes["clusters"] <= 6
