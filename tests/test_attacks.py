"""
Attacks through the whole stack: two phones at one registration, guessed and kept codes, what stays after an erasure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError as Refused

from db.desk import DeskRows
from db.errors import Stale
from db.records import NewCase, OutboxMessage
from db.seal import Seal, new_key
from db.tables import audit, consents
from db.uow import Database
from handlers import texts, texts_officer
from handlers import texts_household as say
from handlers.cases import A_DAY, Counted, Helper, Role, form_to_json
from handlers.desk import MOST_UNPROVEN
from handlers.effects import AskOfficer, Confirm, Correct, LeavePost, Recode
from handlers.messages import Reply
from tests.fakes import CAN_THO, MY_XUYEN, PHU_LOI
from tests.office import BAY, BAYS, LAN, LANS, Office, office_at

SECRET = "12345678"
HELPED = replace(LAN, helper=Helper("Trần Văn Bình", "trưởng khóm", "gọi điện", "24/11/2026"))


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url) as office:
        yield office


async def case_version(office: Office) -> int:
    async with office.app.database.read() as uow:
        case = await uow.desk(lambda rows: rows.cases.by_code(LANS))
    assert case is not None
    return case.version


async def helped(office: Office) -> None:
    """
    Bình sent a registration for Lan, who has the code for it.
    """
    await office.register("Bình", LANS, HELPED, confirm_code=SECRET)


async def test_an_older_correction_is_not_written_over_a_newer_one(office: Office) -> None:
    await helped(office)
    await office.lay("Lan", Confirm(LANS, 1))
    lan, binh = office.of("Lan"), office.of("Bình")
    await lan.say("/suadon")
    await binh.say("/suadon")
    await office.lay("Bình", Correct(LANS, await case_version(office), replace(HELPED, members=9)))
    heard = await lan.press("Gửi phần đã sửa")
    assert say.CHANGED_SINCE in "".join(reply.text for reply in heard)
    assert "9" in "".join(label for label in (choice.label for reply in heard for choice in reply.choices))
    assert await case_version(office) == 3


async def test_a_household_confirms_only_what_it_was_shown(office: Office) -> None:
    await helped(office)
    lan = office.of("Lan")
    await lan.say(f"/xacnhan {SECRET}")
    await lan.say("678")
    await office.lay("Bình", Correct(LANS, 1, replace(HELPED, members=9)))
    again = await lan.press(say.YES)
    assert "9" in again[0].text
    assert again[0].text != say.CONFIRMED
    shown = lan.last.text
    assert say.CONFIRMED in "".join(reply.text for reply in await lan.press(say.YES))
    async with office.app.database.engine.connect() as connection:
        hashes = (await connection.execute(select(consents.c.text_hash))).scalars().all()
    assert hashes == [hashlib.sha256(shown.encode()).hexdigest()]


async def test_a_code_that_was_found_opens_nothing_to_who_guesses_the_proof(office: Office) -> None:
    await helped(office)
    for n in range(MOST_UNPROVEN):
        finder = office.of(f"Kẻ lạ {n}")
        await finder.say(f"/xacnhan {SECRET}")
        assert await finder.hear(f"{n}00") == say.CODE_WRONG
    lan = office.of("Lan")
    await lan.say(f"/xacnhan {SECRET}")
    assert await lan.hear("678") == say.CODE_WRONG


async def test_a_dead_code_is_made_anew_by_who_filled_it_in_or_by_the_officer_over_it(office: Office) -> None:
    await test_a_code_that_was_found_opens_nothing_to_who_guesses_the_proof(office)
    await office.of("Bình").say("/hoso")
    await office.of("Bình").press(say.RECODE)
    first = code_in(office.of("Bình").last.text)
    assert await opens(office, "Lan", first)

    hoa = await office.appoint("Hoa")
    await hoa.say(f"/choduyet {LANS}")
    await hoa.press(texts_officer.RECODE)
    second = code_in(hoa.last.text)
    assert "mã cũ thôi dùng" in office.of("Bình").last.text
    assert second not in office.of("Bình").last.text
    assert [await opens(office, "Lan", code) for code in (SECRET, first, second)] == [False, False, True]
    assert "cấp mã xác nhận mới (Cán bộ giảm nghèo phường Mỹ Xuyên)" in await hoa.hear(f"/choduyet {LANS}")
    async with office.app.database.engine.connect() as connection:
        done = await connection.execute(select(audit.c.address).where(audit.c.what == "recoded").order_by(audit.c.id))
        assert done.scalars().all() == ["Bình", "Hoa"]


async def test_a_code_made_anew_is_good_for_thirty_days_however_old_the_form_is(office: Office) -> None:
    await helped(office)
    office.clock.forward(timedelta(days=31))
    assert not await opens(office, "Lan", SECRET)
    await office.of("Bình").say("/hoso")
    await office.of("Bình").press(say.RECODE)
    code = code_in(office.of("Bình").last.text)
    assert await opens(office, "Lan", code)
    office.clock.forward(timedelta(days=31))
    assert not await opens(office, "Lan", code)


@pytest.mark.parametrize("name", ["Lan", "Gian"])
async def test_nobody_else_makes_a_code_anew(office: Office, name: str) -> None:
    await helped(office)
    await office.appoint("Gian", unit=PHU_LOI.code)
    with pytest.raises(Stale):
        await office.lay(name, Recode(LANS, await case_version(office), "99998888"))


async def test_what_its_household_has_confirmed_needs_no_code(office: Office) -> None:
    await helped(office)
    await office.lay("Lan", Confirm(LANS, 1))
    hoa = await office.appoint("Hoa")
    await hoa.say(f"/choduyet {LANS}")
    assert texts_officer.RECODE not in hoa.labels
    with pytest.raises(Stale):
        await office.lay("Bình", Recode(LANS, await case_version(office), "99998888"))


def code_in(text: str) -> str:
    (code,) = re.findall(r"/xacnhan (\d{8})", text)
    return str(code)


async def opens(office: Office, name: str, code: str) -> bool:
    await office.of(name).say(f"/xacnhan {code}")
    return "Chủ hộ: Nguyễn Thị Lan" in await office.of(name).hear("678")


async def test_a_household_without_a_telephone_proves_itself_by_its_name(office: Office) -> None:
    await office.register("Bình", LANS, replace(HELPED, phone=""), confirm_code=SECRET)
    for proof, opened in (("", False), ("000", False), ("Nguyễn Thị Lành", False), ("nguyen thi lan", True)):
        lan = office.of(f"Lan {proof}")
        await lan.say(f"/xacnhan {SECRET}")
        assert ("Chủ hộ: Nguyễn Thị Lan" in await lan.hear(proof)) is opened


async def test_a_household_whose_form_was_changed_since_confirms_it_again(office: Office) -> None:
    await helped(office)
    lan = office.of("Lan")
    for members in ("4", "9"):
        await lan.say(f"/xacnhan {SECRET}")
        assert f"Số người: {members}" in await lan.hear("678")
        assert say.CONFIRMED in "".join(reply.text for reply in await lan.press(say.YES))
        await office.lay("Bình", Correct(LANS, await case_version(office), replace(HELPED, members=9)))


async def test_who_sends_too_much_waits_for_tomorrow_and_erasing_does_not_help(office: Office) -> None:
    for n in range(A_DAY[Counted.ASKED]):
        await office.lay("Gian", AskOfficer(MY_XUYEN.code, f"Câu {n}", Reply("Có câu hỏi")))
    gian = office.of("Gian")
    assert await gian.hear("/hoicanbo Sao lâu vậy?") == say.ASKED_ENOUGH
    await gian.say("/xoadulieu")
    await gian.press(say.ERASE_YES)
    assert await gian.hear("/hoicanbo Sao lâu vậy?") == say.ASKED_ENOUGH
    assert say.ASKED_ENOUGH not in await office.of("Lan").hear("/hoicanbo Sao lâu vậy?")
    office.clock.now = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert say.ASKED_ENOUGH not in await gian.hear("/hoicanbo Sao lâu vậy?")


async def test_the_name_of_a_helper_who_erases_leaves_the_form(office: Office) -> None:
    await helped(office)
    await office.lay("Lan", Confirm(LANS, 1))
    await office.of("Bình").say("/xoadulieu")
    await office.of("Bình").press(say.ERASE_YES)
    assert "Trần Văn Bình" not in await office.of("Lan").hear("/dulieu")


async def test_who_gives_a_post_up_cannot_come_back_with_a_code_kept_back(office: Office) -> None:
    tam = await office.appoint("Tâm", unit=CAN_THO)
    await tam.say("/bangiao")
    [code] = re.findall(r"/nhanviec (\d{8})", "".join(reply.text for reply in await tam.press("Tạo mã")))
    async with office.app.database.read() as uow:
        [post] = await uow.desk(lambda rows: rows.posts.held_at([CAN_THO]))
    await office.lay("Tâm", LeavePost(post.id))
    assert await tam.hear(f"/nhanviec {code}") == texts_officer.WRONG_CODE


def _add(rows: DeskRows, case: NewCase, now: datetime) -> None:
    rows.cases.add(case, now)


async def test_cases_of_a_unit_that_is_not_known_do_not_keep_others_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.rounds.AT_ONCE", 2)
    lost = [NewCase(f"10000000{n}", "sent", "99999", 2026, form_to_json(BAY), "", None, False) for n in range(3)]
    async with office.app.database.write() as uow:
        for case in lost:
            await uow.desk(partial(_add, case=case, now=office.clock()))
        await uow.commit()
    await office.register("Bảy", BAYS, BAY)
    await office.appoint("Tâm", unit=CAN_THO)
    office.clock.forward(timedelta(days=7))
    await office.app.make_rounds()
    async with office.app.database.read() as uow:
        raised = await uow.desk(lambda rows: rows.cases.by_code(BAYS))
    assert raised is not None
    assert raised.care == CAN_THO


@pytest.mark.parametrize("command", ["/dangky", "/hoso", "/dulieu", "/xoadulieu", "/xacnhan 12345678", "/choduyet"])
async def test_in_a_group_nobody_sees_anything_of_a_registration(office: Office, command: str) -> None:
    await office.register("Lan", LANS, LAN)
    lan = office.of("Lan")
    lan.more = {"private": False}
    assert await lan.hear(command) == texts.ONLY_IN_PRIVATE


async def test_erasing_does_not_give_new_guesses(office: Office) -> None:
    await office.invite("11112222", Role.OFFICER, MY_XUYEN.code)
    gian = office.of("Gian")
    for guess in range(5):
        await gian.say(f"/nhanviec 0000000{guess}")
    await gian.say("/xoadulieu")
    await gian.press(say.ERASE_YES)
    async with office.app.database.engine.connect() as connection:
        addresses = (await connection.execute(text("SELECT address FROM counts"))).scalars().all()
    assert "Gian" not in addresses
    assert await gian.hear("/nhanviec 11112222") == texts_officer.WRONG_CODE


async def seen(office: Office) -> list[tuple[str, str]]:
    """
    What the audit log holds: who, and how.
    """
    async with office.app.database.engine.connect() as connection:
        rows = await connection.execute(select(audit.c.address, audit.c.what).order_by(audit.c.id))
    return [(row.address, row.what) for row in rows]


async def test_a_page_of_the_queue_is_a_look_at_each_case_on_it_and_at_no_other(office: Office) -> None:
    for n in range(10):
        await office.register(f"Hộ {n}", f"10000000{n}", replace(BAY, phone=f"090000000{n}"))
    await office.appoint("Hoa")
    await office.of("Hoa").say("/choduyet")
    assert await seen(office) == [("Hoa", "queue")] * 8


async def test_the_audit_log_is_neither_replaced_nor_emptied(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await office.of("Hoa").say(f"/choduyet {LANS}")
    attack = "TRUNCATE audit"
    if office.app.database.engine.dialect.name == "sqlite":
        attack = (
            "INSERT OR REPLACE INTO audit SELECT id, at, channel, 'x', what, case_id, post_id, ticket_id FROM audit"
        )
    with pytest.raises(Refused, match="append-only"):
        async with office.app.database.engine.begin() as connection:
            await connection.execute(text(attack))
    assert await seen(office) == [("Hoa", "case")]


async def test_a_message_under_a_lost_key_holds_up_nobody(office: Office) -> None:
    other = Database(office.app.settings.database_url, Seal(new_key()))
    lost = OutboxMessage("notebook", "Lan", "lost", {"text": "?"})
    async with other.write() as uow:
        await uow.outbox.add(lost, office.clock())
        await uow.commit()
    await other.close()
    await office.of("Lan").say("/help")
    await office.app.courier.deliver()
    assert [sent.address for sent in office.notebook.sent] == ["Lan"]
    async with office.app.database.read() as uow:
        assert (await uow.outbox.counts())["notebook", "failed"].count == 1


async def test_an_officers_choices_do_not_name_a_household_that_erased(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await office.of("Hoa").say("/choduyet")
    await office.of("Lan").say("/xoadulieu")
    await office.of("Lan").press(say.ERASE_YES)
    async with office.app.database.read() as uow:
        stored = await uow.conversations.load("notebook", "Hoa")
    assert stored is not None
    assert "Lan" not in str(stored.state)


async def test_what_was_erased_lies_neither_in_the_file_nor_in_its_log(office: Office) -> None:
    database = office.app.database
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL vacuums by itself")
    await office.register("Lan", LANS, LAN)
    async with database.engine.connect() as connection:
        sealed = (await connection.execute(text("SELECT sealed FROM cases"))).scalar_one()
    await office.of("Lan").say("/xoadulieu")
    await office.of("Lan").press(say.ERASE_YES)
    await office.app.tidy()
    file = Path(str(database.engine.url.database))
    for stored in (file, file.with_name(f"{file.name}-wal")):
        assert sealed.encode()[20:60] not in stored.read_bytes()
