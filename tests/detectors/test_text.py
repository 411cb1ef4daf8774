"""Canonical text: one spelling for all, and the exact way back."""

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flocon_detectors import emojis
from flocon_detectors.text import Canonical, fold, tricks, word_form

texts = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("❄️🌴🍫👨‍👩‍👧🏽é\u0301\u200b\u200d\u00ad𝐜ᴄøœß½➡5️⃣’ \n"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("CoKe", "coke"),
        ("ｓｈｉｔ", "shit"),
        ("𝐜𝐨𝐤𝐞", "coke"),
        ("ⓢⓗⓘⓣ", "shit"),
        ("🅒🅞🅚🅔", "coke"),
        ("ᴄᴏᴋᴇ", "coke"),
        ("cocaïne", "cocaine"),
        ("cocai\u0308ne", "cocaine"),
        ("c̶o̶k̶e̶", "coke"),
        ("co\u200bke", "coke"),
        ("co\u00adke", "coke"),
        ("co\u200dke", "coke"),
        ("5️⃣0️⃣", "50"),
        ("søges sœur", "soges soeur"),
        ("l’herbe", "l'herbe"),
        ("➡️", ">"),
    ],
)
def test_ways_of_writing_the_same_thing_are_one(written: str, canonical: str) -> None:
    assert fold(written) == canonical


def test_other_scripts_keep_their_letters() -> None:
    assert fold("Привет йод") == "привет йод"
    assert fold("Γειά σου") == "γειά σου"
    assert fold("مرحبا") == "مرحبا"


def test_every_form_of_an_emoji_is_one_code() -> None:
    different = [form for form in emoji.EMOJI_DATA if fold(form) != fold(emojis.key(form))]
    assert different == []


def test_emojis_stand_between_blanks_in_the_word_form() -> None:
    assert " ❄ " in word_form("promo❄️dispo")
    assert " dispo " in word_form("promo❄️dispo")


def test_a_joined_emoji_keeps_its_joiner() -> None:
    assert "\u200d" in fold("❤️‍🔥")
    assert "\u200d" not in fold("co\u200dke ❄️\u200d")


@given(texts)
def test_fast_and_slow_path_agree(text: str) -> None:
    slow = Canonical(text).text
    fast = word_form(text)
    assert len(fast) == len(slow) + 2
    assert all(a in (b, " ") for a, b in zip(fast[1:-1], slow, strict=True))


@given(texts)
def test_every_span_leads_back_into_the_original(text: str) -> None:
    canonical = Canonical(text)
    for start in range(0, len(canonical.text), 3):
        low, high = canonical.span(start, min(start + 4, len(canonical.text)))
        assert 0 <= low <= high <= len(text)


@given(texts)
def test_folding_twice_changes_no_word(text: str) -> None:
    once = word_form(text).split()
    assert word_form(" ".join(once)).split() == once


def test_offsets_count_code_points_of_the_original_and_take_the_selector_along() -> None:
    text = "Été 👨‍👩‍👧 vive la ❄️ ici"
    canonical = Canonical(text)
    at = canonical.text.index("❄")
    low, high = canonical.span(at, at + 1)
    assert text[low:high] == "❄️"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("𝐜𝐨𝐤𝐞 dispo", ["styled_letters"]),
        ("co\u200bke", ["zero_width"]),
        ("c̶o̶k̶e̶", ["combining"]),
        ("5️⃣0️⃣ le g", ["keycap_digits"]),
        ("été ❄️ 👍🏽 👨‍👩‍👧", []),
        ("plain", []),
    ],
)
def test_tricks_are_named(text: str, found: list[str]) -> None:
    assert tricks(text) == found
