"""
The only reader of the environment. A wrong setting stops the start with a sentence that names it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class SettingsError(Exception):
    """
    A setting is wrong; the sentence names it and says what it takes.
    """


class Settings(BaseSettings):
    """
    All settings, by environment variable or `.env`. An empty value counts as unset.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("a bot token looks like 123456789:AAE…; copy it again from @BotFather")
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address such as https://example.vn is expected")
        return value.rstrip("/")


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """
    The settings of this process. Raises SettingsError.
    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings takes it
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from None
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text; save it again as UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"The file .env cannot be read: {error.strerror}.") from None


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{str(problem['loc'][0]).upper()} is wrong: {problem['msg'].removeprefix('Value error, ')}."
        for problem in error.errors(include_input=False, include_url=False)
    ]
