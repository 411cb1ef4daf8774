"""Settings are refused with file, line, key and the nearest right name."""

from pathlib import Path

import pytest

from flocon.settings import Settings, SettingsError, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_is_the_default(tmp_path: Path) -> None:
    assert load_settings(None) == Settings()
    assert load_settings(write(tmp_path, "# only a comment\n")) == Settings()


def test_what_is_given_replaces_the_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "retention:\n  index_days: 7\nrise:\n  false_alerts_day: 2\n"))
    assert settings.retention.index_days == 7
    assert settings.rise.false_alerts_day == 2
    assert settings.retention.candidate_days == 90


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "retention:\n  index_day: 7\n",
            'settings.yaml:2: unknown key "index_day" under "retention"; did you mean "index_days"?',
        ),
        ("\nclusterz: {}\n", 'settings.yaml:2: unknown key "clusterz"; did you mean "clusters"?'),
        (
            "alerts:\n\n  min_author: 2\n",
            'settings.yaml:3: unknown key "min_author" under "alerts"; did you mean "min_authors"?',
        ),
        (
            "retention:\n  index_days: seven\n",
            "settings.yaml:2: retention.index_days: Expected `int`, got `str`",
        ),
        ("receivers:\n  detail: all\n", "settings.yaml:2: receivers.detail: Invalid enum value 'all'"),
        ("a: [1\n", "settings.yaml:2: not YAML"),
        ("- a list\n", "settings.yaml:1: the file: Expected `object`, got `array`"),
        ("rise:\n  tick_ms: 7\n", "settings.yaml:1: rise: tick_ms 7"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(tmp_path / "none.yaml")
