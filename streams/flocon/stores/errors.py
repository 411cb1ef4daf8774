"""What can be wrong with a store. The tree stands in `flocon.errors`."""

from flocon.errors import FloconError
from flocon.exits import USAGE


class StoreError(FloconError):
    """The store cannot be used or written; the message says why and leaves it as it was."""


class StoreNotUsableError(StoreError):
    """No file at this path can be a store: a directory, or one that may not be read or written."""

    status = USAGE


class StoreMissingError(StoreError):
    """No store stands at the path a command should read."""

    status = USAGE


class StoreBusyError(StoreError):
    """Another process writes this store."""


class StoreFullError(StoreError):
    """The disk is full; the last complete transaction stands."""
