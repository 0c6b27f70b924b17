"""
The only reader of the environment. A wrong or misspelt setting stops the start with a sentence that names it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENCODING = "utf-8-sig"
"""UTF-8, and the mark that Windows' editors put before it."""
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
ALIKE = 0.85
"""Share of common letters from which a name counts as a misspelt setting."""
NEIGHBOURS = re.compile(
    r"COMPOSE_\w+|POSTGRES_(?:USER|PASSWORD|DB)|TELEGRAM_(?:API_ID|API_HASH|LOCAL)|PG[A-Z]+"
    r"|TZ|LANG|LC_[A-Z]+|PYTHON[A-Z]+|(?:HTTPS?|ALL|NO)_PROXY"
)
"""What others take from the same file: Compose, PostgreSQL, Telegram's own Bot API server, systemd and Python."""
WITH_ZALO_OA = ("zalo_oa_app_secret", "zalo_oa_secret", "zalo_oa_refresh_token", "public_url")
"""What an Official Account cannot do without: Zalo gives its messages to a webhook alone."""
TAKES = {
    "web_port": "cần một số nguyên từ 1 đến 65535, chẳng hạn 8080",
    "log_level": "cần một trong DEBUG, INFO, WARNING và ERROR",
}
"""What pydantic says in other words."""


class SettingsError(Exception):
    """
    A setting is wrong; the sentence names it and says what it takes.
    """


class Settings(BaseSettings):
    """
    All settings, by environment variable or `.env`. An empty value counts as unset.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding=ENCODING, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        "sqlite:///chung-tay.db", description="Where everything is kept: sqlite:///file or postgresql://…"
    )
    data_key: SecretStr | None = Field(
        None,
        description="Key that seals what people tell, as `python -m bot key` prints it. While keys are changed: "
        "several, separated by commas, the newest first.",
    )
    web_host: str = Field("127.0.0.1", description="Address that the web chat listens on.")
    web_port: int = Field(8080, ge=1, le=65535, description="Port that the web chat listens on.")
    public_url: str | None = Field(
        None,
        description="Address under which people reach the web chat, such as https://chungtay.example.vn.",
    )
    telegram_bot_token: SecretStr | None = Field(None, description="Token from @BotFather; turns Telegram on.")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Telegram's server; another one for rehearsals."
    )
    zalo_bot_token: SecretStr | None = Field(None, description="Token of a bot at Zalo; turns the Zalo bot on.")
    zalo_bot_api_url: str = Field(
        "https://bot-api.zaloplatforms.com",
        description="Server of the Zalo Bot Platform; another one for rehearsals.",
    )
    zalo_oa_app_id: str | None = Field(
        None, description="Id of the app that speaks for a Zalo Official Account; turns it on."
    )
    zalo_oa_app_secret: SecretStr | None = Field(None, description="Secret key of that app.")
    zalo_oa_secret: SecretStr | None = Field(None, description="OA secret key, with which Zalo signs its calls.")
    zalo_oa_refresh_token: SecretStr | None = Field(
        None, description="Refresh token that the account's owner's authorisation gave; later ones are kept inside."
    )
    zalo_oa_template: str | None = Field(
        None, description="Id of the approved ZBS template for reminders to those who have not written for 7 days."
    )
    zalo_oa_api_url: str = Field("https://openapi.zalo.me", description="Zalo's OpenAPI; another one for rehearsals.")
    zalo_oa_oauth_url: str = Field(
        "https://oauth.zaloapp.com", description="Zalo's server for tokens; another one for rehearsals."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @property
    def local_url(self) -> str:
        """
        The address of the web chat on this machine.
        """
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return f"http://{host}:{self.web_port}"

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_bot_token", "zalo_bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("mã bot có dạng 123456789:AAE…; chép lại mã từ nơi tạo bot")
        return value

    @field_validator("public_url", "telegram_api_url", "zalo_bot_api_url", "zalo_oa_api_url", "zalo_oa_oauth_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("cần một địa chỉ như https://example.vn")
        return value.rstrip("/")


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """
    The settings of this process. Raises SettingsError.
    """
    strange = [*_strange_lines(env_file), *_misspelt_in_environment()]
    if strange:
        raise SettingsError("\n".join(strange))
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings takes it
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from None
    lacking = [name.upper() for name in WITH_ZALO_OA if settings.zalo_oa_app_id and not getattr(settings, name)]
    if lacking:
        raise SettingsError(f"Đã đặt ZALO_OA_APP_ID thì phải đặt cả {' và '.join(lacking)}; xem docs/zalo.md.")
    return settings


def _strange_lines(env_file: Path | None) -> Iterator[str]:
    """
    A sentence for each line of `.env` that sets nothing. Raises SettingsError when the file cannot be read.
    """
    for binding in _bindings(env_file) if env_file is not None else ():
        if binding.error or (binding.key and binding.value is None):
            yield f"Dòng {_line(binding)} của .env không đọc được. Viết TÊN=giá trị; ghi chú thì đặt dấu # ở đầu."
        elif binding.key and not _known(binding.key):
            yield f"{binding.key} trong .env không phải cài đặt của Chung Tay. {_advice(binding.key)}"


def _bindings(env_file: Path) -> list[Binding]:
    try:
        with env_file.open(encoding=ENCODING) as lines:
            return list(parse_stream(lines))
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise SettingsError("Tệp .env không phải văn bản UTF-8. Lưu lại dạng UTF-8.") from None
    except OSError as error:
        raise SettingsError(
            f"Tệp .env không đọc được: {error.strerror}. Cho người chạy bot quyền đọc, hoặc bỏ tệp đi."
        ) from None


def _line(binding: Binding) -> int:
    """
    The number of a line; the parser counts from the blank lines before it.
    """
    written = binding.original.string
    return binding.original.line + written[: len(written) - len(written.lstrip())].count("\n")


def _misspelt_in_environment() -> Iterator[str]:
    """
    A sentence for each variable that begins like a setting and is nearly one; others belong to other programs.
    """
    families = tuple({f"{name.split('_')[0]}_" for name in _names()})
    for name in sorted(os.environ):  # noqa: TID251  this is the one room
        if name.upper().startswith(families) and not _known(name) and _nearest(name):
            yield f"{name} trong biến môi trường không phải cài đặt của Chung Tay. {_advice(name)}"


def _names() -> list[str]:
    return [name.upper() for name in Settings.model_fields]


def _known(name: str) -> bool:
    return name.upper() in _names() or NEIGHBOURS.fullmatch(name.upper()) is not None


def _nearest(name: str) -> str | None:
    return next(iter(get_close_matches(name.upper(), _names(), 1, ALIKE)), None)


def _advice(name: str) -> str:
    nearest = _nearest(name)
    if nearest:
        return f"Nếu ý là {nearest} thì sửa lại; không thì bỏ đi."
    return f"Bỏ đi; các cài đặt là {', '.join(_names())}."


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0])
        expected = TAKES.get(name, problem["msg"].removeprefix("Value error, "))
        yield f"{name.upper()} sai: {expected}. Sửa trong .env hoặc biến môi trường."
