"""
The one place that wires: settings and a clock in, a running bot out.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from prometheus_client import Counter, Histogram

from bot.channels.base import Channel, Hook
from bot.channels.web import WebShelf
from bot.clock import Clock, local_date
from bot.keys import seal_for
from bot.outbox import Courier
from bot.paperwork import Paperwork
from bot.porter import Porter
from bot.pulse import Pulse
from bot.settings import Settings
from db.desk import DeskRows
from db.records import Account
from db.uow import Database
from handlers.dispatch import Dispatcher
from handlers.flow import Registry, Tools
from handlers.flows import BOOK
from handlers.messages import ConversationKey, IncomingMessage, Reply
from handlers.reminders import digest, fire_due, state_duties
from handlers.rounds import make_rounds
from handlers.tools import LibraryTools
from knowledge.areas import Areas
from knowledge.library import Library
from knowledge.text import squash

MESSAGES = Counter("chungtay_messages", "Messages that came in, and what became of them", ["channel", "outcome"])
TURNS = Histogram(
    "chungtay_turn_seconds",
    "From a message's arrival at the dispatcher until its turn is stored",
    ["channel"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

REPLIES_KEPT = timedelta(days=30)
"""As people are promised of drafts and backups; a web chat shows no more either."""
INBOX_KEPT = timedelta(days=14)
"""Longer than any channel redelivers (Telegram: 24 hours)."""


@dataclass(frozen=True, slots=True)
class App:
    """
    The parts of one process, wired.
    """

    settings: Settings
    clock: Clock
    library: Library
    areas: Areas
    database: Database
    dispatcher: Dispatcher
    paperwork: Paperwork
    courier: Courier
    porter: Porter
    pulse: Pulse
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process winds down: whoever waits for something new gives up at once."""

    async def receive(self, message: IncomingMessage) -> None:
        """
        Take a message, and let its replies leave at once.
        """
        await take(self.dispatcher, self.courier, message)

    async def make_rounds(self) -> None:
        """
        Do what is due without anybody speaking, and let its messages leave.
        """
        await make_rounds(self.database, self.areas, self.clock())
        self.courier.wake()

    async def begin(self) -> None:
        """
        Bring the database up to date, and know the duties of the plans. Raises Unusable.
        """
        await self.database.migrate()
        await state_duties(self.database, self.library.plans, self.areas, self.clock())

    async def remind(self) -> None:
        """
        Queue what the ladders of all duties owe now, and let it leave.
        """
        if await fire_due(self.database, self.clock()):
            self.courier.wake()

    async def tidy(self) -> None:
        """
        Forget inbox rows that no channel can deliver again, updates that were set aside, replies that were read long
        ago, codes that ran out, and what counts no more.
        """
        now = self.clock()
        async with self.database.write() as uow:
            await uow.inbox.forget_before(now - INBOX_KEPT)
            await uow.updates.forget_before(now - INBOX_KEPT)
            await uow.outbox.forget_before(now - REPLIES_KEPT)
            await uow.desk(lambda rows: rows.trail.forget_counts_before(now - INBOX_KEPT))
            await uow.desk(lambda rows: rows.people.forget_codes_before(now))
            await uow.commit()
        await self.database.settle()


async def take(dispatcher: Dispatcher, courier: Courier, message: IncomingMessage) -> None:
    """
    Take a message, and let its replies leave at once.
    """
    channel, begun = message.key.channel, time.perf_counter()
    try:
        new = await dispatcher.handle(message)
    except BaseException:
        MESSAGES.labels(channel, "failed").inc()
        raise
    TURNS.labels(channel).observe(time.perf_counter() - begun)
    MESSAGES.labels(channel, "taken" if new else "repeated").inc()
    courier.wake()


def open_database(settings: Settings) -> Database:
    """
    The database of the settings; nothing is opened yet. Raises Unusable for a wrong DATABASE_URL or DATA_KEY.
    """
    return Database(settings.database_url, seal_for(settings))


def build(
    settings: Settings,
    clock: Clock,
    library: Library,
    areas: Areas,
    channels: Iterable[Channel],
    hooks: Iterable[Hook] = (),
    database: Database | None = None,
    pulse: Pulse | None = None,
) -> App:
    """
    Wire the parts; nothing is opened or started yet. `hooks` are those of the channels whose servers may call us.
    Raises Unusable for a wrong DATABASE_URL or DATA_KEY.
    """

    def tools_at(moment: datetime, registry: Registry) -> Tools:
        return LibraryTools(library, areas, registry, moment, local_date(moment), sites)

    def verify(reply: Reply) -> bool:
        return all(
            library.holds(document, quote) and squash(quote) in squash(reply.text) for document, quote in reply.quotes
        )

    sites = {"": settings.public_url} if settings.public_url else {WebShelf.name: settings.local_url}
    channels = list(channels)
    for channel in channels:
        MESSAGES.labels(channel.name, "failed")
    database = database or open_database(settings)
    pulse = pulse or Pulse()
    owner = secrets.token_hex(8)
    paperwork = Paperwork(database, areas, clock)

    async def word(moment: str, key: ConversationKey) -> Reply | None:
        return await digest(database, areas, datetime.fromisoformat(moment), key, clock())

    async def lose(key: ConversationKey) -> ConversationKey | None:
        account = Account(key.channel, key.address)

        def work(rows: DeskRows) -> Account:
            rows.duties.lose(account, clock())
            return rows.people.way_to(account)

        async with database.write() as uow:
            way = await uow.desk(work)
            await uow.commit()
        return None if way == account else ConversationKey(way.channel, way.address)

    dispatcher = Dispatcher(database, BOOK, areas, tools_at)
    courier = Courier(database, channels, clock, verify, paperwork.make, word, lose, owner, pulse.beat)
    return App(
        settings=settings,
        clock=clock,
        library=library,
        areas=areas,
        database=database,
        dispatcher=dispatcher,
        paperwork=paperwork,
        courier=courier,
        porter=Porter(database, hooks, partial(take, dispatcher, courier), clock, owner, pulse.beat),
        pulse=pulse,
    )


async def until_cancelled(*tasks: asyncio.Task[None]) -> None:
    """
    Wait until one of the tasks fails (its error is raised) or all are cancelled.
    """
    await asyncio.gather(*tasks)
