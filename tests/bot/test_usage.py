"""
The command line speaks Vietnamese, in its help and about each mistake, whatever the command.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from bot.__main__ import main, parser
from tests.test_docs import VIETNAMESE

ENGLISH = re.compile(
    r"\b(?:usage|options|positional|arguments?|required|expected|invalid|choice|choose|unrecognized|ambiguous|error"
    r"|show|help message|exit|the|of|one|an?|such as)\b"
)


def parsers(top: argparse.ArgumentParser, *path: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    yield path, top
    for action in top._actions:
        for name, below in action.choices.items() if isinstance(action.choices, dict) else ():
            yield from parsers(below, *path, name)


EACH = list(parsers(parser()))
IDS = [" ".join(path) or "-" for path, _ in EACH]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """
    The one line about a mistake.
    """
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    [line] = err.splitlines()
    assert line.startswith("Chung Tay: ")
    assert not ENGLISH.search(line.split("Xem hướng dẫn:")[0])
    return line


@pytest.mark.parametrize(("path", "one"), EACH, ids=IDS)
def test_help_is_in_vietnamese(
    path: tuple[str, ...], one: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*path, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert shown.startswith(f"Cách gõ: {' '.join(('python -m bot', *path))} [-h]")
    assert not ENGLISH.search(shown)
    for action in one._actions:
        assert isinstance(action.choices, dict) or VIETNAMESE.search(action.help or "")


@pytest.mark.parametrize(("path", "one"), EACH, ids=IDS)
def test_each_mistake_is_told_in_vietnamese_with_the_way_to_help(
    path: tuple[str, ...], one: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    help_ = f"Xem hướng dẫn: {' '.join(('python -m bot', *path))} --help"
    lacking = [action for action in one._actions if action.required]
    if lacking:
        assert said(capsys, *path).startswith("Chung Tay: Thiếu ")
        assert said(capsys, *path).endswith(help_)
    else:
        assert "Không hiểu --khong-co." in said(capsys, *path, "--khong-co")
    for option, action in one._option_string_actions.items():
        if action.nargs is None and option.startswith("--"):
            assert said(capsys, *path, option) == f"Chung Tay: Sau {option} phải có giá trị. {help_}"
        elif option == "--json":
            assert "bỏ 'x'" in said(capsys, *path, "--json=x")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nap",), "LỆNH không có 'nap'"),
        (("remind", "nap"), "VIỆC không có 'nap'"),
        (("invite", "--post", "chu-tich", "--unit", "31684"), "--post không có 'chu-tich'. Chọn một trong: "),
        (("outbox", "--json", "x"), "Không hiểu x."),
    ],
)
def test_what_there_is_not_is_named(
    arguments: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert word in said(capsys, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--clock", "mai"),
        ("ask",),
        ("ask", "--batch", "khong-co.jsonl"),
        ("ask", "--locality", "x", "khi nào?"),
        ("deadlines", "--plan", "x"),
        ("remind", "preview", "--from", "x", "--to", "y"),
        ("remind", "preview", "--from", "2026-12-01", "--to", "2026-11-01"),
        ("invite", "--post", "lanh-dao", "--unit", "khong-co"),
        ("breach", "--account", "x", "--since", "2026-11-01"),
        ("breach", "--account", "telegram:1", "--since", "x"),
    ],
    ids=" ".join,
)
def test_a_value_that_means_nothing_is_told_in_one_line(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    assert main(arguments) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Chung Tay: ")
    assert VIETNAMESE.search(line)
    assert not ENGLISH.search(line)
