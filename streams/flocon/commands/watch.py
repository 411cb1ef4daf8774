"""`flocon watch FEED…`: the main job on one machine."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server

from flocon.collector import settle
from flocon.errors import UsageError
from flocon.exits import DONE, FAILED, INTERRUPTED, TERMINATED, UNREADABLE
from flocon.feeds.base import Batch
from flocon.feeds.files import FileFeed
from flocon.feeds.registry import open_feed
from flocon.intake import Intake
from flocon.log import LOGGER, set_up
from flocon.metrics import Metrics
from flocon.outbox import Outbox
from flocon.pipeline import Flow
from flocon.privacy import Pseudonyms, load_key
from flocon.readers import count_firing
from flocon.receivers.base import Receiver
from flocon.receivers.jsonl import JsonLines
from flocon.receivers.terminal import Terminal
from flocon.receivers.webhook import Webhook
from flocon.restricted import RestrictedFile
from flocon.runtime.local import LocalRun
from flocon.runtime.service import Service
from flocon.say import Say
from flocon.settings import Settings, default_store, load_screener, load_settings
from flocon.stores.sqlite import SqliteStore

_LAST_DELIVERY_S: Final = 10.0
_PROGRESS_S: Final = 0.2
_CLEAR: Final = "\r\x1b[2K"
_ENDS: Final = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}


def run(args: argparse.Namespace, say: Say) -> int:
    """Watch feeds; see `flocon watch --help`."""
    set_up(args.log)
    settings = load_settings(args.config)
    with SqliteStore(args.store or default_store(), write=True) as store:
        return watch(args, settings, store, say)


def watch(args: argparse.Namespace, settings: Settings, store: SqliteStore, say: Say) -> int:
    """Watch feeds with an open store; the exit status."""
    restricted_path = args.restricted or settings.restricted
    restricted = None if restricted_path is None else RestrictedFile(Path(restricted_path))
    screener = load_screener(restricted=restricted is not None)
    metrics = Metrics(CollectorRegistry())
    progress = _Progress(say) if sys.stderr.isatty() else None
    terminal = Terminal(say, json=args.json, before=None if progress is None else progress.clear)
    outbox = Outbox(store, [terminal, *_receivers(args, settings)], metrics)
    local = LocalRun(
        store,
        Flow(settings, screener.rules),
        Intake(
            screener, Pseudonyms(load_key(store.path)), tick_ms=settings.rise.tick_ms, restricted=restricted
        ),
        outbox,
        metrics,
        now_ms=_now_ms,
        progress=progress,
    )
    settle()
    if args.metrics_port is not None:
        _serve_metrics(args, metrics)
    stop = threading.Event()
    cursors = local.cursors()
    feeds = [open_feed(spec, cursors=cursors, follow=not args.once, stop=stop) for spec in args.feeds]
    report = _Report(args.log)
    try:
        if args.once:
            _once(local, args.feeds, report)
            local.keep_little(settings.retention)
            if progress is not None:
                progress.clear()
            _close_line(local, outbox.drain(_LAST_DELIVERY_S), say, json=args.json)
        else:
            LOGGER.info("%s", say("watch.follow", feeds=", ".join(args.feeds)))
            service = Service(
                local,
                store,
                outbox,
                metrics,
                retention=settings.retention,
                stop=stop,
                report=report,
            )
            ended = _until_told(service, feeds, stop)
            if ended is not None or service.failed:
                return FAILED if ended is None else ended
    finally:
        outbox.close()
    return UNREADABLE if report.unreadable else DONE


def _once(local: LocalRun, feeds: Sequence[str], report: "_Report") -> None:
    for spec in feeds:
        # opened anew: the content may be that of a file just read
        local.take_in(open_feed(spec, cursors=local.cursors()), report)
    local.apply_inbox()


def _until_told(service: Service, feeds: Sequence[FileFeed], stop: threading.Event) -> int | None:
    """Serve until a signal or the end of all feeds; the exit status of the signal, None without one."""
    ended: list[int] = []

    def end(number: int, frame: object) -> None:  # noqa: ARG001  the shape signal handlers have
        ended.append(_ENDS[signal.Signals(number)])
        stop.set()

    previous = {number: signal.signal(number, end) for number in _ENDS}
    try:
        service.serve(feeds)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return ended[0] if ended else None


def _receivers(args: argparse.Namespace, settings: Settings) -> list[Receiver]:
    receivers: list[Receiver] = []
    jsonl = args.jsonl or settings.receivers.jsonl
    if jsonl:
        receivers.append(JsonLines(Path(jsonl)))
    webhook = args.webhook or settings.receivers.webhook
    if webhook:
        receivers.append(Webhook(webhook, detail=settings.receivers.detail))
    return receivers


def _serve_metrics(args: argparse.Namespace, metrics: Metrics) -> None:
    try:
        start_http_server(args.metrics_port, addr=args.metrics_address, registry=metrics.registry)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"--metrics-port {args.metrics_port}: {getattr(error, 'strerror', None) or error}"
        ) from error


def _close_line(local: LocalRun, left: int, say: Say, *, json: bool) -> None:
    if left:
        LOGGER.warning("%s", say("watch.undelivered", count=left))
    if json:
        return
    totals = local.totals
    if not totals.posts and not totals.applied and not totals.unreadable:
        print(say("watch.nothing_new"))
        return
    print(
        say(
            "watch.done",
            posts=totals.posts,
            bad=totals.unreadable,
            kept=totals.kept,
            clusters=len(local.flow.clusters),
            firing=count_firing(local.flow.alerts.alerts.values()),
        )
    )


class _Report:
    """Tells of unreadable records, with file and line, and counts them."""

    def __init__(self, style: str) -> None:
        self.unreadable = 0
        self._style = style

    def __call__(self, batch: Batch) -> None:
        self.unreadable += len(batch.problems)
        for problem in batch.problems:
            where = {
                "file": problem.where,
                "line": problem.line,
                "offset": problem.offset,
                "reason": problem.code,
            }
            LOGGER.warning("%s", problem, extra=where if self._style == "json" else None)


class _Progress:
    """One line on the error stream that is written over as the run goes on."""

    def __init__(self, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._start = clock()
        self._last = 0.0

    def __call__(self, local: LocalRun) -> None:
        now = self._clock()
        if now - self._last < _PROGRESS_S:
            return
        self._last = now
        totals = local.totals
        if totals.applied:
            line = self._say("watch.applying", done=totals.applied, alerts=totals.fired)
        else:
            rate = self._say.number(round(totals.posts / max(now - self._start, 1e-3)))
            line = self._say("watch.progress", posts=totals.posts, kept=totals.kept, rate=rate)
        print(f"{_CLEAR}{line}", end="\r", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room for other lines."""
        print(_CLEAR, end="", file=sys.stderr, flush=True)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
