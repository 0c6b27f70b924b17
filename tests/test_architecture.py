"""
The house keeps its rooms: who may import whom, who reads the clock and the environment, and no naive time anywhere.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "knowledge", "db")
CLOCKS = frozenset({"now", "utcnow", "today", "time", "localtime", "gmtime", "time_ns"})
NAIVE = frozenset({"utcnow", "utcfromtimestamp", "strptime"})


def settings() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def contract(words: str) -> Any:
    (found,) = (one for one in settings()["contracts"] if words in one["name"])
    return found


def modules(folder: Path) -> set[str]:
    """
    The modules and packages right in a folder.
    """
    packages = {path.parent.name for path in folder.glob("*/*.py")}
    return packages | {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def test_every_import_points_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_room_stands_outside_the_contracts() -> None:
    there_are = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert there_are == set(ROOMS) == set(settings()["root_packages"])
    layers = {room for layer in contract("The house")["layers"] for room in layer.split(" | ")}
    assert layers == there_are


def test_no_module_of_handlers_stands_outside_its_layers() -> None:
    layers = {module for layer in contract("Inside handlers")["layers"] for module in layer.split(" | ")}
    assert modules(ROOT / "handlers") == layers


def test_no_channel_stands_outside_the_contract_that_keeps_them_apart() -> None:
    apart = {name.rpartition(".")[2] for name in contract("Channels")["modules"]}
    assert modules(ROOT / "bot" / "channels") == apart | {"base", "http"}


def attributes(path: Path) -> Iterator[tuple[str, str, int]]:
    """
    Each `name.attribute` in a file, with its line; `from name import attribute` counts as one.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node.value), node.attr, node.lineno
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)


def reads_the_clock(path: Path) -> list[str]:
    return [
        f"{path.name}:{line} {owner}.{name}"
        for owner, name, line in attributes(path)
        if name in CLOCKS
        and owner.split(".")[-1] in {"datetime", "date", "time"}
        and (owner, name) != ("datetime", "time")
    ]


def reads_the_environment(path: Path) -> list[str]:
    return [
        f"{path.name}:{line} {owner}.{name}"
        for owner, name, line in attributes(path)
        if owner == "os" and name in {"environ", "environb", "getenv"}
    ]


def makes_naive_times(path: Path) -> list[str]:
    """
    Calls that make a time without a zone: datetime(…) and fromtimestamp(…) with none given, utcnow, strptime.
    """
    return [
        f"{path.name}:{call.lineno} {ast.unparse(call.func)}"
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _is_naive(call)
    ]


def _is_naive(call: ast.Call) -> bool:
    name = ast.unparse(call.func).split(".")[-1]
    zoned = any(keyword.arg in {"tzinfo", "tz"} for keyword in call.keywords)
    if name == "datetime":
        return not zoned and len(call.args) < 8
    if name == "fromtimestamp":
        return not zoned and len(call.args) < 2
    return name in NAIVE


def test_only_the_clock_reads_the_time() -> None:
    found = [line for path in sources(*ROOMS) if path != ROOT / "bot" / "clock.py" for line in reads_the_clock(path)]
    assert found == []
    assert reads_the_clock(ROOT / "bot" / "clock.py")


def test_nobody_reads_the_environment_but_the_settings_and_one_fixture() -> None:
    found = [line for path in sources(*ROOMS, "tests") for line in reads_the_environment(path)]
    assert [line.split(":")[0] for line in found] == ["settings.py", "conftest.py"]


def test_no_naive_time_is_made() -> None:
    assert [line for path in sources(*ROOMS, "tests") for line in makes_naive_times(path)] == []


@pytest.mark.parametrize(
    ("source", "checks"),
    [
        ("import datetime\ndatetime.datetime.now()", (1, 0, 0)),
        ("from datetime import datetime\ndatetime.now(UTC)", (1, 0, 0)),
        ("from datetime import date\ndate.today()", (1, 0, 0)),
        ("import time\ntime.time()", (1, 0, 0)),
        ("from time import time", (1, 0, 0)),
        ("import time\ntime.perf_counter()\nfrom datetime import time", (0, 0, 0)),
        ("import os\nos.environ['A']\nos.getenv('A')", (0, 2, 0)),
        ("from os import environ", (0, 1, 0)),
        ("datetime(2026, 1, 1)\ndatetime(2026, 1, 1, tzinfo=UTC)", (0, 0, 1)),
        ("datetime.fromtimestamp(1)\ndatetime.fromtimestamp(1, UTC)", (0, 0, 1)),
        ("datetime.strptime('1', '%d')", (0, 0, 1)),
    ],
)
def test_the_checks_above_can_fail(source: str, checks: tuple[int, int, int], tmp_path: Path) -> None:
    file = tmp_path / "source.py"
    file.write_text(source)
    found = reads_the_clock(file), reads_the_environment(file), makes_naive_times(file)
    assert tuple(len(lines) for lines in found) == checks
