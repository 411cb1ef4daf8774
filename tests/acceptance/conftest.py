"""The demo feed, made once, and the store of one uninterrupted run over it."""

import os
from pathlib import Path

import pytest
from acceptance_kit import Reference, watch

from flocon.demo import DemoConfig
from flocon.demo import write as write_demo


@pytest.fixture(scope="session")
def demo_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About 15,000 posts of six days."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, DemoConfig(posts_per_day=2_500))
    return folder / "feed.jsonl"


@pytest.fixture(scope="session")
def reference(demo_feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The demo feed, watched once."""
    folder = tmp_path_factory.mktemp("reference")
    key = folder / "key"
    key.write_text("0123456789abcdef0123456789abcdef")
    environment = {**os.environ, "HOME": str(folder), "FLOCON_AUTHOR_KEY_FILE": str(key)}
    store = folder / "store.db"
    output = watch(store, demo_feed, "--json", env=environment).stdout
    return Reference(demo_feed, store, key, output)
