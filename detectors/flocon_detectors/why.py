"""The reason of a decision as one sentence, in English or French."""

from collections.abc import Iterable, Sequence
from typing import Final

from flocon_detectors.decide import Verdict
from flocon_detectors.evidence import Evidence
from flocon_detectors.lang import Lang

_GROUPS: Final = {
    "en": {
        "P": "product", "Q": "quantity with price", "C": "contact", "L": "delivery, hours or area", "M": "merchandising",
        "A": "availability", "Y": "payment", "J": "role", "W": "pay", "K": "perks or requirements", "V": "violent act",
        "T": "target, place or bounty", "S": "solicitation", "X": "game look", "O": "obfuscation",
    },
    "fr": {
        "P": "produit", "Q": "quantité avec prix", "C": "contact", "L": "livraison, horaires ou secteur", "M": "mise en avant",
        "A": "disponibilité", "Y": "paiement", "J": "poste", "W": "paie", "K": "avantages ou exigences", "V": "acte violent",
        "T": "cible, lieu ou prime", "S": "sollicitation", "X": "codes de jeu vidéo", "O": "dissimulation",
    },
}  # fmt: skip
_WORDS: Final = {
    "en": {
        "candidate": "Candidate", "index": "Kept for search", "none": "Nothing decided", "contexts": "benign context",
        "demoted": "lowered by it", "safeguard": "safeguard", "nothing": "No evidence.", "alone": "a code alone proves nothing",
        "restricted": "Restricted rule; the text is not shown.",
    },
    "fr": {
        "candidate": "Candidat", "index": "Gardé pour la recherche", "none": "Rien de décidé", "contexts": "contexte ordinaire",
        "demoted": "il abaisse la décision", "safeguard": "protection", "nothing": "Aucun indice.",
        "alone": "un code seul ne prouve rien", "restricted": "Règle restreinte ; le texte n'est pas montré.",
    },
}  # fmt: skip
_ORDER: Final = "PQCLMAYJWKVTSXO"
_SHOWN: Final = 2
_LONGEST: Final = 40


def why(
    verdict: Verdict,
    evidence: Sequence[Evidence],
    contexts: Iterable[str],
    safeguard: Iterable[str],
    lang: Lang = "en",
) -> str:
    """One sentence: the decision, the rules, the groups with what was seen for each, contexts and safeguards."""
    words, names = _WORDS[lang], _GROUPS[lang]
    colon = " : " if lang == "fr" else ": "
    seen: dict[str, dict[str, None]] = {}
    for item in evidence:
        if item.group != "-":
            seen.setdefault(item.group, {})[_short(" ".join(item.original.split()))] = None
    contexts, safeguard = list(contexts), list(safeguard)
    if not seen and not contexts and not safeguard:
        return words["nothing"]
    pieces = []
    for group in sorted(seen, key=_ORDER.index):
        shown = [text for text in seen[group] if text][:_SHOWN]
        more = len(seen[group]) - len(shown)
        quoted = ", ".join(shown) + (f" +{more}" if more > 0 and shown else "")
        pieces.append(f"{names[group]} ({quoted})" if quoted else names[group])
    head = words[verdict.decision] + (f" ({', '.join(verdict.rules)})" if verdict.rules else "")
    sentence = head + (colon + ", ".join(pieces) if pieces else "")
    if verdict.rules == ("code.only",):
        sentence += f"; {words['alone']}"
    if contexts:
        sentence += f"; {words['contexts']}{colon}{', '.join(contexts)}"
        if verdict.demoted:
            sentence += f" ({words['demoted']})"
    if safeguard:
        sentence += f"; {words['safeguard']}{colon}{', '.join(safeguard)}"
    return sentence + "."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def nothing(lang: Lang = "en") -> str:
    """The sentence for a post without evidence."""
    return _WORDS[lang]["nothing"]


def restricted(lang: Lang = "en") -> str:
    """The sentence for a restricted finding."""
    return _WORDS[lang]["restricted"]
