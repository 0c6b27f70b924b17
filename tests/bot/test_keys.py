"""
The key of a bot on one's own machine: never replaced in silence, never left open to others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.keys import seal_for
from bot.settings import Settings
from db.errors import Unusable
from db.records import NewCase
from db.seal import Seal, new_key
from db.uow import Database
from tests.fakes import NOW, settings_for


def settings_at(folder: Path) -> Settings:
    return settings_for(f"sqlite:///{folder / 'ct.db'}", data_key=None)


async def keep(folder: Path, seal: Seal, address: str = "5") -> None:
    database = Database(f"sqlite:///{folder / 'ct.db'}", seal)
    await database.migrate()
    async with database.write() as uow:
        await uow.conversations.save("web", address, {"flow": "ask"}, None, NOW)
        await uow.commit()
    await database.close()


async def test_a_key_that_was_lost_is_not_replaced_in_silence(tmp_path: Path) -> None:
    await keep(tmp_path, seal_for(settings_at(tmp_path)))
    file = tmp_path / "ct.db.key"
    file.unlink()
    with pytest.raises(Unusable, match="không còn"):
        seal_for(settings_at(tmp_path))
    assert not file.exists()


async def test_an_empty_database_gets_a_key(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ct.db'}", Seal(new_key()))
    await database.migrate()
    await database.close()
    seal_for(settings_at(tmp_path))
    assert (tmp_path / "ct.db.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_could_read_is_shut(tmp_path: Path) -> None:
    seal_for(settings_at(tmp_path))
    file = tmp_path / "ct.db.key"
    file.chmod(0o644)
    seal_for(settings_at(tmp_path))
    assert file.stat().st_mode & 0o777 == 0o600


async def test_an_old_row_under_a_key_that_was_taken_out_too_early_stops_the_start(tmp_path: Path) -> None:
    await keep(tmp_path, Seal(new_key()), "old")
    newest = Database(f"sqlite:///{tmp_path / 'ct.db'}", Seal(new_key()))
    with pytest.raises(Unusable, match=r"cuộc trò chuyện .* trong cơ sở dữ liệu"):
        await newest.migrate()
    await newest.close()


async def test_so_does_an_old_registration_after_its_conversation_was_forgotten(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ct.db'}", Seal(new_key()))
    await database.migrate()
    case = NewCase("100000001", "sent", "31684", 2026, {"head": "Lan"}, "", None, False)
    async with database.write() as uow:
        await uow.desk(lambda rows: rows.cases.add(case, NOW))
        await uow.commit()
    await database.close()
    newest = Database(f"sqlite:///{tmp_path / 'ct.db'}", Seal(new_key()))
    with pytest.raises(Unusable, match=r"đơn đăng ký .* trong cơ sở dữ liệu"):
        await newest.migrate()
    await newest.close()
