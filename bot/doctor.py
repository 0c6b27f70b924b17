"""
`python -m bot doctor`: looks at all that the bot needs, whether it runs or not, and says what to do. It changes
nothing: no file is made, no schema moved, no server told anything.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import logs
from bot.clock import VIET_NAM, Clock, local_date, system_clock
from bot.findings import Finding, fine, note, wrong
from bot.keys import OTHERS, seal_as_found
from bot.reach import Reached, Servers, reach
from bot.settings import Settings, SettingsError, load_settings
from bot.vitals import newest
from db.engine import cause_of, cure, named_file, open_to_look, uri_to_look
from db.errors import DatabaseError, Unusable
from db.records import OutboxState, Standing, StoredGrant
from db.seal import Seal, new_key
from db.uow import Database
from handlers import texts_doctor as say
from knowledge.library import Library
from knowledge.parse import PlanError

LEAST_FREE, LITTLE_FREE = 512 * 1024**2, 2 * 1024**3
"""Bytes on the disk of the database: below the first nothing is safe, below the second it is time to tidy up."""
WAITS_LONG = timedelta(minutes=10)
EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
"""Between these a clock may be right."""
MOST_OFF = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Opened:
    """
    What the database tells: `grant` is the right to send of an Official Account.
    """

    findings: Sequence[Finding]
    grant: StoredGrant | None = None
    readable: bool = False


async def doctor(as_json: bool, clock: Clock = system_clock, env_file: Path = Path(".env")) -> int:
    """
    Print what was found. Returns 1 if anything is broken.
    """
    logs.set_up("ERROR")
    found = await examine(env_file, clock)
    for finding in found:
        print(json.dumps(finding.as_json(), ensure_ascii=False) if as_json else "\n".join(finding.lines()))
    broken, notes = (sum(finding.state == state for finding in found) for state in ("wrong", "note"))
    if not as_json:
        print((say.NOT_WELL if broken else say.ALL_WELL).format(wrong=broken, notes=notes))
    return 1 if broken else 0


async def examine(env_file: Path, clock: Clock) -> Sequence[Finding]:
    """
    All that can be found, in the order in which it is mended.
    """
    try:
        settings = load_settings(env_file)
    except SettingsError as error:
        return [wrong("settings", str(error), say.SETTINGS_FIX), *_plans(clock)]
    opened = await _database(settings, clock)
    reached = await reach(settings, Servers(clock), opened.grant, opened.readable)
    return [
        fine("settings", say.SETTINGS_READ),
        _secrets(settings, env_file),
        *opened.findings,
        _disk(settings),
        _clock(clock(), reached),
        *_plans(clock),
        *reached.findings,
    ]


def _secrets(settings: Settings, env_file: Path) -> Finding:
    """
    Whether only the bot's own user can read what must stay secret.
    """
    database = _named(settings)
    key = database.with_name(f"{database.name}.key") if database and database.name else None
    files = [file for file in (env_file, key) if file is not None and file.is_file()]
    shown = [str(file) for file in files if file.stat().st_mode & OTHERS]
    if shown:
        return note("secrets", say.SECRETS_OPEN.format(files=", ".join(shown)), f"chmod 600 {' '.join(shown)}")
    named = ", ".join(map(str, files))
    return fine("secrets", say.SECRETS_SHUT.format(files=named) if named else say.SECRETS_NONE)


def _named(settings: Settings) -> Path | None:
    try:
        return named_file(settings.database_url)
    except Unusable:
        return None


async def _database(settings: Settings, clock: Clock) -> Opened:
    try:
        file = named_file(settings.database_url)
    except Unusable as error:
        return Opened([wrong("database", str(error), say.DATABASE_URL_DO)])
    try:
        seal = seal_as_found(settings)
    except Unusable as error:
        return Opened([wrong("key", str(error), say.KEY_DO)])
    key = note("key", say.KEY_TO_BE_MADE) if seal is None else fine("key", say.KEY_SET)
    missing = _missing(file)
    if missing is not None:
        return Opened([key, missing])
    damage = _damage(file) if file is not None else None
    if damage is not None:
        return Opened([key, damage])
    return await _opened(settings, seal or Seal(new_key()), key, clock)


def _missing(file: Path | None) -> Finding | None:
    """
    Why there is no file to open, if so.
    """
    if file is None:
        return None
    if file == Path():
        return note("database", say.DATABASE_IN_MEMORY, say.DATABASE_MEMORY_DO)
    folder = file.absolute().parent
    if not folder.is_dir():
        return wrong("database", say.NO_FOLDER.format(folder=folder), say.NO_FOLDER_DO)
    shut = _shut(file)
    if shut:
        return wrong("database", say.DATABASE_SHUT.format(files=", ".join(shut)), say.DATABASE_SHUT_DO)
    return None if file.exists() else note("database", say.DATABASE_TO_BE_MADE.format(file=file))


def _shut(file: Path) -> list[str]:
    """
    What SQLite must write to and whoever runs this command cannot.
    """
    beside = (file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm"))
    return [
        str(path)
        for path in (file.absolute().parent, *beside)
        if os.access(path, os.F_OK) and not os.access(path, os.W_OK)
    ]


def _damage(file: Path) -> Finding | None:
    """
    What is broken inside a SQLite file, if anything.
    """
    try:
        with closing(sqlite3.connect(uri_to_look(file), uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found = str(error)
    return (
        None
        if found == "ok"
        else wrong("database", say.DATABASE_DAMAGED.format(found=found), say.DATABASE_DAMAGED_DO)
    )


async def _opened(settings: Settings, seal: Seal, key: Finding, clock: Clock) -> Opened:
    try:
        async with _looking(settings, seal) as database:
            revision = await database.revision()
            if revision is None or revision != newest():
                return Opened([key, _found(settings), _behind(revision)])
            await database.see_that_keys_open()
            async with database.read() as uow:
                grant, waiting = await uow.grants.load("zalo_oa"), await uow.outbox.counts()
    except Unusable as error:
        return Opened([wrong("key", str(error), say.KEY_DO)])
    except DatabaseError as error:
        cause = cause_of(error.__cause__ or error)
        return Opened([key, wrong("database", say.DATABASE_AWAY.format(error=cause), cure(cause))])
    schema = fine("schema", say.SCHEMA_NEWEST.format(revision=revision))
    opens = fine("key", say.KEY_OPENS) if key.state == "fine" else key
    return Opened([opens, _found(settings), schema, *_outbox(waiting, clock())], grant, readable=True)


@asynccontextmanager
async def _looking(settings: Settings, seal: Seal) -> AsyncIterator[Database]:
    database = Database(settings.database_url, seal, open_to_look)
    try:
        yield database
    finally:
        await database.close()


def _found(settings: Settings) -> Finding:
    file = _named(settings)
    whole = say.DATABASE_WHOLE if file is not None else ""
    return fine("database", say.DATABASE_OPENS.format(database=file or "PostgreSQL", whole=whole))


def _behind(revision: str | None) -> Finding:
    if revision is None:
        return note("schema", say.SCHEMA_TO_BE_MADE)
    says = say.SCHEMA_BEHIND.format(revision=revision, newest=newest())
    return wrong("schema", says, say.SCHEMA_DO)


def _outbox(found: dict[tuple[str, str], Standing], now: datetime) -> Iterator[Finding]:
    """
    Channels on which messages wait for long.
    """
    stuck = [
        (channel, standing)
        for (channel, state), standing in found.items()
        if state == OutboxState.PENDING and now - standing.oldest > WAITS_LONG
    ]
    for channel, standing in stuck:
        oldest = standing.oldest.astimezone(VIET_NAM)
        says = say.OUTBOX_STUCK.format(channel=channel, count=standing.count, oldest=oldest)
        yield note("outbox", says, say.OUTBOX_STUCK_DO)
    if not stuck:
        yield fine("outbox", say.OUTBOX_MOVES.format(minutes=WAITS_LONG.seconds // 60))


def _disk(settings: Settings) -> Finding:
    file = _named(settings)
    folder = file.absolute().parent if file else Path().absolute()
    folder = folder if folder.is_dir() else Path().absolute()
    free = shutil.disk_usage(folder).free
    says = say.DISK_FREE.format(free=f"{free / 1024**3:.1f} GB", folder=folder)
    if free < LEAST_FREE:
        return wrong("disk", says, say.DISK_DO)
    return note("disk", says, say.DISK_DO) if free < LITTLE_FREE else fine("disk", says)


def _clock(now: datetime, reached: Reached) -> Finding:
    offset = now.astimezone(VIET_NAM).utcoffset()
    if offset != timedelta(hours=7):
        return wrong("clock", say.ZONE_WRONG.format(offset=offset), say.ZONE_DO)
    here = now.astimezone(VIET_NAM)
    if not EARLIEST < now < LATEST:
        return wrong("clock", say.CLOCK_WRONG.format(now=here), say.CLOCK_DO)
    if not reached.ahead:
        return fine("clock", say.CLOCK_RIGHT.format(now=here, compared=say.CLOCK_ALONE))
    server, ahead = min(reached.ahead.items(), key=lambda item: abs(item[1]))
    told = {"seconds": round(ahead.total_seconds()), "server": server}
    if abs(ahead) > MOST_OFF:
        return wrong("clock", say.CLOCK_OFF.format(**told), say.CLOCK_DO)
    return fine("clock", say.CLOCK_RIGHT.format(now=here, compared=say.CLOCK_COMPARED.format(**told)))


def _plans(clock: Clock) -> Iterable[Finding]:
    try:
        places = Library.shipped(local_date(clock())).places
    except PlanError as error:
        return [wrong("plans", str(error), say.PLANS_DO)]
    if not places:
        return [wrong("plans", say.PLANS_NONE, say.PLANS_DO)]
    return [fine("plans", say.PLANS_READ.format(count=len(places), places=", ".join(place.name for place in places)))]


def add_commands(commands: Any) -> None:
    """
    The command, with its help.
    """
    command = commands.add_parser("doctor", help="xem mọi thứ bot cần và nói phải làm gì; không thay đổi gì")
    command.add_argument("--json", action="store_true", help="mỗi mục một dòng JSON")
    command.set_defaults(run=lambda arguments: asyncio.run(doctor(arguments.json)))
