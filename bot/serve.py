"""
Start and stop of the running bot, in one visible order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeAlias

import structlog
import uvicorn

from bot.app import App, build, open_database
from bot.channels.base import SILENT_CALLED, SILENT_POLLED
from bot.channels.telegram import Telegram
from bot.channels.web import WebShelf
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.clock import Clock
from bot.pulse import PORTER, Beat, Pulse, server_of, unheard
from bot.schedule import every
from bot.settings import Settings
from bot.web import site
from db.errors import DatabaseError
from db.uow import Database
from knowledge.areas import Areas
from knowledge.library import Library

log = structlog.get_logger()

DRAIN = timedelta(seconds=10)
"""How long a stop waits for messages that are on their way."""
LAST = timedelta(seconds=9)
"""When a stop that something holds up is ended all the same."""
WEB_DRAIN = 4
"""Seconds that a connection of the web side is given to end."""

Far: TypeAlias = Telegram | ZaloBot | ZaloOa
"""Channels of other people's servers: called there, or called by them."""

ROUNDS = timedelta(minutes=5)
"""How often drafts and waiting cases are looked through."""
REMIND = timedelta(seconds=20)
"""How often it is looked whether a reminder is due."""
AT_WORK = timedelta(seconds=90)
"""How long the courier or the porter may take over one round: longer than any send and any update."""


class CannotStart(Exception):
    """
    The bot cannot start; the sentence says what to change.
    """


async def run_until_stopped(settings: Settings, clock: Clock, library: Library) -> None:
    """
    Run all that the settings turn on, until SIGINT or SIGTERM. Raises CannotStart, Unusable.
    """
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # or httpcore looks for it in vain at each lock
    with bind(settings.web_host, settings.web_port) as listening:
        database, pulse = open_database(settings), Pulse()
        far = far_channels(settings, database, clock, pulse.beat)
        app = build(settings, clock, library, Areas.load(), [WebShelf(), *far], far, database, pulse)
        try:
            await app.begin()
            await app.remind()
            await app.courier.take_over(
                WebShelf.name
            )  # a shelf may be filled twice; no browser shall wait for a lease
            stop = stop_signal()
            print("\n".join(what_is_on(settings, library)), flush=True)
            await _run(app, far, listening, stop)
            print("Chung Tay đã dừng.", flush=True)
        finally:
            await app.database.close()


async def _run(app: App, far: Sequence[Far], listening: socket.socket, stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        site(app), log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=WEB_DRAIN
    )
    server = Quiet(config)
    scheduler = every(
        {"tidy": (timedelta(hours=6), app.tidy), "rounds": (ROUNDS, app.make_rounds), "remind": (REMIND, app.remind)},
        app.pulse,
    )
    scheduler.start()
    expect_all(app, far)
    workers = [
        asyncio.create_task(server.serve(sockets=[listening]), name="web"),
        asyncio.create_task(app.courier.run(), name="courier"),
        asyncio.create_task(app.porter.run(), name="porter"),
    ]
    workers += [asyncio.create_task(_hear(app, channel), name=channel.name) for channel in far]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait({*workers, stopping}, return_when=asyncio.FIRST_COMPLETED)
    scheduler.shutdown(wait=False)
    app.stopping.set()
    server.should_exit = True
    await _wind_down(app, workers, stopping)
    for channel in far:
        await channel.close()
    for task in done - {stopping}:
        if not task.cancelled() and task.exception() is not None:
            raise CannotStart(f"phần {task.get_name()} đã dừng: {task.exception()}") from task.exception()


def expect_all(app: App, far: Sequence[Far]) -> None:
    """
    From now on these parts are to be seen at work, and these channels' servers to be heard.
    """
    for part in (*app.courier.parts, PORTER):
        app.pulse.expect(part, AT_WORK)
    for channel in far:
        called = hook_url(app.settings, channel.name) is not None
        app.pulse.expect(server_of(channel.name), SILENT_CALLED if called else SILENT_POLLED)


async def _hear(app: App, channel: Far) -> None:
    url = hook_url(app.settings, channel.name)
    if url is not None:
        await channel.be_called(url)
    elif isinstance(channel, Telegram):
        await channel.listen(app.receive)
    elif isinstance(channel, ZaloBot):
        await channel.listen(app.porter.store)


def far_channels(settings: Settings, database: Database, clock: Clock, beat: Beat = unheard) -> list[Far]:
    """
    The channels that the settings turn on.
    """
    found = (
        Telegram.from_settings(settings, clock, beat),
        ZaloBot.from_settings(settings, beat),
        ZaloOa.from_settings(settings, database, clock, beat),
    )
    return [channel for channel in found if channel is not None]


