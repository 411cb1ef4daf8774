"""`flocon explain ALERT`: why it fired, with every number that led to it."""

import argparse

import msgspec

from flocon import readers, show
from flocon.alerts import words
from flocon.alerts.model import Alert
from flocon.clusters.record import Cluster
from flocon.errors import UsageError
from flocon.events import JsonObject, rfc3339
from flocon.exits import DONE
from flocon.rise.verdict import Verdict
from flocon.say import Say
from flocon.settings import default_store
from flocon.stores.posts import StoredPost
from flocon.stores.sqlite import SqliteStore
from flocon_detectors.hide import masked_text

_WIDTH = 12


def run(args: argparse.Namespace, say: Say) -> int:
    """Explain one alert; see `flocon explain --help`."""
    path = args.store or default_store()
    with SqliteStore(path) as store:
        found = list(readers.find_alert(store, args.alert))
        if not found:
            raise UsageError(say("explain.unknown", alert=args.alert, store=path))
        if len(found) > 1:
            raise UsageError(
                say("explain.several", alert=args.alert, ids=", ".join(alert.id for alert in found))
            )
        alert = found[0]
        cluster = next((c for c in readers.clusters(store) if c.root == alert.cluster), None)
        examples = [(uid, next(store.posts.find(uid=uid), None)) for uid in alert.examples]
    if args.json:
        print(msgspec.json.encode(_record(alert, cluster, examples, say)).decode())
    else:
        print("\n".join(_lines(alert, cluster, examples, say)))
    return DONE


def _record(
    alert: Alert, cluster: Cluster | None, examples: list[tuple[str, StoredPost | None]], say: Say
) -> JsonObject:
    return {
        **show.alert_json(alert, say),
        "decision": alert.decision,
        "peak": alert.peak,
        "history": alert.history,
        "campaign": None if cluster is None else show.cluster_json(cluster),
        "example_posts": [show.post_json(post) for _, post in examples if post is not None],
    }


def _lines(
    alert: Alert, cluster: Cluster | None, examples: list[tuple[str, StoredPost | None]], say: Say
) -> list[str]:
    lines = [*brief(alert, cluster, say), "", say("label.history")]
    for entry in alert.history:
        numbers = ", ".join(
            f"{name} {value}"
            for name, value in entry.numbers.items()
            if name in {"platform", "posts", "to", "into"}
        )
        reason = words.REASONS[say.lang].get(entry.why, entry.why)
        lines.append(f"  {rfc3339(entry.at_ms)}  {reason}{': ' + numbers if numbers else ''}")
    lines += ["", say("label.examples")]
    for uid, post in examples:
        lines += example(uid, post, say)
    return lines


def brief(alert: Alert, cluster: Cluster | None, say: Say) -> list[str]:
    """The alert, its campaign and the numbers it fired on."""
    lines = [*show.alert_lines(alert, say), ""]
    lines.append(_row(say("label.seen"), show.span(alert.first_seen_ms, alert.last_seen_ms)))
    if cluster is not None:
        lines.append(_row(say("label.campaign"), cluster.root))
        lines.append(_row(say("label.template"), show.defang(cluster.template)))
        groups = [f"{atom} {count}" for atom, count in sorted(cluster.atoms.items()) if len(atom) == 1]
        lines.append(_row(say("label.groups"), " · ".join(groups)))
    lines.append(_row(say("label.rules"), ", ".join(alert.rules)))
    if alert.decision is not None:
        lines += _numbers(alert.decision, say)
    return lines


def example(uid: str, post: StoredPost | None, say: Say) -> list[str]:
    """One post of an alert with the reason of its own decision."""
    if post is None or post.finding is None:
        return [f"  {uid}", f"    {say('explain.gone')}"]
    screening = post.finding.screening
    text = show.defang(masked_text(post.finding.text, screening.evidence))
    return [
        f"  {uid}",
        *(f"    {line}" for line in text.splitlines() if line.strip()),
        f"    > {screening.why(say.lang)}",
    ]


def _numbers(verdict: Verdict, say: Say) -> list[str]:
    lines = [
        _row(
            say("label.numbers"),
            say(
                "explain.threshold",
                p=f"{verdict.p:.2g}",
                p_star=f"{verdict.p_star:.2g}",
                fleet=verdict.fleet,
                alpha=f"{verdict.alpha:.2g}",
            ),
        )
    ]
    for window in verdict.windows:
        words_ = say(
            "explain.window",
            hours=window.hours,
            count=window.count,
            expected=f"{window.expected:.2g}",
            p=f"{window.p:.2g}",
        )
        lines.append(_row("", words_))
    gate = say(
        "explain.gate", authors=verdict.authors_24h, platforms=verdict.platforms_24h, texts=verdict.units_24h
    )
    lines.append(_row(say("label.gate"), gate))
    return lines


def _row(label: str, value: str) -> str:
    return f"  {label:<{_WIDTH}} {value}"
