"""Keyed tables as a runtime would keep them."""

import random
from dataclasses import dataclass, field
from typing import Any, TypeVar

Engine = TypeVar("Engine", bound=Any)


@dataclass
class Disk:
    """What a runtime would have written, table by table."""

    rows: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def commit(self, engine: Any) -> None:
        for table in engine.tables:
            stored = self.rows.setdefault(table.name, {})
            for key, blob in table.changed():
                if blob is None:
                    stored.pop(key, None)
                else:
                    stored[key] = blob

    def restore(self, engine: Engine, *, seed: int = 0) -> Engine:
        """Fill a new engine with what was written, in another order of rows."""
        for table in engine.tables:
            rows = list(self.rows.get(table.name, {}).items())
            random.Random(seed).shuffle(rows)
            table.restore(iter(rows))
        return engine
