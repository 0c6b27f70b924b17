"""
`serve` with Zalo, as a process of its own, at the fake servers: polling, webhooks, a stop in full work.
"""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from handlers import texts
from tests.channels import fake_zalo_bot, fake_zalo_oa
from tests.channels.rehearsal import FakeZaloBot, FakeZaloOa, until
from tests.fakes import KEY
from tests.processes import PATIENCE, SMALL_BOT, free_port, running, stdout_until


def settings(port: int, **more: str) -> Mapping[str, str]:
    return {"DATABASE_URL": "sqlite:///ct.db", "DATA_KEY": KEY, "WEB_PORT": str(port), "LOG_LEVEL": "ERROR", **more}


def bot(fake: FakeZaloBot) -> Mapping[str, str]:
    return {"ZALO_BOT_TOKEN": fake_zalo_bot.TOKEN, "ZALO_BOT_API_URL": fake.url}


def account(fake: FakeZaloOa) -> Mapping[str, str]:
    return {
        "ZALO_OA_APP_ID": fake_zalo_oa.APP_ID,
        "ZALO_OA_APP_SECRET": fake_zalo_oa.APP_SECRET,
        "ZALO_OA_SECRET": fake_zalo_oa.OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": fake_zalo_oa.FIRST_REFRESH,
        "ZALO_OA_API_URL": fake.url,
        "ZALO_OA_OAUTH_URL": fake.url,
    }


async def test_a_polled_bot_that_is_stopped_and_started_again_answers_all_that_it_had_fetched(
    tmp_path: Path, zalo_bot: FakeZaloBot
) -> None:
    environment = settings(free_port(), **bot(zalo_bot))
    said = [f"câu {n}" for n in range(12)]
    with running(tmp_path, SMALL_BOT, "serve", **environment) as process:
        assert "Zalo Bot:   bật, bot tự hỏi tin mới" in stdout_until(process, "Ctrl-C")
        await until(lambda: zalo_bot.idle, within=PATIENCE)
        for text in said:
            zalo_bot.say(text)
        await until(lambda: zalo_bot.idle, within=PATIENCE)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    with running(tmp_path, SMALL_BOT, "serve", **environment) as process:
        await until(lambda: len(answered(zalo_bot.texts)) == len(said), within=PATIENCE * 2)
    assert answered(zalo_bot.texts) == said


def answered(replies: list[str]) -> list[str]:
    """
    The questions that were answered, in the order of their first answers.
    """
    return list(dict.fromkeys(text.rpartition(": ")[2] for text in replies if ": câu " in text))


async def test_with_a_public_address_both_are_called_there_and_answer(
    tmp_path: Path, zalo_bot: FakeZaloBot, zalo_oa: FakeZaloOa
) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    environment = settings(port, PUBLIC_URL=here, **bot(zalo_bot), **account(zalo_oa))
    with running(tmp_path, SMALL_BOT, "serve", **environment) as process:
        assert "Zalo OA:    bật" in stdout_until(process, "Ctrl-C")
        await until(lambda: zalo_bot.calls("setWebhook"), within=PATIENCE)
        zalo_oa.do("hook", url=f"{here}/hooks/zalo_oa")
        zalo_bot.say("/start")
        zalo_oa.say("/start")
        await until(lambda: zalo_bot.sent and zalo_oa.sent, within=PATIENCE)
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=PATIENCE)
    assert zalo_bot.texts[0].startswith(texts.GREETING)
    assert zalo_oa.texts[0].startswith(texts.GREETING)
    assert (process.returncode, logged) == (0, "")


async def test_a_stop_does_not_wait_for_a_server_that_hangs_and_loses_nothing(
    tmp_path: Path, zalo_bot: FakeZaloBot
) -> None:
    zalo_bot.fault("sendMessage", "slow", seconds=10 * PATIENCE)
    with running(tmp_path, SMALL_BOT, "serve", **settings(free_port(), **bot(zalo_bot))) as process:
        stdout_until(process, "Ctrl-C")
        await until(lambda: zalo_bot.held, within=PATIENCE)
        zalo_bot.say("/start")
        await until(lambda: zalo_bot.calls("sendMessage"), within=PATIENCE)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "đã dừng" in out) == (0, True)
    with closing(sqlite3.connect(tmp_path / "ct.db")) as database:
        (states,) = zip(*database.execute("SELECT DISTINCT state FROM outbox"), strict=True)
    assert set(states) <= {"pending", "sending"}


async def test_a_rehearsal_leaves_the_account_off(tmp_path: Path, zalo_oa: FakeZaloOa) -> None:
    port = free_port()
    environment = settings(port, PUBLIC_URL=f"http://127.0.0.1:{port}", **account(zalo_oa))
    moment = "2026-11-23T07:59:30+07:00"
    with running(tmp_path, SMALL_BOT, "serve", "--clock", moment, **environment) as process:
        assert "Zalo OA:    tắt" in stdout_until(process, "Ctrl-C")
    assert zalo_oa.seen("refreshes") == []
