"""
What every channel keeps, whatever it looks like and whatever it meets: one contract for all desks. Where a channel
cannot meet something, its desk says why.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.channels.base import Throttled, Unreachable
from db.errors import Away
from db.records import OutboxState
from handlers import texts
from handlers.messages import Attachment, Choice, Reply
from tests.channels.desks import DESKS, SENDING, Desk, Met, Served, TelegramDesk
from tests.channels.rehearsal import CHOOSE, HEARD, LONG, LONG_TEXT, OPTIONS, loud_logs, until
from tests.fakes import Row, rows_of

VIETNAMESE = (
    "Không để ai bị bỏ lại phía sau",
    "Mục III.1.đ nói “đúng từng chữ” – thế nào?",
    unicodedata.normalize("NFD", "Hộ nghèo ở xã Định Hưng được thưởng gì"),
    "ho ngheo 🌾 hỏi\nhai dòng  với hai dấu cách",
)


@pytest.fixture(params=DESKS)
async def closed(request: pytest.FixtureRequest, database: Path) -> AsyncIterator[Desk]:
    """
    A desk before the bot's start.
    """
    kind = DESKS[request.param]
    found = kind(database, request.getfixturevalue(kind.needs) if kind.needs else None)
    yield found
    await found.stop()


@pytest.fixture
async def desk(closed: Desk) -> Desk:
    await closed.start()
    return closed


def meeting(met: Met) -> Callable[[Any], Any]:
    """
    The test is for all desks that may meet this.
    """
    return pytest.mark.parametrize(
        "closed", [name for name, kind in DESKS.items() if met not in kind.beyond], indirect=True
    )


served = meeting(Met.AWAY)


# What a person says and sees


async def test_vietnamese_arrives_unchanged_both_ways(desk: Desk) -> None:
    for text in VIETNAMESE:
        await desk.say(text)
    assert await desk.seen() == [HEARD.format(text) for text in VIETNAMESE]


@pytest.mark.parametrize("n", range(len(OPTIONS)))
async def test_a_choice_arrives_in_full_and_comes_back_as_what_it_means(desk: Desk, n: int) -> None:
    await desk.say(CHOOSE)
    (question,) = await desk.seen()
    assert all(option.label in question for option in OPTIONS)
    await desk.pick(n)
    assert (await desk.seen())[-1] == HEARD.format(OPTIONS[n].ask)


async def test_a_text_over_the_limit_arrives_complete_in_clean_pieces(desk: Desk) -> None:
    await desk.say(LONG)
    pieces = await desk.seen()
    assert all(len(piece.encode("utf-16-le")) // 2 <= desk.channel.limits.text for piece in pieces)
    assert " ".join(pieces).split() == LONG_TEXT.split()


async def test_replies_keep_the_order_of_what_was_said(desk: Desk) -> None:
    said = [f"câu hỏi thứ {n}" for n in range(6)]
    for text in said:
        await desk.say(text)
    assert await desk.seen() == [HEARD.format(text) for text in said]


@served
async def test_choices_have_numbers_and_a_file_is_owned_up_to_where_words_are_all(desk: Served) -> None:
    desk.fake.say("biết người này")
    choices = (Choice("a", "Đúng rồi"), Choice("b", "Chưa đúng"))
    reply = Reply("Đúng không ạ?", choices, attachment=Attachment("don.pdf", "letter.pdf:1", b"%PDF"))
    assert await desk.channel.send("5", reply, 1)
    if desk.files:
        assert [message.get("document", {}).get("file_name") for message in desk.fake.sent] == [None, "don.pdf"]
    else:
        no_file = texts.NO_FILES_HERE.format(name="don.pdf")
        assert await desk.shown() == [f"Đúng không ạ?\n\n{no_file}\n\n1. Đúng rồi\n2. Chưa đúng"]
    await desk.taken()


async def test_a_restart_continues_where_it_was(desk: Desk) -> None:
    await desk.say("trước khi tắt")
    await desk.say(CHOOSE)
    await desk.restart()
    first, question = await desk.seen()
    assert first == HEARD.format("trước khi tắt")
    await desk.restart()
    await desk.pick(1)
    asked = question.partition("\n" + OPTIONS[0].label)[0] if isinstance(desk, TelegramDesk) else question
    assert await desk.seen() == [first, asked, HEARD.format(OPTIONS[1].ask)]


# What is delivered


@meeting(Met.TWICE)
async def test_a_second_delivery_changes_nothing(desk: Desk) -> None:
    await desk.say("khi nào nộp báo cáo?")
    await desk.again()
    before = await desk.seen()
    await desk.again()
    assert await desk.seen() == before == [HEARD.format("khi nào nộp báo cáo?")]
    await desk.say(CHOOSE)
    await desk.seen()
    await desk.pick(0)
    await desk.again()
    assert [HEARD.format(OPTIONS[0].ask) in text for text in await desk.seen()] == [False, False, True]


@meeting(Met.OTHER_ORDER)
async def test_what_comes_twice_and_in_another_order_is_handled_once(desk: Served) -> None:
    for kind, times in (("slow", 1), ("duplicate", 3), ("out_of_order", 3)):
        desk.fake.fault(desk.delivering, kind, times, seconds=0.3)
    said = [f"câu {n}" for n in range(6)]
    await desk.say_all(*said)
    assert sorted(await desk.seen()) == [HEARD.format(text) for text in said]
    assert set(desk.fake.answers) <= {200}


@meeting(Met.NOT_KEPT)
async def test_what_could_not_be_kept_comes_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    away, write = [Away("away")] * 2, desk.app.database.write

    def sometimes() -> object:
        if away:
            raise away.pop()
        return write()

    monkeypatch.setattr(desk.app.database, "write", sometimes)
    await desk.say("câu hỏi")
    assert not away
    assert await desk.seen() == [HEARD.format("câu hỏi")]


@meeting(Met.FORGED)
async def test_a_call_that_is_not_from_the_server_is_refused(desk: Served) -> None:
    forged = ("", "wrong", desk.secrets[0])
    for secret in forged:
        desk.fake.fault("webhook", "forged", description=secret)
    await desk.say("câu hỏi")
    assert desk.fake.answers == [401] * len(forged) + [200]
    assert await desk.seen() == [HEARD.format("câu hỏi")]


@meeting(Met.HELD_UP)
async def test_while_the_database_hangs_the_server_is_answered_in_time_and_nothing_is_lost(desk: Served) -> None:
    with closing(sqlite3.connect(desk.database, isolation_level=None, check_same_thread=False)) as writer:
        await asyncio.to_thread(writer.execute, "BEGIN IMMEDIATE")  # the bot here may hold it, and needs the loop
        desk.fake.say("câu hỏi")
        await until(lambda: desk.fake.answers)
        writer.execute("ROLLBACK")
    await desk.taken()
    assert desk.fake.answers[0] == 503
    assert await desk.seen() == [HEARD.format("câu hỏi")]


@meeting(Met.EMPTY)
async def test_empty_polls_are_no_errors(closed: Served) -> None:
    def polls() -> int:
        return len(closed.fake.calls("getUpdates"))

    closed.pace = replace(closed.pace, poll=0)
    with structlog.testing.capture_logs() as logged:
        await closed.start()
        await until(lambda: polls() >= 4)
    assert [line["event"] for line in logged] == [f"{closed.channel.name}_listening"]
    closed.fake.say("câu hỏi")
    before = polls()
    await until(lambda: polls() >= before + 3)
    assert await closed.seen() == [HEARD.format("câu hỏi")]


@meeting(Met.POLL_FAILS)
@pytest.mark.parametrize("kind", ["status", "cut_before", "cut_after", "slow", "malformed"])
async def test_after_a_poll_that_fails_it_is_asked_again(desk: Served, kind: str) -> None:
    desk.fake.fault("getUpdates", kind)
    await desk.say("một")
    await desk.say("hai")
    arrived = ("hai",) if kind in desk.lost else ("một", "hai")
    assert await desk.seen() == [HEARD.format(text) for text in arrived]


@meeting(Met.AWAY)
async def test_a_server_that_is_away_at_the_start_is_waited_for(closed: Served) -> None:
    for method in closed.beginning:
        for kind in ("status", "cut_before"):
            closed.fake.fault(method, kind, status=502)
    await closed.start()
    await closed.say("câu hỏi")
    for _ in range(3):
        await closed.seen()
        closed.clock.forward(timedelta(minutes=2))
    assert await closed.seen() == [HEARD.format("câu hỏi")]


# What is sent


@pytest.mark.parametrize("kind", DESKS.values())
def test_each_fault_of_sending_has_a_course_or_a_reason(kind: type[Desk]) -> None:
    assert {course.met for course in kind.courses.values()} == SENDING - kind.beyond.keys()
    assert all(kind.beyond.values())


@pytest.mark.parametrize(
    ("closed", "name"), [(at, name) for at, kind in DESKS.items() for name in kind.courses], indirect=["closed"]
)
async def test_each_fault_of_sending_ends_in_its_state(desk: Served, name: str) -> None:
    course = desk.courses[name]
    await desk.say("khi nào?")
    await desk.handled()
    for fault in course.faults:
        desk.fake.fault(desk.sending, **fault)
    await desk.app.courier.deliver()
    row = await only_row(desk)
    assert (row.state, str(row.reason)[: len(course.reason or "")]) == (course.at_once, course.reason or "")
    assert not any(secret in str(row.reason) for secret in desk.secrets)
    desk.clock.forward(timedelta(hours=2))
    await desk.app.courier.deliver()
    row = await only_row(desk)
    assert (row.state, row.doubts, len(desk.fake.sent)) == (course.later, course.doubts, course.taken)


async def only_row(desk: Desk) -> Row:
    (row,) = await rows_of(desk.app.database)
    return row


@served
async def test_a_second_try_goes_on_behind_the_part_that_was_taken(desk: Served) -> None:
    await desk.say(LONG)
    await desk.handled()
    desk.fake.fault(desk.sending, "slow", seconds=0)
    desk.fake.fault(desk.sending, "status", status=500)
    await desk.app.courier.deliver()
    assert len(await desk.shown()) == 1
    desk.clock.forward(timedelta(hours=2))
    assert " ".join(await desk.seen()).split() == LONG_TEXT.split()


@served
async def test_a_server_that_cannot_be_reached_took_nothing(closed: Served) -> None:
    closed.fake = replace(closed.fake, url="http://127.0.0.1:1")
    await closed.open()
    await closed.receive(text="khi nào?")
    await closed.app.courier.deliver()
    row = await only_row(closed)
    assert (row.state, row.doubts) == (OutboxState.PENDING, 0)


@served
async def test_nothing_is_refused_for_good_on_a_token_that_is_not_accepted(closed: Served) -> None:
    await closed.open()
    channel = closed.unaccepted()
    for _ in range(2):
        with pytest.raises((Throttled, Unreachable)):
            await channel.send("5", Reply("a"), 1)
    assert closed.fake.sent == []
    await channel.close()  # type: ignore[attr-defined]


@served
async def test_in_a_storm_nothing_is_lost_in_silence_and_only_doubts_are_doubled(desk: Served) -> None:
    dice = random.Random(5)
    for kind in dice.choices(desk.harmless, k=6):
        desk.fake.fault(desk.delivering, kind, status=502)
    said = {person: [f"câu {n} của {person}" for n in range(5)] for person in ("5", "6", "7")}
    for n in range(5):
        for person, questions in said.items():
            desk.fake.say(questions[n], int(person))
    await desk.taken()
    await desk.handled()
    for kind in dice.choices(["status", "cut_before", "malformed", "cut_after"], [4, 2, 1, 1], k=12):
        desk.fake.fault(desk.sending, kind, status=502)
    for _ in range(15):
        await desk.app.courier.deliver()
        desk.clock.forward(timedelta(minutes=40))
    rows = await rows_of(desk.app.database)
    for person, questions in said.items():
        seen = [text for to, text in desk.fake.messages if to == person]
        check([row for row in rows if row.address == person], questions, seen)


def check(rows: list[Row], said: list[str], seen: list[str]) -> None:
    """
    Each reply once, and once more a doubt; only one that is called uncertain may be missing. Which reply meets which
    fault depends on who is sent first, so two cuts may well meet the same one.
    """
    answers = [row.payload["text"] for row in rows]
    assert sorted(answers) == [HEARD.format(text) for text in said]
    assert list(dict.fromkeys(seen)) == [answer for answer in answers if answer in seen]
    for row, answer in zip(rows, answers, strict=True):
        assert row.state in {OutboxState.SENT, OutboxState.UNCERTAIN}
        assert int(row.state is OutboxState.SENT) <= seen.count(answer) <= row.doubts + 1


# What the logs say


@served
async def test_no_token_and_no_word_of_anybody_is_logged(closed: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for method, fault in closed.mishaps:
        closed.fake.fault(method, **fault)
    with loud_logs():
        await closed.start()
        await closed.say("điều riêng tư")
        await closed.handled()
        for _ in range(3):
            await closed.app.courier.deliver()
            closed.clock.forward(timedelta(hours=1))
    logged = capsys.readouterr().err
    assert closed.logged <= {json.loads(line)["event"] for line in logged.splitlines()}
    assert "HTTP Request: POST" in logged
    for secret in (*closed.secrets, "điều riêng tư"):
        assert secret not in logged
