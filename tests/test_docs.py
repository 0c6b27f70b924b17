"""
The documents, held to the program: its settings, commands, paths, tables and limits stand in them and the other way
round, and what they show really runs.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import parser as bot_parser
from bot.app import INBOX_KEPT, REPLIES_KEPT
from bot.channels import base, console, telegram, web, zalo_bot, zalo_oa
from bot.settings import Settings, load_settings
from db.records import OutboxState
from db.tables import metadata
from handlers.cases import A_DAY
from handlers.desk import CONFIRMATION_LASTS
from handlers.rounds import CONVERSATION_KEPT, DRAFT_KEPT
from handlers.texts import COMMAND_SUMMARIES
from handlers.texts_household import CONSENT_CARD
from knowledge.__main__ import _parser as knowledge_parser
from tests.channels.desks import DESKS, Met

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.vi.md")
ADRS = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for folder in ("", "docs", "docs/adr") for path in (ROOT / folder).glob("*.md")
)

BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"https?://\S+")
PATH = re.compile(r"(?<![\w/.<>-])(?:bot|handlers|knowledge|db|tests|docs|deploy)/[\w./-]*\w")
PLANS_OWN = re.compile(r"knowledge/(?:plans|asks)(?=/<)")
TARGET = re.compile(r"`make ([a-z-]+)`|^make ([a-z-]+)$", re.MULTILINE)
PROGRAM = re.compile(r"python -m (bot|knowledge)(?: ([a-z]+))?")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def prose(name: str) -> str:
    return BLOCK.sub("", read(name))


def blocks(name: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer(read(name)))


def rows(name: str, heading: str) -> Iterator[list[str]]:
    """
    The cells of the table rows below a heading, without the head.
    """
    section = read(name).split(f"## {heading}\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


# Settings

SETTINGS = {name.upper(): field.default for name, field in Settings.model_fields.items()}
SETTINGS_TABLE = {"README.md": "Settings", "README.vi.md": "Cài đặt"}


@pytest.mark.parametrize("name", READMES)
def test_the_table_holds_each_setting_with_its_default(name: str) -> None:
    shown = {row[0]: row[1] for row in rows(name, SETTINGS_TABLE[name])}

    assert shown == {setting: "–" if default is None else str(default) for setting, default in SETTINGS.items()}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_example_explains_each_setting_in_both_languages(setting: str) -> None:
    above = read(".env.example").split(f"\n{setting}=")[0].rsplit("\n\n")[-1].splitlines()

    assert len(above) == 2, f"{setting} needs a Vietnamese and an English line above it"
    assert all(line.startswith("# ") for line in above)
    assert VIETNAMESE.search(above[0])


def test_the_example_holds_the_settings_and_nothing_else() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)) == set(SETTINGS)


def test_a_copy_of_the_example_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)

    assert load_settings(ROOT / ".env.example") == load_settings(None)


# Commands


def commands_of(parser: argparse.ArgumentParser) -> dict[str, str | None]:
    """
    The commands of a program with their help.
    """
    [chooser] = [action for action in parser._actions if isinstance(action.choices, dict)]
    helped = {choice.dest: choice.help for choice in chooser._get_subactions()}  # type: ignore[attr-defined]
    return {name: helped.get(name) for name in chooser.choices or ()}


COMMANDS = {"bot": commands_of(bot_parser()), "knowledge": commands_of(knowledge_parser())}
EACH_COMMAND = [(program, command) for program, commands in COMMANDS.items() for command in commands]


@pytest.mark.parametrize(("program", "command"), EACH_COMMAND)
def test_each_command_has_help_and_stands_in_the_readmes(program: str, command: str) -> None:
    assert COMMANDS[program][command]

    for name in READMES:
        assert f"`python -m {program} {command}" in read(name), f"{name}: give it a row in the table of commands"


@pytest.mark.parametrize("name", [*DOCUMENTS, "Makefile"])
def test_each_command_that_is_named_exists(name: str) -> None:
    named = {(program, command) for program, command in PROGRAM.findall(read(name)) if command}

    assert named - set(EACH_COMMAND) == set(), "the program has no such command"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))

    assert {first or second for first, second in TARGET.findall(read(name))} <= targets


@pytest.mark.parametrize("command", COMMAND_SUMMARIES)
def test_each_chat_command_stands_in_the_changelog(command: str) -> None:
    assert f"`/{command}`" in read("CHANGELOG.md")


# Examples

RUNNABLE = [block for block in blocks("README.md") if block["mark"] == "runs"]
SHOWN = [block for block in blocks("README.md") if (block["mark"] or "").startswith("shown")]
[BACKUP] = [block["body"] for block in blocks("README.md") if block["mark"] == "runs: backup"]


def run(script: str, folder: Path, database: Path) -> str:
    """
    What a block prints when it is pasted into a shell; the database is a fresh one.
    """
    settings = f"export DATABASE_URL='sqlite:///{database}' TELEGRAM_BOT_TOKEN='' LOG_LEVEL=INFO\n"
    pasted = settings + script.replace(".venv/bin/python", f"'{sys.executable}'")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", pasted],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """
    What all blocks of the README that are marked as runnable print, one after the other.
    """
    database = tmp_path_factory.mktemp("docs") / "chung-tay.db"
    return "".join(run(block["body"], ROOT, database) for block in RUNNABLE)


def test_the_readme_shows_what_runs(printed: str) -> None:
    assert len(RUNNABLE) >= 3
    assert '"user": "an", "done": true' in printed


@pytest.mark.parametrize("shown", [block["body"] for block in SHOWN])
def test_what_the_readme_shows_is_what_the_program_says(shown: str, printed: str) -> None:
    assert shown.strip() in printed


def test_the_backup_of_the_readme_holds_what_is_not_in_the_main_file_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    open_bot = sqlite3.connect(tmp_path / "chung-tay.db", isolation_level=None)
    open_bot.execute("PRAGMA journal_mode=WAL")
    open_bot.execute("CREATE TABLE alembic_version (version_num TEXT)")
    open_bot.execute("CREATE TABLE inbox (id INTEGER)")
    open_bot.execute("INSERT INTO inbox VALUES (7)")

    run(BACKUP, tmp_path, tmp_path / "chung-tay.db")
    open_bot.close()

    copy = sqlite3.connect(tmp_path / "backup.db")
    kept = copy.execute("SELECT id FROM inbox").fetchall()
    copy.close()
    assert kept == [(7,)]


# Links and paths


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_relative_link_leads_somewhere(name: str) -> None:
    links = [link.split("#")[0] for link in LINK.findall(prose(name)) if not ADDRESS.match(link)]

    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", [*DOCUMENTS, ".env.example"])
def test_each_path_that_is_named_exists(name: str) -> None:
    text = PLANS_OWN.sub("", LINK.sub("", ADDRESS.sub("", read(name))))

    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in READMES])
def test_each_page_can_be_reached_from_the_readme(name: str) -> None:
    seen, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = LINK.findall(page.read_text("utf-8"))
        waiting += [page.parent / link.split("#")[0] for link in links if not ADDRESS.match(link)]

    assert (ROOT / name).resolve() in seen


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_page_runs_off_the_screen(name: str) -> None:
    lines = [line for line in prose(name).splitlines() if not line.startswith("|") and "](" not in line]

    assert [line for line in lines if len(line) > 120] == []


# The twins


def test_the_readmes_have_the_same_headings() -> None:
    english, vietnamese = (HEADING.findall(prose(name)) for name in READMES)

    assert english == vietnamese


def test_the_readmes_have_the_same_blocks() -> None:
    english, vietnamese = ([block[0] for block in blocks(name)] for name in READMES)

    assert english == vietnamese


def test_the_readmes_have_tables_and_lists_of_the_same_length() -> None:
    counts = [
        [len(re.findall(pattern, read(name), re.MULTILINE)) for pattern in (r"^\|", r"^- ", r"^\d+\. ")]
        for name in READMES
    ]

    assert counts[0] == counts[1]


# Architecture and channels


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_the_data_tables_are_described_column_by_column(table: object) -> None:
    described = read("docs/architecture.md").split("## Data\n")[1].split("\n## ")[0]
    own = re.split(r"^\| `(\w+)` \|", described, flags=re.MULTILINE)
    named = dict(zip(own[1::2], own[2::2], strict=True))
    name, columns = str(table), {column.name for column in metadata.tables[str(table)].columns}

    assert {column for column in columns if f"`{column}`" not in named[name]} == set()


@pytest.mark.parametrize("state", OutboxState)
def test_the_diagram_shows_each_state_of_an_outbox_row(state: OutboxState) -> None:
    [diagram] = [block["body"] for block in blocks("docs/architecture.md") if block["language"] == "mermaid"]

    assert re.search(rf"\b{state} --> ", diagram)
    assert re.search(rf"--> {state}\b", diagram)


ERRORS = (base.Throttled, base.Unreachable, base.Unknown, base.Refused, base.Blocked, base.Closed)


@pytest.mark.parametrize("error", ERRORS)
def test_each_send_error_is_explained(error: type[base.SendError]) -> None:
    assert re.search(rf"── {error.__name__} +\w", read("docs/architecture.md"))
    assert f"`{error.__name__}`" in read("docs/channels.md")


CHANNELS = (
    (web.WebShelf.name, web.WebShelf.limits),
    (console.Terminal.name, console.Terminal.limits),
    (console.JsonConsole.name, console.JsonConsole.limits),
    (telegram.Telegram.name, telegram.Telegram.limits),
    (zalo_bot.ZaloBot.name, zalo_bot.ZaloBot.limits),
    (zalo_oa.ZaloOa.name, zalo_oa.ZaloOa.limits),
)


@pytest.mark.parametrize(("name", "limits"), CHANNELS)
def test_each_channel_stands_in_the_table_with_its_limit(name: str, limits: base.Limits) -> None:
    shown = {row[0]: row[2] for row in rows("docs/channels.md", "All of them")}

    assert shown[name] == str(limits.text)


AT_DESKS = ("console", "web", "telegram", "telegram-webhook", "zalo-bot", "zalo-bot-webhook", "zalo-oa")


def test_the_faults_are_those_of_the_contract() -> None:
    shown = {row[0]: row[1:] for row in rows("docs/channels.md", "Which faults are tested where")}

    marks = {met: ["–" if met in DESKS[desk].beyond else "✓" for desk in AT_DESKS] for met in Met}
    assert shown == marks


@pytest.mark.parametrize("desk", DESKS)
def test_the_page_says_why_a_channel_cannot_meet_a_fault(desk: str) -> None:
    page = " ".join(read("docs/channels.md").split())

    assert [reason for reason in DESKS[desk].beyond.values() if reason not in page] == []


@pytest.mark.parametrize("path", re.findall(r'Route\(\s*"([^"]+)"', read("bot/web.py")))
def test_each_route_is_described_or_belongs_to_the_page(path: str) -> None:
    assert (ROOT / "bot/page" / path.lstrip("/")).is_file() or f" {path}" in read("docs/channels.md")


# Decisions


@pytest.mark.parametrize("name", ADRS)
def test_each_decision_has_its_three_parts(name: str) -> None:
    parts = re.findall(r"^## (.*)$", read(f"docs/adr/{name}"), re.MULTILINE)

    assert parts == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("name", ADRS)
def test_each_decision_is_listed_by_its_number(name: str) -> None:
    number = name[:4]

    assert f"[{number}]({name})" in read("docs/adr/README.md")
    assert read(f"docs/adr/{name}").startswith(f"# {number}: ")


def test_the_decisions_are_numbered_without_a_hole() -> None:
    assert [int(name[:4]) for name in ADRS] == list(range(1, len(ADRS) + 1))


def required() -> list[str]:
    lines = f"{read('requirements.in')}\n{read('requirements-dev.in')}".splitlines()
    return [re.split(r"[\[<>=]", line)[0].strip().lower() for line in lines if line.strip() and line[0] not in "-#"]


@pytest.mark.parametrize("library", required())
def test_each_library_is_accounted_for(library: str) -> None:
    named = re.findall(r"^\| ([\w, -]+?) \|", read("docs/adr/0008-libraries-taken.md"), re.MULTILINE)

    assert library in {one.strip().lower() for cell in named for one in cell.split(",")}


# Modules


@pytest.mark.parametrize(
    "name", re.findall(r"`((?:bot|handlers|knowledge|db)/[\w/]+\.py)`", read("docs/architecture.md"))
)
def test_each_module_of_the_architecture_exists_and_says_what_it_is(name: str) -> None:
    assert read(name).lstrip().startswith('"""')


# Limits and times of the desk


def test_the_limits_of_a_day_are_those_of_the_program() -> None:
    shown = re.findall(r"^\| [a-z ]+ \| (\d+) \|$", read("docs/households.md"), re.MULTILINE)

    assert [int(number) for number in shown] == list(A_DAY.values())


def test_what_is_kept_is_kept_as_long_as_the_page_says() -> None:
    section = read("docs/households.md").split("## How long\n")[1].split("\n## ")[0]
    days = [int(number) for number in re.findall(r"(\d+) days", section)]

    kept = [DRAFT_KEPT, CONVERSATION_KEPT, REPLIES_KEPT, INBOX_KEPT, CONFIRMATION_LASTS, timedelta(days=30)]
    assert [timedelta(days=number) for number in days] == kept
    assert f"Đơn dở giữ {DRAFT_KEPT.days} ngày; đơn đã gửi giữ đến khi bà con xóa" in CONSENT_CARD
