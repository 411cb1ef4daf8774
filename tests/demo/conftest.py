from typing import Any

import pytest

from flocon.demo import DemoConfig, generate


@pytest.fixture(scope="session")
def config() -> DemoConfig:
    return DemoConfig()


@pytest.fixture(scope="session")
def small() -> DemoConfig:
    return DemoConfig(posts_per_day=600, authors=300)


@pytest.fixture(scope="session")
def lines(config: DemoConfig) -> list[dict[str, Any]]:
    """The feed with its default settings."""
    return list(generate(config))
