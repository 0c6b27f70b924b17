"""
Duties, who was told of them when, and what is done. The planner works by whole sets: what one step of a ladder owes
is one INSERT … SELECT, however many posts there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from db.inserts import insert_new_now
from db.people import People, is_of, reached, ways_to
from db.records import Account, NewDuty, OutboxState, Priority, Step, StoredDuty, StoredSubmission, StoredTelling
from db.seal import Seal
from db.tables import (
    duties,
    duty_units,
    joined,
    outbox,
    post_holders,
    posts,
    snoozes,
    submissions,
    subscriptions,
    told,
    unreached,
)

OFFICER, DEPUTY, LEADER = "can-bo-giam-ngheo", "can-bo-pho", "lanh-dao"
"""The roles in the order in which a duty goes up."""
LAST_TO_DEPUTY, LAST_TO_LEADER = 0, -1
"""The steps from which on the deputy and the leader are told too: silence goes up."""
TOLD_COLUMNS = ("duty_id", "last_day", "step", "again", "post_id", "channel", "address", "at")
DIGEST = "rem"
"""Begins the business key of a digest."""


class Duties:
    """
    The duties of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal
        self._people = People(connection, seal)

    # The duties themselves

    def state(self, duty: NewDuty, now: datetime) -> int:
        """
        Keep a duty as its plan states it, whatever was ruled about its days. Returns its id.
        """
        values = {
            "key": duty.key,
            "post_id": duty.post,
            "rule": dict(duty.rule),
            "active": duty.active,
            "ruled": False,
            "facts": {} if duty.post else dict(duty.facts),
            "sealed": self._seal.close(dict(duty.facts)) if duty.post else None,
            "version": 1,
            "changed_at": now,
        }
        id: int | None = insert_new_now(self._connection, duties, values)
        if id is None:
            id = self._state_again(duty)
        self._place(id, duty)
        return id

    def _state_again(self, duty: NewDuty) -> int:
        own = duties.c.key == duty.key
        self._connection.execute(update(duties).where(own).values(facts=dict(duty.facts)))
        unruled = update(duties).where(own, duties.c.ruled.is_(False))
        self._connection.execute(unruled.values(rule=dict(duty.rule), active=duty.active))
        return int(self._connection.execute(select(duties.c.id).where(own)).scalar_one())

    def _place(self, id: int, duty: NewDuty) -> None:
        wanted = {(unit, False) for unit in duty.units} | {(unit, True) for unit in duty.receivers}
        of_duty = duty_units.c.duty_id == id
        found = self._connection.execute(select(duty_units.c.unit, duty_units.c.receives).where(of_duty))
        there = {(row.unit, row.receives) for row in found}
        for unit, receives in there - wanted:
            here = of_duty, duty_units.c.unit == unit, duty_units.c.receives.is_(receives)
            self._connection.execute(delete(duty_units).where(*here))
        for unit, receives in wanted - there:
            values = {"duty_id": id, "unit": unit, "receives": receives}
            self._connection.execute(insert(duty_units).values(**values))

    def all(self, active: bool | None = None) -> Sequence[StoredDuty]:
        """
        All duties, or only those that people are reminded of (or not), in the order in which they came.
        """
        query = select(duties).order_by(duties.c.id)
        return self._duties(query if active is None else query.where(duties.c.active.is_(active)))

    def of_plans(self) -> Sequence[StoredDuty]:
        """
        What the plans demand, active or not: everything but what posts set themselves.
        """
        return self._duties(select(duties).where(duties.c.post_id.is_(None)).order_by(duties.c.id))

    def withdraw(self, stated: Collection[str], now: datetime) -> int:
        """
        End the plans' duties that no plan states any more, whatever was ruled: nothing proves them now. Returns how
        many ended.
        """
        gone = duties.c.post_id.is_(None), duties.c.active, duties.c.key.not_in(stated)
        ended = {"active": False, "version": duties.c.version + 1, "changed_at": now}
        return self._connection.execute(update(duties).where(*gone).values(**ended)).rowcount

    def by_id(self, id: int) -> StoredDuty | None:
        """
        One duty.
        """
        return next(iter(self._duties(select(duties).where(duties.c.id == id))), None)

    def of_posts(self, held: Collection[int], units: Collection[str]) -> Sequence[StoredDuty]:
        """
        What concerns posts at these units: what the units owe or receive, what the posts made for themselves, and
        what they subscribed to; active or not.
        """
        placed = select(duty_units.c.duty_id).where(duty_units.c.unit.in_(units))
        chosen = select(subscriptions.c.duty_id).where(subscriptions.c.post_id.in_(held), subscriptions.c.wanted)
        concern = or_(duties.c.id.in_(placed), duties.c.id.in_(chosen), duties.c.post_id.in_(held))
        return self._duties(select(duties).where(concern).order_by(duties.c.id))

    def units(self, duty: int, receives: bool) -> frozenset[str]:
        """
        The units that owe a duty, or those that receive it.
        """
        query = select(duty_units.c.unit).where(duty_units.c.duty_id == duty, duty_units.c.receives.is_(receives))
        return frozenset(self._connection.execute(query).scalars())

    def rule(self, duty: StoredDuty, now: datetime, rule: Mapping[str, Any], active: bool, basis: str | None) -> bool:
        """
        An officer in charge moves, ends or begins a duty. False: it changed since it was looked at.
        """
        change = (
            update(duties)
            .where(duties.c.id == duty.id, duties.c.version == duty.version)
            .values(rule=dict(rule), active=active, ruled=True, basis=basis, version=duty.version + 1, changed_at=now)
        )
        return self._connection.execute(change).rowcount == 1

    # The planner

    def anything_due(self, step: Step) -> bool:
        """
        Whether anybody is still to be told of a step.
        """
        return self._connection.execute(_to_tell(step, None).limit(1)).first() is not None

    def tell(self, step: Step, now: datetime) -> int:
        """
        Note that everybody who owes this step is told of it. Returns how many; nobody is told of it twice, nor of a
        step before one that was told.
        """
        return self._insert(told, TOLD_COLUMNS, _to_tell(step, now))

    def note(self, duty: int, last_day: date, step: int, post: int, account: Account, now: datetime) -> None:
        """
        Note that one account is told outside the ladder.
        """
        here = told.c.duty_id == duty, told.c.last_day == last_day, told.c.post_id == post, told.c.step == step
        again = self._connection.execute(select(func.count()).select_from(told).where(*here)).scalar_one()
        values = {
            "duty_id": duty,
            "last_day": last_day,
            "step": step,
            "post_id": post,
            "again": again,
            "channel": account.channel,
            "address": account.address,
            "at": now,
        }
        self._connection.execute(insert(told).values(**values))

    def anything_put_off(self, now: datetime) -> bool:
        """
        Whether anything was put off until now or before.
        """
        return (
            self._connection.execute(select(snoozes.c.until).where(snoozes.c.until <= now).limit(1)).first()
            is not None
        )

    def take_put_off(self, now: datetime) -> Sequence[tuple[int, date, int]]:
        """
        What was put off until now, as duty, last day and post; it is put off no longer.
        """
        due = snoozes.c.until <= now
        rows = self._connection.execute(select(snoozes).where(due)).all()
        self._connection.execute(delete(snoozes).where(due))
        return [(row.duty_id, row.last_day, row.post_id) for row in rows]

    def tell_again(self, duty: int, last_day: date, post: int, step: int, now: datetime) -> int:
        """
        Note that whoever holds a post now is told of a step once more, as was promised, whether or not the ladder
        has told this post before; 0 where it just did, or where there is nothing to tell any more.
        """
        here = told.c.duty_id == duty, told.c.last_day == last_day, told.c.post_id == post
        just = exists().where(*here, told.c.at == now)
        chosen = _holders(Step(duty, last_day, step), now).where(
            posts.c.id == post,
            exists().where(duties.c.id == duty, duties.c.active),
            ~just,
            ~_is_done(duty, last_day),
        )
        return self._insert(told, TOLD_COLUMNS, chosen)

    def is_overtaken(self, telling: StoredTelling) -> bool:
        """
        Whether a post was told of a later step of the same occurrence since.
        """
        later = select(told.c.id).where(
            told.c.duty_id == telling.duty,
            told.c.last_day == telling.last_day,
            told.c.post_id == telling.post,
            told.c.step < telling.step,
            told.c.at > telling.at,
        )
        return self._connection.execute(later.limit(1)).first() is not None

    def queue(self, now: datetime) -> int:
        """
        Queue one digest for each account that was told something at this moment. Returns how many.
        """
        moment = now.isoformat()
        reached = select(told.c.channel, told.c.address).where(told.c.at == now).distinct().subquery()
        key = literal(f"{DIGEST}:{moment}:", String).concat(reached.c.channel).concat(":").concat(reached.c.address)
        chosen = select(
            reached.c.channel,
            reached.c.address,
            key,
            literal(int(Priority.BULK)),
            literal(self._seal.close({"digest": moment}), outbox.c.payload.type),
            literal(str(OutboxState.PENDING)),
            literal(0),
            literal(0),
            literal(now, outbox.c.not_before.type),
            literal(now, outbox.c.created_at.type),
        ).where(reached.c.address.is_not(None))  # SQLite reads ON after FROM as a join's
        names = ["channel", "address", "business_key", "priority", "payload", "state", "attempts", "doubts"]
        return self._insert(outbox, [*names, "not_before", "created_at"], chosen)

    def _insert(self, table: Table, names: Sequence[str], chosen: Select[Any]) -> int:
        dialect = postgresql_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        change = dialect(table).from_select(list(names), chosen).on_conflict_do_nothing()
        return self._connection.execute(change, execution_options={"preserve_rowcount": True}).rowcount

    def audience(self, step: Step) -> int:
        """
        How many accounts would be told of a step today, were nobody told yet.
        """
        chosen = _owing(step).subquery()
        query = select(func.count()).select_from(select(chosen.c.channel, chosen.c.address).distinct().subquery())
        return int(self._connection.execute(query).scalar_one())

    # What was told, done and put off

    def told_at(self, moment: datetime, *accounts: Account) -> Sequence[StoredTelling]:
        """
        What the accounts of a person were told at one moment, one row an occurrence and post.
        """
        return self._tellings(is_of(told, *accounts), told.c.at == moment)

    def tellings(self, duty: int, last_day: date) -> Sequence[StoredTelling]:
        """
        Who was told of an occurrence when, oldest first.
        """
        return self._tellings(told.c.duty_id == duty, told.c.last_day == last_day)

    def told_since(self, duty: int, since: date) -> Sequence[StoredTelling]:
        """
        Who was told of occurrences from a last day on, oldest first.
        """
        return self._tellings(told.c.duty_id == duty, told.c.last_day >= since)

    def _tellings(self, *which: Any) -> list[StoredTelling]:
        rows = self._connection.execute(select(told).where(*which).order_by(told.c.at, told.c.id))
        return [
            StoredTelling(row.duty_id, row.last_day, row.step, row.post_id, Account(row.channel, row.address), row.at)
            for row in rows
        ]

    def submit(self, done: StoredSubmission) -> bool:
        """
        A unit says that it has done it. False: it said so before.
        """
        values = {
            "duty_id": done.duty,
            "last_day": done.last_day,
            "unit": done.unit,
            "post_id": done.post,
            "sealed": self._seal.close({"number": done.number, "file": done.file}),
            "at": done.at,
        }
        return insert_new_now(self._connection, submissions, values) is not None

    def carry(self, duty: int, old: date, new: date) -> int:
        """
        What was done by a day counts for the day that it was moved to. Returns how many units had done it.
        """
        there = select(submissions.c.unit).where(submissions.c.duty_id == duty, submissions.c.last_day == new)
        here = submissions.c.duty_id == duty, submissions.c.last_day == old, submissions.c.unit.not_in(there)
        return self._connection.execute(update(submissions).where(*here).values(last_day=new)).rowcount

    def take_back(self, duty: int, last_day: date, unit: str) -> bool:
        """
        It was not done after all. False: nobody had said that it was.
        """
        here = submissions.c.duty_id == duty, submissions.c.last_day == last_day, submissions.c.unit == unit
        return self._connection.execute(delete(submissions).where(*here)).rowcount == 1

    def submitted(self, duty: int, last_day: date) -> Mapping[str, StoredSubmission]:
        """
        Which units have done it, by their codes.
        """
        here = submissions.c.duty_id == duty, submissions.c.last_day == last_day
        rows = self._connection.execute(select(submissions).where(*here).order_by(submissions.c.at))
        return {row.unit: self._submission(row) for row in rows}

    def put_off(self, duty: int, last_day: date, post: int, until: datetime) -> None:
        """
        Tell a post again at a moment, and nothing of this before.
        """
        here = snoozes.c.duty_id == duty, snoozes.c.last_day == last_day, snoozes.c.post_id == post
        self._connection.execute(delete(snoozes).where(*here))
        values = {"duty_id": duty, "last_day": last_day, "post_id": post, "until": until}
        self._connection.execute(insert(snoozes).values(**values))

    def want(self, duty: int, post: int, wanted: bool) -> None:
        """
        A post wants to be told of a duty, or not, whoever owes it.
        """
        here = subscriptions.c.duty_id == duty, subscriptions.c.post_id == post
        self._connection.execute(delete(subscriptions).where(*here))
        self._connection.execute(insert(subscriptions).values(duty_id=duty, post_id=post, wanted=wanted))

    def wants(self, held: Collection[int]) -> Mapping[tuple[int, int], bool]:
        """
        What posts chose by hand, by duty and post.
        """
        rows = self._connection.execute(select(subscriptions).where(subscriptions.c.post_id.in_(held)))
        return {(row.duty_id, row.post_id): row.wanted for row in rows}

    def lose(self, account: Account, now: datetime) -> None:
        """
        An account cannot be reached: nothing that was not asked for goes there until it speaks.
        """
        values = {"channel": account.channel, "address": account.address, "since": now}
        insert_new_now(self._connection, unreached, values)

    def find(self, account: Account) -> bool:
        """
        An account spoke: it can be reached, unless it wants no reminders. False: it always could.
        """
        lost = unreached.c.by_choice.is_(False)
        return self._connection.execute(delete(unreached).where(is_of(unreached, account), lost)).rowcount == 1

    def hush(self, account: Account, now: datetime) -> None:
        """
        An account wants no reminders, of whatever duty, until it says so.
        """
        self.speak_up(account)
        values = {"channel": account.channel, "address": account.address, "since": now, "by_choice": True}
        self._connection.execute(insert(unreached).values(**values))

    def speak_up(self, account: Account) -> None:
        """
        An account wants reminders again.
        """
        self._connection.execute(delete(unreached).where(is_of(unreached, account)))

    def lost(self, accounts: Iterable[Account]) -> frozenset[Account]:
        """
        Those of some accounts whose person is not to be reached on any channel: blocked the bot, or wants no
        reminders.
        """
        rows = self._connection.execute(select(unreached.c.channel, unreached.c.address)).all()
        gone = {Account(row.channel, row.address) for row in rows}
        return frozenset(one for one in accounts if one in gone and gone.issuperset(self._people.accounts(one)))

    def hushed(self, *accounts: Account) -> bool:
        """
        Whether any of these accounts wants no reminders.
        """
        query = select(unreached.c.channel).where(is_of(unreached, *accounts), unreached.c.by_choice)
        return self._connection.execute(query.limit(1)).first() is not None

    def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        return self._reseal_duties() + self._reseal_submissions()

    def _reseal_submissions(self) -> int:
        rows = self._connection.execute(select(submissions).with_for_update()).all()
        for row in rows:
            here = (
                submissions.c.duty_id == row.duty_id,
                submissions.c.last_day == row.last_day,
                submissions.c.unit == row.unit,
            )
            sealed = self._seal.close(self._seal.open(row.sealed))
            self._connection.execute(update(submissions).where(*here).values(sealed=sealed))
        return len(rows)

    def _reseal_duties(self) -> int:
        query = select(duties.c.id, duties.c.sealed).where(duties.c.sealed.is_not(None)).with_for_update()
        rows = self._connection.execute(query).all()
        for row in rows:
            sealed = self._seal.close(self._seal.open(row.sealed))
            self._connection.execute(update(duties).where(duties.c.id == row.id).values(sealed=sealed))
        return len(rows)

    def _submission(self, row: Row[Any]) -> StoredSubmission:
        said = self._seal.open(row.sealed) or {}
        return StoredSubmission(
            row.duty_id, row.last_day, row.unit, row.post_id, said.get("number"), row.at, said.get("file")
        )

    def _duties(self, query: Select[Any]) -> list[StoredDuty]:
        return [self._duty(row) for row in self._connection.execute(query)]

    def _duty(self, row: Row[Any]) -> StoredDuty:
        return StoredDuty(
            id=row.id,
            key=row.key,
            post=row.post_id,
            rule=row.rule,
            active=row.active,
            ruled=row.ruled,
            basis=row.basis,
            facts=self._seal.open(row.sealed) if row.sealed else row.facts,
            version=row.version,
            changed_at=row.changed_at,
        )


