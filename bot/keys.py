"""
Where the key comes from that seals what is personal: DATA_KEY, or for a bot on one's own machine a file beside the
database that only its owner can read.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from bot.settings import Settings
from db.engine import sqlite_file
from db.errors import Unusable
from db.seal import Seal, new_key

MISSING = (
    "DATA_KEY is not set. What people tell the bot is stored sealed; without a key it cannot start{where}. "
    "Print a key with `python -m bot key`, put it into .env as DATA_KEY=…, and keep a copy apart from the backups."
)


def seal_for(settings: Settings) -> Seal:
    """
    The seal of this process. Raises Unusable when a key is missing, or is none.
    """
    if settings.data_key is not None:
        return Seal(*(key.strip() for key in settings.data_key.get_secret_value().split(",") if key.strip()))
    if settings.telegram_bot_token or settings.public_url:
        raise Unusable(MISSING.format(where=" where others can reach it"))
    database = sqlite_file(settings.database_url)
    if database is None:
        raise Unusable(MISSING.format(where=" on a database server"))
    if database == Path():
        return Seal(new_key())
    return Seal(_kept_beside(database))


def _kept_beside(database: Path) -> str:
    """
    The key in the file beside a database; made when there is none.
    """
    file = database.with_name(f"{database.name}.key")
    if not file.exists():
        try:
            _make(file)
        except OSError as error:
            raise Unusable(f"The key file {file} cannot be made: {error.strerror}. Set DATA_KEY instead.") from error
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"The key file {file} cannot be read. Put it back, or set DATA_KEY.") from error


def _make(file: Path) -> None:
    """
    Write a fresh key, whole or not at all; of two processes that start at once one is first.
    """
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as fresh:
        fresh.write(f"{new_key()}\n")
    try:
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink()
