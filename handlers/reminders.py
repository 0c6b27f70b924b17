"""
Reminders: what the ladder of each duty owes at a moment is noted and queued in one transaction; the words of a digest
are made when it leaves, from what is still owed then.

Everything is counted from the rule and from the ledger of who was told what. So a bot that was down catches up once,
with the step that is current, whatever it slept through; a clock that was set back, a second replica or a restart
tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from db.desk import DeskRows
from db.records import Account, NewDuty, Step, StoredDuty, StoredPost, StoredTelling
from db.uow import Database
from handlers import texts_reminders as say
from handlers.cases import ROLE_NAMES, Role
from handlers.duties import ASKED, Duty, days_of, rule_from_json, rule_to_json
from handlers.duty_desk import FACTS, duty_of
from handlers.flows.due import told
from handlers.messages import ConversationKey, Reply
from knowledge.areas import Areas
from knowledge.deadlines import LONGEST, current, duties, occurrences, over_after, provinces_of, steps_of, units_of
from knowledge.deadlines import Duty as PlanDuty
from knowledge.parse import Plan
from knowledge.workdays import AWAKE, VIET_NAM, local_day


async def state_duties(database: Database, plans: Iterable[Plan], areas: Areas, now: datetime) -> None:
    """
    Keep the duties of the plans in the database, with the units that owe and receive them. Those of plans that are
    withdrawn end.
    """
    found = [_new(duty, areas) for duty in duties(plans, local_day(now)) if duty.owed_by]
    async with database.write() as uow:
        await uow.desk(lambda rows: _state(rows, found, now))
        await uow.commit()


def _state(rows: DeskRows, found: Sequence[NewDuty], now: datetime) -> None:
    for duty in found:
        rows.duties.state(duty, now)
    rows.duties.withdraw([duty.key for duty in found], now)


def _new(duty: PlanDuty, areas: Areas) -> NewDuty:
    return NewDuty(
        key=duty.key,
        rule=rule_to_json(duty.rule),
        active=duty.active,
        facts={name: getattr(duty, name) for name in FACTS},
        units=units_of(duty, areas),
        receivers=provinces_of(duty, areas) if duty.received_by == "province" else (),
    )


async def fire_due(database: Database, now: datetime) -> int:
    """
    Note and queue all that is due at a moment. Returns how many digests were queued; by night none is.
    """
    if not AWAKE[0] <= now.astimezone(VIET_NAM).time() < AWAKE[1]:
        return 0
    async with database.read() as uow:
        if not await uow.desk(lambda rows: _anything_due(rows, now)):
            return 0
    async with database.write() as uow:
        queued = await uow.desk(lambda rows: _fire(rows, now))
        await uow.commit()
    return queued


def _anything_due(rows: DeskRows, now: datetime) -> bool:
    return rows.duties.anything_put_off(now) or any(rows.duties.anything_due(step) for step in _running(rows, now))


def _fire(rows: DeskRows, now: datetime) -> int:
    steps, put_off = list(_running(rows, now)), rows.duties.take_put_off(now)
    told = sum(rows.duties.tell(step, now) for step in steps)
    running = {(step.duty, step.last_day): step.step for step in steps}
    for duty, last, post in put_off:
        told += rows.duties.tell_again(duty, last, post, running.get((duty, last), ASKED), now)
    return rows.duties.queue(now) if told else 0


def _running(rows: DeskRows, now: datetime) -> Iterator[Step]:
    """
    The current step of each occurrence whose ladder runs at a moment.
    """
    today = local_day(now)
    for row in rows.duties.all(active=True):
        rule = rule_from_json(row.rule)
        steps = steps_of(rule)
        for last in occurrences(rule, _since(row, today, steps), today + LONGEST):
            step = current(last, now, steps)
            if step is not None:
                yield Step(row.id, last, step)


def _since(row: StoredDuty, today: date, steps: Sequence[int]) -> date:
    """
    The first last day that may still be told: a day that an officer set counts from when it was set.
    """
    over = today - over_after(steps)
    return max(over, local_day(row.changed_at)) if row.ruled or row.post is not None else over


# What a digest says


async def digest(
    database: Database, areas: Areas, moment: datetime, key: ConversationKey, now: datetime
) -> Reply | None:
    """
    What a person is told of the steps that were noted at a moment, as far as they still stand: the duty goes on, it
    falls on that day, it is not done, no later step was told since, and the person holds the post and wants
    reminders. None: nothing is left to say.
    """
    account = Account(key.channel, key.address)
    async with database.read() as uow:
        return await uow.desk(lambda rows: _digest(rows, areas, account, moment, now))


def _digest(rows: DeskRows, areas: Areas, account: Account, moment: datetime, now: datetime) -> Reply | None:
    if rows.duties.lost([account]):
        return None
    accounts = rows.people.accounts(account)
    held = {post.id: post for post in rows.posts.held_by(*accounts)}
    tellings = [
        one for one in rows.duties.told_at(moment, *accounts) if one.post in held and _stands(rows, one, held, now)
    ]
    items = dict[tuple[int, date], tuple[Duty, StoredPost]]()
    for one in tellings:
        row = rows.duties.by_id(one.duty)
        if row is not None:
            items.setdefault((one.duty, one.last_day), (duty_of(row), held[one.post]))
    if not items:
        return None
    first = next(iter(items.values()))[1]
    greeting = say.GREETING.format(post=_named(first, areas))
    wants = rows.duties.wants(held)
    said = [
        (duty, last, post.id, _told_as(post, wants.get((id, post.id)))) for (id, last), (duty, post) in items.items()
    ]
    return told(said, greeting, now)


def _told_as(post: StoredPost, wanted: bool | None) -> Role:
    """
    Who asked to be reminded is told as the officer is, and not because others were silent.
    """
    return Role.OFFICER if wanted else Role(post.role)


def _stands(rows: DeskRows, telling: StoredTelling, held: dict[int, StoredPost], now: datetime) -> bool:
    row = rows.duties.by_id(telling.duty)
    if row is None or not row.active or telling.last_day not in days_of(rule_from_json(row.rule), local_day(now)):
        return False
    done = held[telling.post].unit in rows.duties.submitted(telling.duty, telling.last_day)
    return not done and not rows.duties.is_overtaken(telling)


def _named(post: StoredPost, areas: Areas) -> str:
    area = areas.by_code(post.unit)
    unit = area.full if area else areas.province(post.unit) or post.unit
    return f"{ROLE_NAMES[Role(post.role)]} {unit}"
