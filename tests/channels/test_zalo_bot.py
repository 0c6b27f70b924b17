"""
The Zalo Bot Platform: what it understands, what it writes, and how it behaves against a Zalo that fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.channels.base import CannotListen, Refused, Store
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot.parse import parse, position_of
from bot.settings import Settings
from db.errors import Away
from handlers import texts
from handlers.messages import ConversationKey, IncomingMessage, Json, Reply, Unreadable
from tests.channels.desks import carried
from tests.channels.fake_zalo_bot import TOKEN
from tests.channels.rehearsal import HEARD, QUICK, FakeZaloBot, HandClock, stack, until

WRITTEN = datetime(2025, 6, 17, 6, 28, 51, 602000, UTC)
NOW = WRITTEN + timedelta(minutes=1)
PERSON = ConversationKey("zalo_bot", "6ede9afa66b88fe6d6a9")
BY_A_BOT: Json = {"from": {"id": "1", "is_bot": True}}
GROUP = {"id": "g1", "chat_type": "GROUP"}


def event(kind: str = "text", **message: Any) -> Json:
    """
    An event in the shape of Zalo's documents.
    """
    whole = {
        "from": {"id": PERSON.address, "display_name": "Ted", "is_bot": False},
        "chat": {"id": PERSON.address, "chat_type": "PRIVATE"},
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750141731602,
        **message,
    }
    return {"event_name": f"message.{kind}.received", "message": whole}


# What comes in


def wrapped(update: Json) -> Json:
    return {"ok": True, "result": update}


def flat(update: Json) -> Json:
    return update


@pytest.mark.parametrize("shape", [wrapped, flat])
def test_a_text_is_heard_wrapped_and_flat(shape: Callable[[Json], Json]) -> None:
    update = shape(event(text="Khi nào nộp báo cáo?"))
    assert parse(update, NOW) == IncomingMessage(
        PERSON, "2d758cb5e222177a4e35", WRITTEN, text="Khi nào nộp báo cáo?", numbered=True
    )
    assert position_of(update, NOW) == 1750141731602


@pytest.mark.parametrize(
    ("kind", "content", "unreadable"),
    [
        ("image", {"photo": "https://example.vn/a.jpg"}, Unreadable.PHOTO),
        ("image", {"photo_url": "https://example.vn/a.jpg"}, Unreadable.PHOTO),
        ("sticker", {"sticker": "0e078a2beb6e0230", "url": "https://example.vn"}, Unreadable.STICKER),
        ("voice", {"voice_url": "https://example.vn/a.aac"}, Unreadable.VOICE),
        ("unsupported", {}, Unreadable.HIDDEN),
        ("location", {}, Unreadable.OTHER),
    ],
)
def test_what_is_no_text_is_told_by_its_kind(kind: str, content: Mapping[str, str], unreadable: Unreadable) -> None:
    message = parse(event(kind, **content), NOW)
    assert message is not None
    assert (message.text, message.unreadable) == ("", unreadable)


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        {},
        {"event_name": "message.unsupported.received"},
        {"event_name": "bot.joined", "message": event(text="a")["message"]},
        event(text="a", message_id=None),
        event(text="a", message_id="m" * 200),
        event(text="a", chat={}),
        event(text="a", **BY_A_BOT),
        event("image", chat=GROUP),
    ],
)
def test_what_nobody_said_to_the_bot_is_let_go(update: Json) -> None:
    assert parse(update, NOW) is None


FIELDS = st.sampled_from(["result", "event_name", "message", "from", "chat", "id", "text", "date", "message_id"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)))
def test_no_payload_breaks_it(update: Json) -> None:
    parse(update, NOW)
    assert position_of(update, NOW) >= 0


@pytest.mark.parametrize("chat", [GROUP, {"id": "g1", "chat_type": "?"}, {"id": "g1"}])
def test_only_a_private_chat_counts_as_private(chat: Json) -> None:
    message = parse(event(text="/dangky", chat=chat), NOW)
    assert message is not None
    assert not message.private


async def test_what_is_about_persons_is_refused_in_a_group(database: Path, zalo_bot: FakeZaloBot) -> None:
    commands = ("/dangky", "/hoso", "/han", "/tiendo")
    async with at_work(database, zalo_bot) as (app, _):
        for command in commands:
            zalo_bot.say(command, chat_id="g1", chat={"chat_type": "GROUP"})
        await until(lambda: zalo_bot.idle)
        await settled(app)
    assert [message["text"] for message in zalo_bot.sent] == [texts.ONLY_IN_PRIVATE] * len(commands)


# What goes out


async def test_typing_can_be_shown(zalo_bot: FakeZaloBot) -> None:
    zalo_bot.say("biết người này")
    channel = zalo_bot.channel()
    await channel.typing("5")
    assert zalo_bot.calls("sendChatAction") == [{"chat_id": "5", "action": "typing"}]
    await channel.close()


async def test_a_quota_that_is_used_up_holds_back_all_and_loses_nothing(
    database: Path, zalo_bot: FakeZaloBot
) -> None:
    clock, answers = HandClock(), [HEARD.format(f"câu {n}") for n in range(4)]
    zalo_bot.quota(left=2)
    async with at_work(database, zalo_bot, clock) as (app, _):
        for n in range(4):
            zalo_bot.say(f"câu {n}")
        await until(lambda: zalo_bot.idle)
        for _ in range(3):
            await settled(app)
            clock.forward(timedelta(minutes=61))
        assert zalo_bot.texts == answers[:2]
        zalo_bot.quota(left=3000)
        await settled(app)
    assert zalo_bot.texts == answers


async def test_a_message_to_somebody_unknown_is_refused(zalo_bot: FakeZaloBot) -> None:
    channel = zalo_bot.channel()
    with pytest.raises(Refused):
        await channel.send("9", Reply("a"), 1)
    await channel.close()


@pytest.mark.parametrize(("token", "path"), [(TOKEN, "/nowhere"), ("12345689:wrong", "")])
async def test_a_wrong_token_or_server_stops_the_start_with_a_sentence(
    zalo_bot: FakeZaloBot, token: str, path: str
) -> None:
    channel = ZaloBot(token, f"{zalo_bot.url}{path}", pace=QUICK)
    with pytest.raises(CannotListen, match="ZALO_BOT_TOKEN") as caught:
        await channel.listen(nowhere)
    assert token not in str(caught.value)
    await channel.close()


async def test_an_address_that_zalo_does_not_call_stops_the_start(zalo_bot: FakeZaloBot) -> None:
    channel = zalo_bot.channel()
    with pytest.raises(CannotListen, match="PUBLIC_URL"):
        await channel.be_called("http://example.vn/hooks/zalo_bot")
    await channel.close()


# Listening


async def nowhere(name: str, payload: Json) -> None:
    raise AssertionError("nothing was delivered")


@asynccontextmanager
async def polling(channel: ZaloBot, store: Store) -> AsyncIterator[asyncio.Task[None]]:
    """
    The channel polls meanwhile; it is closed afterwards.
    """
    task = asyncio.create_task(channel.listen(store))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
        await channel.close()


@asynccontextmanager
async def at_work(
    database: Path, zalo_bot: FakeZaloBot, clock: HandClock | None = None
) -> AsyncIterator[tuple[App, ZaloBot]]:
    """
    The whole bot, polling meanwhile.
    """
    channel = zalo_bot.channel()
    app = stack(database, channel, clock=clock, hooks=[channel])
    async with polling(channel, app.porter.store):
        yield app, channel
    await app.database.close()


async def settled(app: App) -> None:
    """
    All that was kept is handled, and what is due has left.
    """
    await carried(app)
    await app.courier.deliver()


async def close(app: App, channel: ZaloBot) -> None:
    await app.database.close()
    await channel.close()


async def test_a_token_that_is_taken_back_while_it_polls_is_named_and_waited_for(zalo_bot: FakeZaloBot) -> None:
    kept = list[Json]()

    async def store(name: str, payload: Json) -> None:
        kept.append(payload)

    zalo_bot.fault("getUpdates", "status", status=401)
    zalo_bot.say("có tin")
    with structlog.testing.capture_logs() as logged:
        async with polling(zalo_bot.channel(), store):
            await until(lambda: kept)
    assert any("ZALO_BOT_TOKEN" in str(line.get("hint")) for line in logged)


async def test_an_event_is_held_until_it_is_kept_and_no_other_is_asked_for(zalo_bot: FakeZaloBot) -> None:
    kept, away = list[str](), [Away("away")] * 3

    async def store(name: str, payload: Json) -> None:
        assert len(zalo_bot.calls("getUpdates")) == len(kept) + 1
        if away:
            raise away.pop()
        kept.append(payload["message"]["text"])

    zalo_bot.say("một")
    zalo_bot.say("hai")
    async with polling(zalo_bot.channel(), store):
        await until(lambda: zalo_bot.idle)
    assert kept == ["một", "hai"]


async def test_a_stop_in_the_middle_of_keeping_loses_nothing(zalo_bot: FakeZaloBot) -> None:
    inside, kept = asyncio.Event(), list[Json]()

    async def store(name: str, payload: Json) -> None:
        inside.set()
        await asyncio.sleep(0.05)
        kept.append(payload)

    zalo_bot.say("một")
    async with polling(zalo_bot.channel(), store):
        await inside.wait()
    assert len(kept) == 1


def test_without_a_token_there_is_no_channel() -> None:
    assert ZaloBot.from_settings(Settings(_env_file=None)) is None  # type: ignore[call-arg]
