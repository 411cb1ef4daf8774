"""Both languages say everything."""

import re
import string

from flocon.say import _WORDS, Say


def test_both_languages_take_the_same_values() -> None:
    fields = {
        key: [
            sorted((name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name)
            for text in pair
        ]
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
        if english == french and re.search(r"[a-z]{4}", re.sub(r"\{.*?\}", "", english))
    }
    assert same <= {"severity.info", "severity.ticket", "help.options"}


def test_nouns_follow_their_number() -> None:
    assert Say("en")("counts", posts=1, authors=0) == "1 post · 0 authors"
    assert Say("fr")("counts", posts=1, authors=0) == "1 publication · 0 auteur"
    assert Say("fr")("counts", posts=1234, authors=2) == "1\u202f234 publications · 2 auteurs"
