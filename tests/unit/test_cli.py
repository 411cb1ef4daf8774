"""Help speaks both languages, and wrong words end with status 2."""

import pytest

from flocon.cli import build_parser, main
from flocon.say import Say


def test_french_help_is_french_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["watch", "--help", "--lang", "fr"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("utilisation : flocon watch [-h]")
    assert "afficher cette aide et quitter" in text
    assert "show this help" not in text


def test_english_help_is_what_argparse_says() -> None:
    text = build_parser(Say("en")).format_help()
    assert text.startswith("usage: flocon [-h]")
    assert "positional arguments:" in text


@pytest.mark.parametrize(
    "words", [[], ["nothing"], ["watch"], ["watch", "f", "--metrics-port", "x"], ["explain"]]
)
def test_wrong_words_end_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "error" in capsys.readouterr().err
