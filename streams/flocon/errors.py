"""The errors a command ends with.

    FloconError              1   failed
    ├── FeedError            1   a feed can no longer be read
    │   └── FeedNotUsable    2   there is nothing to read
    ├── StoreError           1   the store cannot be used
    │   ├── StoreMissingError 2  no store where one should be read
    │   ├── StoreNotUsableError 2 a directory, or no permission
    │   ├── StoreBusyError   1   another process writes it
    │   └── StoreFullError   1   the disk is full
    └── UsageError           2   wrong use or configuration: settings, code book, rules, key

Each message says where: file, line, key or offset. The code book and the decision rules belong to
`flocon_detectors` and have errors of their own (`CodebookError`, `DecisionsError`), which `UsageError` takes up.
"""

from typing import ClassVar

from flocon.exits import FAILED, USAGE


class FloconError(Exception):
    """Ends a command with a message and `status`."""

    status: ClassVar[int] = FAILED


class UsageError(FloconError):
    """Wrong use or configuration."""

    status = USAGE
