"""The unit file: systemd understands it, and flocon understands the words it passes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flocon.cli import build_parser
from flocon.exits import TERMINATED, USAGE
from flocon.privacy import KEY_VARIABLE
from flocon.say import Say

UNIT = Path(__file__).parents[2] / "deploy/systemd/flocon-watch.service"
WATCHDOG_SHARE = 2
_PULSE_S = 5


def _settings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_the_words_of_the_unit_are_words_of_the_command() -> None:
    (start,) = _settings()["ExecStart"]
    program, *words = start.replace("${STATE_DIRECTORY}", "/var/lib/flocon").split()
    assert Path(program).name == "flocon"
    words = [word for word in words if word != "$FLOCON_OPTIONS"]
    args = build_parser(Say()).parse_args(words)
    assert (args.command, args.feeds, args.store) == (
        "watch",
        ["$FLOCON_FEEDS"],
        Path("/var/lib/flocon/flocon.db"),
    )
    assert not args.once
    (example,) = re.findall(r"^# +FLOCON_OPTIONS=(.*)$", UNIT.read_text(), re.MULTILINE)
    assert build_parser(Say()).parse_args([*words, *example.split()]).webhook


def test_the_unit_agrees_with_the_command_on_key_statuses_and_pulse() -> None:
    settings = _settings()
    assert f"{KEY_VARIABLE}=%d/author-key" in settings["Environment"]
    assert settings["SuccessExitStatus"] == [str(TERMINATED)]
    assert settings["RestartPreventExitStatus"] == [str(USAGE)]
    assert settings["Type"] == ["notify"]
    assert int(settings["WatchdogSec"][0]) > WATCHDOG_SHARE * _PULSE_S


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/usr/local/bin/flocon", sys.executable))
    result = subprocess.run(
        [analyze, "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    if "Failed to initialize manager" in result.stderr or "Failed to lookup" in result.stderr:
        pytest.skip(f"systemd-analyze cannot work here: {result.stderr.strip()}")
    assert UNIT.name not in result.stderr
    assert result.returncode == 0, result.stderr
