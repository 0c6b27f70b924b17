"""
INSERT … ON CONFLICT DO NOTHING, the same on SQLite and PostgreSQL: the database is the judge of "once".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> Any | None:
    """
    Insert a row unless a unique key of it exists. Returns the first primary key column, or None if it stood there.
    """
    return (await connection.execute(_insert(connection.dialect.name, table, values))).scalar_one_or_none()


def insert_new_now(connection: Connection, table: Table, values: Mapping[str, Any]) -> Any | None:
    """
    The same for the rooms that work without awaiting.
    """
    return connection.execute(_insert(connection.dialect.name, table, values)).scalar_one_or_none()


def _insert(dialect: str, table: Table, values: Mapping[str, Any]) -> Executable:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    key = next(iter(table.primary_key.columns))
    return insert(table).values(**values).on_conflict_do_nothing().returning(key)
