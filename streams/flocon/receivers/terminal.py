"""The terminal: each notification on standard output, as lines for people or one JSON object."""

from collections.abc import Callable

import msgspec

from flocon import show
from flocon.alerts.model import Notification
from flocon.say import Say


class Terminal:
    """The terminal receiver.

    Args:
        say: the language of the lines.
        json: one JSON object a line instead.
        before: called before each notification, to clear a line of progress.
    """

    name = "terminal"
    slow = False

    def __init__(self, say: Say, *, json: bool = False, before: Callable[[], None] | None = None) -> None:
        self._say = say
        self._json = json
        self._before = before

    def send(self, notification: Notification) -> None:
        """Print one notification."""
        if self._before is not None:
            self._before()
        if self._json:
            print(msgspec.json.encode(notification).decode(), flush=True)
        else:
            print("\n".join(show.notification_lines(notification, self._say)), flush=True)

    def close(self) -> None:
        """Nothing is held."""
