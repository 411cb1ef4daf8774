import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flocon.demo.disguise import disguise
from flocon.demo.grammar import Deck, Grammar, alternatives
from flocon.demo.model import DemoConfig
from flocon.demo.ordinary import slip
from flocon.demo.season import HOUR_MS, arrivals, wave

START = DemoConfig().start_ms
SEEDS = st.integers(0, 10_000)


def test_alternatives_stand_on_lines_and_between_double_semicolons() -> None:
    assert alternatives("one ;; two\n  three\n\nfour\\nfive") == ["one", "two", "three", "four\nfive"]


@given(SEEDS)
def test_holes_draw_from_slots_words_and_ranges(seed: int) -> None:
    grammar = Grammar({"post": "{dish} {2-4} {50-70/10}€ {00-09}{!|?}", "dish": "soup ;; pie"})

    assert re.fullmatch(r"(soup|pie) [234] (50|60|70)€ 0\d[!?]", grammar.draw("post", random.Random(seed)))


@given(SEEDS)
def test_an_empty_word_leaves_no_double_blank_and_no_blank_before_a_full_stop(seed: int) -> None:
    text = Grammar({"post": "a {|b} c {|d}."}).draw("post", random.Random(seed))

    assert text in {"a c.", "a b c.", "a c d.", "a b c d."}


def test_a_slot_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'post' refers to 'dish'"):
        Grammar({"post": "{dish}"})


def test_an_empty_table_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'post' has no alternatives"):
        Grammar({"post": " \n"})


def test_dealt_texts_come_from_different_alternatives() -> None:
    grammar = Grammar({"post": "a ;; b ;; c"})

    assert sorted(grammar.deal("post", 3, random.Random(1))) == ["a", "b", "c"]
    assert sorted(grammar.deal("post", 9, random.Random(1))) == ["a", "b", "c"]


def test_a_deck_draws_by_weight() -> None:
    rng = random.Random(5)
    deck = Deck({"often": 9.0, "rarely": 1.0, "never": 0.0})
    drawn = [deck.draw(rng) for _ in range(2_000)]

    assert drawn.count("often") == pytest.approx(1_800, rel=0.03)
    assert "never" not in drawn


@given(SEEDS)
def test_a_disguise_leaves_prices_handles_and_tags_readable(seed: int) -> None:
    text = "neige fraiche 2g 110€\nsnap givre_42 #pourtoi t.me/givre420"
    disguised = disguise(text, random.Random(seed))

    assert disguised != text
    assert all(part in disguised for part in ("2g 110€", "givre_42", "#pourtoi", "t.me/givre420"))


@given(SEEDS)
def test_a_text_without_plain_words_cannot_be_disguised(seed: int) -> None:
    assert disguise("❄️ 2g 110€ @a_1", random.Random(seed)) == "❄️ 2g 110€ @a_1"


@given(st.text(max_size=60), SEEDS)
def test_a_slip_changes_the_length_by_at_most_two_letters(text: str, seed: int) -> None:
    assert abs(len(slip(text, random.Random(seed))) - len(text)) <= 2


@given(SEEDS, st.sampled_from(["steady", "rise", "spike"]))
def test_a_wave_has_exactly_its_posts_in_order_and_inside_its_bounds(seed: int, shape: str) -> None:
    times = wave(START, START + 20 * HOUR_MS, 30, shape, random.Random(seed))  # type: ignore[arg-type]

    assert len(times) == 30
    assert times == sorted(times)
    assert START <= times[0] <= times[-1] < START + 20 * HOUR_MS


def test_a_rise_starts_slowly_and_a_spike_ends_slowly() -> None:
    noon = START + 11 * HOUR_MS
    rise = wave(noon, noon + 12 * HOUR_MS, 2_000, "rise", random.Random(1))
    spike = wave(noon, noon + 12 * HOUR_MS, 2_000, "spike", random.Random(1))
    half = noon + 3 * HOUR_MS

    assert sum(at < half for at in rise) < 0.15 * len(rise)
    assert sum(at < half for at in spike) > 0.3 * len(spike)


def test_arrivals_give_about_as_many_times_as_asked_for_and_none_for_none() -> None:
    times = list(arrivals(DemoConfig(), 10_000, random.Random(3)))

    assert len(times) == pytest.approx(10_000, rel=0.04)
    assert times == sorted(times)
    assert list(arrivals(DemoConfig(), 0, random.Random(3))) == []
