from collections.abc import Callable

import pytest

from flocon.settings import load_screener
from flocon_detectors.matcher import Hit
from flocon_detectors.screen import Screener, Screening
from flocon_detectors.signals.view import Span, View
from flocon_detectors.text import word_form


@pytest.fixture(scope="session")
def screener() -> Screener:
    return load_screener()


@pytest.fixture
def screen(screener: Screener) -> Callable[..., Screening]:
    return screener.screen


@pytest.fixture
def view(screener: Screener) -> Callable[[str], View]:
    def make(text: str) -> View:
        words = word_form(text)
        hits: list[Hit] = list(screener._matcher.hits(words, screener._scan(words)[1]))
        return View("text", text, hits)

    return make


@pytest.fixture
def spans(view: Callable[[str], View]) -> Callable[..., list[tuple[str, str]]]:
    def run(detect: Callable[[View], list[Span]], text: str) -> list[tuple[str, str]]:
        seen = view(text)
        return [
            (span.signal, span.value or seen.text[span.start : span.end].strip()) for span in detect(seen)
        ]

    return run
