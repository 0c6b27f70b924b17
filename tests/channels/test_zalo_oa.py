"""
The Zalo Official Account: what it understands, whom it believes, how it keeps its right to send, and what becomes of
messages that meet a window or a fault.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.channels.base import Blocked, Closed, SendError, Throttled, Unreachable
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.parse import parse, position_of
from bot.web import site
from db.errors import Away
from db.records import Account, OutboxState
from db.uow import Database
from handlers.messages import ConversationKey, IncomingMessage, Json, Reply, Unreadable
from tests.channels.desks import CUT_BEFORE, UNREADABLE, status
from tests.channels.fake_zalo_oa import APP_ID, APP_SECRET, FIRST_REFRESH, OA_SECRET, TEMPLATE
from tests.channels.rehearsal import HEARD, FakeZaloOa, HandClock, stack, until
from tests.fakes import SEAL, rows_of

WRITTEN = datetime(2026, 9, 16, 3, 0, 0, 123000, UTC)
NOW = WRITTEN + timedelta(minutes=1)
PERSON = ConversationKey("zalo_oa", "246845883529197922")


def event(kind: str = "user_send_text", **message: Any) -> Json:
    """
    An event in the shape of Zalo's documents.
    """
    return {
        "app_id": APP_ID,
        "sender": {"id": PERSON.address},
        "recipient": {"id": "388613280878808645"},
        "event_name": kind,
        "timestamp": "1789527600123",
        "message": {"msg_id": "96d3cdf3af150460909", **message},
    }


# What comes in


def test_a_text_is_heard() -> None:
    update = event(text="Khi nào nộp báo cáo?")
    expected = IncomingMessage(PERSON, "96d3cdf3af150460909", WRITTEN, text="Khi nào nộp báo cáo?", numbered=True)
    assert parse(update, NOW) == expected
    assert position_of(update, NOW) == 1789527600123


@pytest.mark.parametrize(
    ("kind", "unreadable"),
    [
        ("user_send_image", Unreadable.PHOTO),
        ("user_send_sticker", Unreadable.STICKER),
        ("user_send_file", Unreadable.FILE),
        ("user_send_audio", Unreadable.VOICE),
        ("user_send_video", Unreadable.OTHER),
        ("user_send_location", Unreadable.LOCATION),
        ("user_send_business_card", Unreadable.CONTACT),
    ],
)
def test_what_is_no_text_is_told_by_its_kind(kind: str, unreadable: Unreadable) -> None:
    message = parse(event(kind, attachments=[{"type": "x", "payload": {"url": "https://example.vn"}}]), NOW)
    assert message is not None
    assert (message.text, message.unreadable, message.private) == ("", unreadable, True)


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        {},
        event(),
        event(text="a", msg_id=None),
        event("oa_send_text", text="a"),
        event("user_send_group_text", text="a"),
        event("user_seen_message", msg_ids=["1"]),
        event("user_received_message"),
        {"event_name": "follow", "follower": {"id": "1"}, "timestamp": "1"},
    ],
)
def test_what_nobody_said_is_let_go(update: Json) -> None:
    assert parse(update, NOW) is None


FIELDS = st.sampled_from(["event_name", "sender", "message", "id", "text", "msg_id", "timestamp"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("user_send_text")


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)))
def test_no_payload_breaks_it(update: Json) -> None:
    parse(update, NOW)
    assert position_of(update, NOW) >= 0


# Whom it believes


def signature(body: bytes, timestamp: str = "1789527600123", secret: str = OA_SECRET) -> str:
    return hashlib.sha256(APP_ID.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


BODY = json.dumps(event(text="Xã ơi"), ensure_ascii=False, separators=(",", ":")).encode()
SPACED = json.dumps(event(text="Xã ơi"), indent=2).encode()


@pytest.mark.parametrize(
    ("body", "given_", "status"),
    [
        (BODY, signature(BODY), 200),
        (BODY, f"mac={signature(BODY)}", 200),
        (BODY, f"mac={signature(BODY).upper()}", 200),
        (SPACED, f"mac={signature(SPACED)}", 200),
        (SPACED, f"mac={signature(BODY)}", 401),
        (BODY.replace("Xã".encode(), "Bà".encode()), signature(BODY), 401),
        (BODY.replace(b"1789527600123", b"1789527600124"), signature(BODY), 401),
        (BODY, signature(BODY, secret=APP_SECRET), 401),
        (BODY, "", 401),
        (BODY, None, 401),
        (b"{}", signature(b"{}", ""), 200),
        (b"{", signature(b"{", "x"), 401),
        (b"\xff", signature(b"\xff", ""), 400),
        (b"[" * 100_000, "", 401),
    ],
)
async def test_only_what_the_account_signed_over_these_bytes_is_kept(
    database: Path, zalo_oa: FakeZaloOa, body: bytes, given_: str | None, status: int
) -> None:
    app = stack(database, hooks=[zalo_oa.channel(Database("sqlite://", SEAL))])
    headers = {} if given_ is None else {"X-ZEvent-Signature": given_}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://bot") as server:
        answer = await server.post("/hooks/zalo_oa", headers=headers, content=body)
    async with app.database.read() as uow:
        kept = await uow.updates.counts()
    await app.database.close()
    assert (answer.status_code, kept) == (status, {"zalo_oa": 1} if status == 200 and body != b"{}" else {})


# At work


@dataclass(frozen=True, slots=True)
class Work:
    """
    The whole bot with the account, on one database.
    """

    app: App
    channel: ZaloOa
    clock: HandClock

    async def state(self) -> OutboxState:
        (row,) = await rows_of(self.app.database)
        return row.state

    async def ask(self) -> None:
        """
        The person wrote; the answer is queued.
        """
        await self.app.receive(
            IncomingMessage(ConversationKey("zalo_oa", "5"), "1", self.clock(), text="khi nào?", numbered=True)
        )


@pytest.fixture
async def work(database: Path, zalo_oa: FakeZaloOa) -> AsyncIterator[Work]:
    grants, clock = Database(f"sqlite:///{database}", SEAL), HandClock()
    channel = zalo_oa.channel(grants, clock, TEMPLATE)
    app = stack(database, channel, clock=clock, hooks=[channel])
    yield Work(app, channel, clock)
    await channel.close()
    await grants.close()
    await app.database.close()


# Windows


async def unreached(app: App) -> bool:
    account = Account("zalo_oa", "5")
    async with app.database.read() as uow:
        return bool(await uow.desk(lambda rows: rows.duties.lost([account])))


async def test_within_7_days_it_arrives_and_after_48_hours_zalo_bills(work: Work, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.say("biết người này")
    for hours in (47, 2, 7 * 24 - 50):
        zalo_oa.do("wait", hours=hours)
        await work.channel.send("5", Reply(f"sau {hours} giờ"), hours)
    assert len(zalo_oa.sent) == 3
    assert len(zalo_oa.seen("billed")) == 2


async def test_after_7_days_a_reply_is_closed_until_the_person_writes_again(work: Work, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.do("wait", hours=7 * 24 + 1)
    with pytest.raises(Closed):
        await work.channel.send("5", Reply("có trả lời"), 1)
    assert zalo_oa.seen("templates") == []
    await work.ask()
    await work.app.courier.deliver()
    assert await work.state() is OutboxState.REFUSED
    assert await unreached(work.app)
    zalo_oa.say("tôi đây")
    await work.app.receive(IncomingMessage(ConversationKey("zalo_oa", "5"), "2", work.clock(), text="tôi đây"))
    assert not await unreached(work.app)
    await work.app.courier.deliver()
    assert zalo_oa.texts == [HEARD.format("khi nào?"), HEARD.format("tôi đây")]


async def test_after_7_days_a_reminder_goes_as_the_template_with_nothing_but_its_brief(
    work: Work, zalo_oa: FakeZaloOa
) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.do("wait", hours=7 * 24 + 1)
    reminder = Reply("Chào anh chị. Còn 7 ngày: nộp báo cáo.", brief="1 việc cần nộp, hạn gần nhất 30/11/2026")
    assert await work.channel.send("5", reminder, 7)
    assert zalo_oa.seen("templates") == [
        {
            "user_id": "5",
            "template_id": TEMPLATE,
            "template_data": {"noi_dung": "1 việc cần nộp, hạn gần nhất 30/11/2026"},
            "tracking_id": "chungtay-7",
        }
    ]
    assert zalo_oa.sent == []


@pytest.mark.parametrize("fault", [status(-201), status(-999), status(500)])
async def test_a_template_that_is_refused_leaves_the_window_closed(
    work: Work, zalo_oa: FakeZaloOa, fault: Mapping[str, Any]
) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.do("wait", hours=7 * 24 + 1)
    zalo_oa.fault("template", **fault)
    with pytest.raises(Closed):
        await work.channel.send("5", Reply("a", brief="b"), 1)


async def test_without_a_template_a_reminder_is_closed(database: Path, zalo_oa: FakeZaloOa) -> None:
    grants = Database(f"sqlite:///{database}", SEAL)
    channel = zalo_oa.channel(grants)
    with pytest.raises(Closed):
        await channel.send("never wrote", Reply("a", brief="b"), 1)
    await channel.close()
    await grants.close()


async def test_who_follows_no_more_is_blocked(work: Work, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.do("leave", user_id="5")
    with pytest.raises(Blocked):
        await work.channel.send("5", Reply("a", brief="b"), 1)


# The right to send


@pytest.fixture
async def replicas(store: Database, zalo_oa: FakeZaloOa) -> AsyncIterator[tuple[list[ZaloOa], HandClock]]:
    """
    Three processes with the account on one database.
    """
    clock = HandClock()
    channels = [zalo_oa.channel(store, clock) for _ in range(3)]
    yield channels, clock
    for channel in channels:
        await channel.close()


async def send_all(channels: list[ZaloOa]) -> list[SendError | str | None]:
    """
    Each sends three messages at once; who is told to wait tries again, as the courier would.
    """

    async def send(channel: ZaloOa, ref: int) -> SendError | str | None:
        for _ in range(200):
            try:
                return await channel.send("5", Reply(f"tin {ref}"), ref)
            except Throttled:
                await asyncio.sleep(0.05)
        return Throttled(timedelta())

    return await asyncio.gather(*(send(channel, ref) for ref in range(3) for channel in channels))


async def test_of_several_processes_one_renews_and_the_chain_goes_on(
    replicas: tuple[list[ZaloOa], HandClock], zalo_oa: FakeZaloOa
) -> None:
    channels, clock = replicas
    zalo_oa.say("biết người này")
    for day in range(4):
        if day:
            clock.forward(timedelta(hours=21))
        sent = await send_all(channels)
        assert all(isinstance(id, str) for id in sent)
        assert zalo_oa.seen("refreshes") == [f"refresh-{n}" for n in range(day + 1)]


async def test_a_token_that_is_taken_no_more_is_renewed_once_for_all(
    replicas: tuple[list[ZaloOa], HandClock], zalo_oa: FakeZaloOa
) -> None:
    channels, _ = replicas
    zalo_oa.say("biết người này")
    await send_all(channels)
    zalo_oa.do("spoil")
    assert all(isinstance(id, str) for id in await send_all(channels))
    assert len(zalo_oa.seen("refreshes")) == 2


async def test_a_token_that_has_run_out_at_zalo_before_its_time_here_is_renewed(
    store: Database, zalo_oa: FakeZaloOa
) -> None:
    zalo_oa.say("biết người này")
    channel = zalo_oa.channel(store)
    for ref in range(2):
        assert await channel.send("5", Reply(f"tin {ref}"), ref)
        zalo_oa.do("wait", hours=26)
    assert len(zalo_oa.seen("refreshes")) == 2
    await channel.close()


async def test_the_new_pair_is_kept_sealed_before_it_is_used(store: Database, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.fault("cs", "cut_before")
    channel = zalo_oa.channel(store)
    with pytest.raises(SendError):
        await channel.send("5", Reply("a"), 1)
    await channel.close()
    async with store.read() as uow:
        grant = await uow.grants.load("zalo_oa")
    assert grant is not None
    assert (grant.access, grant.refresh, grant.seed) == ("access-1", "refresh-1", FIRST_REFRESH)
    async with store.engine.connect() as connection:
        (row,) = (await connection.exec_driver_sql("SELECT sealed FROM grants")).all()
    assert row.sealed.startswith("gAAAA")


async def test_a_renewal_outlives_whoever_waited_for_it(store: Database, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.fault("access_token", "slow", seconds=0.3)
    channel = zalo_oa.channel(store)
    sending = asyncio.create_task(channel.send("5", Reply("a"), 1))
    await until(lambda: zalo_oa.seen("refreshes"))
    sending.cancel()
    await asyncio.wait({sending})
    await channel.close()
    async with store.read() as uow:
        grant = await uow.grants.load("zalo_oa")
    assert grant is not None
    assert grant.refresh == "refresh-1"


async def test_a_process_that_died_while_it_renewed_holds_up_the_others_for_its_lease_only(
    store: Database, zalo_oa: FakeZaloOa
) -> None:
    zalo_oa.say("biết người này")
    clock = HandClock()
    async with store.write() as uow:
        assert await uow.grants.claim("zalo_oa", "dead", clock(), timedelta(seconds=60))
        assert not await uow.grants.claim("zalo_oa", "alive", clock(), timedelta(seconds=60))
        await uow.commit()
    channel = zalo_oa.channel(store, clock)
    with pytest.raises(Throttled):
        await channel.send("5", Reply("a"), 1)
    clock.forward(timedelta(seconds=61))
    assert await channel.send("5", Reply("a"), 1)
    await channel.close()


@pytest.mark.parametrize("fault", [status(-14014), status(500), CUT_BEFORE, UNREADABLE])
async def test_while_the_old_token_is_good_a_renewal_that_fails_holds_up_nobody(
    replicas: tuple[list[ZaloOa], HandClock], zalo_oa: FakeZaloOa, fault: Mapping[str, Any]
) -> None:
    (channel, *_), clock = replicas
    zalo_oa.say("biết người này")
    await channel.send("5", Reply("a"), 1)
    clock.forward(timedelta(hours=21))
    zalo_oa.fault("access_token", **fault)
    assert await channel.send("5", Reply("b"), 2)


@pytest.mark.parametrize("fault", [status(-14014), status(-32), status(500), CUT_BEFORE, UNREADABLE])
async def test_without_a_token_the_channel_waits_and_no_message_is_given_up(
    work: Work, zalo_oa: FakeZaloOa, fault: Mapping[str, Any]
) -> None:
    zalo_oa.say("biết người này")
    zalo_oa.fault("access_token", **fault)
    await work.ask()
    await work.app.courier.deliver()
    (row,) = await rows_of(work.app.database)
    assert (row.state, row.attempts, row.doubts) == (OutboxState.PENDING, 0, 0)


async def test_a_chain_that_is_lost_begins_anew_with_the_token_of_a_new_authorisation(
    store: Database, zalo_oa: FakeZaloOa
) -> None:
    zalo_oa.say("biết người này")
    clock = HandClock()
    zalo_oa.fault("access_token", "cut_after")
    lost = zalo_oa.channel(store, clock)
    for _ in range(2):
        with pytest.raises(Throttled), structlog.testing.capture_logs() as logged:
            await lost.send("5", Reply("a"), 1)
    assert "ZALO_OA_REFRESH_TOKEN" in logged[-1]["hint"]
    await lost.close()
    given_anew = zalo_oa.channel(store, clock, refresh="refresh-1")
    assert await given_anew.send("5", Reply("a"), 1)
    await given_anew.close()


async def test_a_database_that_is_away_sends_nothing_and_says_nothing_against_the_message(
    store: Database, zalo_oa: FakeZaloOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Away("away")

    monkeypatch.setattr(store, "read", away)
    channel = zalo_oa.channel(store)
    with pytest.raises(Unreachable):
        await channel.send("5", Reply("a"), 1)
    await channel.close()


async def test_grants_are_sealed_anew_with_the_newest_key(store: Database, zalo_oa: FakeZaloOa) -> None:
    zalo_oa.say("biết người này")
    channel = zalo_oa.channel(store)
    await channel.send("5", Reply("a"), 1)
    await channel.close()
    assert await store.reseal() == 1
