"""
One person on Telegram and at an Official Account, both real adapters against the fake servers: what was not asked for
leaves on Telegram once Zalo's window has closed.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.app import App
from db.records import OutboxMessage, Priority
from db.uow import Database
from handlers import texts_channels as say
from handlers.messages import ConversationKey, IncomingMessage, Reply, reply_to_json
from tests.channels.rehearsal import HEARD, FakeTelegram, FakeZaloOa, HandClock, stack
from tests.fakes import SEAL

TELEGRAM, ZALO = ConversationKey("telegram", "5"), ConversationKey("zalo_oa", "5")
IDS = count(1)


@pytest.fixture
async def app(database: Path, fake: FakeTelegram, zalo_oa: FakeZaloOa) -> AsyncIterator[App]:
    grants, clock = Database(f"sqlite:///{database}", SEAL), HandClock()
    telegram, zalo = fake.channel(), zalo_oa.channel(grants, clock)
    app = stack(database, telegram, zalo, clock=clock)
    fake.know([5])
    zalo_oa.say("biết người này")
    yield app
    await telegram.close()
    await zalo.close()
    await grants.close()
    await app.database.close()


async def hear(app: App, key: ConversationKey, text: str) -> None:
    """
    The person says something on a channel, and what is due leaves.
    """
    await app.receive(IncomingMessage(key, str(next(IDS)), app.clock(), text=text))
    await app.courier.deliver()


async def remind(app: App, text: str) -> None:
    """
    A reminder for the person's account at Zalo; delivered twice, since what Zalo refuses leaves with the next round.
    """
    message = OutboxMessage("zalo_oa", "5", f"rem:{text}", reply_to_json(Reply(text)), Priority.BULK)
    async with app.database.write() as uow:
        await uow.outbox.add(message, app.clock())
        await uow.commit()
    await app.courier.deliver()
    await app.courier.deliver()


async def test_a_reminder_that_meets_a_closed_window_arrives_on_telegram(
    app: App, fake: FakeTelegram, zalo_oa: FakeZaloOa
) -> None:
    for text in ("/noikenh", "1"):
        await hear(app, TELEGRAM, text)
    found = re.search(r"/noikenh (\w+)", fake.texts[-1])
    assert found
    for text in (found[0], "1"):
        await hear(app, ZALO, text)
    assert say.DONE.split("{")[0] in zalo_oa.texts[-1]

    await remind(app, "Còn 7 ngày")
    zalo_oa.do("wait", hours=7 * 24 + 1)
    await remind(app, "Còn 3 ngày")
    assert zalo_oa.texts[-1] == "Còn 7 ngày"
    assert fake.texts[-1] == "Còn 3 ngày"

    zalo_oa.say("tôi đây")
    await hear(app, ZALO, "tôi đây")
    assert zalo_oa.texts[-1] == HEARD.format("tôi đây")
    assert fake.texts[-1] == "Còn 3 ngày"
