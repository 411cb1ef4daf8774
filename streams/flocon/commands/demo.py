"""`flocon demo`: the main job on the demo feed, and with `--truth` how it did."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from flocon import demo, readers
from flocon.alerts.model import Alert
from flocon.commands import explain, watch
from flocon.events import from_ms
from flocon.exits import DONE
from flocon.say import Say
from flocon.settings import Settings
from flocon.stores.sqlite import SqliteStore

_FILES = ("store.db", "store.db-wal", "store.db-shm", "store.db.lock", "store.db.author-key")


def run(args: argparse.Namespace, say: Say) -> int:
    """Make the demo feed, watch it, explain what was found; see `flocon demo --help`."""
    config = demo.DemoConfig() if args.seed is None else demo.DemoConfig(seed=args.seed)
    folder: Path = args.folder
    print(say("demo.making", days=config.days, seed=str(config.seed)), flush=True)
    for name in _FILES:  # a demo shows a first run
        (folder / name).unlink(missing_ok=True)
    demo.write(folder, config)
    feed, path = folder / "feed.jsonl", folder / "store.db"
    words = argparse.Namespace(
        feeds=[str(feed)], once=True, store=path, json=False, jsonl=None, webhook=None, restricted=None,
        metrics_port=None, log="text", lang=say.lang,
    )  # fmt: skip
    with SqliteStore(path, write=True) as store:
        status = watch.watch(words, Settings(), store, say)
        if status != DONE:
            return status
        alerts = readers.alerts(store)
        print("\n".join(_explained(store, alerts, say)))
        if args.truth:
            print()
            report = demo.score(demo.truth(config), [_summary(store, alert) for alert in alerts])
            print("\n".join(demo.render(report, say.lang)))
    print()
    print(say("demo.next"))
    for command in _next_commands(path, alerts[0].id if alerts else None, say):
        print(f"  {command}")
    return DONE


def _explained(store: SqliteStore, alerts: list[Alert], say: Say) -> Iterator[str]:
    """Why each alert fired, with one of its posts; `flocon explain` says more."""
    campaigns = {cluster.root: cluster for cluster in readers.clusters(store)}
    for alert in alerts:
        yield ""
        yield from explain.brief(alert, campaigns.get(alert.cluster or ""), say)
        for uid in alert.examples[:1]:
            yield from explain.example(uid, next(store.posts.find(uid=uid), None), say)


def _summary(store: SqliteStore, alert: Alert) -> demo.AlertSummary:
    uids = (
        frozenset(post.uid for post in store.posts.find(cluster=alert.cluster))
        if alert.cluster
        else frozenset(alert.examples)
    )
    return demo.AlertSummary(id=alert.id, fired_at=from_ms(alert.fired_at_ms), uids=uids, title=alert.title)


def _next_commands(store: Path, alert: str | None, say: Say) -> list[str]:
    lang = " --lang fr" if say.lang == "fr" else ""
    first = [f".venv/bin/flocon explain {alert} --store {store}{lang}"] if alert else []
    return [
        *first,
        f".venv/bin/flocon clusters --store {store}{lang}",
        f".venv/bin/flocon posts --search '❄️ livraison' --store {store}{lang}",
        f".venv/bin/flocon demo --truth{lang}",
        ".venv/bin/flocon watch YOUR_FILE.jsonl --once --store mine.db",
    ]
