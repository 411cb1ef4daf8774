r"""Telegram Desktop's `result.json`: one chat, or an account with `chats.list[]` and `left_chats.list[]`.

Streamed: a file may hold gigabytes. Only public channels and public supergroups are read. The exporter writes
control characters as `\xNN`, which is not JSON; that is mended on the way. A cursor counts the messages passed,
and a later export of a chat that begins with the same bytes goes on behind them.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import ijson
import msgspec

from flocon.events import Channel, Event, Source
from flocon.feeds.base import Batch, FeedNotUsable, Problem, Unreadable
from flocon.feeds.content import Content
from flocon.feeds.json_tree import Builder
from flocon.feeds.resume import Fingerprint
from flocon.feeds.telegram_message import read_message

PUBLIC: Final = frozenset({"public_channel", "public_supergroup"})
_STEP: Final = 1 << 16
"""Bytes parsed at a time; the parser's events for them are held as a list."""
_CLOSING: Final = re.compile(rb"\s*\]\s*\}\s*\Z")
_CLOSING_BYTES: Final = 64
