"""An HTTP server on the loopback address that answers as a test tells it to and remembers what it was sent."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """One request."""

    key: str | None
    body: dict[str, Any]
    answer: int


class Receiver(HTTPServer):
    """Answers with `answers` in turn, then with 204.

    Args:
        answers: statuses, or (status, seconds of Retry-After).
        port: 0 lets the system choose.
    """

    def __init__(self, answers: Sequence[int | tuple[int, int]] = (), port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answers = list(answers)
        self.sent: list[Sent] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def taken(self) -> list[Sent]:
        """The requests it said yes to."""
        return [sent for sent in self.sent if sent.answer < 300]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        status, wait = answer if isinstance(answer, tuple) else (answer, None)
        self.server.sent.append(Sent(self.headers["Idempotency-Key"], body, status))
        self.send_response(status)
        if wait is not None:
            self.send_header("Retry-After", str(wait))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name the base class gives it
        """Say nothing."""


@contextmanager
def receiving(answers: Sequence[int | tuple[int, int]] = (), port: int = 0) -> Iterator[Receiver]:
    """Such a server, running."""
    with Receiver(answers, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
