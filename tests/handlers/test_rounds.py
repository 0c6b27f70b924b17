"""
What happens without anybody speaking: a forgotten draft is spoken of twice and then deleted, a case that nobody
touches goes to the unit above, and nobody is written to at night.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from db.records import OutboxRow
from db.tables import conversations
from db.uow import Database
from handlers.cases import ConsentKind, EventKind, Role, Status
from handlers.desk import Desk
from handlers.effects import Choose
from handlers.rounds import make_rounds
from knowledge.areas import Areas
from knowledge.workdays import is_working, working_days
from tests.fakes import CAN_THO, MY_XUYEN, SmallAreas, rows_of
from tests.handlers.test_desk import CODE, HOUSEHOLD, OFFICER, PROVINCE, Office

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""Ten in the morning in Viet Nam."""
DAY = timedelta(days=1)
DRAFT = {"id": "1", "step": "phone", "slots": {"head": "Trần Thị Bảy"}, "at": MONDAY.isoformat()}


@pytest.fixture
def office(store: Database) -> Office:
    office = Office(store)
    office.now = MONDAY
    return office


async def keep_draft(
    store: Database, at: datetime = MONDAY, loaded: int | None = None, spoke: datetime | None = None
) -> None:
    profile = {"place": "soc-trang", "drafts": [{**DRAFT, "at": at.isoformat()}], "draft_at": at.isoformat()}
    state = {"profile": profile}
    async with store.write() as uow:
        await uow.conversations.save(HOUSEHOLD.channel, HOUSEHOLD.address, state, loaded, spoke or at, at)
        await uow.commit()


async def profile_of(store: Database) -> Any:
    async with store.read() as uow:
        stored = await uow.conversations.load(HOUSEHOLD.channel, HOUSEHOLD.address)
    assert stored is not None
    return stored.state["profile"]


async def rounds(store: Database, *moments: datetime) -> list[tuple[str, str]]:
    """
    Make the rounds at these moments. Returns all messages that are queued, as (address, text).
    """
    for moment in moments:
        await make_rounds(store, cast(Areas, SmallAreas()), moment)
    return [(row.address, row.payload["text"]) for row in cast(list[OutboxRow], await rows_of(store))]


async def test_a_draft_is_spoken_of_once_after_a_day_and_once_after_a_week(store: Database) -> None:
    await keep_draft(store)
    counts = [len(await rounds(store, MONDAY + DAY * days)) for days in (0.9, 1, 1.1, 3, 6.9, 7, 7.1, 20)]
    assert counts == [0, 1, 1, 1, 1, 2, 2, 2]


async def test_after_a_long_absence_a_draft_is_spoken_of_once_and_not_twice_at_once(store: Database) -> None:
    await keep_draft(store)
    assert len(await rounds(store, MONDAY + DAY * 8, MONDAY + DAY * 8.01, MONDAY + DAY * 9)) == 1


async def test_a_draft_that_was_touched_again_counts_anew(store: Database) -> None:
    await keep_draft(store)
    await rounds(store, MONDAY + DAY)
    await keep_draft(store, MONDAY + DAY * 2, loaded=1)
    assert len(await rounds(store, MONDAY + DAY * 2.5)) == 1
    assert len(await rounds(store, MONDAY + DAY * 3)) == 2


async def test_nobody_is_written_to_at_night(store: Database) -> None:
    await keep_draft(store)
    night, morning = datetime(2026, 3, 3, 14, 0, tzinfo=UTC), datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    assert await rounds(store, night) == []
    assert len(await rounds(store, morning)) == 1


async def test_who_wants_no_reminders_gets_none(store: Database, office: Office) -> None:
    await office.do(HOUSEHOLD, Choose(ConsentKind.REMINDERS, given=False, version="1", text="?"))
    await keep_draft(store)
    assert await rounds(store, MONDAY + DAY, MONDAY + DAY * 7) == []