def _to_tell(step: Step, now: datetime | None) -> Select[Any]:
    """
    The rows of `told` that a step still lacks. Who took over a post was told nothing of what its holder before heard.
    Each condition stands alone, so that PostgreSQL looks through `told` once for it and not once a post.
    """
    owing = _owing(step, now)
    to = owing.selected_columns
    of_post = told.c.duty_id == step.duty, told.c.last_day == step.last_day, told.c.post_id == posts.c.id
    before = exists().where(*of_post, told.c.step <= step.step)
    by_holder = before.where(told.c.at >= post_holders.c.since)
    by_account = before.where(told.c.channel == to.channel, told.c.address == to.address)
    put_off = exists().where(
        snoozes.c.duty_id == step.duty, snoozes.c.last_day == step.last_day, snoozes.c.post_id == posts.c.id
    )
    return owing.where(~_is_done(step.duty, step.last_day), ~by_holder, ~by_account, ~put_off)


def _is_done(duty: int, last_day: date) -> Any:
    return exists().where(
        submissions.c.duty_id == duty, submissions.c.last_day == last_day, submissions.c.unit == posts.c.unit
    )


def _owing(step: Step, now: datetime | None = None) -> Select[Any]:
    """
    Posts that a step concerns, with where who holds them is told: the officers of the units that owe it, the deputy
    and the leader when it goes up or nobody below can be reached, those who subscribed, and the post whose own it is.
    """
    chosen = exists().where(subscriptions.c.duty_id == step.duty, subscriptions.c.post_id == posts.c.id)
    owing = posts.c.unit.in_(
        select(duty_units.c.unit).where(duty_units.c.duty_id == step.duty, duty_units.c.receives.is_(False))
    )
    own = exists().where(duties.c.id == step.duty, duties.c.post_id == posts.c.id)
    by_role = or_(
        posts.c.role == OFFICER,
        and_(posts.c.role == DEPUTY, _goes_up(step, LAST_TO_DEPUTY, (OFFICER,))),
        and_(posts.c.role == LEADER, _goes_up(step, LAST_TO_LEADER, (OFFICER, DEPUTY))),
    )
    concerned = or_(and_(owing, by_role), chosen.where(subscriptions.c.wanted), own)
    return _holders(step, now).where(concerned)


