"""
A small library and the real stack around it, for the tests of the web chat.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
import uvicorn
from pydantic import SecretStr

from bot.app import App, build
from bot.channels.web import WebShelf
from bot.settings import Settings
from bot.web import site
from knowledge.answer import Answer, Citation, Kind, Option, Question
from knowledge.areas import Areas
from knowledge.library import Library
from knowledge.places import Named, Place, Whereabouts
from tests.fakes import KEY, SmallAreas

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
QUOTE = (
    "“a) Hộ nghèo đăng ký tham gia phong trào thi đua, có ý thức tự lực vươn lên, chủ động tiếp cận chính sách; "
    "sử dụng vốn vay đúng mục đích, trả nợ gốc và lãi đúng hạn; con trong độ tuổi đi học được đến trường, "
    "không bỏ học giữa chừng.\n\n"
    "b) Gương mẫu chấp hành chủ trương của Đảng, chính sách, pháp luật của Nhà nước "
    "và quy ước của khóm, ấp.”"
)
ANSWER = (
    "Dạ, theo kế hoạch của thành phố Sóc Trăng, hộ nghèo được xét khen khi đạt các điều sau:\n\n"
    f"{QUOTE}\n\n"
    "Kế hoạch này áp dụng cho giai đoạn 2021–2025. Giai đoạn đó đã qua; bà con hỏi lại cán bộ xã về kế hoạch mới.\n\n"
    "Nguồn: Kế hoạch “Thành phố Sóc Trăng chung tay vì người nghèo - Không để ai bị bỏ lại phía sau”, mục III.1.a–b"
)


class SmallLibrary:
    """
    Knows one clause. "sai" quotes what no plan says, "hỏng" breaks, anything else is repeated.
    """

    places = (
        Place("soc-trang", "thành phố Sóc Trăng", "soc-trang-2021"),
        Place("ben-tre", "tỉnh Bến Tre", "ben-tre-2022"),
        Place("cam-thuy", "huyện Cẩm Thủy, tỉnh Thanh Hóa", "cam-thuy-2018"),
    )

    def spell_out(self, text: str) -> str:
        return text

    def named(self, text: str) -> Named:
        return Named((), (), own=False, every=False, both=False, rest=text)

    def whereabouts(self, text: str) -> Whereabouts | None:
        return next((Whereabouts(place) for place in self.places if place.name == text), None)

    def alarm(self, text: str) -> Answer | None:
        return None

    def answer(self, question: Question) -> Answer:
        if "hỏng" in question.text:
            raise RuntimeError("the library broke")
        if "sai" in question.text:
            return Answer(Kind.ANSWER, "Bịa đặt.", (Citation("soc-trang-2021", "I", "Bịa đặt."),))
        if "được khen" in question.text:
            options = (
                Option("Có những hình thức khen nào?", "hình thức khen"),
                Option("Ai xét khen?", "ai xét khen"),
            )
            return Answer(Kind.ANSWER, ANSWER, (Citation("soc-trang-2021", "III.1.a", QUOTE),), options)
        return Answer(Kind.DECLINE, f"Bà con hỏi: {question.text}")

    def explain(self, evidence: Mapping[str, Any], today: date) -> str:
        return ""

    def holds(self, document: str, quote: str) -> bool:
        return quote == QUOTE


def settings_for(database: Path, public_url: str | None = None) -> Settings:
    """
    Settings that look at no `.env`.
    """
    return Settings(
        _env_file=None, database_url=f"sqlite:///{database}", public_url=public_url, data_key=SecretStr(KEY)
    )  # type: ignore[call-arg]


@asynccontextmanager
async def running(database: Path, public_url: str | None = None) -> AsyncIterator[App]:
    """
    The real stack with its courier at work, on this database.
    """
    async with standing(database, public_url) as app:
        courier = asyncio.create_task(carry(app))
        try:
            yield app
        finally:
            app.stopping.set()
            await courier


@asynccontextmanager
async def standing(database: Path, public_url: str | None = None) -> AsyncIterator[App]:
    """
    The real stack without a courier of its own.
    """
    library = cast(Library, SmallLibrary())
    app = build(settings_for(database, public_url), lambda: NOW, library, cast(Areas, SmallAreas()), (WebShelf(),))
    await app.database.migrate()
    try:
        yield app
    finally:
        await app.database.close()


async def carry(app: App) -> None:
    """
    The courier's rounds until the stop, never broken off in the middle of one.
    """
    while not app.stopping.is_set():
        await app.courier.deliver()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await app.stopping.wait()


def browser(app: App, origin: str = "http://chat.test") -> httpx.AsyncClient:
    """
    A client with a cookie jar of its own.
    """
    return httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url=origin)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
async def app(database: Path) -> AsyncIterator[App]:
    async with running(database) as app:
        yield app


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


class Quiet(uvicorn.Server):
    """
    uvicorn that leaves the signals to pytest.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class House:
    """
    A whole server on a port of its own, that can be stopped and started again on the same database.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._port = 0
        self._stack = contextlib.AsyncExitStack()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    async def start(self) -> None:
        """
        Listen; after the first time on the same port again.
        """
        listening = socket.create_server(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        self._stack.callback(listening.close)
        app = await self._stack.enter_async_context(running(self._database))
        server = Quiet(
            uvicorn.Config(site(app), log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=2)
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        self._stack.push_async_callback(self._stop, app, server, serving)

    async def _stop(self, app: App, server: Quiet, serving: asyncio.Task[None]) -> None:
        app.stopping.set()
        server.should_exit = True
        async with asyncio.timeout(10):
            await serving

    async def stop(self) -> None:
        """
        Stop in order; waits for requests under way, at most 10 s.
        """
        await self._stack.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def house(database: Path) -> AsyncIterator[House]:
    house = House(database)
    await house.start()
    yield house
    await house.stop()