async def test_a_draft_is_deleted_after_thirty_days_and_what_was_said_about_it(store: Database) -> None:
    await keep_draft(store, spoke=MONDAY + DAY * 20)
    await rounds(store, MONDAY + DAY * 7)
    async with store.write() as uow:
        [row] = await uow.outbox.claim(HOUSEHOLD.channel, "a", MONDAY + DAY * 8, DAY, 10)
        await uow.outbox.mark_sent(row.id, "a", None, MONDAY + DAY * 8)
        await uow.commit()
    await rounds(store, MONDAY + DAY * 29.9)
    assert "drafts" in await profile_of(store)
    assert await rounds(store, MONDAY + DAY * 30, MONDAY + DAY * 31) == []
    assert await profile_of(store) == {"place": "soc-trang"}


async def test_a_conversation_that_rested_for_thirty_days_is_forgotten_with_what_was_half_typed(
    store: Database,
) -> None:
    half_typed = {"flow": "paper", "step": "field", "slots": {"filled": {"head": "Trần Thị Bảy"}}, "profile": {}}
    async with store.write() as uow:
        await uow.conversations.save("telegram", "officer", half_typed, None, MONDAY)
        await uow.conversations.save("telegram", "other", half_typed, None, MONDAY + DAY)
        await uow.commit()
    await rounds(store, MONDAY + DAY * 29.9)
    assert await conversations_of(store) == ["officer", "other"]
    await rounds(store, MONDAY + DAY * 30)
    assert await conversations_of(store) == ["other"]


async def test_the_end_of_a_draft_is_no_new_beginning_for_its_conversation(store: Database) -> None:
    await keep_draft(store, spoke=MONDAY + DAY * 5)
    await rounds(store, MONDAY + DAY * 30)
    assert await conversations_of(store) == [HOUSEHOLD.address]
    await rounds(store, MONDAY + DAY * 35)
    assert await conversations_of(store) == []


async def conversations_of(store: Database) -> list[str]:
    async with store.engine.connect() as connection:
        return list(
            (await connection.execute(select(conversations.c.address).order_by(conversations.c.id))).scalars()
        )


async def test_a_case_that_nobody_touches_for_three_working_days_goes_to_the_province(
    store: Database, office: Office
) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    await office.register()
    before = await rounds(store, MONDAY + DAY * 2)
    assert len(before) == 0
    after = await rounds(store, MONDAY + DAY * 3, MONDAY + DAY * 3.1, MONDAY + DAY * 4)
    assert [address for address, _ in after] == [PROVINCE.address]
    assert "482 915 070" in after[0][1]
    assert [case.code for case in await office.ask(PROVINCE, Desk.queue)] == [CODE]
    [case] = await office.ask(OFFICER, Desk.queue)
    assert case.raised
    assert (await office.case(OFFICER)).events[-1].kind is EventKind.RAISED


async def test_the_communes_leader_hears_of_it_too(store: Database, office: Office) -> None:
    await office.hire(OFFICER, Role.LEADER, MY_XUYEN.code)
    await office.register()
    assert [address for address, _ in await rounds(store, MONDAY + DAY * 3)] == [OFFICER.address]


async def test_saturday_sunday_and_holidays_do_not_count(store: Database, office: Office) -> None:
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    office.now = datetime(2026, 4, 24, 3, 0, tzinfo=UTC)  # a Friday; Monday the 27th and 30/4 and 1/5 are holidays
    await office.register()
    assert await rounds(store, datetime(2026, 5, 4, 3, 0, tzinfo=UTC) - DAY) == []
    assert len(await rounds(store, datetime(2026, 5, 4, 3, 0, tzinfo=UTC))) == 1


async def test_a_case_that_was_touched_waits_anew_and_comes_back_to_the_commune(
    store: Database, office: Office
) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    await office.register()
    await rounds(store, MONDAY + DAY * 3)
    office.now = MONDAY + DAY * 4
    await office.move(OFFICER, EventKind.TAKEN, Status.TAKEN)
    assert await office.ask(PROVINCE, Desk.queue) == ()
    assert len(await rounds(store, MONDAY + DAY * 7)) == 1


async def test_working_days_know_tet(office: Office) -> None:
    assert not is_working(datetime(2026, 2, 17, tzinfo=UTC).date())
    assert working_days(datetime(2026, 2, 13, tzinfo=UTC).date(), datetime(2026, 2, 23, tzinfo=UTC).date()) == 1
