"""
`doctor`: what is wrong is named with what to do, nothing is changed by looking, and no secret is shown.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import doctor
from bot.clock import system_clock
from bot.findings import Finding
from db.engine import newest_revision
from db.records import OutboxMessage, StoredGrant
from db.seal import new_key
from db.uow import Database
from handlers import texts_doctor as say
from handlers.messages import Reply, reply_to_json
from knowledge.library import Library
from tests.channels import fake_telegram, fake_zalo_bot, fake_zalo_oa
from tests.channels.rehearsal import FakeTelegram, FakeZaloBot, FakeZaloOa, until
from tests.fakes import KEY, SEAL, SmallLibrary
from tests.processes import BOT, PATIENCE, SMALL_BOT, free_port, running, start, stdout_until

OTHER_TOKEN = "987654:AAFakeOther"
SECRETS = (
    fake_telegram.TOKEN,
    fake_zalo_bot.TOKEN,
    OTHER_TOKEN,
    fake_zalo_oa.APP_SECRET,
    fake_zalo_oa.OA_SECRET,
    fake_zalo_oa.FIRST_REFRESH,
    KEY,
    "geheim",
)
GONE = "http://127.0.0.1:1"
PUBLIC = "http://127.0.0.1:2"
READING = {"getme", "getwebhookinfo"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "shipped", lambda today: SmallLibrary())


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """
    Where the bot runs, with a database of the newest schema.
    """
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated, home / "ct.db")
    return home


Examine = Callable[..., Any]


@pytest.fixture
def examine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """
    Looks with these settings; returns what was found by its check. Nothing in the folder may have changed, no secret
    may be shown, and whatever is wrong comes with what to do.
    """
    monkeypatch.chdir(folder)
    port = str(free_port())

    async def look(ahead: timedelta = timedelta(), **settings: str) -> Mapping[str, Finding]:
        wanted = {"DATABASE_URL": "sqlite:///ct.db", "DATA_KEY": KEY, "WEB_PORT": port, **settings}
        env = folder.parent / "env"
        env.write_text("".join(f"{name}={value}\n" for name, value in wanted.items() if value))
        env.chmod(0o600)
        before = contents(folder)
        found = await doctor.examine(env, lambda: system_clock() + ahead)
        assert contents(folder) == before
        shown = "".join(f"{finding.says}{finding.do}" for finding in found)
        assert not any(secret in shown for secret in SECRETS)
        assert all(finding.do for finding in found if finding.state == "wrong")
        assert {finding.check for finding in found} <= set(say.NAMES)
        return {finding.check: finding for finding in found}

    return look


def contents(folder: Path) -> Mapping[str, tuple[int, str]]:
    return {
        path.name: (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest()) for path in folder.iterdir()
    }


def broken(found: Mapping[str, Finding]) -> list[str]:
    return [check for check, finding in found.items() if finding.state == "wrong"]


def states(found: Mapping[str, Finding], *checks: str) -> list[str]:
    return [found[check].state for check in checks]


# This machine


async def test_a_bot_that_is_off_and_well_is_called_well(examine: Examine) -> None:
    found = await examine()
    assert broken(found) == []
    assert states(found, "key", "database", "schema", "plans", "bot", "telegram") == [*["fine"] * 4, "off", "off"]


async def test_before_the_first_start_nothing_is_made(examine: Examine, folder: Path) -> None:
    (folder / "ct.db").unlink()
    found = await examine(DATA_KEY="")
    assert broken(found) == []
    assert states(found, "key", "database") == ["note", "note"]


async def test_a_database_that_is_held_by_a_writer_is_read(examine: Examine, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ct.db", isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("CREATE TABLE other (id INTEGER)")
        held.execute("BEGIN IMMEDIATE")
        found = await doctor.examine(env_of(folder), system_clock)
    assert not [finding.check for finding in found if finding.state == "wrong"]


def env_of(folder: Path) -> Path:
    env = folder.parent / "env"
    env.write_text(f"DATABASE_URL=sqlite:///ct.db\nDATA_KEY={KEY}\nWEB_PORT={free_port()}\n")
    return env


async def test_a_schema_that_is_behind_is_named(examine: Examine, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ct.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    found = await examine()
    assert broken(found) == ["schema"]
    assert newest_revision() in found["schema"].says


async def test_a_damaged_file_is_named(examine: Examine, folder: Path) -> None:
    file = folder / "ct.db"
    file.write_bytes(file.read_bytes()[:5000])
    assert broken(await examine()) == ["database"]


@pytest.mark.parametrize(
    ("settings", "check"),
    [
        ({"DATA_KEY": "geheim"}, "key"),
        ({"DATA_KEY": "", "PUBLIC_URL": "http://127.0.0.1:2"}, "key"),
        ({"DATABASE_URL": "sqlite:///no/such/folder/ct.db"}, "database"),
        ({"DATABASE_URL": "mysql://geheim@127.0.0.1/ct"}, "database"),
        ({"DATABASE_URL": "postgresql://bot:geheim@127.0.0.1:1/ct"}, "database"),
        ({"WEB_PORT": "geheim"}, "settings"),
        ({"TELEGRAM_BOT_TOKN": "geheim"}, "settings"),
    ],
)
async def test_what_is_set_wrong_is_named(examine: Examine, settings: Mapping[str, str], check: str) -> None:
    assert check in broken(await examine(**settings))


async def test_a_server_that_is_away_is_told_in_its_own_words_with_what_to_do(examine: Examine) -> None:
    found = (await examine(DATABASE_URL="postgresql://bot:geheim@127.0.0.1:1/ct"))["database"]
    assert "Connection refused" in found.says
    assert "Chạy PostgreSQL" in found.do


@pytest.mark.postgresql
async def test_a_database_that_was_never_made_is_named(examine: Examine, database_url: str, engine: str) -> None:
    found = (await examine(DATABASE_URL=f"{database_url}_never"))["database"]
    assert "_never" in found.says
    assert "createdb" in found.do


async def test_a_database_without_tables_is_no_fault(examine: Examine, empty_url: str, engine: str) -> None:
    found = await examine(DATABASE_URL=empty_url)
    assert broken(found) == []
    assert found["schema" if engine == "postgresql" else "database"].state in {"note", "fine"}


async def test_a_place_that_cannot_be_written_to_is_named(examine: Examine) -> None:
    found = (await examine(DATABASE_URL="sqlite:////proc/self/ct.db"))["database"]
    assert (found.state, "/proc/self" in found.says, "quyền ghi" in found.do) == ("wrong", True, True)


async def test_a_key_that_does_not_open_what_is_there_is_named(examine: Examine, folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'ct.db'}", SEAL)
    async with database.write() as uow:
        await uow.conversations.save("web", "5", {"flow": "ask"}, None, system_clock())
        await uow.commit()
    await database.close()
    assert broken(await examine(DATA_KEY=new_key())) == ["key"]
    assert broken(await examine(DATA_KEY="")) == ["key"]
    assert broken(await examine()) == []


async def test_a_clock_that_is_off_is_named(examine: Examine, fake: FakeTelegram) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": fake_telegram.TOKEN, "TELEGRAM_API_URL": fake.url}
    assert broken(await examine(**settings)) == []
    assert broken(await examine(timedelta(minutes=5), **settings)) == ["clock"]
    assert broken(await examine(timedelta(days=-400))) == ["clock"]


async def test_messages_that_wait_for_long_are_spoken_of(examine: Examine, folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'ct.db'}", SEAL)
    async with database.write() as uow:
        letter = OutboxMessage("telegram", "5", "k", reply_to_json(Reply("geheim")))
        await uow.outbox.add(letter, system_clock() - timedelta(hours=1))
        await uow.commit()
    await database.close()
    found = await examine()
    assert (found["outbox"].state, "telegram: 1 tin" in found["outbox"].says) == ("note", True)


async def test_a_file_of_secrets_that_others_can_read_is_spoken_of(examine: Examine, folder: Path) -> None:
    key = folder / "ct.db.key"
    key.write_text(KEY)
    key.chmod(0o644)
    found = await examine()
    assert (found["secrets"].state, found["secrets"].do) == ("note", "chmod 600 ct.db.key")


async def test_a_server_database_is_looked_at_too(examine: Examine, database_url: str, engine: str) -> None:
    found = await examine(DATABASE_URL=database_url)
    assert states(found, "key", "database", "schema", "outbox") == ["fine"] * 4


# The servers


async def test_tokens_are_tried_by_asking_alone(examine: Examine, fake: FakeTelegram, zalo_bot: FakeZaloBot) -> None:
    found = await examine(
        TELEGRAM_BOT_TOKEN=fake_telegram.TOKEN,
        TELEGRAM_API_URL=fake.url,
        ZALO_BOT_TOKEN=fake_zalo_bot.TOKEN,
        ZALO_BOT_API_URL=zalo_bot.url,
    )
    assert broken(found) == []
    assert all(found[check].state == "fine" and found[check].rehearsed for check in ("telegram", "zalo_bot"))
    assert [found[f"{check}_webhook"].says for check in ("telegram", "zalo_bot")] == [say.HOOK_NONE] * 2
    for server in (fake, zalo_bot):
        assert {call["method"].lower() for call in server.client.get("/_control/calls").json()} == READING


@pytest.mark.parametrize(("channel", "token"), [("telegram", "TELEGRAM_BOT_TOKEN"), ("zalo_bot", "ZALO_BOT_TOKEN")])
async def test_a_wrong_token_and_a_server_that_is_away_are_told_apart(
    examine: Examine, fake: FakeTelegram, zalo_bot: FakeZaloBot, channel: str, token: str
) -> None:
    url = fake.url if channel == "telegram" else zalo_bot.url
    refused = await examine(**{token: OTHER_TOKEN, f"{channel.upper()}_API_URL": url})
    away = await examine(**{token: OTHER_TOKEN, f"{channel.upper()}_API_URL": GONE})
    assert broken(refused) == broken(away) == [channel]
    assert "không nhận mã" in refused[channel].says
    assert "không liên lạc được" in away[channel].says


async def test_a_webhook_is_held_against_public_url(examine: Examine, fake: FakeTelegram) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": fake_telegram.TOKEN, "TELEGRAM_API_URL": fake.url}
    fake.client.post(f"/bot{fake_telegram.TOKEN}/setWebhook", json={"url": f"{PUBLIC}/hooks/telegram"})
    ours, none = await examine(**settings, PUBLIC_URL=PUBLIC), await examine(**settings)
    assert states(ours, "telegram_webhook", "public") == ["fine", "note"]
    assert states(none, "telegram_webhook", "public") == ["note", "off"]
    assert "sẽ gỡ đi" in none["telegram_webhook"].says
    fake.client.post(f"/bot{fake_telegram.TOKEN}/setWebhook", json={"url": "https://other.example/hooks/telegram"})
    other = (await examine(**settings, PUBLIC_URL=PUBLIC))["telegram_webhook"]
    assert (other.state, f"sẽ đổi thành {PUBLIC}" in other.says) == ("note", True)
    assert "https://other.example/hooks/telegram" in other.do


async def test_the_right_to_send_of_an_account_is_told(examine: Examine, folder: Path, zalo_oa: FakeZaloOa) -> None:
    now = system_clock()
    fresh = await examine(**account(zalo_oa))
    await grant(folder, now + timedelta(hours=25), handed_out(zalo_oa))
    asked = zalo_oa.seen("refreshes")
    good = await examine(**account(zalo_oa))
    await grant(folder, now - timedelta(hours=1))
    over = await examine(**account(zalo_oa))
    assert [states(found, "zalo_oa", "zalo_oa_token") for found in (fresh, good, over)] == [
        ["fine", "note"],
        ["fine", "fine"],
        ["fine", "note"],
    ]
    assert "UBND diễn tập" in good["zalo_oa_token"].says
    assert zalo_oa.seen("refreshes") == asked


async def test_a_right_to_send_that_zalo_does_not_take_is_named(
    examine: Examine, folder: Path, zalo_oa: FakeZaloOa
) -> None:
    await grant(folder, system_clock() + timedelta(hours=25), handed_out(zalo_oa))
    zalo_oa.do("spoil")
    found = await examine(**account(zalo_oa))
    assert broken(found) == ["zalo_oa_token"]
    assert "-216" in found["zalo_oa_token"].says
    assert "ZALO_OA_REFRESH_TOKEN" in found["zalo_oa_token"].do


async def test_where_zalo_says_nothing_the_right_to_send_is_not_judged(
    examine: Examine, folder: Path, zalo_oa: FakeZaloOa
) -> None:
    await grant(folder, system_clock() + timedelta(hours=25), handed_out(zalo_oa))
    zalo_oa.fault("getoa", "cut_before")
    found = await examine(**account(zalo_oa))
    assert states(found, "zalo_oa", "zalo_oa_token") == ["fine", "note"]


def test_a_running_bot_whose_account_was_never_granted_is_named(folder: Path, zalo_oa: FakeZaloOa) -> None:
    never = {"ZALO_OA_REFRESH_TOKEN": "never-granted", "WEB_PORT": str(free_port())}
    settings = {"DATABASE_URL": "sqlite:///ct.db", "DATA_KEY": KEY, **account(zalo_oa), **never}
    with running(folder, SMALL_BOT, "serve", **settings) as process:
        stdout_until(process, "Ctrl-C")
        lines, code = printed(start(folder, SMALL_BOT, "doctor", "--json", **settings))
    found = {line["check"]: line for line in map(json.loads, lines)}
    assert (code, found["zalo_oa_token"]["state"]) == (1, "wrong")
    assert "cấp quyền lại" in found["zalo_oa_token"]["do"]
    assert "never-granted" not in "".join(lines)


def handed_out(fake: FakeZaloOa) -> str:
    """
    An access token that Zalo gave.
    """
    form = {
        "app_id": fake_zalo_oa.APP_ID,
        "grant_type": "refresh_token",
        "refresh_token": fake_zalo_oa.FIRST_REFRESH,
    }
    told = fake.client.post("/v4/oa/access_token", data=form, headers={"secret_key": fake_zalo_oa.APP_SECRET}).json()
    return str(told["access_token"])


async def grant(folder: Path, expires_at: datetime, access: str = "access") -> None:
    database = Database(f"sqlite:///{folder / 'ct.db'}", SEAL)
    async with database.write() as uow:
        await uow.grants.claim("zalo_oa", "a", system_clock(), timedelta(seconds=1))
        kept = StoredGrant(access, "next", fake_zalo_oa.FIRST_REFRESH, expires_at)
        await uow.grants.keep("zalo_oa", kept, system_clock())
        await uow.commit()
    await database.close()


def account(fake: FakeZaloOa) -> Mapping[str, str]:
    return {
        "ZALO_OA_APP_ID": fake_zalo_oa.APP_ID,
        "ZALO_OA_APP_SECRET": fake_zalo_oa.APP_SECRET,
        "ZALO_OA_SECRET": fake_zalo_oa.OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": fake_zalo_oa.FIRST_REFRESH,
        "ZALO_OA_API_URL": fake.url,
        "ZALO_OA_OAUTH_URL": fake.url,
        "PUBLIC_URL": PUBLIC,
    }


# As a command


async def test_beside_a_running_bot_it_says_that_it_runs(folder: Path, zalo_bot: FakeZaloBot) -> None:
    settings = {
        "DATABASE_URL": "sqlite:///ct.db",
        "DATA_KEY": KEY,
        "WEB_PORT": str(free_port()),
        "ZALO_BOT_TOKEN": fake_zalo_bot.TOKEN,
        "ZALO_BOT_API_URL": zalo_bot.url,
    }
    with running(folder, SMALL_BOT, "serve", **settings) as process:
        stdout_until(process, "Ctrl-C")
        await until(lambda: zalo_bot.held, within=PATIENCE)
        lines, code = printed(start(folder, SMALL_BOT, "doctor", "--json", **settings))
    found = {line["check"]: line for line in map(json.loads, lines)}
    assert (code, found["bot"]["state"]) == (0, "fine")
    assert found["zalo_bot"]["only_rehearsed"]


def test_what_is_broken_ends_it_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    lines, code = printed(start(tmp_path, BOT, "doctor", DATA_KEY="geheim"))
    assert code == 1
    assert any(line.startswith("HỎNG    Khóa: ") for line in lines)
    assert any("Cần làm: " in line for line in lines)
    assert lines[-1].startswith("Hỏng: 1.")
    assert list(tmp_path.iterdir()) == []


def printed(process: subprocess.Popen[str]) -> tuple[list[str], int]:
    out, err = process.communicate(timeout=PATIENCE)
    assert err == ""
    return out.splitlines(), process.returncode
