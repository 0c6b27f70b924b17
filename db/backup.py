"""
A SQLite database copied whole while others write to it, and proved to be sound before it gets its name.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from db.errors import Unusable


def copy_database(source: Path, target: Path) -> None:
    """
    Copy one moment of a database into a single new file that only its owner can read. Raises Unusable, and leaves
    the target as it was, when it is there already, or when the source is no sound database of Chung Tay.
    """
    if not source.is_file() or not source.stat().st_size:
        raise Unusable(f"Không có cơ sở dữ liệu ở {source}. Ghi tệp khác.")
    _refuse_to_overwrite(target)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(source, draft)
        _refuse_to_overwrite(target)
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise Unusable(f"Không chép được {source} sang {target}: {error}. Chưa thay đổi gì.") from error
    finally:
        draft.unlink(missing_ok=True)


def _refuse_to_overwrite(target: Path) -> None:
    """
    An empty file is none: SQLite leaves one behind when it only looks.
    """
    for file in (target, target.with_name(f"{target.name}-wal")):
        if file.exists() and file.stat().st_size:
            raise Unusable(f"Đã có {file}, bot không ghi đè. Dừng bot và cất tệp ấy đi trước.")


def _copy(source: Path, draft: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        closing(sqlite3.connect(draft)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        (found,) = new.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise Unusable(f"{source} bị hư: {found}. Dùng bản sao lưu cũ hơn.")
        new.execute("SELECT version_num FROM alembic_version")
