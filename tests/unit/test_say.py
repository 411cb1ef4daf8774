"""Both languages say everything."""

import re
import string

from flocon.say import _WORDS, Say


def test_both_languages_take_the_same_values() -> None:
    fields = {
        key: [sorted(name for _, name, _, _ in string.Formatter().parse(text) if name) for text in pair]
        for key, pair in _WORDS.items()
    }
    assert {key for key, (english, french) in fields.items() if english != french} == set()


def test_french_sets_thousands_apart_with_a_narrow_blank() -> None:
    assert Say("fr").number(12345) == "12\u202f345"
    assert Say("en").number(12345) == "12,345"


def test_nothing_is_left_in_the_other_language() -> None:
    same = {
        key
        for key, (english, french) in _WORDS.items()
        if english == french and re.search(r"[a-z]{4}", english)
    }
    assert same <= {"severity.info", "severity.ticket"}
