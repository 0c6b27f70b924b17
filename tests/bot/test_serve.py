"""
`serve` from start to stop: what is on, there again, quietly gone; and a sentence for what keeps it from
starting.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest
import structlog

from bot.__main__ import main
from bot.serve import CannotStart, bind, ended
from handlers import texts
from knowledge import library as shelf
from knowledge.library import Library
from knowledge.parse import load
from tests.fakes import KEY, SmallLibrary
from tests.processes import BOT, PATIENCE, ROOT, SMALL_BOT, free_port, running, served, stdout_until

STOP_WITHIN = 10


def test_it_starts_says_what_is_on_answers_and_stops(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, database_url, port, BOT) as (process, browser):
        said = stdout_until(process, "Ctrl-C")
        assert f"http://127.0.0.1:{port}" in said
        assert all(f"{name}tắt" in said for name in ("Telegram:   ", "Zalo Bot:   ", "Zalo OA:    "))
        assert all(place in said for place in ("Bến Tre", "Cẩm Thủy", "Đồng Nai", "Sóc Trăng", "Vĩnh Phúc"))
        greet(browser, 1)
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.json()["wrong"]) == (200, [])
        assert set(answer.json()["seen"]) == {"courier web", "porter", "tick remind", "tick rounds", "tick tidy"}
        err = stop(process, signal.SIGTERM)
    assert all(json.loads(line)["level"] in {"debug", "info"} for line in err.splitlines())
    assert "Sóc Trăng" not in err


def test_it_starts_again_on_its_database_and_ctrl_c_stops_it_too(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    for start in (1, 2):
        with served(tmp_path, database_url, port) as (process, browser):
            stdout_until(process, "Ctrl-C")
            greet(browser, start)
            assert browser.get("/readyz").json()["ready"]
            stop(process, signal.SIGINT)


def stop(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """
    Stop it in good order. Returns what it logged.
    """
    stopping = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - stopping < STOP_WITHIN
    assert process.returncode == 0
    assert "đã dừng" in out
    return err


def greet(browser: httpx.Client, start: int) -> None:
    id = f"00000000-0000-0000-0000-00000000000{start}"
    answer = browser.post("/chat/messages", json={"id": id, "text": "/start"}).json()
    assert [message["text"] for message in answer["messages"]] == [texts.GREETING, texts.ASK_PLACE]


def test_a_browser_that_waits_for_news_does_not_hold_up_the_stop(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, database_url, port) as (process, browser):
        stdout_until(process, "Ctrl-C")
        browser.get("/")
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            cookie = f"chungtay={browser.cookies['chungtay']}"
            waiting.sendall(f"GET /chat/messages?wait=25 HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n".encode())
            browser.get("/healthz")
            stopping = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert waiting.recv(4096).startswith(b"HTTP/1.1 200")
        assert process.wait(PATIENCE) == 0
        assert time.monotonic() - stopping < STOP_WITHIN


def test_a_database_that_another_program_holds_does_not_hold_up_the_stop(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, database_url, port) as (process, browser):
        stdout_until(process, "Ctrl-C")
        greet(browser, 1)
        with held(database_url):
            process.send_signal(signal.SIGTERM)
            stopping = time.monotonic()
            process.wait(PATIENCE)
        assert time.monotonic() - stopping < STOP_WITHIN
        assert process.stdout is not None
        assert "Chung Tay" in process.stdout.read()


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """
    While this lasts, nobody else can send, or on SQLite write at all.
    """
    if database_url.startswith("postgresql"):
        with psycopg.connect(database_url) as connection:
            connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            yield
        return
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


def test_a_taken_port_ends_the_process_with_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(tmp_path, SMALL_BOT, "serve", WEB_PORT=port) as process:
            out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    (sentence,) = err.splitlines()
    assert port in sentence
    assert "WEB_PORT" in sentence


# What keeps it from starting, without a process each


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Serve]:
    """
    Runs `serve` with these settings; returns the one sentence that it ends with.
    """
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())
    monkeypatch.setenv("WEB_PORT", str(free_port()))

    def serve(**settings: str) -> str:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        assert main(["serve"]) == 2
        printed = capsys.readouterr()
        assert "đang chạy" not in printed.out
        (sentence,) = printed.err.splitlines()
        assert sentence.startswith("Chung Tay: ")
        assert "geheim" not in sentence
        return sentence

    yield serve
    root.handlers, root.level, logging.raiseExceptions = before
    structlog.reset_defaults()


Serve = Callable[..., str]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "geheim"),
        ("DATABASE_URL", "postgresql://bot:geheim@127.0.0.1:1/chungtay"),
        ("DATABASE_URL", "sqlite:////dev/null/ct.db"),
        ("DATABASE_URL", "sqlite:////proc/ct.db"),
        ("DATABASE_URL", "sqlite:///."),
        ("TELEGRAM_BOT_TOKEN", "geheim"),
        ("ZALO_BOT_TOKEN", "geheim"),
        ("ZALO_OA_APP_ID", "geheim"),
        ("WEB_PORT", "geheim"),
        ("WEB_PORT", "70000"),
        ("WEB_HOST", "no.such.host.invalid"),
        ("WEB_HOST", "a..b"),
        ("WEB_HOST", "192.0.2.1"),
        ("LOG_LEVEL", "geheim"),
        ("DATA_KEY", "geheim"),
    ],
)
def test_a_setting_that_does_not_work_is_named_in_one_sentence(serve: Serve, name: str, value: str) -> None:
    assert name in serve(**{"DATA_KEY": KEY, name: value})


PLAN = "soc-trang-2021"


def broken_text(folder: Path) -> None:
    (folder / f"{PLAN}.txt").write_bytes(b"\xff\xfe\x00")


def empty_text(folder: Path) -> None:
    (folder / f"{PLAN}.txt").write_text("")


def broken_facts(folder: Path) -> None:
    (folder / f"{PLAN}.toml").write_text("[[deadline")


def changed_text(folder: Path) -> None:
    """
    A figure of the plan is changed, so that quotes of its facts are not verbatim any more.
    """
    path = folder / f"{PLAN}.txt"
    path.write_text(path.read_text("utf-8").replace("2021", "2022").replace("30/11", "31/11"), "utf-8")


@pytest.mark.parametrize("breaking", [broken_text, empty_text, broken_facts, changed_text])
def test_a_plan_that_is_damaged_is_named_in_one_sentence(
    serve: Serve, breaking: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = Path(shutil.copytree(ROOT / "knowledge" / "plans", tmp_path / "plans"))
    breaking(plans)
    monkeypatch.setattr(Library, "shipped", shipped)
    monkeypatch.setattr(shelf, "shipped", lambda today: load(plans))
    assert PLAN in serve()


shipped = Library.shipped


def test_a_port_that_could_not_be_taken_is_left_as_it_was() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        with pytest.raises(CannotStart, match="Có Chung Tay khác đang chạy"):
            bind("127.0.0.1", port)
    bind("127.0.0.1", port).close()


async def test_what_outlives_a_cancellation_is_told_again() -> None:
    async def outlive() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(outlive())
    await asyncio.sleep(0)
    await ended([task])

    assert task.cancelled()
