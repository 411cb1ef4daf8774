"""The store of one machine: one SQLite file, and its parts by what they keep.

Everything that belongs together is written in one transaction: what was read with the cursor that says so, what was
applied with the state it led to. A process killed at any point leaves the last such transaction, and the next run
goes on from there.
"""

from pathlib import Path

from flocon.stores.database import Database
from flocon.stores.inbox import Inbox
from flocon.stores.outbox_rows import OutboxRows
from flocon.stores.posts import Posts
from flocon.stores.retention import Upkeep
from flocon.stores.states import States


class SqliteStore(Database):
    """The store; see `Database` for how it is opened.

    Attributes:
        inbox: what was read, counted, and waits to be applied.
        posts: the posts that are kept.
        states: the state of the pure stages.
        outbox: notifications on their way.
        upkeep: retention.
    """

    def __init__(self, path: Path, *, write: bool = False) -> None:
        super().__init__(path, write=write)
        self.inbox = Inbox(self.connection)
        self.posts = Posts(self.connection)
        self.states = States(self.connection)
        self.outbox = OutboxRows(self.connection)
        self.upkeep = Upkeep(self.connection, self.posts)
