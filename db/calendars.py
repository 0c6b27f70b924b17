"""
Addresses under which calendars fetch an officer's deadlines. A secret of 32 random bytes is kept as its SHA-256: the
database holds nothing that opens a calendar.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from db.people import is_of
from db.records import Account
from db.tables import calendars


class Calendars:
    """
    The calendar addresses of one unit of work.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, secret: str, account: Account, now: datetime) -> None:
        """
        Let a secret open the calendar of who has this account, from now on.
        """
        values = {"mark": _mark(secret), "channel": account.channel, "address": account.address, "since": now}
        self._connection.execute(insert(calendars).values(**values))

    def opened(self, secret: str) -> Account | None:
        """
        Whose calendar a secret opens.
        """
        query = select(calendars).where(calendars.c.mark == _mark(secret))
        row = self._connection.execute(query).one_or_none()
        return Account(row.channel, row.address) if row else None

    def end(self, *accounts: Account) -> None:
        """
        No secret opens the calendar of the person with these accounts any more.
        """
        self._connection.execute(delete(calendars).where(is_of(calendars, *accounts)))


def _mark(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
