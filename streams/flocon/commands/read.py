"""`flocon alerts`, `clusters`, `posts`: what a store holds, as lines for people or JSON for programs."""

import argparse
from collections.abc import Iterable

import msgspec

from flocon import readers, show
from flocon.events import JsonObject
from flocon.exits import DONE
from flocon.say import Say
from flocon.settings import default_store
from flocon.stores.sqlite import SqliteStore


def run(args: argparse.Namespace, say: Say) -> int:
    """List what the command names; see `flocon alerts --help`."""
    with SqliteStore(args.store or default_store()) as store:
        if args.command == "alerts":
            _print(
                (
                    (show.alert_json(alert, say), show.alert_lines(alert, say))
                    for alert in readers.alerts(store)
                ),
                args,
                say,
            )
        elif args.command == "clusters":
            found = readers.clusters(store)
            _print(
                ((show.cluster_json(cluster), show.cluster_lines(cluster, say)) for cluster in found),
                args,
                say,
            )
        else:
            posts = store.posts.find(
                cluster=args.cluster, search=args.search, limit=args.limit, protected=args.protected
            )
            _print(((show.post_json(post), show.post_lines(post)) for post in posts), args, say)
    return DONE


def _print(rows: Iterable[tuple[JsonObject, list[str]]], args: argparse.Namespace, say: Say) -> None:
    empty = True
    for record, lines in rows:
        empty = False
        print(msgspec.json.encode(record).decode() if args.json else "\n".join(lines))
    if empty and not args.json:
        print(say(f"none.{args.command}"))
