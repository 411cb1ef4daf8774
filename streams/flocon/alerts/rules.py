"""The decisions of alerting, each a pure function: who may alert, how severe it is, under which name."""

import hashlib
from typing import Final

from flocon.alerts.config import AlertConfig
from flocon.alerts.model import ClusterFacts, Kind, Severity
from flocon.rise.verdict import Verdict

PREFIX: Final[dict[Kind, str]] = {"rise": "r", "displacement": "d", "immediate": "i"}
RANK: Final[dict[Severity, int]] = {"info": 0, "ticket": 1, "page": 2}


def fingerprint(kind: Kind, root: str) -> str:
    """Identity of a campaign's alerts: kind and cluster root at the first fire, hashed."""
    digest = hashlib.sha256(f"{kind}\0{root}".encode()).hexdigest()
    return f"{PREFIX[kind]}-{digest[:16]}"


def alert_id(name: str, episode: int) -> str:
    """Id of an episode's alert: the fingerprint itself, followed by the episode from the second on."""
    return name if episode == 1 else f"{name}-{episode}"


def gate(facts: ClusterFacts, verdict: Verdict, *, config: AlertConfig) -> str | None:
    """Why a rise may alert, None if it may not.

    The posts of the last 24 hours must come from several authors, or stand on several platforms, or be different
    texts in a channel. And the campaign must hold a candidate: a post, or a rule met by a few posts together.
    """
    if not (facts.may_alert or facts.candidate_posts >= 1):
        return None
    if verdict.authors_24h >= config.min_authors:
        return "gate.authors"
    if verdict.platforms_24h >= config.min_platforms:
        return "gate.platforms"
    if facts.channels >= 1 and verdict.units_24h >= config.min_texts:
        return "gate.texts"
    return None


def severity(
    recurrence_days: float, *, threat: bool, platforms: int, config: AlertConfig
) -> tuple[Severity, str]:
    """Severity of a rise and the key of its reason.

    Args:
        recurrence_days: how often chance alone does this in the fleet.
        threat: violence, or minors being drawn in.
        platforms: platforms the campaign is on.
        config: options.
    """
    if recurrence_days >= config.page_days and threat:
        return "page", "severity.threat"
    if recurrence_days >= config.page_days and platforms >= config.min_platforms:
        return "page", "severity.platforms"
    if recurrence_days >= config.ticket_days:
        return "ticket", "severity.rare"
    return "info", "severity.common"
