"""The emoji table covers every form the standard knows."""

import unicodedata

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flocon_detectors import emojis

FORMS = sorted(emoji.EMOJI_DATA)
FULLY_QUALIFIED = {
    form for form, data in emoji.EMOJI_DATA.items() if data["status"] <= emoji.STATUS["fully_qualified"]
}


def test_every_form_of_every_emoji_has_a_key_in_the_table() -> None:
    assert [form for form in FORMS if emojis.key(form) not in emojis.table()] == []


def test_every_form_has_the_key_of_its_fully_qualified_form() -> None:
    qualified: dict[str, set[str]] = {}
    for form in FULLY_QUALIFIED:
        qualified.setdefault(emoji.EMOJI_DATA[form]["en"], set()).add(emojis.key(form))
    wrong = [form for form in FORMS if qualified.get(emoji.EMOJI_DATA[form]["en"]) != {emojis.key(form)}]
    assert wrong == []


def test_the_table_holds_no_key_that_no_form_has() -> None:
    assert set(emojis.table()) == {emojis.key(form) for form in FORMS}


def test_no_two_emojis_of_one_key_differ_in_more_than_the_skin_tone() -> None:
    names: dict[str, set[str]] = {}
    for form in FORMS:
        bare = emoji.EMOJI_DATA[form]["en"].strip(":")
        for tone in ("medium-light", "medium-dark", "medium", "light", "dark"):
            bare = bare.replace(f"_{tone}_skin_tone", "")
        names.setdefault(emojis.key(form), set()).add(bare)
    assert {found: heard for found, heard in names.items() if len(heard) > 1} == {}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("❄️", "❄"),
        ("❄\ufe0e", "❄"),
        ("5️⃣", "5\u20e3"),
        ("👊🏽", "👊"),
        ("⛷🏿", "⛷"),
        ("❤️‍🔥", "❤\u200d🔥"),
        ("🏳️‍🌈", "🏳\u200d🌈"),
        ("🇫🇷", "🇫🇷"),
        ("🍪⛄️📦🪂", "🍪⛄📦🪂"),
        ("🏽", "🏽"),
        ("", ""),
    ],
)
def test_the_key_drops_selectors_and_skin_tones_and_keeps_joiners(form: str, expected: str) -> None:
    assert emojis.key(form) == expected


@given(st.lists(st.sampled_from([*FORMS, "\ufe0f", "\ufe0e", "\u200d", "a", " "])).map("".join))
def test_a_key_is_its_own_key(text: str) -> None:
    once = emojis.key(text)
    assert emojis.key(once) == once


@pytest.mark.parametrize(
    ("form", "english", "french"),
    [
        ("❄️", "snowflake", "flocon"),
        ("🔌", "electric plug", "câble avec fiche électrique"),
        ("👊🏿", "oncoming fist", "poing de face"),
        ("🧑🏿‍❤️‍🧑🏻", "couple with heart person person", "couple avec cœur adulte adulte"),
        ("🏽", "medium skin tone", "peau légèrement mate"),
    ],
)
def test_an_emoji_is_named_in_english_and_french(form: str, english: str, french: str) -> None:
    assert emojis.name(emojis.key(form), "en") == english
    assert emojis.name(emojis.key(form), "fr") == french


def test_every_emoji_has_readable_names_in_both_languages() -> None:
    for found in emojis.table().values():
        for text in (found.en, found.fr):
            assert text
            assert text == text.strip()
            assert ":" not in text
            assert "_" not in text
            assert unicodedata.is_normalized("NFC", text)


def test_at_most_one_emoji_has_no_french_name_in_the_package_and_falls_back_to_english() -> None:
    # emoji 2.14 has none for the flag of Sark, 2.16 has them all
    emojis.table()
    lacking = {emojis.key(form) for form in FORMS if "fr" not in emoji.EMOJI_DATA[form]}
    assert lacking <= {"🇨🇶"}
    assert all(emojis.name(found, "fr") == emojis.name(found, "en") for found in lacking)


def test_a_sequence_that_is_no_emoji_has_no_name() -> None:
    with pytest.raises(KeyError):
        emojis.name("ab")


def test_ordinary_characters_are_no_emoji_characters() -> None:
    assert [char for char in map(chr, range(128)) if emojis.is_emoji_char(char)] == []
    assert [char for char in "©®™€éßøя中\u200d\ufe0f\U000e0067" if emojis.is_emoji_char(char)] == []


def test_every_emoji_but_the_trade_signs_holds_an_emoji_character() -> None:
    without = {emojis.key(form) for form in FORMS if not any(map(emojis.is_emoji_char, form))}
    assert without == {"©", "®", "™"}


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        emojis.table()["❄"] = emojis.EmojiName("snow", "neige")  # type: ignore[index]
