"""What an alert says to people, in English and French.

11 posts in 6 h where 0.4 are expected; by chance once in 9 years
11 messages en 6 h pour 0,4 attendu ; par hasard une fois en 9 ans
"""

from typing import Final

from flocon.alerts.model import Alert
from flocon.rise.verdict import RECURRENCE_MAX_DAYS, Verdict
from flocon_detectors.lang import Lang

_UNITS: Final = (("year", 365.25), ("month", 30.44), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440))
_UNIT_WORDS: Final[dict[Lang, dict[str, tuple[str, str]]]] = {
    "en": {
        "year": ("year", "years"),
        "month": ("month", "months"),
        "day": ("day", "days"),
        "hour": ("hour", "hours"),
        "minute": ("minute", "minutes"),
    },
    "fr": {
        "year": ("an", "ans"),
        "month": ("mois", "mois"),
        "day": ("jour", "jours"),
        "hour": ("heure", "heures"),
        "minute": ("minute", "minutes"),
    },
}
_SEVERITY: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "severity.immediate": "page: a single post is enough",
        "severity.threat": "page: once a week or rarer, with violence or minors",
        "severity.platforms": "page: once a week or rarer, on several platforms",
        "severity.rare": "ticket: once a day or rarer",
        "severity.common": "info: more often than once a day",
    },
    "fr": {
        "severity.immediate": "appel : un seul message suffit",
        "severity.threat": "appel : une fois par semaine ou moins, avec violence ou mineurs",
        "severity.platforms": "appel : une fois par semaine ou moins, sur plusieurs plateformes",
        "severity.rare": "ticket : une fois par jour ou moins",
        "severity.common": "info : plus d'une fois par jour",
    },
}
_RULES: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "violence.bounty": "a price is put on a named person",
        "safeguard.threat_to_life": "a life is threatened",
    },
    "fr": {
        "violence.bounty": "une personne nommée est mise à prix",
        "safeguard.threat_to_life": "une vie est menacée",
    },
}
REASONS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "fire.rise": "new alert",
        "fire.immediate": "new alert",
        "fire.reopened": "rises again",
        "update.severity": "more severe",
        "update.platform": "new platform",
        "update.members": "many more posts",
        "resolve.quiet": "quiet again",
        "merged": "merged into another alert",
        "digest.storm": "many alerts at once",
    },
    "fr": {
        "fire.rise": "nouvelle alerte",
        "fire.immediate": "nouvelle alerte",
        "fire.reopened": "repart",
        "update.severity": "plus grave",
        "update.platform": "nouvelle plateforme",
        "update.members": "bien plus de messages",
        "resolve.quiet": "redevenu calme",
        "merged": "fusionnée avec une autre alerte",
        "digest.storm": "beaucoup d'alertes à la fois",
    },
}


def number(value: float, lang: Lang) -> str:
    """A number with two digits that matter below ten, whole above; French with a decimal comma."""
    if value >= 9.95:  # noqa: PLR2004 - rounds to 10
        text = f"{value:,.0f}"
        return text if lang == "en" else text.replace(",", "\u202f")
    text = f"{value:.1f}" if value >= 0.095 else f"{value:.1g}"  # noqa: PLR2004 - rounds to 0.1
    text = text.removesuffix(".0")
    return text if lang == "en" else text.replace(".", ",")


def duration(days: float, lang: Lang) -> str:
    """A length of time in the largest unit that fits: 9 years, 3 mois."""
    for unit, length in _UNITS:
        count = round(days / length)
        if count >= 1:
            one, many = _UNIT_WORDS[lang][unit]
            return f"{number(count, lang)} {one if count == 1 else many}"
    return f"1 {_UNIT_WORDS[lang]['minute'][0]}"


def recurrence(days: float, lang: Lang) -> str:
    """How often chance does it."""
    rare = days >= RECURRENCE_MAX_DAYS
    if lang == "fr":
        return f"par hasard {'moins d’une fois' if rare else 'une fois'} en {duration(days, lang)}"
    return f"by chance {'less than once' if rare else 'once'} in {duration(days, lang)}"


def rise(verdict: Verdict, lang: Lang) -> str:
    """The window that says most, and how often chance does it."""
    window = verdict.window
    chance = recurrence(verdict.recurrence_days, lang)
    if window is None:
        return chance
    expected = number(window.expected, lang)
    if lang == "fr":
        noun = "message" if window.count == 1 else "messages"
        awaited = "attendu" if window.expected < 2 else "attendus"  # noqa: PLR2004 - French plural starts at 2
        return f"{window.count} {noun} en {window.hours} h pour {expected} {awaited}\u00a0; {chance}"
    noun = "post" if window.count == 1 else "posts"
    return f"{window.count} {noun} in {window.hours} h where {expected} {'is' if expected == '1' else 'are'} expected; {chance}"


def why(alert: Alert, lang: Lang = "en") -> str:
    """Why this alert, and why this severity, in one sentence."""
    severity = _SEVERITY[lang][alert.severity_why]
    severity = severity if lang == "en" else severity.replace(" :", "\u00a0:")
    if alert.peak is None:
        seen = ", ".join(_RULES[lang].get(rule, rule) for rule in alert.rules) or alert.kind
    else:
        seen = rise(alert.peak, lang)
    return f"{seen} ({severity})"


def reasons(keys: tuple[str, ...], lang: Lang = "en") -> str:
    """What happened, for the head of a notification."""
    return ", ".join(REASONS[lang][key] for key in keys)