def hook_url(settings: Settings, channel: str) -> str | None:
    """
    Where a channel's server calls us; None without PUBLIC_URL: then it is polled.
    """
    return f"{settings.public_url}/hooks/{channel}" if settings.public_url else None


async def _wind_down(app: App, workers: list[asyncio.Task[None]], stopping: asyncio.Task[bool]) -> None:
    """
    Stop receiving, let what is on its way leave, then stop the rest.
    """
    stopping.cancel()
    web, _, *receivers = workers
    for receiver in receivers:
        receiver.cancel()
    await asyncio.wait({web, *receivers}, timeout=DRAIN.total_seconds() / 2)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN.total_seconds() / 4):
            await app.courier.deliver()
    await ended(workers)
    with contextlib.suppress(DatabaseError, TimeoutError):
        async with asyncio.timeout(DRAIN.total_seconds() / 4):
            await app.courier.let_go()


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """
    End these tasks. A cancellation can be lost where it meets an error that a loop outlives: it is said again until
    it is heard.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1)


class Quiet(uvicorn.Server):
    """
    uvicorn without its own signal handlers: the bot stops all of its parts in order.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """
    Take the port before anything else starts. It is TCP by name, or asyncio would leave Nagle's algorithm on: an
    answer in two pieces would wait 40 ms for the caller's acknowledgement. Raises CannotStart when the port is taken
    or the host is not ours.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with contextlib.ExitStack() as undo:
            taken = undo.enter_context(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((host, port))
            taken.listen(2048)
            undo.pop_all()
    except (socket.gaierror, UnicodeError) as error:
        raise CannotStart(f"WEB_HOST {host} không phải địa chỉ của máy này. Thử 127.0.0.1 hoặc 0.0.0.0.") from error
    except PermissionError as error:
        raise CannotStart(
            f"Không dùng được WEB_PORT {port}: {error.strerror}. Cổng dưới 1024 cần quyền mà bot không nên có; "
            "đặt WEB_PORT khác trong .env, chẳng hạn 8080."
        ) from error
    except OSError as error:
        raise CannotStart(
            f"Không dùng được WEB_HOST {host} và WEB_PORT {port}: {error.strerror}. "
            "Có Chung Tay khác đang chạy không? Dừng nó, hoặc đặt WEB_PORT khác trong .env."
        ) from error
    taken.setblocking(False)
    return taken


def stop_signal() -> asyncio.Event:
    """
    An event that Ctrl-C and SIGTERM set. The first of them also sets the time after which the process ends as it
    stands: a database that answers nobody, or that another program holds, is not waited for.
    """
    stop, last = asyncio.Event(), threading.Timer(LAST.total_seconds(), _end_as_it_stands)
    last.daemon = True

    def begin() -> None:
        if not stop.is_set():
            stop.set()
            last.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, begin)
    return stop


def _end_as_it_stands() -> None:
    """
    As a kill would: what is stored stays, and leases run out. Not sys.exit: threads that wait would be waited for.
    """
    log.error("stop_cut_short", after=LAST.total_seconds())
    print(CUT_SHORT, flush=True)
    os._exit(1)


CUT_SHORT = (
    "Chung Tay dừng ngay, không chờ thêm: quá 9 giây còn việc chưa xong, thường vì cơ sở dữ liệu không trả lời hoặc "
    "đang bị chương trình khác giữ. Tin đã nhận và tin chờ gửi không mất."
)


def what_is_on(settings: Settings, library: Library) -> list[str]:
    """
    What a person who starts the bot needs to know: what is on, what is off, and why.
    """
    places = ", ".join(place.name for place in library.places)
    return [
        "Chung Tay đang chạy.",
        f"  Trang web:  {settings.local_url}",
        f"  Telegram:   {_how(settings, 'telegram', 'telegram_bot_token')}",
        f"  Zalo Bot:   {_how(settings, 'zalo_bot', 'zalo_bot_token')}",
        f"  Zalo OA:    {_how(settings, 'zalo_oa', 'zalo_oa_app_id')}",
        f"  Kế hoạch:   {len(library.places)} ({places})",
        "  Dừng lại:   Ctrl-C",
    ]


def _how(settings: Settings, channel: str, setting: str) -> str:
    """
    Whether a channel is on, and which side begins: we ask for its messages, or its server calls us.
    """
    if getattr(settings, setting) is None:
        return f"tắt (đặt {setting.upper()} trong .env để bật)"
    url = hook_url(settings, channel)
    return f"bật, được gọi đến {url}" if url else "bật, bot tự hỏi tin mới"
