"""
What the desk does without being spoken to: it reminds people of an unfinished draft after a day and after a week,
deletes it after thirty, forgets conversations that rested as long, and hands a case that nobody touched for three
working days to the unit above.

A tick carries no data: what is due is read from the tables, so a tick that was missed is caught up by the next one,
and what was done is not done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime, time, timedelta

from db.desk import DeskRows
from db.errors import Stale
from db.records import Account, DraftHolder, OutboxMessage, Priority, StoredCase
from db.uow import Database, UnitOfWork
from handlers import texts_household, texts_officer
from handlers.cases import WAITING, ConsentKind, EventKind, Role
from handlers.flow import state_from_json, state_to_json
from handlers.flows.drafts import drafts_of, without_drafts
from handlers.flows.shown import grouped
from handlers.messages import Choice, Reply, reply_to_json
from knowledge.areas import Areas
from knowledge.workdays import AWAKE, DAY, VIET_NAM, local_day, working_days

NUDGES = (timedelta(days=1), timedelta(days=7))
"""After how long an unfinished draft is spoken of."""
DRAFT_KEPT = timedelta(days=30)
CONVERSATION_KEPT = timedelta(days=30)
"""After so long nobody goes on with what was half typed; the place for questions is asked for anew."""
UNTOUCHED = 3
"""Working days after which a case goes to the unit above."""
AT_ONCE = 200


async def make_rounds(database: Database, areas: Areas, now: datetime) -> None:
    """
    Do all that is due.
    """
    await delete_drafts(database, now)
    await forget_conversations(database, now)
    if AWAKE[0] <= now.astimezone(VIET_NAM).time() < AWAKE[1]:
        await nudge(database, now)
        await raise_cases(database, areas, now)


async def delete_drafts(database: Database, now: datetime) -> None:
    """
    Delete the drafts that nobody touched for thirty days, and what was said about them.
    """
    async with database.read() as uow:
        holders = await uow.conversations.with_drafts(now - DRAFT_KEPT, AT_ONCE)
    for holder in holders:
        try:
            await _delete_draft(database, holder)
        except Stale:
            continue


async def _delete_draft(database: Database, holder: DraftHolder) -> None:
    state = without_drafts(state_from_json(holder.state))
    async with database.write() as uow:
        kept = state_to_json(state)
        await uow.conversations.save(holder.channel, holder.address, kept, holder.version, holder.updated_at)
        await uow.outbox.forget(holder.channel, holder.address)
        await uow.commit()


async def forget_conversations(database: Database, now: datetime) -> None:
    """
    Forget the conversations in which nobody spoke for thirty days: what an officer half typed, what was offered and
    asked last. Registrations, posts, consents and questions passed on are no part of them.
    """
    async with database.write() as uow:
        await uow.conversations.forget_before(now - CONVERSATION_KEPT)
        await uow.commit()


async def nudge(database: Database, now: datetime) -> None:
    """
    Remind of drafts: once after a day and once after a week, unless the person wants no reminders.
    """
    for due in range(len(NUDGES), 0, -1):
        async with database.read() as uow:
            holders = await uow.conversations.with_drafts(now - NUDGES[due - 1], AT_ONCE, nudged_less_than=due)
        for holder in holders:
            async with database.write() as uow:
                await _nudge(uow, holder, due, now)
                await uow.commit()


async def _nudge(uow: UnitOfWork, holder: DraftHolder, due: int, now: datetime) -> None:
    if not await uow.conversations.nudged(holder, due):
        return
    account = Account(holder.channel, holder.address)
    accounts = await uow.desk(lambda rows: rows.people.accounts(account))
    consents = await uow.desk(lambda rows: rows.trail.consents(*accounts))
    chosen = [consent.given for consent in consents if consent.kind == ConsentKind.REMINDERS]
    if chosen and not chosen[-1]:
        return
    newest = drafts_of(state_from_json(holder.state))[0]
    choices = (
        Choice(f"reg:resume:{newest.id}", texts_household.GO_ON),
        Choice("reg:resume:drop", texts_household.DROP_DRAFT),
    )
    reply = Reply(texts_household.NUDGE, choices)
    await _queue(uow, account, f"nudge:{holder.draft_at.isoformat()}:{due}", reply, now)


async def raise_cases(database: Database, areas: Areas, now: datetime) -> None:
    """
    Hand cases that nobody touched for three working days to the province, and tell it and the commune's leader.
    """
    async with database.read() as uow:
        waiting = await uow.desk(lambda rows: _untouched(rows, areas, _long_ago(now)))
    for case in waiting:
        async with database.write() as uow:
            await _raise(uow, areas, case, now)
            await uow.commit()


def _untouched(rows: DeskRows, areas: Areas, moment: datetime) -> Sequence[StoredCase]:
    """
    The cases to hand up; those of a unit that is not known have nobody above them, and keep no others waiting.
    """
    units = [unit for unit in rows.cases.units_untouched_since(moment, WAITING) if areas.by_code(unit)]
    return rows.cases.untouched_since(moment, WAITING, units, AT_ONCE)


def _long_ago(now: datetime) -> datetime:
    """
    The end of the last day after which three working days have ended.
    """
    day = local_day(now)
    while working_days(day, local_day(now)) < UNTOUCHED:
        day -= DAY
    return datetime.combine(day, time.max, VIET_NAM)


async def _raise(uow: UnitOfWork, areas: Areas, case: StoredCase, now: datetime) -> None:
    area = areas.by_code(case.unit)
    if area is None:
        return
    above = await uow.desk(lambda rows: _hand_up(rows, case, area.province_code, now))
    reply = Reply(texts_officer.RAISED.format(code=grouped(case.code), area=area.full, n=UNTOUCHED))
    for account in above:
        await _queue(uow, account, f"raised:{case.code}:{case.version}", reply, now)


def _hand_up(rows: DeskRows, case: StoredCase, province: str, now: datetime) -> list[Account]:
    """
    Put a case into the care of the province. Returns who is to be told.
    """
    if not rows.cases.change(case, now, care=province):
        return []
    rows.cases.note(case.id, EventKind.RAISED, now)
    return list(dict.fromkeys(_holders(rows, case.unit, province)))


def _holders(rows: DeskRows, unit: str, province: str) -> Iterator[Account]:
    for post in rows.posts.held_at([unit, province]):
        holder = rows.posts.holder(post.id)
        if holder is not None and (post.unit == province or post.role == Role.LEADER):
            yield holder


async def _queue(uow: UnitOfWork, to: Account, key: str, reply: Reply, now: datetime) -> None:
    """
    Tell somebody once for ever, where he is told now.
    """
    person = min(await uow.desk(lambda rows: rows.people.accounts(to)), key=astuple)
    way = await uow.desk(lambda rows: rows.people.way_to(to))
    await uow.outbox.add(
        OutboxMessage(
            channel=way.channel,
            address=way.address,
            business_key=f"{key}:{person.channel}:{person.address}",
            payload=reply_to_json(reply),
            priority=Priority.BULK,
        ),
        now,
    )
