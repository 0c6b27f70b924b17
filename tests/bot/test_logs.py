"""
The logs: enough to mend a fault, and no body, name or token, whatever breaks and however much is logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from bot import logs
from bot.channels.base import Unreachable
from bot.settings import load_settings
from tests.fakes import Notebook, message, stack

SECRETS = ("Nguyễn Thị Bí Mật", "0912345678", "hỏi chuyện riêng", "123456789:AAFakeTokenOfTheRehearsal_0-xyz")
BODY, PHONE, QUESTION, TOKEN = SECRETS


class Log:
    """
    What was written.
    """

    def __init__(self, stream: StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """
    Logging as the bot sets it up, at its loudest, with its handler writing into a test's hand.
    """
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.set_up("DEBUG")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    stream = StringIO()
    handler.setStream(stream)
    yield Log(stream)
    root.handlers, root.level, logging.raiseExceptions = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_json_with_its_event_level_and_time(log: Log) -> None:
    structlog.get_logger().warning("send_failed", outbox_id=7)
    (line,) = log.lines
    assert (line["event"], line["level"], line["outbox_id"]) == ("send_failed", "warning", 7)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("field", sorted(logs.FORBIDDEN))
def test_a_field_that_may_hold_a_persons_words_is_blotted_out(field: str, log: Log) -> None:
    structlog.get_logger().info("said", **{field: BODY})
    logging.getLogger("somebody").info("said", extra={field: BODY} if field != "name" else None)
    assert BODY not in str(log.lines)


def test_a_token_is_blotted_out_wherever_it_stands(log: Log) -> None:
    url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    structlog.get_logger().error(f"failed at {url}", reason=url)
    logging.getLogger("somebody").error("failed at %s", url)
    lines = log.lines
    assert len(lines) == 2
    assert "AAFake" not in str(lines)
    assert "/sendMessage" in str(lines)


def fail() -> None:
    try:
        json.loads(BODY)["x"]
    except ValueError as error:
        raise LookupError(PHONE) from error


def test_an_error_is_told_by_its_types_and_places_and_not_by_its_text(log: Log) -> None:
    try:
        fail()
    except LookupError:
        structlog.get_logger().exception("turn_failed")
        logging.getLogger("somebody").exception("turn failed")
    lines = log.lines
    assert not any(secret in str(lines) for secret in SECRETS)
    for line in lines:
        error, cause = line["exception"]
        assert error.startswith("test_logs.py:")
        assert error.endswith("LookupError")
        assert cause.endswith("JSONDecodeError")


def test_an_error_without_a_traceback_is_told_too(log: Log) -> None:
    structlog.get_logger().error("failed", exc_info=ValueError(BODY))
    structlog.get_logger().error("failed", exc_info=True)
    first, second = log.lines
    assert first["exception"] == ["ValueError"]
    assert "exception" not in second


async def test_a_whole_conversation_at_debug_leaves_no_words_in_the_log(database_url: str, log: Log) -> None:
    notebook = Notebook(answering=lambda address, reply: KeyError(BODY) if "riêng" in reply.text else Unreachable(""))
    app = stack(database_url, notebook)
    await app.database.migrate()
    for n, text in enumerate([BODY, QUESTION, f"/{PHONE}", TOKEN]):
        await app.dispatcher.handle(message(text, f"{n}", address=f"{n}"))
    await app.courier.deliver()
    await app.database.close()
    assert "send_failed" in log.text
    assert "channel_broke" in log.text
    assert not any(secret in log.text for secret in SECRETS)


def test_the_settings_show_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = load_settings(None)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert "AAFake" not in f"{settings!r} {settings}"


def test_a_log_that_cannot_be_written_shows_nothing_of_it_elsewhere(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log._stream.close()
    structlog.get_logger().warning("failed", reason=BODY)
    assert capsys.readouterr().err == ""