def _holders(step: Step, now: datetime | None) -> Select[Any]:
    """
    The rows of `told` for whoever holds a post, can be reached, and did not turn the duty off.
    """
    refused = exists().where(
        subscriptions.c.duty_id == step.duty,
        subscriptions.c.post_id == posts.c.id,
        subscriptions.c.wanted.is_(False),
    )
    here = told.c.duty_id == step.duty, told.c.last_day == step.last_day, told.c.step == step.step
    earlier = select(told.c.post_id, func.count().label("times")).where(*here).group_by(told.c.post_id).subquery()
    mine, way = joined.alias(), joined.alias()
    is_mine, is_way = ways_to(post_holders, mine, way)
    return (
        select(
            literal(step.duty).label("duty_id"),
            literal(step.last_day, told.c.last_day.type).label("last_day"),
            literal(step.step).label("step"),
            func.coalesce(earlier.c.times, 0).label("again"),
            posts.c.id.label("post_id"),
            func.coalesce(way.c.channel, post_holders.c.channel).label("channel"),
            func.coalesce(way.c.address, post_holders.c.address).label("address"),
            literal(now, told.c.at.type).label("at"),
        )
        .select_from(
            posts.join(post_holders)
            .outerjoin(mine, is_mine)
            .outerjoin(way, is_way)
            .outerjoin(earlier, earlier.c.post_id == posts.c.id)
        )
        .where(post_holders.c.until.is_(None), ~refused, reached(post_holders))
    )


def _goes_up(step: Step, since: int, below: Sequence[str]) -> Any:
    """
    Whether a step goes up from these roles: it is late, or none of them can be told.
    """
    if step.step <= since:
        return literal(True)
    other, holder = posts.alias(), post_holders.alias()
    return ~exists(
        select(other.c.id)
        .select_from(other.join(holder, holder.c.post_id == other.c.id))
        .where(
            other.c.unit == posts.c.unit,
            other.c.role.in_(below),
            holder.c.until.is_(None),
            reached(holder),
        )
    )
