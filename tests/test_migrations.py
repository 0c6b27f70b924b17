"""
The migrations: from nothing to the newest and back, equal to the tables in the code, safe to run in every replica.
"""

from __future__ import annotations

import asyncio
from datetime import date

from alembic import command
from sqlalchemy import Connection, inspect, text

from db.engine import alembic_config
from db.tables import metadata
from db.uow import Database
from tests.fakes import NOW, SEAL


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_from_nothing_to_all_tables_and_back_to_nothing_and_again(empty_url: str) -> None:
    store = Database(empty_url, SEAL)
    for _ in range(2):
        await store.migrate()
        async with store.engine.begin() as connection:
            assert await connection.run_sync(tables) == {*metadata.tables, "alembic_version"}
            await connection.run_sync(lambda c: command.downgrade(alembic_config(c), "base"))
            assert await connection.run_sync(tables) == {"alembic_version"}
    await store.close()


async def test_the_migrations_make_what_the_code_says(store: Database) -> None:
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda c: command.check(alembic_config(c)))


STORED_AT_0005 = """
INSERT INTO posts (id, role, unit) VALUES (1, 'can-bo-giam-ngheo', '31684');
INSERT INTO duties (id, key, rule, active, ruled, facts, version, changed_at)
VALUES (1, 'plan:V.4', '{}', TRUE, FALSE, '{}', 1, '2026-11-01');
INSERT INTO submissions (duty_id, last_day, unit, post_id, number, at)
VALUES (1, '2026-11-30', '31684', 1, '45/BC "x"', '2026-11-23')
"""


async def test_a_number_that_was_stored_in_the_open_is_still_read(empty_url: str) -> None:
    store = Database(empty_url, SEAL)
    await store.migrate()
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(alembic_config(c), "0005"))
        for statement in STORED_AT_0005.split(";"):
            await connection.execute(text(statement))
    await store.migrate()
    async with store.read() as uow:
        found = await uow.desk(lambda rows: rows.duties.submitted(1, date(2026, 11, 30)))
    await store.close()
    assert found["31684"].number == '45/BC "x"'


async def test_migrating_again_changes_nothing(store: Database) -> None:
    async with store.write() as uow:
        await uow.conversations.save("web", "5", {"n": 1}, None, NOW)
        await uow.commit()
    await store.migrate()
    async with store.read() as uow:
        stored = await uow.conversations.load("web", "5")
    assert stored is not None
    assert stored.state == {"n": 1}


BEFORE_COUNTS = (
    "INSERT INTO missed_codes (channel, address, at) VALUES ('web', '5', '2026-03-02 08:00:00')",
    (
        "INSERT INTO cases (code, version, status, unit, care, year, confirmed, on_paper, sent_at, touched_at) "
        "VALUES ('1', 1, 'taken', '31684', '92', 2026, FALSE, FALSE, '2026-03-02 08:00:00', '2026-03-02 08:00:00')"
    ),
    "INSERT INTO case_events (case_id, at, kind) SELECT id, '2026-03-02 08:00:00', 'sent' FROM cases",
    "INSERT INTO case_events (case_id, at, kind) SELECT id, '2026-03-02 09:00:00', 'taken' FROM cases",
)
AFTER_COUNTS = {
    "SELECT channel, address, kind FROM counts": [("web", "5", "missed")],
    "SELECT unproven FROM cases": [(0,)],
    "SELECT kind, unit FROM case_events ORDER BY id": [("sent", "31684"), ("taken", None)],
}


async def test_what_was_counted_and_where_cases_stand_outlives_the_step_to_counts(empty_url: str) -> None:
    store = Database(empty_url, SEAL)
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(alembic_config(c), "0005"))
        for statement in BEFORE_COUNTS:
            await connection.execute(text(statement))
        await connection.run_sync(lambda c: command.upgrade(alembic_config(c), "head"))
        for query, stored in AFTER_COUNTS.items():
            assert [tuple(row) for row in await connection.execute(text(query))] == stored
    await store.close()


async def test_four_replicas_that_start_at_once_migrate_once(empty_url: str) -> None:
    stores = [Database(empty_url, SEAL) for _ in range(4)]
    await asyncio.gather(*(store.migrate() for store in stores))
    async with stores[0].engine.connect() as connection:
        assert set(metadata.tables) < await connection.run_sync(tables)
    for store in stores:
        await store.close()
