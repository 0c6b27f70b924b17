"""
`ask` and `chat` as programs and people use them: what goes in, what comes out, and what is said about a mistake.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.__main__ import main, parser
from bot.commands import BAD_LINE, rehearsal_url
from db.errors import Unusable
from db.uow import Database
from handlers import texts
from knowledge.library import Library
from knowledge.text import squash
from tests.conftest import migrate
from tests.fakes import KEY, PLACES, SEAL, SmallLibrary
from tests.processes import json_chat

ANSWER_KEYS = {"id", "kind", "text", "citations", "choices", "ms"}
DEADLINE_KEYS = ("plan", "title", "who", "to_whom", "rule", "recurrence", "last_day", "active", "quote", "path")
REPLY_KEYS = {"user", "text", "choices", "attachment"}
CRITERIA = "hộ nghèo cần gì để được khen"


@dataclass(frozen=True, slots=True)
class Result:
    """
    How a command ended, and what it printed.
    """

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def sentence(self) -> str:
        """
        What went wrong, where that is one sentence to a person and nothing else.
        """
        assert self.status == 2
        (line,) = self.err.splitlines()
        assert line.startswith("Chung Tay: ")
        return line


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """
    Runs a command in a bare folder, with this on its standard input.
    """
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes | str = b"") -> Result:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), encoding="utf-8"))
        status = main(arguments)
        printed = capsys.readouterr()
        return Result(status, printed.out, printed.err)

    yield run
    root.handlers, root.level, logging.raiseExceptions = before
    structlog.reset_defaults()


@pytest.fixture
def ask(run: Run, library: Library, monkeypatch: pytest.MonkeyPatch) -> Run:
    """
    Runs `ask` on the shipped library, without loading it anew.
    """
    monkeypatch.setattr(Library, "shipped", lambda today: library)
    return lambda *arguments, stdin=b"": run("ask", *arguments, stdin=stdin)


@pytest.fixture
def chat(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """
    Runs `chat --json` on the small library and a database, with these lines or objects as input.
    """
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_KEY", KEY)

    def chat(*lines: Any) -> Result:
        written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        return run("chat", "--json", stdin=b"\n".join(written))

    return chat


def user(name: str, text: str) -> dict[str, str]:
    return {"user": name, "text": text}


# ask


def test_ask_prints_the_answer_as_a_person_reads_it(ask: Run, library: Library) -> None:
    result = ask(CRITERIA, "--locality", "soc-trang")
    assert (result.status, result.err) == (0, "")
    assert "Sóc Trăng" in result.out
    assert "{" not in result.out


def test_ask_prints_the_ways_on_as_numbered_lines(ask: Run, library: Library) -> None:
    (line,) = ask(CRITERIA, "--locality", "soc-trang", "--json").lines
    printed = ask(CRITERIA, "--locality", "soc-trang").out
    assert line["choices"]
    assert printed.endswith("".join(f"\n{choice['id']}. {choice['label']}" for choice in line["choices"]) + "\n")


def test_ask_in_json_prints_one_line_with_all_of_it(ask: Run, library: Library) -> None:
    (line,) = ask(CRITERIA, "--locality", "soc-trang", "--json").lines
    assert line.keys() == ANSWER_KEYS
    assert (line["id"], line["kind"]) == ("1", "answer")
    assert line["ms"] > 0
    assert line["citations"]
    for cited in line["citations"]:
        assert cited.keys() == {"document", "path", "quote"}
        assert library.holds(cited["document"], cited["quote"])
        assert squash(cited["quote"]) in squash(line["text"])
    assert [choice["id"] for choice in line["choices"]] == [str(n + 1) for n in range(len(line["choices"]))]
    assert all(choice.keys() == {"id", "label"} and choice["label"] for choice in line["choices"])


def test_ask_answers_a_batch_of_questions_and_dialogues_in_its_order(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [
        {"id": "a", "question": CRITERIA, "locality": "soc-trang"},
        {"id": "d", "locality": "ben-tre", "turns": [{"user": "một"}, {"user": "hai"}, {"user": "mấy?"}]},
        {"id": "ü", "question": "cảm ơn"},
        {"id": "e", "turns": []},
    ]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n\n".join(json.dumps(line, ensure_ascii=False) for line in batch) + "\n", "utf-8")
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    result = ask("--batch", str(file))
    assert (result.status, result.err) == (0, "")
    assert [(line["id"], line["text"]) for line in result.lines] == [
        ("a", f"soc-trang: {CRITERIA}"),
        ("d#1", "ben-tre: một"),
        ("d#2", "ben-tre: hai"),
        ("d#3", "2 câu trước"),
        ("ü", "None: cảm ơn"),
    ]


def test_ask_answers_a_batch_from_the_plans(ask: Run, library: Library) -> None:
    batch = [
        {"id": "a", "question": CRITERIA, "locality": "soc-trang"},
        {"id": "d", "turns": [{"user": CRITERIA + " ở Sóc Trăng"}, {"user": "cảm ơn"}]},
    ]
    lines = ask("--batch", "-", stdin="\n".join(map(json.dumps, batch))).lines
    assert [(line["id"], line["kind"]) for line in lines] == [
        ("a", "answer"),
        ("d#1", "answer"),
        ("d#2", "smalltalk"),
    ]
    assert all(line.keys() == ANSWER_KEYS for line in lines)
    for line in lines[:2]:
        assert line["citations"]
        assert all(library.holds(cited["document"], cited["quote"]) for cited in line["citations"])


def test_ask_reads_a_batch_from_standard_input_with_a_mark_and_odd_line_ends(ask: Run) -> None:
    lines = [f'{{"id": "{n}", "question": "cảm ơn\u2028\x85 nhiều"}}' for n in range(2)]
    result = ask("--batch", "-", stdin="\ufeff" + "\r\n".join(lines))
    assert [line["id"] for line in result.lines] == ["0", "1"]


def test_ask_takes_half_characters_for_question_marks(ask: Run) -> None:
    result = ask("--batch", "-", stdin='{"id": "\\ud800", "question": "cảm ơn \\ud800"}')
    assert (result.status, [line["id"] for line in result.lines]) == (0, ["?"])


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "a", "question": ',
        '{"id": "a"}',
        '{"question": "a"}',
        '{"id": 7, "question": "a"}',
        '{"id": "a", "question": ["a"]}',
        '{"id": "a", "turns": "a"}',
        '{"id": "a", "turns": ["a"]}',
        '{"id": "a", "turns": [{"text": "a"}]}',
        '["a"]',
        "null",
        "khi nào nộp báo cáo?",
        "[" * 100_000,
    ],
)
def test_a_batch_line_that_is_none_ends_with_a_sentence_that_names_it(ask: Run, line: str) -> None:
    result = ask("--batch", "-", stdin=f'{{"id": "a", "question": "cảm ơn"}}\n{line}\n')
    assert "Dòng 2 của" in result.sentence
    assert [answered["id"] for answered in result.lines] == ["a"]


def test_a_batch_that_cannot_be_read_ends_with_a_sentence(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes('{"id": "a", "question": "é"}'.encode("latin-1"))
    for name in ("missing.jsonl", "latin.jsonl", str(tmp_path)):
        assert name in ask("--batch", name).sentence
    assert "không phải văn bản UTF-8" in ask("--batch", "-", stdin=b"\xff").sentence


@pytest.mark.parametrize("locality", ["ha-noi", "Sóc Trăng", ""])
def test_a_locality_without_a_plan_ends_with_a_sentence_that_names_those_with_one(ask: Run, locality: str) -> None:
    sentence = ask(CRITERIA, "--locality", locality).sentence
    assert repr(locality) in sentence
    assert "soc-trang" in sentence
    line = json.dumps({"id": "a", "question": CRITERIA, "locality": locality or 7})
    assert "soc-trang" in ask("--batch", "-", stdin=line).sentence


@pytest.mark.parametrize("arguments", [(), ("",), ("", "--json")])
def test_ask_without_a_question_ends_with_an_example(ask: Run, arguments: tuple[str, ...]) -> None:
    assert "python -m bot ask" in ask(*arguments).sentence


# chat --json


def test_interleaved_users_keep_their_own_conversations(chat: Run) -> None:
    result = chat(user("an", "/noio"), user("bình", "/noio"), user("an", "1"), user("bình", "2"), user("an", "hỏi?"))
    assert (result.status, result.err) == (0, "")
    assert [(line["user"], line.get("text", "done")) for line in result.lines] == [
        ("an", texts.ASK_PLACE),
        ("an", "done"),
        ("bình", texts.ASK_PLACE),
        ("bình", "done"),
        ("an", f"{texts.PLACE_KEPT.format(place=PLACES[0].name)}\n\n{texts.MENU}"),
        ("an", "done"),
        ("bình", f"{texts.PLACE_KEPT.format(place=PLACES[1].name)}\n\n{texts.MENU}"),
        ("bình", "done"),
        ("an", "soc-trang: hỏi?"),
        ("an", "done"),
    ]
    for line in result.lines:
        assert line == {"user": line["user"], "done": True} or line.keys() == REPLY_KEYS


def test_a_choice_is_taken_by_its_id_in_a_later_session_and_by_its_owner_alone(chat: Run) -> None:
    first, _ = chat(user("an", "chọn")).lines
    assert [choice["label"] for choice in first["choices"]] == ["Báo cáo", "Khen"]
    id = first["choices"][1]["id"]
    foreign, _ = chat({"user": "bình", "choice": id}).lines
    assert foreign["text"] == texts.STALE_CHOICE
    own, _ = chat({"user": "an", "choice": id, "text": ""}).lines
    assert own["text"] == "None: khen"


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'{"text": "a"}',
        b'{"user": "an"}',
        b'{"user": "", "text": "a"}',
        b'{"user": 7, "text": "a"}',
        b'{"user": "an", "text": 7}',
        b'{"user": "an", "text": null}',
        b'{"user": "an", "choice": 7}',
        b'{"user": "an", "choice": "1.0", "text": 7}',
        b'{"user": "a\\u0000n", "text": "a"}',
        b'{"user": "a\\ud800n", "text": "a"}',
        b'{"user": "' + b"a" * 129 + b'", "text": "a"}',
        b'{"user": "an\xff", "text": "a"',
        b"[" * 100_000,
    ],
)
def test_a_bad_line_is_answered_with_an_error_and_done_and_the_next_one_is_taken(chat: Run, line: bytes) -> None:
    result = chat(b"", line, b"   ", user("an", "sau"))
    assert (result.status, result.err) == (0, "")
    assert result.lines[:2] == [{"user": None, "error": BAD_LINE}, {"user": None, "done": True}]
    assert result.lines[2]["text"] == "None: sau"


def test_a_turn_that_breaks_is_owned_up_to_and_the_next_one_is_taken(chat: Run) -> None:
    result = chat(user("an", "hỏng"), user("an", "sau"))
    assert result.status == 0
    assert result.lines[:2] == [{"user": "an", "error": texts.BROKEN}, {"user": "an", "done": True}]
    assert result.lines[2]["text"] == "None: sau"
    (logged,) = (json.loads(line) for line in result.err.splitlines())
    assert logged["event"] == "turn_failed"
    assert "broken by" not in result.err


def test_odd_characters_neither_break_the_line_nor_the_database(chat: Run) -> None:
    said = ["a\0b", "a\ud800b", "a\u2028b", "a\u202eb", "x" * 128]
    result = chat(*(user("an", text) for text in said), b'{"user": "an", "text": "a\xffb"}', user("x" * 128, "a"))
    heard = [line["text"] for line in result.lines if "text" in line]
    assert heard == [
        f"None: {text}"
        for text in ("ab", "a?b", "a\u2028b", "a\u202eb", "x" * 128, "a\N{REPLACEMENT CHARACTER}b", "a")
    ]


def test_what_was_left_unsent_is_said_at_the_next_start(
    chat: Run, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.Courier.deliver", nothing)
    assert chat(user("an", "/start")).lines == [{"user": "an", "done": True}]
    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    assert [line["text"] for line in chat().lines] == [texts.GREETING, texts.ASK_PLACE]


async def nothing(self: object, *names: str) -> int:
    return 0


def test_a_kill_between_turns_and_between_two_replies_loses_nothing(database_url: str, tmp_path: Path) -> None:
    with json_chat(tmp_path, database_url) as first:
        assert len(first.say(user="an", text="/start")) == 2
        first.kill()
    with json_chat(tmp_path, database_url) as second:
        (kept,) = second.say(user="an", text="thành phố Sóc Trăng")
        assert kept["text"].startswith(texts.PLACE_KEPT.format(place="thành phố Sóc Trăng"))
        second.write(user="an", text="/start")
        seen = [second.read(), *second.kill()]
    with json_chat(tmp_path, database_url) as third:
        left = third.say(user="bình", text="chào")
        heard = [line["text"] for line in [*seen, *left] if line["user"] == "an" and "text" in line]
        assert list(dict.fromkeys(heard)) == [texts.GREETING, texts.PLACE_IS.format(place="thành phố Sóc Trăng")]
        assert [line["text"] for line in left if line["user"] == "bình"] == ["None: chào"]
        (answer,) = third.say(user="an", text="ai lo?")
        assert answer["text"] == "soc-trang: ai lo?"


def test_a_kill_in_the_middle_of_a_turn_leaves_the_conversation_before_it(database_url: str, tmp_path: Path) -> None:
    with json_chat(tmp_path, database_url) as first:
        first.say(user="an", text="một")
        first.write(user="an", text="treo")
        first.wait_until_it_hangs()
        assert first.kill() == []
    with json_chat(tmp_path, database_url) as second:
        assert [line["text"] for line in second.say(user="an", text="mấy?")] == ["1 câu trước"]


# chat for people, migrate, and the command line


def test_a_person_at_the_terminal_reads_text_and_answers_with_a_number(
    run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    result = run("chat", stdin="7\n\nai lo?\nhỏng\ncảm ơn\n")
    assert result.status == 0
    assert texts.GREETING in result.out
    assert "7. tỉnh Bến Tre" in result.out
    assert "ben-tre: ai lo?" in result.out
    assert texts.BROKEN in result.out
    assert "ben-tre: cảm ơn" in result.out
    assert '{"' not in result.out


def test_migrate_makes_the_tables_without_the_plans(
    run: Run, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "shipped", None)
    monkeypatch.setenv("DATABASE_URL", empty_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    assert run("migrate").status == 0
    migrate(empty_url)


def test_a_database_that_cannot_be_opened_ends_any_command_with_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    monkeypatch.setenv("DATABASE_URL", "sqlite:////dev/null/ct.db")
    for arguments in (("migrate",), ("chat",), ("chat", "--json")):
        assert "DATABASE_URL" in run(*arguments).sentence


def test_a_database_that_goes_away_ends_the_chat_with_a_sentence(chat: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: object, message: object) -> bool:
        raise Unusable("the database is gone")

    monkeypatch.setattr("handlers.dispatch.Dispatcher.handle", away)
    assert "the database is gone" in chat(user("an", "a")).sentence


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = (action for action in parser()._actions if action.dest == "command")
    assert commands.choices is not None
    helped = {action.dest for action in commands._get_subactions()}  # type: ignore[attr-defined]
    assert set(commands.choices) == helped
    assert {"serve", "chat", "ask", "migrate"} <= helped
    for action in commands._get_subactions():  # type: ignore[attr-defined]
        assert action.help


def test_an_unknown_command_ends_with_its_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nap"])
    assert ended.value.code == 2
    assert "LỆNH không có 'nap'" in capsys.readouterr().err


# deadlines


def test_deadlines_lists_what_the_plans_demand_with_the_words_that_prove_it(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deadlines", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (active,) = [one for one in found if one["active"]]

    assert {tuple(one) for one in found} == {DEADLINE_KEYS}
    assert {one["recurrence"] for one in found} == {"yearly", "once", "undated"}
    assert (active["plan"], active["path"], active["rule"]) == (
        "vinh-phuc-2021",
        "V.4",
        {"kind": "before", "day": 1, "month": 12},
    )
    assert active["last_day"].endswith("-11-30")
    assert [one["last_day"] for one in found if one["last_day"] and not one["active"]] == ["2020-06-11"]
    assert all(library.holds(one["plan"], one["quote"]) for one in found)


def test_deadlines_of_one_plan_are_a_table_to_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["deadlines", "--plan", "ben-tre-2022"]) == 0
    shown = capsys.readouterr().out.splitlines()

    assert {line.split()[0].split(":")[0] for line in shown} == {"ben-tre-2022"}
    assert any("năm 2023" in line and "Sơ kết phong trào" in line for line in shown)
    assert any("hàng năm, không nêu ngày" in line for line in shown)


def test_deadlines_of_a_plan_that_there_is_not_end_with_the_plans_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["deadlines", "--plan", "vinh-phuc"]) == 2
    assert "Không có kế hoạch 'vinh-phuc'. Các kế hoạch có: ben-tre-2022" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("question", "locality"),
    [("tháng này có hạn gì?", None), ("con may ngay nua?", "vinh-phuc"), ("bao gio den han", None)],
)
def test_ask_says_what_the_plans_state_with_a_day(
    ask: Run, library: Library, question: str, locality: str | None
) -> None:
    place = ("--locality", locality) if locality else ()
    (line,) = ask(question, "--json", *place).lines

    assert "Hạn cuối: hết ngày 30/11/" in line["text"]
    assert [(cite["document"], cite["path"]) for cite in line["citations"]] == [("vinh-phuc-2021", "V.4")]
    assert all(squash(cite["quote"]) in squash(line["text"]) for cite in line["citations"])


def test_ask_counts_the_days_where_a_deadline_is_quoted_and_invents_none(ask: Run, library: Library) -> None:
    dated = ask("hạn nộp báo cáo", "--locality", "vinh-phuc").out
    undated = ask("con may ngay nua", "--locality", "cam-thuy").out

    assert dated.startswith("Hạn cuối: hết ngày 30/11/")
    assert "không nêu ngày cụ thể" in undated


# reminders before they happen


def test_a_preview_shows_every_step_with_its_words_and_how_many_would_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'ct.db'}")

    assert main(["remind", "preview", "--from", "2025-11-28", "--to", "2025-12-01", "--json"]) == 0
    last, late = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert (last["at"], last["step"], last["audience"]) == ("2025-11-28T08:00:00+07:00", 0, 0)
    assert "30/11/2025 (Chủ nhật), là ngày nghỉ" in last["text"]
    assert (late["at"], late["step"], late["plan"]) == ("2025-12-01T08:00:00+07:00", -1, "vinh-phuc-2021")


def test_a_preview_of_no_span_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", "preview", "--from", "2026-12-01", "--to", "2026-11-01"]) == 2
    assert "không phải khoảng ngày" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("real", "rehearsed"),
    [
        ("sqlite:////var/ct/chung-tay.db", "sqlite:////var/ct/chung-tay.rehearsal.db"),
        ("sqlite:///x.rehearsal.db", "sqlite:///x.rehearsal.db"),
        ("postgresql://ct@127.0.0.1/ct", "sqlite:///chung-tay.rehearsal.db"),
    ],
)
def test_a_rehearsal_never_uses_the_real_database(real: str, rehearsed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine._check_file", lambda database: None)

    assert rehearsal_url(real) == rehearsed


@pytest.mark.parametrize(("moment", "good"), [("2090-11-23T07:59:30+07:00", True), (None, False)])
def test_an_officer_is_invited_to_a_rehearsal_of_another_year(
    moment: str | None,
    good: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = f"sqlite:///{tmp_path / 'ct.rehearsal.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("DATA_KEY", KEY)
    clock = ["--clock", moment] if moment else []
    assert main(["invite", "--post", "can-bo-giam-ngheo", "--unit", "08761", *clock]) == 0
    (code,) = re.findall(r"/nhanviec (\d{8})", capsys.readouterr().out)

    assert asyncio.run(invited(address, code, datetime.fromisoformat("2090-11-23T08:10:00+07:00"))) is good


async def invited(address: str, code: str, now: datetime) -> bool:
    store = Database(address, SEAL)
    async with store.read() as uow:
        post = await uow.desk(lambda rows: rows.posts.invited(code, now))
    await store.close()
    return post is not None
