"""
Reminders through the whole stack: who is told what when, what a reminder's buttons do, what nobody is told twice.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from bot.channels.base import Blocked, Closed, Refused, Unreachable
from bot.paperwork import Paperwork
from db.errors import Stale
from db.records import Account, NewDuty
from db.tables import calendars, submissions
from handlers import texts_officer
from handlers import texts_reminders as say
from handlers.cases import Post, Role
from handlers.effects import AddDuty, Effect, KeepCalendar, NudgeMissing, PutOff, RuleDuty, Submit, TakeBack, Want
from handlers.flow import State, advance
from handlers.flows import BOOK
from handlers.messages import Attachment, ConversationKey, Reply, Unreadable
from handlers.reminders import fire_due
from knowledge.facts import Rule
from knowledge.workdays import VIET_NAM
from tests.fakes import (
    CAN_THO,
    DOCUMENT,
    LONG_KHANH,
    MY_XUYEN,
    PHU_LOI,
    QUOTE,
    SEAL,
    EmptyDesk,
    message,
    rows_of,
    still_tools,
)
from tests.office import Office, office_at

TITLE = "Báo cáo kết quả phong trào"
FACTS = {
    "title": TITLE,
    "who": "các xã",
    "to_whom": "Sở Nội vụ",
    "plan": DOCUMENT,
    "path": "V.4",
    "quote": QUOTE,
    "source": "Nguồn: Kế hoạch 1/KH-UBND, mục V.4. Giai đoạn 2021–2025 (đã hết giai đoạn).",
    "caveat": "Hạn này theo Kế hoạch 1/KH-UBND, được nhắc tiếp cho đến khi có văn bản mới.",
    "successor": "Từ ngày 01/7/2025 không còn cấp huyện.",
}
RULE = {"kind": "before", "day": 1, "month": 12}
REPORT = NewDuty("plan:V.4", RULE, True, FACTS, {MY_XUYEN.code, PHU_LOI.code}, {CAN_THO})
FINAL_WORDS = "Hôm nay là ngày cuối"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url, public_url="https://ct.example") as office:
        office.clock.now = at("2026-10-01T09:00")
        await state(office, REPORT)
        yield office


async def state(office: Office, duty: NewDuty) -> None:
    async with office.app.database.write() as uow:
        await uow.desk(lambda rows: rows.duties.state(duty, office.clock()))
        await uow.commit()


async def tick(office: Office, moment: str) -> None:
    """
    What the bot does at a moment: fire what is due, let it leave.
    """
    office.clock.now = at(moment)
    await office.app.remind()
    await office.app.courier.deliver()


def digests(office: Office, name: str) -> list[str]:
    return [text for text in office.notebook.texts(name) if say.GREETING.split("{")[0] in text]


# The ladder


async def test_an_officer_is_told_at_each_step_at_eight_and_not_before(office: Office) -> None:
    await office.appoint("Hoa")
    told = []
    for day in range(1, 120):
        for hour in ("07:59", "08:00", "15:00"):
            before = len(digests(office, "Hoa"))
            moment = (date(2026, 10, 1) + timedelta(days=day)).isoformat()
            await tick(office, f"{moment}T{hour}")
            told += [f"{moment} {hour}"] * (len(digests(office, "Hoa")) - before)

    days = [
        "10-31",
        "11-16",
        "11-23",
        "11-27",
        "11-29",
        "11-30",
        "12-01",
        "12-03",
        "12-07",
        "12-14",
        "12-21",
        "12-28",
    ]
    assert told == [f"2026-{day} 08:00" for day in days]


async def test_a_digest_says_what_by_when_to_whom_and_by_which_words(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")

    (text,) = digests(office, "Hoa")
    assert text == (
        "Chào anh chị, Cán bộ giảm nghèo phường Mỹ Xuyên, thành phố Cần Thơ.\n\n"
        f"Còn 7 ngày: {TITLE}.\nHạn cuối: hết ngày 30/11/2026 (Thứ Hai).\nGửi về: Sở Nội vụ.\n\n"
        f"Kế hoạch ghi: “{QUOTE}”\n\n{FACTS['source']}\n{FACTS['caveat']}\n{FACTS['successor']}"
    )
    assert office.of("Hoa").labels == [say.DONE, say.LATER]


async def test_a_last_day_that_is_a_day_off_is_said_with_the_day_to_aim_at(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2025-11-28T08:00")

    (text,) = digests(office, "Hoa")
    assert "Hôm nay là ngày làm việc cuối" in text
    assert "hết ngày 30/11/2025 (Chủ nhật), là ngày nghỉ" in text
    assert "28/11/2025 (Thứ Sáu)" in text


async def test_several_duties_of_a_morning_are_one_message(office: Office) -> None:
    second = NewDuty("plan:V.5", RULE, True, {**FACTS, "title": "Danh sách"}, {MY_XUYEN.code}, {CAN_THO})
    await state(office, second)
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")

    (text,) = digests(office, "Hoa")
    assert TITLE in text
    assert "Danh sách" in text
    assert office.of("Hoa").labels[0] == f"Đã nộp: {TITLE}"


async def test_what_was_slept_through_is_caught_up_once_with_the_newest_step(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-10-31T08:00")
    await tick(office, "2026-11-30T09:30")
    await tick(office, "2026-11-30T09:31")

    assert [text.split("\n")[2] for text in digests(office, "Hoa")] == [
        f"Còn 30 ngày: {TITLE}.",
        f"{FINAL_WORDS}: {TITLE}.",
    ]


async def test_after_a_night_across_new_year_the_step_comes_in_the_morning(office: Office) -> None:
    rule = {"kind": "on", "day": 31, "month": 12}
    await state(office, NewDuty("plan:VI", rule, True, {"title": "Tổng kết"}, {PHU_LOI.code}))
    await office.appoint("Tư", unit=PHU_LOI.code)
    await tick(office, "2026-12-31T23:30")
    await tick(office, "2027-01-01T00:10")
    assert digests(office, "Tư") == []

    await tick(office, "2027-01-01T08:00")
    assert "Đã quá hạn 1 ngày: Tổng kết." in digests(office, "Tư")[-1]


async def test_a_late_joiner_is_told_the_current_step_at_once(office: Office) -> None:
    await tick(office, "2026-11-23T08:00")
    await office.appoint("Hoa")
    await tick(office, "2026-11-25T10:00")

    (text,) = digests(office, "Hoa")
    assert f"Còn 5 ngày: {TITLE}." in text


async def test_who_takes_over_a_post_is_told_the_current_step_at_once(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-30T08:00")
    office.clock.forward(timedelta(hours=1))
    await office.appoint("Mới")
    await tick(office, "2026-11-30T10:00")
    await tick(office, "2026-11-30T10:01")

    assert len(digests(office, "Hoa")) == 1
    assert len(digests(office, "Mới")) == 1
    assert FINAL_WORDS in digests(office, "Mới")[0]


async def test_who_was_appointed_by_a_clock_that_ran_ahead_is_told_each_step_once(office: Office) -> None:
    office.clock.now = at("2027-01-10T09:00")
    await office.appoint("Hoa")
    for minute in range(5):
        await tick(office, f"2026-11-23T08:0{minute}")

    assert len(digests(office, "Hoa")) == 1


async def test_a_digest_that_is_held_up_leaves_in_the_morning_and_not_by_night(office: Office) -> None:
    await office.appoint("Hoa")
    office.clock.now = at("2026-11-23T19:59")
    await office.app.remind()
    for moment in ("2026-11-23T20:00", "2026-11-24T02:30", "2026-11-24T07:59"):
        await tick(office, moment)
        assert TITLE in await office.of("Hoa").hear("/han")
    assert digests(office, "Hoa") == []

    await tick(office, "2026-11-24T08:00")
    assert len(digests(office, "Hoa")) == 1


async def test_after_days_in_which_nothing_left_only_the_newest_step_does(office: Office) -> None:
    await office.appoint("Hoa")
    for moment in ("2026-11-23T08:00", "2026-11-27T08:00", "2026-11-30T08:00"):
        office.clock.now = at(moment)
        await office.app.remind()
    await office.app.courier.deliver()

    (text,) = digests(office, "Hoa")
    assert FINAL_WORDS in text
    states = sorted(row.state for row in await rows_of(office.app.database) if "digest" in row.payload)
    assert states == ["dropped", "dropped", "sent"]


async def test_a_digest_outlives_a_channel_that_is_away_all_day(office: Office) -> None:
    await office.appoint("Hoa")
    office.notebook.answering = lambda address, reply: Unreachable("away")
    for minutes in range(0, 11 * 60, 20):
        await tick(office, (at("2026-11-23T08:00") + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M"))
    office.notebook.answering = lambda address, reply: None
    await tick(office, "2026-11-24T09:00")

    assert len(digests(office, "Hoa")) == 1


async def test_a_list_counts_to_the_last_working_day_as_the_digest_does(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2031-11-27T08:00")
    assert f"Còn 1 ngày đến ngày làm việc cuối: {TITLE}." in digests(office, "Hoa")[-1]
    assert "Còn 1 ngày đến ngày làm việc cuối, 28/11/2031 (Thứ Sáu)." in await office.of("Hoa").hear("/han")

    await tick(office, "2031-11-28T08:00")
    assert f"Hôm nay là ngày làm việc cuối: {TITLE}." in digests(office, "Hoa")[-1]
    assert "Hôm nay là ngày làm việc cuối." in await office.of("Hoa").hear("/han")


async def test_a_clock_that_was_set_back_tells_nobody_twice(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await tick(office, "2026-11-17T08:00")
    await tick(office, "2026-11-23T08:00")

    assert len(digests(office, "Hoa")) == 1


@pytest.mark.parametrize("seed", range(5))
async def test_whenever_the_bot_looks_each_step_is_told_at_most_once_and_the_last_one_always(
    office: Office, seed: int
) -> None:
    random = Random(seed)
    await office.appoint("Hoa")
    moments = sorted(random.uniform(0, 90) for _ in range(40))
    for days in moments:
        await tick(office, (at("2026-10-20T00:00") + timedelta(days=days)).replace(tzinfo=None).isoformat())
    await tick(office, "2026-12-31T12:00")

    heads = [text.split("\n")[2] for text in digests(office, "Hoa")]
    assert len(heads) <= 12
    async with office.app.database.read() as uow:
        told = await uow.desk(lambda rows: rows.duties.tellings(1, date(2026, 11, 30)))
    steps = [one.step for one in told]
    assert steps == sorted(set(steps), reverse=True)
    assert steps[-1] == -28


async def test_two_replicas_that_plan_at_once_queue_one_message(office: Office) -> None:
    await office.appoint("Hoa")
    now = office.clock.now = at("2026-11-23T08:00")

    await asyncio.gather(*(fire_due(office.app.database, now + timedelta(milliseconds=n)) for n in range(4)))
    office.clock.now = now + timedelta(seconds=1)  # whichever planner was first, its message is due now
    await office.app.courier.deliver()

    assert len(digests(office, "Hoa")) == 1


async def test_nobody_is_told_of_another_places_duty(office: Office) -> None:
    await office.appoint("Xa", unit=LONG_KHANH.code)
    await tick(office, "2026-11-23T08:00")

    assert digests(office, "Xa") == []


async def test_what_a_template_may_say_of_a_digest_names_nobody_and_no_place(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")

    assert office.of("Hoa").last.brief == "1 việc cần nộp, hạn gần nhất 30/11/2026"


# Done, later, off


async def test_done_stops_the_ladder_and_tells_who_receives(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    assert office.of("Hoa").last.text.endswith(say.ASK_NUMBER)
    await office.of("Hoa").say("45/BC-UBND")

    assert "đơn vị đã nộp, văn bản số 45/BC-UBND" in office.of("Hoa").last.text
    assert office.of("Tỉnh").last.text.startswith("phường Mỹ Xuyên, thành phố Cần Thơ báo đã nộp")
    await tick(office, "2026-11-30T08:00")
    assert len(digests(office, "Hoa")) == 1


@pytest.mark.parametrize("said", ["quay lai", "4" * 65, "14h", "30/11/2026", "2 bản giấy"])
async def test_what_is_no_number_of_a_document_says_nothing_is_done(said: str, office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)

    assert await office.of("Hoa").hear(said) == say.NOT_A_NUMBER
    assert not any("báo đã nộp" in text for text in office.notebook.texts("Tỉnh"))
    await office.of("Hoa").press(say.SKIP)
    assert "đơn vị đã nộp" in office.of("Hoa").last.text


@pytest.mark.parametrize("said", ["1", "da nop"])
async def test_where_choices_are_numbered_lines_a_number_answers_the_reminder(office: Office, said: str) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/start")
    assert len(office.of("Hoa").labels) > 1
    await tick(office, "2026-11-23T08:00")
    office.of("Hoa").more = {"numbered": True}
    await office.of("Hoa").say(said)

    assert office.of("Hoa").last.text.endswith(say.ASK_NUMBER)


async def test_a_number_answers_what_was_asked_after_the_reminder(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    office.of("Hoa").more = {"numbered": True}
    await office.of("Hoa").say("2")
    assert office.of("Hoa").last.text == say.ASK_LATER
    await office.of("Hoa").say("1")

    assert office.of("Hoa").last.text == "Tôi sẽ nhắc lại lúc 23/11/2026 09:00."


async def test_where_choices_are_buttons_a_number_answers_the_last_turn(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/start")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").say("1")

    assert say.ASK_NUMBER not in office.of("Hoa").last.text


async def test_an_old_reminder_does_not_take_the_number_of_a_later_turn(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    office.of("Hoa").more = {"numbered": True}
    office.clock.forward(timedelta(minutes=5))
    await office.of("Hoa").say("khi nào?")
    assert not office.of("Hoa").last.choices
    office.clock.forward(timedelta(minutes=5))
    await office.of("Hoa").say("1")

    assert say.ASK_NUMBER not in office.of("Hoa").last.text


FILE = "notebook:document:F1"


async def send_file(office: Office, name: str, caption: str = "") -> str:
    """
    A document instead of words. Returns what the bot says.
    """
    office.of(name).more = {"unreadable": Unreadable.FILE, "file": FILE}
    said = await office.of(name).hear(caption)
    office.of(name).more = {}
    return said


async def test_a_file_with_its_number_goes_on_to_who_receives_and_shows_on_the_board(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    assert "văn bản số 45/BC-UBND, có tệp" in await send_file(office, "Hoa", "45/BC-UBND")

    told = office.of("Tỉnh").last
    assert told.text.endswith(say.FILE_FOLLOWS)
    assert told.attachment == Attachment(say.FILE_NAME, f"sent:{FILE}")
    assert "phường Mỹ Xuyên, thành phố Cần Thơ, văn bản số 45/BC-UBND, có tệp, " in await office.of("Tỉnh").hear(
        "/tiendo"
    )


async def test_a_file_alone_is_asked_for_its_number_which_may_be_left_out(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    assert await send_file(office, "Hoa") == say.GOT_FILE
    await office.of("Hoa").press(say.SKIP)

    assert "đơn vị đã nộp, có tệp." in office.of("Hoa").last.text


async def test_what_is_no_file_is_asked_for_again(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)

    assert await office.of("Hoa").hear("(thoại)") == say.ASK_NUMBER


async def test_a_file_is_not_taken_for_another_duty(office: Office) -> None:
    await state(office, NewDuty("plan:V.5", RULE, True, {**FACTS, "title": "Danh sách"}, {MY_XUYEN.code}, {CAN_THO}))
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(f"Đã nộp: {TITLE}")
    await send_file(office, "Hoa")
    await office.of("Hoa").press("Đã nộp: Danh sách")
    await office.of("Hoa").press(say.SKIP)

    assert "đơn vị đã nộp. " in office.of("Hoa").last.text


async def test_who_receives_on_another_channel_hears_that_there_is_a_file(office: Office) -> None:
    await office.appoint("Hoa")
    await office.invite("44445555", Role.OFFICER, CAN_THO)
    async with office.app.database.write() as uow:
        await uow.desk(lambda rows: rows.posts.take("44445555", Account("web", "x"), office.clock()))
        await uow.commit()
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await send_file(office, "Hoa", "45/BC-UBND")

    (told,) = [row.payload for row in await rows_of(office.app.database) if row.address == "x"]
    assert told["text"].endswith(say.FILE_ELSEWHERE)
    assert told["attachment"] is None


async def test_the_number_and_the_file_are_sealed_and_sealed_anew(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await send_file(office, "Hoa", "45/BC-UBND")

    first = await sealed_submission(office)
    assert await office.app.database.reseal() > 0
    second = await sealed_submission(office)
    assert first != second
    assert SEAL.open(first) == SEAL.open(second) == {"number": "45/BC-UBND", "file": FILE}


async def sealed_submission(office: Office) -> str:
    async with office.app.database.engine.connect() as connection:
        sealed = (await connection.execute(select(submissions.c.sealed))).scalar_one()
    assert isinstance(sealed, str)
    return sealed


@pytest.mark.parametrize("words", ["đã nộp", "dạ em nộp rồi ạ", "Da gui roi nhe"])
async def test_a_reminder_may_be_answered_in_words(office: Office, words: str) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")

    assert (await office.of("Hoa").hear(words)).endswith(say.ASK_NUMBER)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("em nộp báo cáo rồi, số 45/BC-UBND", ", văn bản số 45/BC-UBND"),
        ("da nop 45/BC-UBND ngay 20/11/2026", ", văn bản số 45/BC-UBND ngay 20/11/2026"),
        ("đã gửi văn bản số 45 rồi nhé", ", văn bản số 45"),
        ("nộp rồi nhưng chưa có số", ""),
    ],
)
async def test_a_number_is_taken_with_the_words_that_it_comes_in(office: Office, words: str, number: str) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)

    assert f"đơn vị đã nộp{number}. " in await office.of("Hoa").hear(words)
    assert f"(Thứ Hai){number}. " in office.of("Tỉnh").last.text


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("nhắc lại sau 1 giờ", "23/11/2026 09:00"),
        ("lát nữa nhắc lại nhé", "23/11/2026 09:00"),
        ("mai nhac lai", "24/11/2026 08:00"),
        ("để mai", "24/11/2026 08:00"),
        ("3 ngày nữa nhắc lại", "26/11/2026 08:00"),
    ],
)
async def test_words_put_off_even_where_a_number_is_asked_for(office: Office, words: str, at: str) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)

    assert await office.of("Hoa").hear(words) == say.PUT_OFF.format(at=at)
    assert not any("báo đã nộp" in text for text in office.notebook.texts("Tỉnh"))


async def test_not_yet_is_no_document_and_the_ladder_goes_on(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    assert (await office.of("Hoa").hear("em chưa nộp kịp")).startswith(say.NOT_YET)
    await tick(office, "2026-11-27T08:00")

    assert len(digests(office, "Hoa")) == 2


async def test_where_nothing_is_open_it_is_said_what_was_handed_in_and_what_comes_next(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("đã nộp số 45/BC-UBND")
    done = f"Đã nộp gần nhất: {TITLE}, hạn 30/11/2026 (Thứ Hai), văn bản số 45/BC-UBND, báo lúc 01/10/2026 09:00."
    comes = f"Hạn sắp tới: {TITLE}, 30/11/2027 (Thứ Ba)."

    for words in ("đã nộp", "nhắc lại sau", "khi nào nộp báo cáo?"):
        assert await office.of("Hoa").hear(words) == f"{say.NOTHING_OPEN}\n{done}\n{comes}"
    await office.of("Hoa").say("nhầm rồi, chưa nộp")
    assert office.of("Hoa").last.text == say.UNDONE


async def test_who_owes_nothing_hears_so(office: Office) -> None:
    await office.appoint("Xa", unit=LONG_KHANH.code)

    assert await office.of("Xa").hear("đã nộp") == say.NOTHING_OPEN


async def test_a_file_that_comes_by_itself_is_taken_only_for_what_is_chosen(office: Office) -> None:
    await office.appoint("Hoa")
    assert await send_file(office, "Hoa") == say.WHOSE_FILE
    assert office.of("Hoa").labels == [f"30/11/2026: {TITLE}", say.NO_FILE]
    await office.of("Hoa").press(f"30/11/2026: {TITLE}")
    assert office.of("Hoa").last.text.endswith(say.GOT_FILE)
    await office.of("Hoa").say("45/BC-UBND")

    assert "văn bản số 45/BC-UBND, có tệp." in office.of("Hoa").last.text


@pytest.mark.parametrize("words", ["xã nào chưa nộp?", "ai chua nop", "tiến độ tới đâu rồi", "nhắc các xã chưa nộp"])
async def test_who_receives_gets_the_board_by_words(office: Office, words: str) -> None:
    await office.appoint("Tỉnh", unit=CAN_THO)

    assert "0 trong 2 đơn vị đã nộp" in await office.of("Tỉnh").hear(words)


# One's own deadline, over several messages


@pytest.mark.parametrize(
    ("said", "title", "day"),
    [
        (["/nhac nộp phiếu", "ngày 20/12"], "Nộp phiếu", "20/12/2026 (Chủ nhật)"),
        (["nhắc tôi nộp phiếu", "trước 20/12"], "Nộp phiếu", "19/12/2026 (Thứ Bảy)"),
        (["/nhac 20/12", "nộp phiếu"], "Nộp phiếu", "20/12/2026 (Chủ nhật)"),
        (["nhắc em gửi quà rằm tháng chạp", "20/1/2027"], "Gửi quà", "20/01/2027 (Thứ Tư)"),
        (["nhắc tôi ngày 30/2 nộp quỹ", "30/3"], "Nộp quỹ", "30/03/2027 (Thứ Ba)"),
        (["nhắc tôi nộp quỹ 10/9/2026", "10/10"], "Nộp quỹ", "10/10/2026 (Thứ Bảy)"),
        (["nhắc tôi nộp quỹ 10/10", "nhầm, 12/10"], "Nộp quỹ", "12/10/2026 (Thứ Hai)"),
        (["em ơi nhắc chị nộp danh sách trẻ em 20/12 nhé"], "Nộp danh sách trẻ em", "20/12/2026 (Chủ nhật)"),
        (["đặt hạn nộp phiếu 25/11"], "Nộp phiếu", "25/11/2026 (Thứ Tư)"),
    ],
)
async def test_what_is_missing_is_asked_for_and_nothing_that_was_said_is_lost(
    office: Office, said: list[str], title: str, day: str
) -> None:
    await office.appoint("Hoa")
    for words in said:
        await office.of("Hoa").say(words)

    assert office.of("Hoa").last.text.startswith(f"Tôi hiểu là:\nViệc: {title}\nNgày cuối: {day}.")
    assert await office.of("Hoa").hear("dạ đúng") == say.SAVED


async def test_who_is_asked_for_a_day_may_still_answer_a_reminder(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    assert await office.of("Hoa").hear("nhắc tôi nộp phiếu") == say.NO_DAY

    assert "văn bản số 45/BC-UBND" in await office.of("Hoa").hear("đã nộp số 45/BC-UBND")


async def test_a_deputy_asks_in_words_to_be_told_sooner(office: Office) -> None:
    await office.appoint("Phú", Role.DEPUTY)
    assert await office.of("Phú").hear("nhắc em từ sớm") == say.ASK_OWN

    assert say.REMIND_OF.format(title=TITLE) in office.of("Phú").labels


async def test_what_is_no_yes_shows_the_deadline_again(office: Office) -> None:
    await office.appoint("Hoa")
    shown = await office.of("Hoa").hear("nhắc tôi nộp phiếu 25/11")

    assert await office.of("Hoa").hear("sao cơ") == f"{say.CHOOSE_OWN}\n\n{shown}"
    assert await office.of("Hoa").hear("thôi không đặt nữa") == say.NOT_SAVED


async def test_the_calendar_is_had_by_words(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("gửi lịch cho tôi")

    paper = office.of("Hoa").last.attachment
    assert paper is not None
    assert paper.name == "han-nop.ics"


async def test_of_several_open_deadlines_it_is_asked_which_one(office: Office) -> None:
    await state(office, NewDuty("plan:V.5", RULE, True, {**FACTS, "title": "Danh sách"}, {MY_XUYEN.code}))
    await office.appoint("Hoa")
    assert await office.of("Hoa").hear("nhắc lại sau") == say.WHICH_ONE
    await office.of("Hoa").press("30/11/2026: Danh sách")

    assert office.of("Hoa").last.text == say.ASK_LATER


async def test_done_by_mistake_is_taken_back_and_the_ladder_goes_on(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    await office.of("Hoa").press(say.UNDO)

    assert office.of("Hoa").last.text == say.UNDONE
    await tick(office, "2026-11-27T08:00")
    assert len(digests(office, "Hoa")) == 2


async def test_what_was_done_late_can_be_taken_back_and_says_who_did_it(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    await tick(office, "2026-12-01T08:00")
    await office.of("Phó").press(say.DONE)
    await office.of("Phó").press(say.SKIP)
    await office.of("Hoa").press(say.DONE)
    assert "bởi Cán bộ phó giảm nghèo" in office.of("Hoa").last.text
    await office.of("Phó").press(say.UNDO)

    assert office.of("Phó").last.text == say.UNDONE
    await tick(office, "2026-12-03T08:00")
    assert "Đã quá hạn 3 ngày" in digests(office, "Hoa")[-1]


async def test_a_second_done_says_who_said_it_first(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    await tick(office, "2026-11-30T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    await office.of("Phó").press(say.DONE)

    assert "Việc này đã được ghi là đã nộp" in office.of("Phó").last.text
    assert "Cán bộ giảm nghèo phường Mỹ Xuyên" in office.of("Phó").last.text


async def test_what_is_done_before_it_leaves_is_not_sent(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    office.notebook.answering = lambda address, reply: Unreachable("away") if address == "Phó" else None
    await tick(office, "2026-11-30T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    office.notebook.answering = lambda address, reply: None
    await tick(office, "2026-11-30T09:00")

    assert digests(office, "Phó") == []
    states = {row.address: row.state for row in await rows_of(office.app.database) if "digest" in row.payload}
    assert states["Phó"] == "dropped"


async def test_later_comes_again_at_its_moment_and_nothing_before(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.LATER)
    await office.of("Hoa").press(say.IN_AN_HOUR)
    assert office.of("Hoa").last.text == "Tôi sẽ nhắc lại lúc 23/11/2026 09:00."

    await tick(office, "2026-11-23T08:59")
    assert len(digests(office, "Hoa")) == 1
    await tick(office, "2026-11-23T09:00")
    await tick(office, "2026-11-23T09:01")
    assert len(digests(office, "Hoa")) == 2


async def test_later_than_the_next_step_is_one_message_of_that_step(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-27T08:00")
    await office.of("Hoa").press(say.LATER)
    await office.of("Hoa").press(say.IN_THREE_DAYS)
    await tick(office, "2026-11-29T08:00")
    assert len(digests(office, "Hoa")) == 1

    await tick(office, "2026-11-30T08:00")
    assert len(digests(office, "Hoa")) == 2
    assert FINAL_WORDS in digests(office, "Hoa")[-1]


async def put_off(office: Office, name: str, button: str) -> None:
    await office.of(name).say("/han")
    await office.of(name).press(TITLE)
    await office.of(name).press(say.LATER)
    await office.of(name).press(button)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DEPUTY])
async def test_later_is_kept_where_the_ladder_has_told_nothing_yet(office: Office, role: Role) -> None:
    await office.appoint("Tư")
    await office.appoint("Hoa", role)
    office.clock.now = at("2026-10-05T09:00")
    await put_off(office, "Hoa", say.IN_THREE_DAYS)

    await tick(office, "2026-10-08T08:00")
    await tick(office, "2026-10-08T08:20")
    assert len(digests(office, "Hoa")) == 1
    await tick(office, "2026-10-31T08:00")
    assert len(digests(office, "Hoa")) == (2 if role is Role.OFFICER else 1)


async def test_later_is_kept_after_a_receiving_post_asked(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-16T08:00")
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(say.NUDGE)
    await put_off(office, "Hoa", say.IN_AN_HOUR)

    await tick(office, "2026-11-16T09:30")
    await tick(office, "2026-11-16T09:40")
    assert len(digests(office, "Hoa")) == 2


async def test_what_was_put_off_reaches_who_took_over_the_post(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-16T08:00")
    await put_off(office, "Hoa", say.IN_THREE_DAYS)
    await office.appoint("Mới")

    await tick(office, "2026-11-19T08:00")
    await tick(office, "2026-11-19T08:20")
    assert len(digests(office, "Hoa")) == 1
    assert len(digests(office, "Mới")) == 1


async def test_a_duty_is_turned_off_and_on_again(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/han")
    await office.of("Hoa").press(TITLE)
    await office.of("Hoa").press(say.STOP)
    await tick(office, "2026-11-23T08:00")
    assert digests(office, "Hoa") == []

    await office.of("Hoa").say("/han")
    assert say.STATE_OFF in office.of("Hoa").last.text
    await office.of("Hoa").press(TITLE)
    await office.of("Hoa").press(say.START)
    await tick(office, "2026-11-23T08:01")
    assert len(digests(office, "Hoa")) == 1


async def test_who_wants_no_reminders_is_reminded_of_nothing_until_nhac(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    assert say.HUSHED in await office.of("Hoa").hear("/dungnhac")
    assert (await office.of("Hoa").hear("/han")).startswith(say.HUSHED_NOW)
    await tick(office, "2026-11-23T08:00")
    assert digests(office, "Hoa") == []
    assert len(digests(office, "Phó")) == 1

    assert (await office.of("Hoa").hear("/nhac")).startswith(say.HEARD_AGAIN)
    assert say.HUSHED_NOW not in await office.of("Hoa").hear("/han")
    await tick(office, "2026-11-27T08:00")
    assert len(digests(office, "Hoa")) == 1


async def test_what_is_on_its_way_does_not_reach_who_wants_no_reminders(office: Office) -> None:
    await office.appoint("Hoa")
    office.notebook.answering = lambda address, reply: Unreachable("away")
    await tick(office, "2026-11-23T08:00")
    office.notebook.answering = lambda address, reply: None
    await office.of("Hoa").say("/dungnhac")
    await tick(office, "2026-11-23T09:00")

    assert digests(office, "Hoa") == []


async def test_a_deputy_may_be_reminded_from_the_first_step_on(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    await office.of("Phó").say("/nhac")
    await office.of("Phó").press(say.REMIND_OF.format(title=TITLE))
    await tick(office, "2026-10-31T08:00")
    assert len(digests(office, "Phó")) == len(digests(office, "Hoa")) == 1
    assert say.UP not in digests(office, "Phó")[0]

    await office.of("Phó").say("/nhac")
    assert say.REMIND_OF.format(title=TITLE) not in office.of("Phó").labels


async def test_a_duty_that_was_turned_off_is_offered_again(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/nhac")
    assert say.REMIND_OF.format(title=TITLE) not in office.of("Hoa").labels
    await office.of("Hoa").say("/han")
    await office.of("Hoa").press(TITLE)
    await office.of("Hoa").press(say.STOP)
    await office.of("Hoa").say("/nhac")
    await office.of("Hoa").press(say.REMIND_OF.format(title=TITLE))
    await tick(office, "2026-11-23T08:00")

    assert len(digests(office, "Hoa")) == 1


async def test_whoever_receives_may_be_reminded_too(office: Office) -> None:
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-10-31T08:00")
    assert digests(office, "Tỉnh") == []
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(say.WATCH)
    await tick(office, "2026-11-16T08:00")

    assert len(digests(office, "Tỉnh")) == 1


# Silence goes up


async def test_silence_goes_to_the_deputy_on_the_last_day_and_to_the_leader_when_late(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    await office.appoint("Sếp", role=Role.LEADER)
    seen = {}
    for day in ("2026-11-29", "2026-11-30", "2026-12-01"):
        await tick(office, f"{day}T08:00")
        seen[day] = [name for name in ("Hoa", "Phó", "Sếp") if digests(office, name)]

    assert seen == {
        "2026-11-29": ["Hoa"],
        "2026-11-30": ["Hoa", "Phó"],
        "2026-12-01": ["Hoa", "Phó", "Sếp"],
    }
    assert say.UP in digests(office, "Phó")[0]
    assert say.UP not in digests(office, "Hoa")[-1]


async def test_where_nobody_is_the_officer_the_deputy_is_told_from_the_first_step_on(office: Office) -> None:
    await office.appoint("Phó", role=Role.DEPUTY)
    await tick(office, "2026-10-31T08:00")

    assert len(digests(office, "Phó")) == 1


@pytest.mark.parametrize("problem", [Blocked("blocked"), Closed("7 days")])
async def test_who_cannot_be_reached_is_told_nothing_more_and_the_deputy_is(office: Office, problem: Refused) -> None:
    await office.appoint("Hoa")
    await office.appoint("Phó", role=Role.DEPUTY)
    office.notebook.answering = lambda address, reply: problem if address == "Hoa" else None
    await tick(office, "2026-11-16T08:00")
    await tick(office, "2026-11-16T08:01")
    assert len(digests(office, "Phó")) == 1

    tried = office.notebook.tried
    await tick(office, "2026-11-23T08:00")
    assert office.notebook.tried == tried + 1
    office.notebook.answering = lambda address, reply: None
    await office.of("Hoa").say("/han")
    await tick(office, "2026-11-27T08:00")
    assert len(digests(office, "Hoa")) == 1


async def test_a_handed_over_post_takes_its_reminders_with_it(office: Office) -> None:
    await office.appoint("Hoa")
    office.notebook.answering = lambda address, reply: Unreachable("away")
    await tick(office, "2026-11-23T08:00")
    office.notebook.answering = lambda address, reply: None
    await office.appoint("Mới")
    office.clock.forward(timedelta(minutes=5))
    await office.app.courier.deliver()
    assert digests(office, "Hoa") == []

    await tick(office, "2026-11-27T08:00")
    assert digests(office, "Hoa") == []
    assert len(digests(office, "Mới")) == 1


# One's own


async def test_an_officer_sets_a_deadline_in_plain_words(office: Office) -> None:
    await office.appoint("Hoa")
    assert await office.of("Hoa").hear("nhac toi nop danh sach truoc 15/12, moi nam") == (
        "Tôi hiểu là:\nViệc: Nop danh sach\nNgày cuối: 14/12/2026 (Thứ Hai). Mỗi năm.\n\n"
        "Tôi nhắc trước 30, 14, 7, 3, 1 ngày và ngày cuối, lúc 8 giờ sáng."
    )
    await office.of("Hoa").press(say.SAVE)
    await tick(office, "2026-12-07T08:00")

    assert "Còn 7 ngày: Nop danh sach." in digests(office, "Hoa")[-1]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("/nhac", say.ASK_OWN),
        ("/nhac nộp báo cáo", say.NO_DAY),
        ("/nhac mùng 5 tết nộp báo cáo", say.LUNAR),
        ("/nhac 30/2 nộp báo cáo", say.NO_SUCH_DAY),
        ("/nhac 15/12", say.NO_TITLE),
        ("/nhac nộp trước 15/12/2020", say.PAST.format(day="15/12/2020")),
        ("/nhac 15/12 " + "nộp " * 80, say.TITLE_TOO_LONG),
    ],
)
async def test_a_deadline_that_is_not_understood_is_asked_for_again(office: Office, sentence: str, said: str) -> None:
    await office.appoint("Hoa")
    assert await office.of("Hoa").hear(sentence) == said


async def test_what_comes_every_week_is_told_on_a_short_ladder_one_week_at_a_time(office: Office) -> None:
    await office.appoint("Hoa")
    office.clock.now = at("2026-10-05T09:00")
    assert await office.of("Hoa").hear("/nhac họp tổ thứ sáu hằng tuần") == (
        f"Tôi hiểu là:\nViệc: Họp tổ\nNgày cuối: 09/10/2026 (Thứ Sáu). Mỗi tuần.\n\n{say.STEPS.format(days='3, 1')}"
    )
    await office.of("Hoa").press(say.SAVE)
    assert (await office.of("Hoa").hear("/han")).count("Họp tổ") == 1
    for day in range(6, 20):
        await tick(office, f"2026-10-{day:02}T08:00")

    assert [text.split("\n\n", 1)[1] for text in digests(office, "Hoa")] == [
        "Còn 3 ngày: Họp tổ.\nHạn cuối: hết ngày 09/10/2026 (Thứ Sáu).",
        "Còn 1 ngày: Họp tổ.\nHạn cuối: hết ngày 09/10/2026 (Thứ Sáu).",
        "Hôm nay là ngày cuối: Họp tổ.\nHạn cuối: hết ngày 09/10/2026 (Thứ Sáu).",
        "Đã quá hạn 1 ngày: Họp tổ.\nHạn cuối: hết ngày 09/10/2026 (Thứ Sáu).",
        "Còn 3 ngày: Họp tổ.\nHạn cuối: hết ngày 16/10/2026 (Thứ Sáu).",
        "Còn 1 ngày: Họp tổ.\nHạn cuối: hết ngày 16/10/2026 (Thứ Sáu).",
        "Hôm nay là ngày cuối: Họp tổ.\nHạn cuối: hết ngày 16/10/2026 (Thứ Sáu).",
        "Đã quá hạn 1 ngày: Họp tổ.\nHạn cuối: hết ngày 16/10/2026 (Thứ Sáu).",
    ]


async def test_what_comes_every_quarter_is_told_before_each_of_its_days(office: Office) -> None:
    await office.appoint("Hoa")
    assert "Mỗi quý." in await office.of("Hoa").hear("/nhac nộp báo cáo ngày 20 tháng cuối mỗi quý")
    await office.of("Hoa").press(say.SAVE)
    for day in ("2026-12-13T08:00", "2027-03-13T08:00"):
        await tick(office, day)

    assert "20/12/2026" in digests(office, "Hoa")[0]
    assert "20/03/2027" in digests(office, "Hoa")[-1]


async def test_a_deadline_that_was_just_set_is_not_late(office: Office) -> None:
    await office.appoint("Hoa")
    office.clock.now = at("2026-10-20T07:00")
    await office.of("Hoa").say("/nhac gửi danh sách ngày 5 hằng tháng")
    await office.of("Hoa").press(say.SAVE)
    await tick(office, "2026-10-20T08:00")

    (text,) = digests(office, "Hoa")
    assert "Còn 16 ngày: Gửi danh sách." in text
    assert "Đã quá hạn" not in text


async def test_ones_own_deadline_is_nobody_elses_and_can_be_deleted(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tư", unit=PHU_LOI.code)
    await office.of("Hoa").say("/nhac họp thôn thứ sáu tuần sau")
    await office.of("Hoa").press(say.SAVE)
    assert "Họp thôn" not in await office.of("Tư").hear("/han")
    assert "Họp thôn" in await office.of("Hoa").hear("/han")

    await office.of("Hoa").press("Họp thôn")
    await office.of("Hoa").press(say.END_OWN)
    assert office.of("Hoa").last.text == say.ENDED_OWN.format(title="Họp thôn")
    assert "Họp thôn" not in await office.of("Hoa").hear("/han")
    await tick(office, "2026-10-09T08:00")
    assert digests(office, "Hoa") == []


# The board


async def test_the_board_shows_who_has_who_has_not_and_who_cannot_be_told(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    board = await office.of("Tỉnh").hear("/tiendo")

    assert "1 trong 2 đơn vị đã nộp" in board
    assert "Đã nộp (1):\n• phường Mỹ Xuyên" in board
    assert "Chưa nhắc được, vì chưa có người nhận việc hoặc đã chặn tin (1):\n• phường Phú Lợi" in board


NUDGE = "hỏi: đơn vị mình đã nộp chưa?"


async def test_one_choice_nudges_the_missing_once_a_day(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tư", unit=PHU_LOI.code)
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(say.NUDGE)

    assert office.of("Tỉnh").last.text == "Đã nhắc 1 đơn vị."
    assert NUDGE in office.of("Tư").last.text
    await office.of("Tỉnh").press(say.NUDGE)
    assert office.of("Tỉnh").last.text == say.NUDGED_TODAY


async def test_what_a_receiving_body_says_by_night_comes_in_the_morning(office: Office) -> None:
    await office.appoint("Tư", unit=PHU_LOI.code)
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    office.clock.now = at("2026-11-23T23:00")
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(say.NUDGE)

    assert office.of("Tỉnh").last.text == "Bây giờ là ban đêm: 8 giờ sáng tôi nhắc 1 đơn vị."
    assert NUDGE not in office.of("Tư").last.text
    assert NUDGE not in await office.of("Tư").hear("/han")
    await tick(office, "2026-11-24T08:00")
    assert NUDGE in office.of("Tư").last.text


async def test_a_commune_has_no_board_and_no_say_over_the_plan(office: Office) -> None:
    await office.appoint("Hoa")
    assert await office.of("Hoa").hear("/tiendo") == say.NO_BOARD


async def test_a_householders_words_are_no_answer_to_a_reminder(office: Office) -> None:
    assert say.ASK_NUMBER not in await office.of("Lan").hear("đã nộp")


@pytest.mark.parametrize("command", ["han", "nhac", "tiendo"])
async def test_who_holds_no_post_hears_only_how_one_is_taken(office: Office, command: str) -> None:
    assert await office.of("Gian").hear(f"/{command}") == texts_officer.NOT_AN_OFFICER


# Moved and ended


async def ruled(office: Office, button: str, *said: str) -> None:
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(button)
    for line in said:
        await office.of("Tỉnh").say(line)
    await office.of("Tỉnh").press(say.SAVE_RULE)


async def test_a_moved_deadline_is_told_to_those_who_know_the_old_one_and_planned_anew(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await ruled(office, say.MOVE, "trước 15/12 mỗi năm", "Công văn 12/SNV ngày 24/11/2026")

    assert office.of("Hoa").last.text == (
        f"Hạn đã đổi: {TITLE}.\nHạn cũ: 30/11/2026. Hạn mới: 14/12/2026 (Thứ Hai).\n"
        "Căn cứ: Công văn 12/SNV ngày 24/11/2026."
    )
    await tick(office, "2026-11-30T08:00")
    assert "Hạn cuối: hết ngày 14/12/2026" in digests(office, "Hoa")[-1]
    assert "Áp dụng tiếp theo: Công văn 12/SNV" in digests(office, "Hoa")[-1]


@pytest.mark.parametrize("day", ["trước 15/12 mỗi năm", "trước 15/12"])
async def test_what_was_handed_in_counts_for_the_day_that_a_deadline_is_moved_to(day: str, office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").say("45/BC-UBND")
    await ruled(office, say.MOVE, day, "Công văn 12/SNV ngày 24/11/2026")
    await office.of("Hoa").say("/han")

    assert "14/12/2026 (Thứ Hai): " + TITLE + ". Đã nộp." in office.of("Hoa").last.text
    await tick(office, "2026-12-14T08:00")
    assert len(digests(office, "Hoa")) == 1


async def test_what_was_handed_in_this_year_does_not_count_for_another_report(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").say("45/BC-UBND")
    await ruled(office, say.MOVE, "trước 15/6 mỗi năm", "Công văn 12/SNV ngày 24/11/2026")
    await office.of("Hoa").say("/han")

    assert "14/06/2027 (Thứ Hai): " + TITLE + ". Còn" in office.of("Hoa").last.text


async def test_who_moves_what_comes_every_year_to_one_day_is_told_that_it_ends_there(office: Office) -> None:
    await office.appoint("Tỉnh", unit=CAN_THO)
    await office.of("Tỉnh").say("/tiendo")
    await office.of("Tỉnh").press(say.MOVE)
    for line in ("trước 15/12", "Công văn 12/SNV ngày 24/11/2026"):
        await office.of("Tỉnh").say(line)

    assert say.ONLY_ONCE in office.of("Tỉnh").last.text


@pytest.mark.parametrize(
    ("said", "again"),
    [("nhac toi hop mung 1 thang chap", say.LUNAR), ("nhắc tôi gửi công văn ngày 30/2", say.NO_SUCH_DAY)],
)
async def test_a_day_that_cannot_be_taken_is_asked_for_again_without_a_command(
    said: str, again: str, office: Office
) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say(said)
    assert office.of("Hoa").last.text == again

    await office.of("Hoa").say("họp tổ 15/12")
    assert say.SAVE in office.of("Hoa").labels


async def test_only_reminders_that_lie_ahead_are_promised(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/nhac gửi công văn 5/10")
    assert say.STEPS.format(days="3, 1") in office.of("Hoa").last.text

    await office.of("Hoa").say("gửi công văn hôm nay")
    assert say.STEPS_LAST in office.of("Hoa").last.text


async def test_an_ended_duty_is_not_spoken_of_again_even_after_a_restart(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await ruled(office, say.END, "Công văn 12/SNV ngày 24/11/2026")
    assert office.of("Hoa").last.text.startswith(f"Hạn đã dừng: {TITLE} (hạn 30/11/2026).")

    await state(office, REPORT)
    await tick(office, "2026-11-27T08:00")
    assert len(digests(office, "Hoa")) == 1


async def test_braces_in_a_document_that_is_typed_are_letters_like_all_others(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await tick(office, "2026-11-23T08:00")
    await ruled(office, say.MOVE, "trước 15/12 mỗi năm", "Công văn {0} số 12 {old} {x.y} }{")

    assert office.of("Hoa").last.text.endswith("Căn cứ: Công văn {0} số 12 {old} {x.y} }{.")
    assert "Hạn cũ: 30/11/2026." in office.of("Hoa").last.text


async def test_a_duty_that_was_ended_is_not_said_to_have_no_day(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await ruled(office, say.END, "Công văn 12/SNV ngày 24/11/2026")

    assert await office.of("Hoa").hear("/han") == say.NONE_OWED


async def test_a_duty_without_a_day_is_given_one_by_who_receives_it(office: Office) -> None:
    await state(
        office,
        NewDuty("plan:III", {"kind": "undated"}, False, {**FACTS, "title": "Định kỳ"}, {MY_XUYEN.code}, {CAN_THO}),
    )
    await office.appoint("Hoa")
    assert say.UNDATED in await office.of("Hoa").hear("/han")
    await office.appoint("Tỉnh", unit=CAN_THO)
    await ruled(office, say.GIVE_DAY.format(title="Định kỳ"), "20/12 mỗi năm", "Công văn 5/SNV 2026")
    await tick(office, "2026-12-13T08:00")

    assert (
        "Còn 5 ngày đến ngày làm việc cuối: Định kỳ.\nHạn cuối: hết ngày 20/12/2026 (Chủ nhật), là ngày nghỉ."
        in "\n".join(digests(office, "Hoa"))
    )


LAST = date(2026, 11, 30)
HOAS = 1
"""The id of Hoa's post, the first one of the office."""
TOLD = Reply("Tin")


