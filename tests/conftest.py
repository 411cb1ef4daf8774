"""What all tests share: no test sees or touches the files of the user who runs it."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    for name in ("FLOCON_AUTHOR_KEY_FILE", "NOTIFY_SOCKET"):
        monkeypatch.delenv(name, raising=False)
