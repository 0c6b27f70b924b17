"""
Questions that were passed on to an officer, sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from db.people import is_of
from db.records import Account, StoredTicket
from db.seal import Seal
from db.tables import tickets


class Tickets:
    """
    The questions of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def waiting(self, units: Collection[str], limit: int) -> Sequence[StoredTicket]:
        """
        The unanswered questions of these units, oldest first.
        """
        return self._select(
            tickets.c.unit.in_(units), tickets.c.answered_at.is_(None), tickets.c.sealed.is_not(None), limit=limit
        )

    def ever_of_units(self, units: Collection[str]) -> Sequence[StoredTicket]:
        """
        All questions of these units that were not erased, oldest first.
        """
        return self._select(tickets.c.unit.in_(units), tickets.c.sealed.is_not(None))

    def of_accounts(self, *accounts: Account) -> Sequence[StoredTicket]:
        """
        What the accounts of a person asked, oldest first.
        """
        return self._select(is_of(tickets, *accounts))

    def by_id(self, id: int) -> StoredTicket | None:
        """
        One question.
        """
        return next(iter(self._select(tickets.c.id == id)), None)

    def add(self, unit: str, question: str, account: Account, now: datetime) -> None:
        """
        Keep a question.
        """
        self._connection.execute(
            insert(tickets).values(
                unit=unit,
                channel=account.channel,
                address=account.address,
                sealed=self._seal.close({"question": question}),
                asked_at=now,
            )
        )

    def answer(self, ticket: StoredTicket, answer: str, post: int, now: datetime) -> bool:
        """
        Answer a question. False: it was answered or erased before.
        """
        sealed = self._seal.close({"question": ticket.question, "answer": answer})
        change = (
            update(tickets)
            .where(tickets.c.id == ticket.id, tickets.c.answered_at.is_(None), tickets.c.sealed.is_not(None))
            .values(sealed=sealed, answered_at=now, post_id=post)
        )
        return self._connection.execute(change).rowcount == 1

    def erase(self, *accounts: Account) -> None:
        """
        Take away what the accounts of a person asked, and who it was.
        """
        gone = {"sealed": None, "channel": None, "address": None}
        self._connection.execute(update(tickets).where(is_of(tickets, *accounts)).values(**gone))

    def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        query = select(tickets.c.id, tickets.c.sealed).where(tickets.c.sealed.is_not(None))
        held = self._connection.execute(query.with_for_update()).all()
        for row in held:
            sealed = self._seal.close(self._seal.open(row.sealed))
            self._connection.execute(update(tickets).where(tickets.c.id == row.id).values(sealed=sealed))
        return len(held)

    def _select(self, *where: Any, limit: int | None = None) -> Sequence[StoredTicket]:
        query = select(tickets).where(*where).order_by(tickets.c.asked_at, tickets.c.id).limit(limit)
        return [self._ticket(row) for row in self._connection.execute(query)]

    def _ticket(self, row: Row[Any]) -> StoredTicket:
        said = self._seal.open(row.sealed) if row.sealed else {}
        return StoredTicket(
            id=row.id,
            unit=row.unit,
            question=said.get("question"),
            asked_at=row.asked_at,
            account=Account(row.channel, row.address) if row.address else None,
            answer=said.get("answer"),
            answered_at=row.answered_at,
            post=row.post_id,
        )