@pytest.mark.parametrize(
    "effect",
    [
        Submit(1, LAST, HOAS, None, TOLD),
        TakeBack(1, LAST, HOAS, TOLD),
        PutOff(1, LAST, HOAS, at("2026-11-30T08:00")),
        Want(1, HOAS, wanted=False),
        AddDuty("own:1", "Việc", Rule("on", day=1, month=12), HOAS),
        RuleDuty(1, 1, Rule("on", day=1, month=12), active=False, basis="1", tell=("", "")),
        NudgeMissing(1, LAST, HOAS, TOLD),
    ],
    ids=lambda effect: type(effect).__name__,
)
@pytest.mark.parametrize("unit", [LONG_KHANH.code, PHU_LOI.code])
async def test_nobody_does_anything_in_the_place_of_another_post(office: Office, effect: Effect, unit: str) -> None:
    await office.appoint("Hoa")
    await office.appoint("Xa", unit=unit)

    with pytest.raises(Stale):
        await office.lay("Xa", effect)


@pytest.mark.parametrize("what", ["done", "later", "stop", "undo", "end", "open", "skip", "tomorrow"])
async def test_a_choice_about_another_posts_duty_shows_nothing_of_it(what: str) -> None:
    tools = still_tools(registry=OfficerOfNothing())
    turn = advance(BOOK, State(), message(choice=f"due:{what}:1:2026-11-30:{HOAS}"), tools)

    assert [reply.text for reply in turn.replies] == [say.GONE]
    assert not turn.effects


