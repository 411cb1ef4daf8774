"""A webhook: each notification sent by POST as JSON, its key in the header `Idempotency-Key`.

Answers 2xx are success; 429 and 5xx are tried again, `Retry-After` obeyed; other answers are refusals for good.
"""

import urllib.error
import urllib.request
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from flocon import __version__
from flocon.alerts.model import Notification
from flocon.errors import UsageError
from flocon.receivers.base import RefusedError

_TIMEOUT_S: Final = 5.0
_TOO_MANY: Final = 429
_SERVER: Final = 500
_MINIMAL: Final = (
    "id",
    "kind",
    "state",
    "severity",
    "cluster",
    "posts",
    "authors",
    "platforms",
    "fired_at",
    "resolved_at",
)


class Webhook:
    """The webhook receiver.

    Args:
        url: `https`, or `http` to a loopback address.
        detail: `minimal` sends of the alert only id, severity, counts and times; `full` all of it.

    Raises:
        UsageError: the URL cannot be used.
    """

    name = "webhook"
    slow = True

    def __init__(self, url: str, *, detail: Literal["minimal", "full"] = "minimal") -> None:
        parts = urlsplit(url)
        loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"webhook {url}: an http or https URL is needed")
        if parts.scheme == "http" and not loopback:
            raise UsageError(f"webhook {url}: https is needed outside this machine")
        self._url = url
        self._detail = detail

    def send(self, notification: Notification) -> None:
        """POST one notification.

        Raises:
            RefusedError: no answer, or one that is not 2xx.
        """
        payload = notification.payload
        if self._detail == "minimal":
            payload = {key: payload[key] for key in _MINIMAL if key in payload}
        request = urllib.request.Request(  # noqa: S310  the scheme was checked
            self._url,
            data=msgspec.json.encode(msgspec.structs.replace(notification, payload=payload)),
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": notification.key,
                "User-Agent": f"flocon/{__version__}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310  as above
                return
        except urllib.error.HTTPError as error:
            with error:
                retry = error.code == _TOO_MANY or error.code >= _SERVER
                raise RefusedError(
                    f"answer {error.code}",
                    for_good=not retry,
                    wait_s=_seconds(error.headers.get("Retry-After")),
                ) from error
        except OSError as error:
            raise RefusedError(f"no answer: {getattr(error, 'reason', error)}") from error

    def close(self) -> None:
        """Nothing is held."""


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None
