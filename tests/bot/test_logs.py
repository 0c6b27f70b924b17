"""
The logs: enough to mend a fault, and no body, name or token, whatever breaks and however much is logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.channels.base import Unreachable
from bot.settings import load_settings
from tests.fakes import Notebook, message, stack

SECRETS = ("Nguyễn Thị Bí Mật", "0912345678", "hỏi chuyện riêng", "123456789:AAFakeTokenOfTheRehearsal_0-xyz")
BODY, PHONE, QUESTION, TOKEN = SECRETS


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[list[dict[str, Any]]]:
    """
    Logging as the bot sets it up, at its loudest; after the test, the lines that were written.
    """
    root = logging.getLogger()
    before = root.handlers, root.level
    logs.set_up("DEBUG")
    lines = list[dict[str, Any]]()
    yield lines
    root.handlers, root.level = before
    structlog.reset_defaults()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """
    The lines so far; each is a JSON object.
    """
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("log")
def test_a_line_is_json_with_its_event_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().warning("send_failed", outbox_id=7)
    (line,) = written(capsys)
    assert (line["event"], line["level"], line["outbox_id"]) == ("send_failed", "warning", 7)
    assert line["timestamp"].endswith("Z")


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("field", sorted(logs.FORBIDDEN))
def test_a_field_that_may_hold_a_persons_words_is_blotted_out(field: str, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("said", **{field: BODY})
    logging.getLogger("somebody").info("said", extra={field: BODY} if field != "name" else None)
    assert BODY not in str(written(capsys))


@pytest.mark.usefixtures("log")
def test_a_token_is_blotted_out_wherever_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    structlog.get_logger().error(f"failed at {url}", reason=url)
    logging.getLogger("somebody").error("failed at %s", url)
    lines = written(capsys)
    assert len(lines) == 2
    assert "AAFake" not in str(lines)
    assert "/sendMessage" in str(lines)


@pytest.mark.usefixtures("log")
def test_an_error_is_told_by_its_types_and_places_and_not_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise KeyError(BODY)
        except KeyError as error:
            raise ValueError(PHONE) from error
    except ValueError:
        structlog.get_logger().exception("turn_failed")
        logging.getLogger("somebody").exception("turn failed")
    lines = written(capsys)
    assert not any(secret in str(lines) for secret in SECRETS)
    for line in lines:
        value, key = line["exception"]
        assert value.startswith("test_logs.py:")
        assert value.endswith("ValueError")
        assert key.endswith("KeyError")


@pytest.mark.usefixtures("log")
def test_an_error_without_a_traceback_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().error("failed", exc_info=ValueError(BODY))
    structlog.get_logger().error("failed", exc_info=True)
    first, second = written(capsys)
    assert first["exception"] == ["ValueError"]
    assert "exception" not in second


@pytest.mark.usefixtures("log")
async def test_a_whole_conversation_at_debug_leaves_no_words_in_the_log(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = Notebook(answering=lambda address, reply: KeyError(BODY) if "riêng" in reply.text else Unreachable(""))
    app = stack(database_url, notebook)
    await app.database.migrate()
    for n, text in enumerate([BODY, QUESTION, f"/{PHONE}", TOKEN]):
        await app.dispatcher.handle(message(text, f"{n}", address=f"{n}"))
    await app.courier.deliver()
    await app.database.close()
    log = capsys.readouterr().err
    assert "send_failed" in log
    assert "channel_broke" in log
    assert not any(secret in log for secret in SECRETS)


def test_the_settings_show_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = load_settings(None)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert "AAFake" not in f"{settings!r} {settings}"
