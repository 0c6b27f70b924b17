"""
Posts, who holds them since when, and the one-time codes that hand them out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from db.inserts import insert_new_now
from db.people import is_of
from db.records import Account, Stay, StoredPost
from db.seal import Seal
from db.tables import invitations, post_holders, posts


class Posts:
    """
    The posts of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def held_by(self, *accounts: Account) -> Sequence[StoredPost]:
        """
        The posts that the accounts of a person hold now.
        """
        query = select(posts).join(post_holders).where(post_holders.c.until.is_(None), is_of(post_holders, *accounts))
        return [_post(row) for row in self._connection.execute(query.order_by(posts.c.id))]

    def stays(self, since: datetime, *accounts: Account) -> Sequence[Stay]:
        """
        At which units the accounts of a person held a post since then, and from when to when.
        """
        ended = or_(post_holders.c.until.is_(None), post_holders.c.until > since)
        query = select(posts.c.unit, post_holders.c.since, post_holders.c.until).join(post_holders)
        rows = self._connection.execute(
            query.where(ended, is_of(post_holders, *accounts)).order_by(post_holders.c.id)
        )
        return [Stay(row.unit, max(row.since, since), row.until) for row in rows]

    def by_id(self, id: int) -> StoredPost | None:
        """
        A post, held or not.
        """
        row = self._connection.execute(select(posts).where(posts.c.id == id)).one_or_none()
        return _post(row) if row else None

    def held_at(self, units: Collection[str]) -> Sequence[StoredPost]:
        """
        The posts at these units that somebody holds.
        """
        query = select(posts).join(post_holders).where(post_holders.c.until.is_(None), posts.c.unit.in_(units))
        return [_post(row) for row in self._connection.execute(query.order_by(posts.c.id))]

    def holder(self, post: int) -> Account | None:
        """
        Who holds a post now.
        """
        query = select(post_holders).where(post_holders.c.post_id == post, post_holders.c.until.is_(None))
        row = self._connection.execute(query).one_or_none()
        return Account(row.channel, row.address) if row else None

    def invite(
        self, secret: str, role: str, unit: str, by: int | None, now: datetime, until: datetime
    ) -> StoredPost | None:
        """
        Make a one-time code for a post. None: the code was given before, make another.
        """
        post = self._ensure(role, unit)
        values = {
            "mark": self._seal.mark(secret),
            "post_id": post.id,
            "made_at": now,
            "made_by": by,
            "expires_at": until,
        }
        return post if insert_new_now(self._connection, invitations, values) is not None else None

    def invited(self, secret: str, now: datetime) -> StoredPost | None:
        """
        The post that an unused code is for, while it lasts.
        """
        query = select(posts).join(invitations, invitations.c.post_id == posts.c.id).where(*self._usable(secret, now))
        row = self._connection.execute(query).one_or_none()
        return _post(row) if row else None

    def take(self, secret: str, account: Account, now: datetime) -> StoredPost | None:
        """
        Use a code up and hold its post from now on, in place of whoever held it. None: the code is no good.
        """
        post = self.invited(secret, now)
        if post is not None:
            self._connection.execute(select(posts.c.id).where(posts.c.id == post.id).with_for_update())
        used = update(invitations).where(*self._usable(secret, now)).values(used_at=now)
        if post is None or self._connection.execute(used).rowcount != 1:
            return None
        self.leave(post.id, now)
        self._connection.execute(
            insert(post_holders).values(post_id=post.id, channel=account.channel, address=account.address, since=now)
        )
        return post

    def leave(self, post: int, now: datetime) -> None:
        """
        Nobody holds the post any more; no code for the post or made by it is good any more, or who held it could
        come back with one.
        """
        of_post = or_(invitations.c.post_id == post, invitations.c.made_by == post)
        unused = update(invitations).where(of_post, invitations.c.used_at.is_(None))
        self._connection.execute(unused.values(used_at=now))
        self._connection.execute(
            update(post_holders)
            .where(post_holders.c.post_id == post, post_holders.c.until.is_(None))
            .values(until=now)
        )

    def _ensure(self, role: str, unit: str) -> StoredPost:
        insert_new_now(self._connection, posts, {"role": role, "unit": unit})
        row = self._connection.execute(select(posts).where(posts.c.role == role, posts.c.unit == unit)).one()
        return _post(row)

    def _usable(self, secret: str, now: datetime) -> tuple[Any, ...]:
        return (
            invitations.c.mark.in_(self._seal.marks(secret)),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )


def _post(row: Row[Any]) -> StoredPost:
    return StoredPost(id=row.id, role=row.role, unit=row.unit)
