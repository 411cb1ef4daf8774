"""JSON values put together from the events of a streaming parser."""

from typing import Any


class Tree:
    """One JSON value put together from the parser's events, or only followed to its end."""

    def __init__(self, *, keep: bool) -> None:
        self.keep = keep
        self.value: Any = None
        self._open: list[Any] = []
        self._depth = 0
        self._key = ""

    def add(self, event: str, value: Any) -> bool:
        """Take the next event; whether the value is complete."""
        if event in ("start_map", "start_array"):
            self._depth += 1
            if self.keep:
                container: Any = {} if event == "start_map" else []
                self._put(container)
                self._open.append(container)
        elif event in ("end_map", "end_array"):
            self._depth -= 1
            if self.keep:
                self._open.pop()
        elif event == "map_key":
            self._key = value
        elif self.keep:
            self._put(value)
        return self._depth == 0

    def drop(self) -> None:
        """Forget what there is and only follow the rest."""
        self.keep = False
        self.value = None
        self._open.clear()

    def _put(self, value: Any) -> None:
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._key] = value
        else:
            self._open[-1].append(value)
