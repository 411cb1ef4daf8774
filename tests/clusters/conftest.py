import pytest

from flocon.settings import load_screener
from flocon_detectors.screen import Screener


@pytest.fixture(scope="session")
def screener() -> Screener:
    return load_screener()
