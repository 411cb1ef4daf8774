import msgspec
import pytest
from alert_kit import at, bounty, desk, facts, verdict

from flocon.alerts import words
from flocon.alerts.model import Alert
from flocon.alerts.words import Lang


def fired(**changes: object) -> Alert:
    alerts = desk()
    alerts.observe(facts(), verdict(days=9 * 365.25, **changes), at_ms=at())
    alert = alerts.current("rise", "c1")
    assert alert is not None
    return alert


def test_a_rise_is_told_in_english() -> None:
    assert words.why(fired()) == (
        "11 posts in 6 h where 0.4 are expected; by chance once in 9 years (ticket: once a day or rarer)"
    )


def test_a_rise_is_told_in_french() -> None:
    assert words.why(fired(), "fr") == (
        "11 messages en 6 h pour 0,4 attendu\u00a0; par hasard une fois en 9 ans"
        " (ticket\u00a0: une fois par jour ou moins)"
    )


def test_an_immediate_alert_is_told_by_its_rule() -> None:
    alerts = desk()
    alerts.immediate(bounty())
    alert = alerts.current("immediate", "c1")
    assert alert is not None
    assert words.why(alert) == "a price is put on a named person (page: a single post is enough)"
    assert words.why(alert, "fr").startswith("une personne nommée est mise à prix (appel")


@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        (1e6, "2,738 years", "2\u202f738 ans"),
        (365.25, "1 year", "1 an"),
        (60.0, "2 months", "2 mois"),
        (3.2, "3 days", "3 jours"),
        (1.0, "1 day", "1 jour"),
        (0.2, "5 hours", "5 heures"),
        (0.02, "29 minutes", "29 minutes"),
        (0.0001, "1 minute", "1 minute"),
    ],
)
def test_a_duration_is_told_in_its_largest_unit(days: float, english: str, french: str) -> None:
    assert (words.duration(days, "en"), words.duration(days, "fr")) == (english, french)


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [
        (0.4, "en", "0.4"),
        (0.4, "fr", "0,4"),
        (3.0, "en", "3"),
        (12.4, "en", "12"),
        (0.0123, "en", "0.01"),
        (1234.0, "fr", "1\u202f234"),
    ],
)
def test_numbers_keep_the_digits_that_matter(value: float, lang: Lang, text: str) -> None:
    assert words.number(value, lang) == text


def test_a_recurrence_at_the_limit_is_told_as_a_limit() -> None:
    assert words.recurrence(1e6, "en") == "by chance less than once in 2,738 years"
    assert words.recurrence(1e6, "fr").startswith("par hasard moins d’une fois en")


def test_a_single_post_is_told_in_the_singular() -> None:
    window = msgspec.structs.replace(verdict().windows[1], count=1, expected=1.0)
    one = msgspec.structs.replace(verdict(days=3), windows=(window,))
    assert words.rise(one, "en") == "1 post in 6 h where 1 is expected; by chance once in 3 days"


def test_every_reason_has_words_in_both_languages() -> None:
    assert words.REASONS["en"].keys() == words.REASONS["fr"].keys()
    assert words.reasons(("update.platform", "update.severity")) == "new platform, more severe"
