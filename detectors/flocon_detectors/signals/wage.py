"""Pay offered by the day or the job (`150€/jour`, `100 à 200 € la journée`, `20 lax`, `200-400k DKK`).

Pay by the month, or called gross, is how ordinary employers write: it is a context, not evidence.
"""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_SUM: Final = r"\d{1,3}(?:[ .]?\d{3})?(?:\s?k)?"
_RANGE: Final = rf"{_SUM}(?:\s?(?:-|a|to|bis|/)\s?{_SUM})?"
_SIGN: Final = r"(?:€|eur(?:os?)?|e|balles|£|\$|kr|sek|dkk|nok)"
_BY_DAY: Final = re.compile(
    rf"(?<![\w,.])[£$€]?{_RANGE}\s?{_SIGN}?\s?(?:/|par|la|le|per|a|pr|pro|om|om dagen|per dag|euh)\s?"
    r"(?:jour(?:nee)?s?|j|nuit|soir|semaine|sem|day|night|week|dag|tag|mission|course|coup|shift|job|go)(?![a-z])"
)
_PAID: Final = re.compile(
    rf"(?<![a-z])(?:paye[es]?|paie|paid|pay|gagne[zr]?|lon|betalt|betaling|bezahlt|salaire|remuneration|cash|prime)[ ]?(?:de|of|:|=)?[ ]?[£$€]?{_RANGE}\s?{_SIGN}(?![a-z])"
)
_SLANG: Final = re.compile(
    r"(?<![\w,.])\d{1,4}\s?(?:lax|mille|papp|k)(?![a-z0-9])(?:\s?(?:sek|dkk|nok|kr|€|eur))?"
)
_EMPLOYER: Final = re.compile(
    r"(?<![a-z])(?:/|par|le|per)\s?(?:mois|month|manad|an|year|monat)(?![a-z])|(?<![a-z])(?:brut|net) (?:mensuel|annuel)|(?<![a-z])salaire (?:brut|fixe|mensuel)|(?<![\w,.])\d{1,2}[.,]\d{2}\s?€\s?(?:/|de l'|par) ?h(?:eure)?"
)


def detect(view: View) -> Iterator[Span]:
    """Pay by the day or job as `recruit.pay`; pay as employers write it as `context.job_regular`."""
    text = view.text
    for pattern in (_BY_DAY, _PAID, _SLANG):
        for match in pattern.finditer(text):
            yield Span("recruit.pay", "W", match.start(), match.end())
    for match in _EMPLOYER.finditer(text):
        yield Span("context.job_regular", "-", match.start(), match.end())
