"""
Who speaks on which channels: the accounts that a person joined, at most one on each channel, and the codes that join
them. An account that was never joined is a person of its own and has no row here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, FromClause, and_, delete, exists, func, or_, select, update

from db.inserts import insert_new_now
from db.records import Account
from db.seal import Seal
from db.tables import join_codes, joined, unreached

_OWN = joined.alias("own")


class People:
    """
    The joined accounts of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def accounts(self, account: Account, hold: bool = False) -> tuple[Account, ...]:
        """
        All accounts of the person who speaks here, the preferred one first. `hold` keeps others on PostgreSQL from
        changing anything of this person until the transaction ends.
        """
        query = select(joined).join(_OWN, _OWN.c.person == joined.c.person).where(is_of(_OWN, account))
        query = query.order_by(joined.c.rank.desc(), joined.c.channel)
        rows = self._connection.execute(query.with_for_update(of=joined) if hold else query)
        return tuple(Account(row.channel, row.address) for row in rows) or (
            Account(account.channel, account.address),
        )

    def way_to(self, account: Account) -> Account:
        """
        Where a person is told what was not asked for: the preferred account, another one where that is not to be
        reached.
        """
        accounts = self.accounts(account)
        lost = self.unreached(accounts) if len(accounts) > 1 else frozenset[Account]()
        return next((one for one in accounts if one not in lost), accounts[0])

    def unreached(self, accounts: Iterable[Account]) -> frozenset[Account]:
        """
        Those of some accounts that are not to be reached themselves, whatever else is joined to them.
        """
        rows = self._connection.execute(select(unreached).where(is_of(unreached, *accounts)))
        return frozenset(Account(row.channel, row.address) for row in rows)

    def offer(self, secret: str, account: Account, until: datetime) -> bool:
        """
        Let a code join another account to this one, in place of the code before. False: the code was given before.
        """
        self.withdraw(account)
        values = {
            "mark": self._seal.mark(secret),
            "channel": account.channel,
            "address": account.address,
            "until": until,
        }
        return insert_new_now(self._connection, join_codes, values) is not None

    def offered(self, secret: str, now: datetime) -> Account | None:
        """
        Whose code this is, while it lasts.
        """
        row = self._connection.execute(select(join_codes).where(*self._usable(secret, now))).one_or_none()
        return Account(row.channel, row.address) if row else None

    def withdraw(self, account: Account) -> None:
        """
        No code joins anything to this account any more.
        """
        self._connection.execute(delete(join_codes).where(is_of(join_codes, account)))

    def forget_codes_before(self, moment: datetime) -> None:
        """
        Drop the codes that ran out by then.
        """
        self._connection.execute(delete(join_codes).where(join_codes.c.until <= moment))

    def join(self, secret: str, account: Account, now: datetime) -> bool:
        """
        Use a code up: who made it and this account are one person from now on. False: the code is no good, the person
        would have two accounts on one channel, or somebody was faster; then take it all back.
        """
        first = self.offered(secret, now)
        used = delete(join_codes).where(*self._usable(secret, now))
        if first is None or self._connection.execute(used).rowcount != 1:
            return False
        theirs, mine = self.accounts(first, hold=True), self.accounts(account, hold=True)
        if {one.channel for one in theirs} & {one.channel for one in mine}:
            return False
        person = uuid4().hex
        for one in (*theirs, *mine):
            self._connection.execute(delete(joined).where(is_of(joined, one)))
            values = {"channel": one.channel, "address": one.address, "person": person, "rank": 0, "since": now}
            if insert_new_now(self._connection, joined, values) is None:
                return False
        self.prefer(theirs[0])
        return True

    def prefer(self, account: Account) -> None:
        """
        Tell the person here from now on; where it told him before comes next.
        """
        own = select(joined.c.person).where(is_of(joined, account)).scalar_subquery()
        highest = self._connection.execute(select(func.max(joined.c.rank)).where(joined.c.person == own)).scalar()
        self._connection.execute(update(joined).where(is_of(joined, account)).values(rank=(highest or 0) + 1))

    def split(self, account: Account) -> None:
        """
        This account is a person of its own again; so is one that is left alone.
        """
        rest = [one for one in self.accounts(account, hold=True) if one != account]
        alone = rest if len(rest) == 1 else []
        self._connection.execute(delete(joined).where(is_of(joined, account, *alone)))

    def _usable(self, secret: str, now: datetime) -> tuple[Any, ...]:
        return join_codes.c.mark.in_(self._seal.marks(secret)), join_codes.c.until > now


def is_of(table: FromClause, *accounts: Account) -> ColumnElement[bool]:
    """
    Whether a row is one of these accounts'.
    """
    ways = [and_(table.c.channel == one.channel, table.c.address == one.address) for one in accounts]
    return or_(*ways)


def is_same(table: FromClause, other: FromClause) -> ColumnElement[bool]:
    """
    Whether two rows are of one account.
    """
    return and_(table.c.channel == other.c.channel, table.c.address == other.c.address)


def reached_itself(holder: FromClause) -> ColumnElement[bool]:
    """
    Whether the account of a row can be reached.
    """
    return ~exists().where(is_same(unreached, holder))


def reached(holder: FromClause) -> ColumnElement[bool]:
    """
    Whether the person behind the account of a row can be reached, on whatever channel.
    """
    own, other = joined.alias(), joined.alias()
    beside = exists(
        select(other.c.person)
        .select_from(own.join(other, other.c.person == own.c.person))
        .where(is_same(own, holder), reached_itself(other))
    )
    return or_(reached_itself(holder), beside)


def ways_to(holder: FromClause, own: FromClause, way: FromClause) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """
    How to join two aliases of `joined` to the account of a row, each from the outside: the person's row of it, and
    the one where the person is told, which is none where nothing was joined. `People.way_to` for whole sets.
    """
    better = joined.alias()
    before = or_(better.c.rank > way.c.rank, and_(better.c.rank == way.c.rank, better.c.channel < way.c.channel))
    best = ~exists().where(better.c.person == way.c.person, before, reached_itself(better))
    return is_same(own, holder), and_(way.c.person == own.c.person, reached_itself(way), best)
