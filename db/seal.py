"""
Sealing at rest: what is personal lies encrypted in the database, under a key that lies elsewhere.

Fernet (AES-128-CBC with HMAC-SHA256) of the `cryptography` library; several keys for a rotation: the first one seals,
all of them open. A mark is a keyed fingerprint, so that equal telephones can be found without opening any.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from db.errors import Unusable

KEY_HINT = "Khóa gồm 44 ký tự do `python -m bot key` in ra; nhiều khóa thì cách nhau dấu phẩy, mới nhất đứng đầu."
LOST_KEY = (
    "DATA_KEY không mở được {what} trong cơ sở dữ liệu. Đặt lại khóa đã niêm phong nó; đang đổi khóa thì ghi khóa cũ "
    "sau khóa mới và dấu phẩy, cho đến khi chạy xong `python -m bot rekey`."
)


def new_key() -> str:
    """
    A fresh key: 32 random bytes, URL-safe base64.
    """
    return Fernet.generate_key().decode()


class Seal:
    """
    The keys of one process, newest first. Raises Unusable for a key that is none.
    """

    def __init__(self, *keys: str) -> None:
        try:
            self._box = MultiFernet([Fernet(key) for key in keys])
        except (ValueError, TypeError):
            raise Unusable(f"DATA_KEY không phải là khóa. {KEY_HINT}") from None
        self._marking = [hashlib.sha256(b"mark:" + key.encode()).digest() for key in keys]

    def close(self, value: Any) -> str:
        """
        A JSON value, sealed with the newest key.
        """
        return self._box.encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).decode()

    def open(self, sealed: Any) -> Any:
        """
        The JSON value again; what an older version stored unsealed comes back as it is. Raises Unusable when none of
        the keys opens it.
        """
        if not isinstance(sealed, str):
            return sealed
        try:
            return json.loads(self._box.decrypt(sealed.encode()))
        except InvalidToken:
            raise Unusable(
                "DATA_KEY không mở được những gì trong cơ sở dữ liệu. Đặt lại khóa đã niêm phong chúng."
            ) from None

    def must_open(self, sealed: Any, what: str) -> None:
        """
        See that a key opens this. Raises Unusable with what to do.
        """
        try:
            self.open(sealed)
        except Unusable:
            raise Unusable(LOST_KEY.format(what=what)) from None

    def mark(self, text: str) -> str:
        """
        A fingerprint of the text under the newest key: 32 hexadecimal digits.
        """
        return self.marks(text)[0]

    def marks(self, text: str) -> tuple[str, ...]:
        """
        The fingerprints under all keys, the newest first: what to look for while keys are being changed.
        """
        return tuple(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32] for key in self._marking)
