"""Signal keys and masks."""

from cluster_kit import finding
from hypothesis import given
from hypothesis import strategies as st

from flocon.clusters.idf import Frequencies, Idf
from flocon.clusters.keys import MAX_KEYS, masked, signals_of
from flocon.clusters.similarity import Weighed
from flocon.state import Table
from flocon_detectors.screen import Screener

words = st.frozensets(st.sampled_from("abcdefgh"), max_size=8)


def test_slots_are_masked_before_words_are_compared() -> None:
    one = masked("❄️ 1g 60€ snap : stem_42 t.me/abc 06 39 98 12 34 12h-00h")
    other = masked("❄️ 2g 95€ snap : stem_4200 t.me/xyz 06 39 98 55 66 13h-01h")
    assert one == other
    assert "stem" not in one


def test_keys_hold_what_a_campaign_cannot_change(screener: Screener) -> None:
    keys = signals_of(
        finding(
            screener,
            "❄️🍫🌴 1g 60 2g 110 5g 250 livraison Lille snap : stem_42 06 39 98 12 34",
            uid="1",
            author="a",
        )
    ).keys
    assert "handle:stem_42" in keys
    assert "stem:stem" in keys
    assert "phone:+33639981234" in keys
    assert "ladder:1g60/2g110/5g250" in keys
    assert any(key.startswith("emojis:") for key in keys)
    assert len(keys) <= MAX_KEYS


@given(words, words)
def test_similarity_is_symmetric_and_between_zero_and_one(
    left: frozenset[str], right: frozenset[str]
) -> None:
    one, two = Weighed(left, lambda _: 1.0), Weighed(right, lambda _: 1.0)
    value = one.jaccard(right, two.total)
    assert value == two.jaccard(left, one.total)
    assert 0.0 <= value <= 1.0
    assert (value == 1.0) == (left == right and bool(left))


def test_weights_are_frozen_for_a_day_of_event_time() -> None:
    idf = Idf(Table("t", Frequencies))
    day = 86_400_000
    for _ in range(10):
        idf.observe(["common"], 0)
    assert idf.weight("common") == idf.weight("rare") == 1.0
    idf.observe(["rare"], day)
    assert idf.weight("rare") > idf.weight("common")
    before = idf.weight("rare")
    idf.observe(["rare"], day + 1)
    assert idf.weight("rare") == before
