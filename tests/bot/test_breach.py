"""
`breach` names exactly those whose data an account could have seen: through posts that it held, while it held them, in
lists, on pages, in papers and tables; and nobody who came after the hand-over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.__main__ import main
from bot.admin import exposed
from db.records import Account
from handlers.cases import Role
from handlers.effects import AskOfficer, Correct, Erase
from handlers.messages import ConversationKey, Reply
from tests.fakes import CAN_THO, KEY, LONG_KHANH, MY_XUYEN, NOW, PHU_LOI
from tests.office import BAY, FAR, LAN, Office, office_at

DAY = timedelta(days=1)
MINE, OTHERS = LAN, replace(BAY, unit=PHU_LOI.code, area=PHU_LOI.full)
EARLY, MOVED, CAME, GONE, LATE = "100000001", "100000002", "100000003", "100000004", "100000005"
WHERE = {"Lan": EARLY, "Út": MOVED, "Tư": CAME, "Năm": GONE, "Sáu": LATE}


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url) as office:
        yield office


async def rows(office: Office, name: str, since: datetime = NOW - DAY) -> list[dict[str, Any]]:
    account = Account("notebook", name)
    async with office.app.database.read() as uow:
        return [dict(row) for row in await uow.desk(lambda desk: exposed(desk, office.app.areas, account, since))]


async def named(office: Office, name: str, since: datetime = NOW - DAY) -> dict[str, int]:
    """
    The receipt codes that are named, and how often each was looked at.
    """
    return {row["code"]: row["looked"] for row in await rows(office, name, since) if "code" in row}


async def a_hand_over(office: Office) -> None:
    """
    Hoa holds the post of Mỹ Xuyên from the third day to the tenth, Mai from then on. Before Hoa came one registration
    moved away and one was erased; while she was there one moved in; one was sent after she left.
    """
    for name, form in (("Lan", MINE), ("Út", MINE), ("Tư", OTHERS), ("Năm", MINE)):
        await office.register(name, WHERE[name], replace(form, phone=f"090000000{len(name)}"))
    await office.register("Xa", "999888777", FAR)
    office.clock.now = NOW + DAY
    await office.lay("Út", Correct(MOVED, 1, OTHERS))
    await office.lay("Năm", Erase())
    office.clock.now = NOW + 3 * DAY
    await office.appoint("Hoa")
    office.clock.now = NOW + 5 * DAY
    await office.lay("Tư", Correct(CAME, 1, MINE))
    office.clock.now = NOW + 10 * DAY
    await office.appoint("Mai")
    office.clock.now = NOW + 12 * DAY
    await office.register("Sáu", LATE, MINE)


async def test_after_a_hand_over_each_is_named_for_what_stood_there_in_his_time(office: Office) -> None:
    await a_hand_over(office)
    assert set(await named(office, "Hoa")) == {EARLY, CAME}
    assert set(await named(office, "Mai")) == {EARLY, CAME, LATE}
    assert await named(office, "Gian") == {}


async def test_since_a_later_day_only_what_could_be_seen_from_then_on_is_named(office: Office) -> None:
    await a_hand_over(office)
    await office.lay("Lan", Erase())
    assert set(await named(office, "Hoa", NOW + 9 * DAY)) == {EARLY, CAME}
    assert await named(office, "Hoa", NOW + 11 * DAY) == {}
    assert set(await named(office, "Mai", NOW + 13 * DAY)) == {CAME, LATE}


async def test_what_moved_away_is_named_for_whom_it_left_and_for_whom_it_came_to(office: Office) -> None:
    await office.appoint("Hoa")
    await office.register("Út", MOVED, MINE)
    await office.lay("Út", Correct(MOVED, 1, OTHERS))
    await office.appoint("Mai", unit=PHU_LOI.code)
    await office.appoint("Tâm", unit=CAN_THO)
    await office.appoint("Xuân", unit=LONG_KHANH.code)
    for name, seen in (("Hoa", True), ("Mai", True), ("Tâm", True), ("Xuân", False)):
        assert (MOVED in await named(office, name)) is seen
    [row] = await rows(office, "Hoa")
    assert (row["head"], row["phone"], row["area"]) == (OTHERS.head, OTHERS.phone, PHU_LOI.full)


async def test_whoever_speaks_for_a_household_is_named_with_it(office: Office) -> None:
    await office.register("Lan", EARLY, MINE)
    assert await named(office, "Lan") == {EARLY: 0}


async def test_pages_cases_letters_and_lists_count_as_looks_at_what_stood_in_them(office: Office) -> None:
    await a_hand_over(office)
    mai = office.of("Mai")
    assert set((await named(office, "Mai")).values()) == {0}
    await mai.say("/choduyet")
    assert await named(office, "Mai") == {EARLY: 1, CAME: 1, LATE: 1}
    await mai.say(f"/choduyet {EARLY}")
    await mai.press("Đơn .pdf")
    looked = (await named(office, "Mai"))[EARLY]
    assert looked == 1 + 1 + 1 + 1  # the page, the case, the choice below it, the letter itself
    [post] = await posts_of(office, "Mai")
    assert await office.app.paperwork.make(f"months.png:{post}", ConversationKey("notebook", "Mai"))
    assert (await named(office, "Mai"))[EARLY] == looked
    assert await office.app.paperwork.make(f"list.xlsx:{post}", ConversationKey("notebook", "Mai"))
    office.clock.forward(DAY)
    await office.register("Bảy", "100000006", MINE)
    assert await named(office, "Mai") == {EARLY: looked + 1, CAME: 2, LATE: 2, "100000006": 0}


async def test_a_correction_is_no_second_look(office: Office) -> None:
    await office.appoint("Hoa")
    await office.register("Lan", EARLY, MINE)
    await office.lay("Hoa", Correct(EARLY, 1, replace(MINE, members=9)))
    assert await named(office, "Hoa") == {EARLY: 0}


async def test_an_erased_registration_is_named_by_its_code_alone_and_opening_what_is_left_is_no_look(
    office: Office,
) -> None:
    await office.appoint("Hoa")
    await office.register("Lan", EARLY, MINE)
    office.clock.forward(DAY)
    await office.lay("Lan", Erase())
    office.clock.forward(DAY)
    await office.of("Hoa").say(f"/choduyet {EARLY}")
    assert await rows(office, "Hoa") == [
        {"code": EARLY, "area": MY_XUYEN.full, "head": None, "phone": None, "looked": 0}
    ]


async def test_questions_are_named_until_they_were_answered(office: Office) -> None:
    await office.lay("Lan", AskOfficer(MY_XUYEN.code, "Bao giờ rà soát?", Reply("?")))
    await office.lay("Xa", AskOfficer(LONG_KHANH.code, "Bao giờ rà soát?", Reply("?")))
    office.clock.forward(DAY)
    hoa = await office.appoint("Hoa")
    await hoa.say("/cauhoi")
    for line in ("1", "Từ ngày 15 bác nhé."):
        await hoa.say(line)
    await hoa.press("Gửi trả lời")
    office.clock.forward(DAY)
    await office.appoint("Mai")
    named = {"question": 1, "area": MY_XUYEN.full, "account": "notebook:Lan", "looked": 2}
    assert await rows(office, "Hoa") == [named]
    assert await rows(office, "Mai") == []


async def test_a_leader_and_a_deputy_saw_what_their_unit_saw(office: Office) -> None:
    await office.register("Lan", EARLY, MINE)
    await office.appoint("Sếp", Role.LEADER)
    await office.appoint("Phó", Role.DEPUTY, PHU_LOI.code)
    assert await named(office, "Sếp") == {EARLY: 0}
    assert await named(office, "Phó") == {}


async def posts_of(office: Office, name: str) -> list[int]:
    account = Account("notebook", name)
    async with office.app.database.read() as uow:
        return [post.id for post in await uow.desk(lambda desk: desk.posts.held_by(account))]


def test_the_command_prints_a_line_for_each_and_their_number(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    async def prepare() -> None:
        async with office_at(database_url) as office:
            await office.appoint("Hoa")
            await office.register("Lan", EARLY, replace(MINE, phone=""))
            await office.lay("Lan", AskOfficer(MY_XUYEN.code, "Bao giờ rà soát?", Reply("?")))
            await office.of("Hoa").say("/choduyet")

    asyncio.run(prepare())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    told = ("breach", "--account", "notebook:Hoa", "--since", f"{NOW:%Y-%m-%d}")
    assert main(told) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{EARLY}  {MY_XUYEN.full}  {MINE.head}, không có điện thoại  đã mở 1 lần",
        f"câu hỏi 1  {MY_XUYEN.full}  notebook:Lan  đã mở 0 lần",
        "1 đơn, 1 câu hỏi; 1 cái đã được mở.",
    ]
    assert main((*told, "--json")) == 0
    [case, question] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (case["code"], case["looked"], question["account"]) == (EARLY, 1, "notebook:Lan")
