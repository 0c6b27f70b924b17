"""
The Zalo Bot Platform: what it understands, what it writes, and how it behaves against a Zalo that fails.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.channels.base import CannotListen, Refused, Store, Throttled
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot.parse import parse, position_of
from bot.settings import Settings
from bot.web import site
from db.errors import Away
from db.records import OutboxState
from handlers import texts
from handlers.messages import Attachment, Choice, ConversationKey, IncomingMessage, Json, Reply, Unreadable
from tests.channels.fake_zalo_bot import TOKEN
from tests.channels.rehearsal import HEARD, QUICK, FakeZaloBot, HandClock, called, loud_logs, stack, until
from tests.channels.test_contract import carried, rows_of

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


async def test_choices_are_numbered_and_a_file_is_owned_up_to(zalo_bot: FakeZaloBot) -> None:
    zalo_bot.say("biết người này")
    channel = zalo_bot.channel()
    choices = (Choice("a", "Đúng rồi"), Choice("b", "Chưa đúng"))
    reply = Reply("Đúng không ạ?", choices, attachment=Attachment("don.pdf", "letter.pdf:1", b"%PDF"))
    assert await channel.send("5", reply, 1)
    no_file = texts.NO_FILES_HERE.format(name="don.pdf")
    assert zalo_bot.texts == [f"Đúng không ạ?\n\n{no_file}\n\n1. Đúng rồi\n2. Chưa đúng"]
    await channel.close()


async def test_typing_can_be_shown(zalo_bot: FakeZaloBot) -> None:
    zalo_bot.say("biết người này")
    channel = zalo_bot.channel()
    await channel.typing("5")
    assert zalo_bot.calls("sendChatAction") == [{"chat_id": "5", "action": "typing"}]
    await channel.close()


async def test_a_second_try_goes_on_behind_the_part_that_was_taken(zalo_bot: FakeZaloBot) -> None:
    zalo_bot.say("biết người này")
    channel = zalo_bot.channel()
    reply = Reply("\n\n".join(f"Đoạn {n}. {'chữ ' * 300}".strip() for n in range(4)))
    zalo_bot.fault("sendMessage", "slow", seconds=0)
    zalo_bot.fault("sendMessage", "status", status=429, description="Quota exceeded", http=False)
    with pytest.raises(Throttled):
        await channel.send("5", reply, 1)
    await channel.send("5", reply, 1)
    assert "\n\n".join(zalo_bot.texts) == reply.text
    await channel.close()


# Zalo's faults


@dataclass(frozen=True, slots=True)
class Course:
    """
    What becomes of one reply that meets `faults`: at once, and after two hours, with the messages that Zalo took.
    """

    faults: tuple[Mapping[str, Any], ...]
    at_once: OutboxState
    later: OutboxState
    doubts: int
    taken: int


def status(code: int, http: bool = False) -> Mapping[str, Any]:
    return {"kind": "status", "status": code, "description": "no", "http": http}


PENDING, SENT, REFUSED, UNCERTAIN = (
    OutboxState.PENDING,
    OutboxState.SENT,
    OutboxState.REFUSED,
    OutboxState.UNCERTAIN,
)
CUT_BEFORE, CUT_AFTER = {"kind": "cut_before"}, {"kind": "cut_after"}
COURSES = {
    "quota in a 200": Course((status(429),), PENDING, SENT, 0, 1),
    "quota": Course((status(429, http=True),), PENDING, SENT, 0, 1),
    "token": Course((status(401),), PENDING, SENT, 0, 1),
    "not a message": Course((status(400),), REFUSED, REFUSED, 0, 0),
    "no such chat": Course((status(404, http=True),), REFUSED, REFUSED, 0, 0),
    "403 is theirs": Course((status(403),), PENDING, SENT, 0, 1),
    "timed out": Course((status(408),), PENDING, SENT, 1, 1),
    "server error": Course((status(500, http=True),), PENDING, SENT, 0, 1),
    "no without a code": Course((status(0),), PENDING, SENT, 0, 1),
    "server error twice": Course((status(502, http=True), status(503, http=True)), PENDING, PENDING, 0, 0),
    "cut before": Course((CUT_BEFORE,), PENDING, SENT, 1, 1),
    "cut after": Course((CUT_AFTER,), PENDING, SENT, 1, 2),
    "cut before twice": Course((CUT_BEFORE, CUT_BEFORE), PENDING, UNCERTAIN, 1, 0),
    "cut after twice": Course((CUT_AFTER, CUT_AFTER), PENDING, UNCERTAIN, 1, 2),
    "answer too late": Course(({"kind": "slow", "seconds": 1.3},), PENDING, SENT, 1, 2),
    "answer unreadable": Course(({"kind": "malformed"},), PENDING, SENT, 1, 2),
}


@pytest.mark.parametrize("name", COURSES)
async def test_each_fault_ends_in_its_state(name: str, database: Path, zalo_bot: FakeZaloBot) -> None:
    course, clock, channel = COURSES[name], HandClock(), zalo_bot.channel()
    app = stack(database, channel, clock=clock)
    zalo_bot.say("biết người này")
    await app.receive(IncomingMessage(ConversationKey("zalo_bot", "5"), "1", clock(), text="khi nào?"))
    for fault in course.faults:
        zalo_bot.fault("sendMessage", **fault)
    await app.courier.deliver()
    (row,) = await rows_of(app, "zalo_bot")
    assert row.state is course.at_once
    clock.forward(timedelta(hours=2))
    await app.courier.deliver()
    (row,) = await rows_of(app, "zalo_bot")
    assert (row.state, row.doubts, len(zalo_bot.sent)) == (course.later, course.doubts, course.taken)
    await close(app, channel)


async def test_a_zalo_that_cannot_be_reached_took_nothing(database: Path) -> None:
    channel = ZaloBot(TOKEN, "http://127.0.0.1:1", pace=QUICK)
    app = stack(database, channel)
    await app.receive(IncomingMessage(ConversationKey("zalo_bot", "5"), "1", app.clock(), text="khi nào?"))
    await app.courier.deliver()
    (row,) = await rows_of(app, "zalo_bot")
    assert (row.state, row.doubts) == (PENDING, 0)
    await close(app, channel)


async def test_nothing_is_refused_for_good_on_a_token_that_is_not_accepted(zalo_bot: FakeZaloBot) -> None:
    channel = zalo_bot.channel(token="12345689:wrong")
    for _ in range(2):
        with pytest.raises(Throttled):
            await channel.send("5", Reply("a"), 1)
    assert zalo_bot.calls("sendMessage") == []
    await channel.close()


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


async def test_idle_polls_are_no_errors(zalo_bot: FakeZaloBot) -> None:
    with structlog.testing.capture_logs() as logged:
        async with polling(zalo_bot.channel(replace(QUICK, poll=0)), nowhere):
            await until(lambda: len(zalo_bot.calls("getUpdates")) >= 4)
    assert {line["event"] for line in logged} == {"zalo_bot_listening"}
    assert {call["timeout"] for call in zalo_bot.calls("getUpdates")} == {"0"}


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


async def test_in_a_storm_nothing_that_was_handed_over_is_lost_and_only_doubts_are_doubled(
    database: Path, zalo_bot: FakeZaloBot
) -> None:
    dice, clock = random.Random(7), HandClock()
    said = {person: [f"câu {n} của {person}" for n in range(5)] for person in ("5", "6", "7")}
    for n in range(5):
        for person, questions in said.items():
            zalo_bot.say(questions[n], chat_id=person)
    for kind in dice.choices(["cut_before", "duplicate", "out_of_order", "status"], k=10):
        zalo_bot.fault("getUpdates", kind, status=502)
    async with at_work(database, zalo_bot, clock) as (app, _):
        await until(lambda: zalo_bot.idle, within=15)
        await carried(app)
        for kind in dice.choices(["status", "cut_before", "malformed", "cut_after"], [4, 2, 1, 1], k=12):
            zalo_bot.fault("sendMessage", kind, status=502)
        for _ in range(15):
            await app.courier.deliver()
            clock.forward(timedelta(minutes=40))
        for person, questions in said.items():
            await check(app, person, questions, zalo_bot)


async def check(app: App, person: str, questions: list[str], zalo_bot: FakeZaloBot) -> None:
    """
    Each reply in its order, once and once more a doubt; only one that is called uncertain may be missing.
    """
    seen = [message["text"] for message in zalo_bot.sent if message["chat_id"] == person]
    rows = await rows_of(app, "zalo_bot", person)
    answers = [row.payload["text"] for row in rows]
    assert answers == [HEARD.format(text) for text in questions]
    assert list(dict.fromkeys(seen)) == [answer for answer in answers if answer in seen]
    for row, answer in zip(rows, answers, strict=True):
        assert row.state in {SENT, UNCERTAIN}
        assert int(row.state is SENT) <= seen.count(answer) <= row.doubts + 1


async def test_what_the_webhook_is_told_twice_and_in_another_order_is_handled_once(
    database: Path, zalo_bot: FakeZaloBot
) -> None:
    channel = zalo_bot.channel()
    app = stack(database, channel, hooks=[channel])
    zalo_bot.fault("webhook", "duplicate", times=3)
    zalo_bot.fault("webhook", "out_of_order", times=3)
    async with called(app) as url:
        task = asyncio.create_task(channel.be_called(f"{url}/hooks/zalo_bot"))
        await until(lambda: zalo_bot.calls("setWebhook"))
        for n in range(6):
            zalo_bot.say(f"câu {n}")
        await until(lambda: zalo_bot.idle)
        task.cancel()
        await asyncio.wait({task})
    await settled(app)
    assert sorted(zalo_bot.texts) == [HEARD.format(f"câu {n}") for n in range(6)]
    assert zalo_bot.answers == [200] * 9
    await close(app, channel)


@pytest.mark.parametrize("secret", [None, "", "wrong", TOKEN])
async def test_a_call_without_the_secret_is_refused(
    database: Path, zalo_bot: FakeZaloBot, secret: str | None
) -> None:
    channel = zalo_bot.channel()
    app = stack(database, channel, hooks=[channel])
    headers = {} if secret is None else {"X-Bot-Api-Secret-Token": secret}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://bot") as server:
        answer = await server.post("/hooks/zalo_bot", headers=headers, json=event(text="a"))
    async with app.database.read() as uow:
        kept = await uow.updates.counts()
    assert (answer.status_code, kept) == (401, {})
    await close(app, channel)


# What the logs say


async def test_no_token_and_no_word_of_anybody_is_logged(
    zalo_bot: FakeZaloBot, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("status", "cut_before", "malformed"):
        zalo_bot.fault("getMe", kind)
    zalo_bot.fault("sendMessage", "status", status=401, description=f"bad token {TOKEN}", http=False)
    with loud_logs():
        async with at_work(database, zalo_bot) as (app, _):
            zalo_bot.say("điều riêng tư")
            await until(lambda: zalo_bot.idle)
            await settled(app)
    logged = capsys.readouterr().err
    events = {json.loads(line)["event"] for line in logged.splitlines()}
    assert {"zalo_bot_away", "zalo_bot_token_refused"} <= events
    assert "HTTP Request: POST" in logged
    for secret in (TOKEN, TOKEN.partition(":")[2], "điều riêng tư"):
        assert secret not in logged


def test_without_a_token_there_is_no_channel() -> None:
    assert ZaloBot.from_settings(Settings(_env_file=None)) is None  # type: ignore[call-arg]