class OfficerOfNothing(EmptyDesk):
    """
    The desk of an officer whose post owes and receives nothing.
    """

    def posts(self) -> tuple[Post, ...]:
        return (Post(9, Role.OFFICER, LONG_KHANH.code, LONG_KHANH.full),)


# The calendar


async def calendar_of(office: Office, name: str) -> str | None:
    papers = Paperwork(office.app.database, office.app.areas, office.clock)
    content = await papers.make("deadlines.ics:own", ConversationKey("notebook", name))
    return content.decode().replace("\r\n ", "") if content else None


async def test_an_officer_takes_the_open_deadlines_as_a_calendar(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/han")
    await office.of("Hoa").press(say.CALENDAR)
    assert office.of("Hoa").last.text == say.CALENDAR_IS
    calendar = await calendar_of(office, "Hoa") or ""
    assert calendar.count("BEGIN:VEVENT") == 1
    assert f"SUMMARY:{TITLE}\r\n" in calendar
    assert "DTSTART;VALUE=DATE:20261130\r\n" in calendar


async def test_what_is_done_is_in_no_calendar(office: Office) -> None:
    await office.appoint("Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)
    assert await calendar_of(office, "Hoa") is None


async def test_a_calendar_holds_nothing_of_another_place_or_of_a_post_that_was_never_held(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Xa", unit=LONG_KHANH.code)
    assert await calendar_of(office, "Xa") is None
    assert await calendar_of(office, "Gian") is None


async def address_for(office: Office, name: str) -> str:
    """
    The secret of a new address for a calendar.
    """
    await office.of(name).say("/nhac")
    await office.of(name).press(say.FEED)
    found = re.search(r"https://ct\.example/calendar/([\w-]{43})\.ics", office.of(name).last.text)
    assert found
    return found[1]


async def fetched(office: Office, secret: str) -> str | None:
    content = await office.app.paperwork.calendar(secret)
    return content.decode().replace("\r\n ", "") if content is not None else None


async def test_a_calendar_that_fetches_follows_a_moved_deadline(office: Office) -> None:
    await office.appoint("Hoa")
    await office.appoint("Tỉnh", unit=CAN_THO)
    secret = await address_for(office, "Hoa")
    assert "DTSTART;VALUE=DATE:20261130\r\n" in (await fetched(office, secret) or "")

    await ruled(office, say.MOVE, "trước 15/12 mỗi năm", "Công văn 12/SNV ngày 24/11/2026")
    moved = await fetched(office, secret) or ""
    assert "DTSTART;VALUE=DATE:20261214\r\n" in moved
    assert "Áp dụng tiếp theo: Công văn 12/SNV" in moved


async def test_a_calendar_of_which_all_is_done_stays_and_is_empty(office: Office) -> None:
    await office.appoint("Hoa")
    secret = await address_for(office, "Hoa")
    await tick(office, "2026-11-23T08:00")
    await office.of("Hoa").press(say.DONE)
    await office.of("Hoa").press(say.SKIP)

    assert "BEGIN:VEVENT" not in (await fetched(office, secret) or "BEGIN:VEVENT")


async def test_an_address_ends_by_a_choice_by_a_new_one_and_with_the_post(office: Office) -> None:
    await office.appoint("Hoa")
    first = await address_for(office, "Hoa")
    second = await address_for(office, "Hoa")
    assert await fetched(office, first) is None
    await office.of("Hoa").press(say.FEED_OFF)
    assert office.of("Hoa").last.text == say.FEED_ENDED
    assert await fetched(office, second) is None

    third = await address_for(office, "Hoa")
    await office.appoint("Mới")
    assert await fetched(office, third) is None

    fourth = await address_for(office, "Mới")
    await office.of("Mới").say("/vitri")
    await office.of("Mới").press(office.of("Mới").labels[0])
    await office.of("Mới").press(office.of("Mới").labels[0])
    assert await fetched(office, fourth) is None


async def test_the_database_does_not_hold_the_secret(office: Office) -> None:
    await office.appoint("Hoa")
    secret = await address_for(office, "Hoa")
    async with office.app.database.engine.connect() as connection:
        (row,) = (await connection.execute(select(calendars))).all()
    assert secret not in str(row)


async def test_who_holds_no_post_gets_no_address(office: Office) -> None:
    with pytest.raises(Stale):
        await office.lay("Gian", KeepCalendar("x" * 43))
