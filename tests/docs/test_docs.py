"""The documentation says what is so: its commands are run, its examples loaded, its references compared."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import generate
import msgspec
import pytest
import references
import transcripts
import yaml

from flocon import exits
from flocon.cli import COMMANDS, build_parser
from flocon.say import Say
from flocon.settings import Settings, config_folder, load_settings
from flocon.stores.retention import Retention
from flocon_detectors.codebook import Codebook, Entry, load
from flocon_detectors.decide import Rule, load_rules
from flocon_detectors.screen import Screener

ROOT = generate.ROOT
PAGES = generate.pages()
REFERENCES = [references.FOLDER / name for name in references.PAGES]
ALL_PAGES = [*PAGES, *REFERENCES, ROOT / "CHANGELOG.md"]
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "guide.md"
CODEBOOK = ROOT / "docs" / "codebook.md"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fenced(kind: str) -> list[object]:
    return [
        pytest.param(block, id=f"{name_of(page)}-{number}")
        for page in PAGES
        for number, block in enumerate(transcripts.blocks(page.read_text("utf-8")))
        if block.kind == kind
    ]


def yaml_of(beginning: str | None) -> list[object]:
    """The YAML examples that begin so; None for those that are settings."""
    marks = ("- code:", "- rule:")
    return [
        param
        for param in fenced("yaml")
        if (param.values[0].body.startswith(beginning or marks)) == (beginning is not None)  # type: ignore[attr-defined]
    ]


def section(page: Path, heading: str) -> str:
    match = re.search(
        rf"^(#+) {heading}\n(.*?)(?=^#{{1,3}} |\Z)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert match is not None, heading
    return match[2]


# -- what is run ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```console" in page.read_text("utf-8")], ids=name_of
)
def test_every_command_shown_prints_what_is_shown(page: Path) -> None:
    for block, real in transcripts.run(page.read_text("utf-8")):
        for shown, now in zip(transcripts.steps(block.body), real, strict=True):
            assert shown.command == now.command
            assert transcripts.fits(shown.output, now.output), (
                f"$ {now.command}\n{now.output}\nis not what {name_of(page)} shows; `make docs` writes it anew"
            )


@pytest.mark.parametrize("block", fenced("python"))
def test_every_python_example_runs(
    block: transcripts.Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block.body, "example", "exec"), {})


@pytest.mark.parametrize("block", [*fenced("json"), *fenced("jsonl")])
def test_every_json_example_can_be_read_unless_it_shows_what_cannot(block: transcripts.Block) -> None:
    if block.file is not None and block.file.startswith("bad"):
        with pytest.raises(json.JSONDecodeError):
            [json.loads(line) for line in block.body.splitlines()]
    else:
        assert all(isinstance(json.loads(line), dict) for line in block.body.splitlines())


@pytest.mark.parametrize("block", yaml_of(None))
def test_every_example_of_settings_loads_and_changes_something(
    block: transcripts.Block, tmp_path: Path
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(block.body, "utf-8")
    assert load_settings(path) != Settings()


@pytest.mark.parametrize("block", yaml_of("- code:"))
def test_every_example_of_a_code_does_what_its_posts_say(block: transcripts.Block) -> None:
    book = load(config_folder() / "codebook")
    for entry in msgspec.convert(yaml.safe_load(block.body), list[Entry]):
        rules = load_rules(config_folder() / "decisions.yaml")
        screener = Screener(Codebook((*book.entries, entry), "example"), rules)
        assert all(
            entry.code in {item.text for item in screener.screen(post).evidence} for post in entry.match
        )
        assert all(screener.screen(post).decision != "candidate" for post in entry.no_match)


@pytest.mark.parametrize("block", yaml_of("- rule:"))
def test_every_example_of_a_rule_is_a_rule_in_use(block: transcripts.Block) -> None:
    rules = load_rules(config_folder() / "decisions.yaml")
    assert all(rule in rules for rule in msgspec.convert(yaml.safe_load(block.body), list[Rule]))


# -- the runner of transcripts --------------------------------------------------------------------------------------


def test_an_ellipsis_in_brackets_stands_for_anything() -> None:
    assert transcripts.fits("a\n[…]\nz\n", "a\nb\nc\nz\n")
    assert transcripts.fits("id […], 3 posts", "id c-12, 3 posts")


def test_an_output_that_differs_beside_the_ellipsis_does_not_fit() -> None:
    assert not transcripts.fits("a\n[…]\ny\n", "a\nb\nz\n")
    assert not transcripts.fits("3 posts", "13 posts")


def test_a_transcript_that_is_out_of_date_is_written_anew_and_the_rest_of_the_page_kept() -> None:
    page = "Before.\n\n```console\n$ echo now\nthen\n```\n\nAfter.\n"
    assert transcripts.rewrite(page) == "Before.\n\n```console\n$ echo now\nnow\n```\n\nAfter.\n"


def test_a_transcript_that_fits_is_left_as_it_is_with_its_ellipsis() -> None:
    page = "```console\n$ echo one two three\none […]\n```\n"
    assert transcripts.rewrite(page) == page


def test_a_traceback_is_never_written_into_a_page() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        transcripts.rewrite("```console\n$ python3 -c '1/0'\n```\n")


def test_commands_of_one_page_share_a_folder_and_the_files_the_page_shows() -> None:
    page = "<!-- file: a.txt -->\n```text\nhello\n```\n\n```console\n$ cat a.txt; false\nhello\n$ echo $?\n1\n```\n"
    assert transcripts.rewrite(page) == page


def test_a_console_block_that_begins_with_output_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with a command"):
        transcripts.steps("output\n$ command\n")


# -- what is generated ----------------------------------------------------------------------------------------------


def test_the_generated_references_are_up_to_date() -> None:
    late = [name_of(path) for path in generate.stale(with_transcripts=False)]
    assert late == [], "`make docs` writes them anew"


def test_a_reference_that_is_out_of_date_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(references.PAGES, "metrics.md", lambda: "something else")
    assert references.FOLDER / "metrics.md" in generate.stale(with_transcripts=False)


def test_every_command_and_every_option_has_its_place_in_the_reference() -> None:
    page = (references.FOLDER / "cli.md").read_text("utf-8")
    commands = references.subparsers(build_parser(Say("en")))
    assert set(commands) == set(COMMANDS)
    for name, parser in commands.items():
        _, heading, rest = page.partition(f"## flocon {name}\n")
        assert heading
        text = rest.partition("\n## ")[0]
        for action in parser._actions:
            shown = action.option_strings or [str(action.metavar)]
            assert all(word in text for word in shown)
            assert action.help


def test_every_metric_has_its_place_in_the_reference() -> None:
    page = (references.FOLDER / "metrics.md").read_text("utf-8")
    rows = list(references.metric_rows())
    assert len(rows) >= 10
    assert all(f"| `{name}` | {kind} |" in page and text in page for name, kind, _, text in rows)


def test_every_metric_the_guide_speaks_of_exists() -> None:
    named = set(re.findall(r"`(flocon_[a-z_]+)", GUIDE.read_text("utf-8"))) - {"flocon_detectors"}
    assert named
    assert named <= {name for name, _, _, _ in references.metric_rows()}


def test_every_setting_has_its_place_in_the_reference_with_a_meaning() -> None:
    page = (references.FOLDER / "settings.md").read_text("utf-8")
    for key, _, _, meaning in references.setting_rows(Settings):
        assert meaning
        part = getattr(Settings(), key)
        if part is None or isinstance(part, str):
            assert f"| `{key}` |" in page
            continue
        for name, _, default, told in references.setting_rows(type(part)):
            row = next(line for line in page.splitlines() if line.startswith(f"| `{key}.{name}` |"))
            assert f"`{default}`" in row
            assert told


def test_every_signal_of_the_code_book_has_its_place_in_the_reference() -> None:
    page = (references.FOLDER / "signals.md").read_text("utf-8")
    assert all(f"| `{entry.signal}` |" in page for entry in load(config_folder() / "codebook").live)


# -- what is written by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "command"),
    [
        ("screen", "screen .demo/feed.jsonl"),
        ("posts", "posts --store .demo/store.db --json --limit 1"),
        ("clusters", "clusters --store .demo/store.db --json"),
        ("alerts", "alerts --store .demo/store.db --json"),
    ],
)
def test_every_key_of_an_output_line_is_explained_in_the_guide(heading: str, command: str) -> None:
    line = transcripts.shell(f"flocon {command} | sed 1q", transcripts.demo().folder.parent)
    explained = section(GUIDE, heading)
    assert [key for key in json.loads(line.splitlines()[0]) if f"`{key}`" not in explained] == []


def test_every_exit_status_is_explained_in_the_guide() -> None:
    table = section(GUIDE, "Exit statuses")
    statuses = [value for name, value in vars(exits).items() if name.isupper()]
    assert len(statuses) >= 6
    assert all(re.search(rf"^\|.*\b{status}\b.*\|", table, re.MULTILINE) for status in statuses)


def test_every_key_of_a_code_book_entry_is_explained() -> None:
    page = CODEBOOK.read_text("utf-8")
    assert [name for name in Entry.__struct_fields__ if f"| `{name}` |" not in page] == []


def test_every_decision_rule_is_explained_with_its_decision() -> None:
    page = CODEBOOK.read_text("utf-8")
    for rule in load_rules(config_folder() / "decisions.yaml"):
        assert f"| `{rule.rule}` | {rule.decision}" in page


def test_every_context_is_named() -> None:
    signals = {entry.signal for entry in load(config_folder() / "codebook").live}
    contexts = [name.removeprefix("context.") for name in signals if name.startswith("context.")]
    assert len(contexts) > 10
    named = section(CODEBOOK, "Contexts")
    assert [name for name in contexts if f"`{name}`" not in named] == []


def test_the_readme_gives_the_retention_that_is_the_default() -> None:
    kept, text = Retention(), section(README, "What is kept")
    assert f"{kept.index_days} days" in text
    assert f"{kept.candidate_days} days" in text
    assert f"{kept.max_bytes // 10**9} GB" in text
    assert kept.alert_days == 365
    assert "a year" in text


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in project["project"]["optional-dependencies"].values():
        asked += group
    asked += (ROOT / "requirements" / "build.in").read_text("utf-8").split()
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    names = [re.split(r"[<>=!~\[; ]", item, maxsplit=1)[0] for item in asked]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert [
        name for name in phony[1].split() if not re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)
    ] == []


def test_every_make_target_the_readme_speaks_of_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"(?:^|`)(?:\$ )?make ([a-z]+)", README.read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named
    assert [name for name in named if f"\n{name}:" not in makefile] == []


# -- links and traces -----------------------------------------------------------------------------------------------


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files a page links to, with the anchor asked for."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """What links to headings of a page are called."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"


def test_every_page_is_linked_from_another() -> None:
    linked = {target for page in ALL_PAGES for target, _ in links(page) if target != page}
    assert [name_of(page) for page in ALL_PAGES if page != README and not {page, page.parent} & linked] == []


def test_no_text_names_a_machine_or_a_package_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    trace = re.compile(
        r"/w[o]rk/|/tmp/e[x]p|/r[o]ot/|\.\./sh[a]red"
        r"|pypi\.org|pythonhosted\.org|registry\.npmjs|crates\.io/api|repo1?\.maven|proxy\.golang|deb\.debian"
    )
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (match := trace.search(path.read_text("utf-8", "replace"))):
            found.append(f"{name}: {match[0]}")
    assert found == []
