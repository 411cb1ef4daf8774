import pytest
from flocon_detectors.screen import Screener

from flocon.settings import load_screener


@pytest.fixture(scope="session")
def screener() -> Screener:
    return load_screener()
