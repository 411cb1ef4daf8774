"""Settings: what can be configured, with defaults, declared once.

A settings file is YAML with the keys of `Settings`; what it leaves out keeps its default. Unknown keys and wrong
types are refused with file, line, key and the nearest right name.
"""

import difflib
import re
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import platformdirs
import yaml

from flocon.alerts.config import AlertConfig
from flocon.clusters.engine import ClusterConfig
from flocon.errors import UsageError
from flocon.rise.config import RiseConfig
from flocon.stores.retention import Retention
from flocon_detectors.codebook import CodebookError
from flocon_detectors.decide import DecisionsError
from flocon_detectors.screen import Screener


class SettingsError(UsageError):
    """A settings file cannot be used; the message names file, line and key."""


class Receivers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where alerts go beside the terminal.

    Attributes:
        jsonl: a file to which each notification is appended as one JSON line.
        webhook: a URL to which each notification is sent by POST.
        detail: `minimal` sends the webhook only id, severity, counts and cluster; `full` adds the reasons.
    """

    jsonl: str | None = None
    webhook: str | None = None
    detail: Literal["minimal", "full"] = "minimal"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings.

    Attributes:
        clusters: how posts are joined into campaigns.
        rise: how a rise is told from chance.
        alerts: life cycle of alerts.
        retention: how long what is kept.
        receivers: where alerts go.
        restricted: file for hits of the restricted rule; the rule is off while this is null.
    """

    clusters: ClusterConfig = ClusterConfig()
    rise: RiseConfig = RiseConfig()
    alerts: AlertConfig = AlertConfig()
    retention: Retention = Retention()
    receivers: Receivers = Receivers()
    restricted: str | None = None


_PATH: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN: Final = re.compile(r"unknown field `(?P<key>[^`]+)`")


def load_settings(path: Path | None) -> Settings:
    """Read a settings file; None gives the defaults.

    Raises:
        SettingsError: the file cannot be read or does not fit.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text("utf-8")
        document = yaml.safe_load(text)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 at byte {error.start}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f":{mark.line + 1}"
        raise SettingsError(f"{path}{line}: not YAML: {getattr(error, 'problem', error)}") from error
    if document is None:
        return Settings()
    try:
        return msgspec.convert(document, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(str(error), path, yaml.compose(text, Loader=yaml.SafeLoader))) from error


def _explain(message: str, path: Path, node: Any) -> str:
    where = _PATH.search(message)
    keys = where["path"].split(".") if where and where["path"] else []
    reason = _PATH.sub("", message)
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        return f"{path}:{_line(node, keys)}: {'.'.join(keys) or 'the file'}: {reason}"
    key = unknown["key"]
    near = difflib.get_close_matches(key, _known(keys), n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    under = f' under "{".".join(keys)}"' if keys else ""
    return f'{path}:{_line(node, [*keys, key])}: unknown key "{key}"{under}{hint}'


def _line(node: Any, keys: list[str]) -> int:
    line: int = node.start_mark.line + 1
    for key in keys:
        for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if name.value == key:
                line, node = name.start_mark.line + 1, value
                break
    return line


def _known(keys: list[str]) -> list[str]:
    struct: Any = Settings()
    for key in keys:
        struct = getattr(struct, key, None)
    return list(getattr(struct, "__struct_fields__", ()))


def load_screener(*, restricted: bool = False) -> Screener:
    """The screener of this installation.

    Raises:
        SettingsError: the code book or the decision rules cannot be used.
    """
    try:
        return Screener.load(config_folder(), restricted=restricted)
    except (CodebookError, DecisionsError) as error:
        raise SettingsError(str(error)) from error


def config_folder() -> Path:
    """The folder with code book and decision rules: inside the installed package, or beside the sources."""
    packaged = Path(__file__).with_name("_config")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "config"


def default_store() -> Path:
    """The store used when none is named: in the user's data folder."""
    return Path(platformdirs.user_data_path("flocon")) / "flocon.db"
