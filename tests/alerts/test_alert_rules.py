from typing import Any

import pytest
from alert_kit import facts, verdict

from flocon.alerts import rules
from flocon.alerts.config import AlertConfig

CONFIG = AlertConfig()


@pytest.mark.parametrize(
    ("campaign", "recent", "gate"),
    [
        ({}, {"authors_24h": 3}, "gate.authors"),
        ({}, {"authors_24h": 2}, None),
        ({}, {"authors_24h": 1, "platforms_24h": 2}, "gate.platforms"),
        ({"channels": 1}, {"authors_24h": 1, "units_24h": 6}, "gate.texts"),
        ({"channels": 1}, {"authors_24h": 1, "units_24h": 5}, None),
        ({"channels": 0}, {"authors_24h": 2, "units_24h": 6}, None),
    ],
)
def test_a_rise_needs_authors_or_platforms_or_texts(
    campaign: dict[str, Any], recent: dict[str, Any], gate: str | None
) -> None:
    assert rules.gate(facts(**campaign), verdict(**recent), config=CONFIG) == gate


@pytest.mark.parametrize(
    ("candidates", "may_alert", "gate"),
    [(1, False, "gate.authors"), (0, True, "gate.authors"), (0, False, None)],
)
def test_a_rise_needs_a_candidate_or_a_rule_met_by_posts_together(
    *, candidates: int, may_alert: bool, gate: str | None
) -> None:
    campaign = facts(candidate_posts=candidates, may_alert=may_alert)
    assert rules.gate(campaign, verdict(), config=CONFIG) == gate


@pytest.mark.parametrize(
    ("days", "threat", "platforms", "severity"),
    [
        (7.0, True, 1, "page"),
        (7.0, False, 2, "page"),
        (7.0, False, 1, "ticket"),
        (6.9, True, 3, "ticket"),
        (1.0, False, 1, "ticket"),
        (0.9, True, 3, "info"),
    ],
)
def test_severity_is_a_cut_of_the_recurrence(
    *, days: float, threat: bool, platforms: int, severity: str
) -> None:
    assert rules.severity(days, threat=threat, platforms=platforms, config=CONFIG)[0] == severity


def test_ids_depend_on_kind_and_root_and_on_nothing_else() -> None:
    assert rules.fingerprint("rise", "c1") == rules.fingerprint("rise", "c1")
    names = {rules.fingerprint(kind, root) for kind in ("rise", "immediate") for root in ("c1", "c2")}  # type: ignore[arg-type]
    assert len(names) == 4
    assert sorted(name[:2] for name in names) == ["i-", "i-", "r-", "r-"]


def test_later_episodes_have_ids_of_their_own() -> None:
    assert [rules.alert_id("r-1", episode) for episode in (1, 2, 3)] == ["r-1", "r-1-2", "r-1-3"]


@pytest.mark.parametrize(
    "wrong", [{"members": (4, 2)}, {"members": (1, 2)}, {"storm_fires": 0}, {"pause_ms": -1}]
)
def test_a_configuration_that_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AlertConfig(**wrong)
