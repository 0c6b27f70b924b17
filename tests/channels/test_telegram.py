"""
The Telegram channel: what it understands, what it writes, and how it behaves against a Telegram that fails.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.base import Blocked, CannotListen, Refused, SendError, Throttled, Unknown, Unreachable, pieces
from bot.channels.telegram import Telegram
from bot.channels.telegram.channel import MOST_TRIES
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.parse import Me, parse, press_of
from bot.channels.telegram.wire import send_error
from bot.channels.telegram.words import LIMITS, button_label, keyboard, written
from bot.settings import Settings
from db.errors import DatabaseError
from handlers import texts
from handlers.messages import Attachment, Choice, ConversationKey, IncomingMessage, Reply, Unreadable
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import HEARD, QUICK, FakeTelegram, listening, loud_logs, until

PAYLOADS = Path(__file__).parent / "payloads"
US = Me(123456789, "chungtay_bot")
SENT = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
NOW = SENT + timedelta(minutes=1)
PERSON = ConversationKey("telegram", "501234567")
GROUP = ConversationKey("telegram", "-1001234567890")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))


# What comes in

SAID: dict[str, tuple[str, Unreadable | None]] = {
    "text": ("Khi nào nộp báo cáo năm?", None),
    "text_unaccented_emoji": ("ho ngheo muon duoc khen thi can gi 🙏", None),
    "command": ("/start", None),
    "command_deep_link": ("/start ben-tre", None),
    "command_with_name": ("/noio@chungtay_bot", None),
    "photo": ("", Unreadable.PHOTO),
    "photo_with_caption": ("Giấy này nộp ở đâu?", Unreadable.PHOTO),
    "voice": ("", Unreadable.VOICE),
    "audio": ("", Unreadable.VOICE),
    "video": ("", Unreadable.OTHER),
    "video_note": ("", Unreadable.OTHER),
    "animation": ("", Unreadable.OTHER),
    "sticker": ("", Unreadable.STICKER),
    "document": ("", Unreadable.FILE),
    "location": ("", Unreadable.LOCATION),
    "venue": ("", Unreadable.LOCATION),
    "contact": ("", Unreadable.CONTACT),
    "poll": ("", Unreadable.OTHER),
    "dice": ("", Unreadable.OTHER),
}
FILES = {
    "photo": "telegram:photo:AgACAgUAAxkC",
    "photo_with_caption": "telegram:photo:AgACAgUAAxkC",
    "document": "telegram:document:BQACAgUAAxkB",
}
SAID_IN_GROUP = {
    "group_command": "/help",
    "group_command_for_us": "/help@ChungTay_bot",
    "group_mention": "khi nào nộp báo cáo?",
    "group_mention_inside": "Hỏi giúp: mức thưởng là bao nhiêu",
    "group_reply_to_us": "còn cấp huyện?",
}
NOT_FOR_US = (
    "channel_post",
    "edited_message",
    "from_a_bot",
    "group_anonymous_admin",
    "group_command_for_another",
    "group_joined",
    "group_mention_of_longer_name",
    "group_photo",
    "group_reply_to_a_person",
    "group_talk",
    "my_chat_member",
    "pinned",
    "press_inline",
    "press_on_game",
)
PRESSES = {"press": PERSON, "press_in_group": GROUP, "press_on_old_message": PERSON}


@pytest.mark.parametrize("name", SAID)
def test_what_a_person_sends_is_understood(name: str) -> None:
    text, unreadable = SAID[name]
    update = payload(name)
    expected = IncomingMessage(
        PERSON, str(update["update_id"]), SENT, text=text, unreadable=unreadable, file=FILES.get(name)
    )
    assert parse(update, US, NOW) == expected


@pytest.mark.parametrize("name", SAID_IN_GROUP)
def test_in_a_group_the_bot_hears_what_is_said_to_it(name: str) -> None:
    update = payload(name)
    expected = IncomingMessage(GROUP, str(update["update_id"]), SENT, text=SAID_IN_GROUP[name], private=False)
    assert parse(update, US, NOW) == expected


@pytest.mark.parametrize("name", PRESSES)
def test_a_press_carries_its_data_the_chat_of_its_message_and_the_present(name: str) -> None:
    update, key = payload(name), PRESSES[name]
    number = update["callback_query"]["message"]["message_id"]
    expected = IncomingMessage(key, f"press:{key.address}:{number}", NOW, choice="17.2", private=key == PERSON)
    assert parse(update, US, NOW) == expected
    assert press_of(update) is not None


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_what_is_not_for_the_bot_is_let_go(name: str) -> None:
    assert parse(payload(name), US, NOW) is None


def test_every_payload_file_stands_in_a_table() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == {*SAID, *SAID_IN_GROUP, *NOT_FOR_US, *PRESSES}


@pytest.mark.parametrize("name", ["text", "photo_with_caption", "group_mention", "press", "channel_post"])
def test_ptbs_own_update_is_understood_alike(name: str) -> None:
    typed = Update.de_json(payload(name), None)
    assert typed is not None
    assert parse(typed, US, NOW) == parse(payload(name), US, NOW)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(inner, (*path, key))


def with_junk(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_junk(value[path[0]], path[1:], junk)
    return copy


SPOILT = [
    (name, path)
    for name in ("text", "photo_with_caption", "press", "group_reply_to_us", "group_mention")
    for path in places_in(payload(name))
]


@given(spoilt=st.sampled_from(SPOILT), junk=JUNK)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_hostile_payload_never_raises(spoilt: tuple[str, tuple[Any, ...]], junk: Any) -> None:
    name, path = spoilt
    update = with_junk(payload(name), path, junk)
    found = parse(update, US, NOW)
    press_of(update)
    assert found is None or (found.at.tzinfo is not None and found.text.encode("utf-8") is not None)


def test_words_that_no_database_takes_are_mended() -> None:
    update = payload("text")
    update["message"]["text"] = "báo\0 cáo \ud83d"
    found = parse(update, US, NOW)
    assert found is not None
    assert found.text == "báo cáo ?"


@pytest.mark.parametrize("date", [0, -1, 10**30, 1795590000.5, "1795590000", True, int(NOW.timestamp()) + 3600])
def test_a_date_that_cannot_be_is_not_believed(date: Any) -> None:
    update = payload("text")
    update["message"]["date"] = date
    found = parse(update, US, NOW)
    assert found is not None
    assert found.at == NOW


# What goes out


def test_a_text_of_astral_letters_fits_telegrams_count() -> None:
    text = "🌾" * 3000 + " " + "ă" * 3000
    found = pieces(text, LIMITS.text)
    assert all(len(piece.encode("utf-16-le")) // 2 <= 4096 for piece in found)
    assert "".join(found) == text.replace(" ", "")


def test_pieces_end_at_sentences() -> None:
    text = " ".join(f"Câu số {n} nói về hộ nghèo." for n in range(400))
    assert all(piece.endswith(".") for piece in pieces(text, LIMITS.text))
    assert " ".join(pieces(text, LIMITS.text)) == text


LONG_LABEL = "Sở Nội vụ, cơ quan thường trực Hội đồng Thi đua – Khen thưởng tỉnh, lo những việc gì?"


def test_a_long_label_is_cut_on_its_button_and_full_in_the_text() -> None:
    reply = Reply("Bà con chọn:", (Choice("a", "Ngắn"), Choice("b", LONG_LABEL)), first=3)
    buttons = keyboard(reply, 17)
    assert buttons is not None
    shown = [(row[0].text, row[0].callback_data) for row in buttons.inline_keyboard]
    assert shown == [
        ("Ngắn", "17.0"),
        ("4. Sở Nội vụ, cơ quan thường trực Hội đồng Thi đua – Khen…", "17.1"),
    ]
    assert written(reply) == f"Bà con chọn:\n\n4. {LONG_LABEL}"


def test_a_label_without_blanks_is_cut_too() -> None:
    cut = button_label("x" * 200, 1)
    assert len(cut) == 64
    assert cut.endswith("…")


def because(cause: Exception, error: type[NetworkError] = NetworkError) -> NetworkError:
    failed = error("it failed")
    failed.__cause__ = cause
    return failed


ERRORS: list[tuple[Exception, type[SendError]]] = [
    (Forbidden("Forbidden: bot was blocked by the user"), Blocked),
    (Forbidden("Forbidden: user is deactivated"), Blocked),
    (BadRequest("Chat not found"), Blocked),
    (BadRequest("Bad Request: user is deactivated"), Blocked),
    (BadRequest("message is too long"), Refused),
    (ChatMigrated(-100500), Refused),
    (InvalidToken(), Refused),
    (because(httpx.PoolTimeout("x"), TimedOut), Unreachable),
    (because(httpx.ConnectTimeout("x"), TimedOut), Unreachable),
    (because(httpx.ConnectError("x")), Unreachable),
    (because(httpx.ReadTimeout("x"), TimedOut), Unknown),
    (because(httpx.WriteTimeout("x"), TimedOut), Unknown),
    (because(httpx.ReadError("x")), Unknown),
    (because(httpx.WriteError("x")), Unknown),
    (because(httpx.RemoteProtocolError("x")), Unknown),
    (because(Throttled(timedelta(seconds=7))), Throttled),
    (because(Unreachable("502")), Unreachable),
    (NetworkError("Method Not Allowed"), Unreachable),
    (TelegramError("Invalid server response"), Unknown),
    (TimeoutError(), Unknown),
    (KeyError("message_id"), Unknown),
]


@pytest.mark.parametrize(("error", "meaning"), ERRORS, ids=lambda value: getattr(value, "__name__", repr(value)))
def test_an_error_says_what_to_do_with_the_message(error: Exception, meaning: type[SendError]) -> None:
    assert type(send_error(error)) is meaning


def test_a_migrated_group_is_named_in_the_reason() -> None:
    assert "-100500" in str(send_error(ChatMigrated(-100500)))


# Sending, against the fake


@pytest.fixture
async def channel(fake: FakeTelegram) -> Any:
    found = fake.channel()
    fake.say("xin chào")
    yield found
    await found.close()


async def test_a_reply_is_plain_text_without_link_previews(fake: FakeTelegram, channel: Telegram) -> None:
    id = await channel.send("5", Reply("Xem *mục* <b>III</b> _a_ https://example.vn"), 1)
    (message,) = fake.sent
    assert message["text"] == "Xem *mục* <b>III</b> _a_ https://example.vn"
    assert id == str(message["message_id"])
    (call,) = fake.calls("sendMessage")
    assert json.loads(call["link_preview_options"]) == {"is_disabled": True}
    assert "parse_mode" not in call


async def test_the_keyboard_hangs_on_the_last_part(fake: FakeTelegram, channel: Telegram) -> None:
    await channel.send("5", Reply("Câu này dài. " * 700, (Choice("a", "Tiếp"),)), 9)
    assert len(fake.sent) == 3
    assert ["reply_markup" in message for message in fake.sent] == [False, False, True]
    assert fake.sent[-1]["reply_markup"]["inline_keyboard"] == [[{"text": "Tiếp", "callback_data": "9.0"}]]


async def test_a_file_goes_along(fake: FakeTelegram, channel: Telegram) -> None:
    paper = Attachment("mau-dang-ky.docx", "letter.docx:1", b"12345")
    await channel.send("5", Reply("Đây là mẫu.", attachment=paper), 1)
    text, document = fake.sent
    assert text["text"] == "Đây là mẫu."
    assert (document["document"]["file_name"], document["document"]["file_size"]) == ("mau-dang-ky.docx", 5)


async def test_a_picture_goes_as_a_picture(fake: FakeTelegram, channel: Telegram) -> None:
    await channel.send("5", Reply("Từng tháng.", attachment=Attachment("thang.png", "months.png:1", b"1234567")), 1)
    assert [(photo["file_size"]) for photo in fake.sent[-1]["photo"]] == [7]


async def test_a_group_that_became_a_supergroup_is_followed(fake: FakeTelegram, channel: Telegram) -> None:
    fake.say("/help", chat_id=-7, chat={"type": "group"})
    fake.migrate(-7, -1007)
    await channel.send("-7", Reply("Câu này dài. " * 700), 1)
    assert {message["chat"]["id"] for message in fake.sent} == {-1007}
    assert len(fake.sent) == 3


async def test_a_chat_that_never_wrote_counts_as_blocked(channel: Telegram) -> None:
    with pytest.raises(Blocked):
        await channel.send("404", Reply("Trả lời"), 1)


# Listening, against the fake


class Heard:
    """
    A handle that keeps what it was given, and fails as often as it was told.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.failures: dict[str, list[Exception]] = {}
        self.hold = asyncio.Event()
        self.held: set[str] = set()

    async def __call__(self, message: IncomingMessage) -> None:
        said = message.text or message.choice or ""
        if self.failures.get(said):
            raise self.failures[said].pop()
        if said in self.held:
            await self.hold.wait()
        self.texts.append(said)


async def test_it_introduces_itself_and_shows_its_commands(fake: FakeTelegram) -> None:
    async with listening(fake.channel(), Heard()):
        await until(lambda: fake.calls("getUpdates"))
    (menu,) = fake.calls("setMyCommands")
    assert [entry["command"] for entry in json.loads(menu["commands"])] == list(texts.COMMAND_SUMMARIES)
    assert fake.calls("deleteWebhook") == [{}]
    assert json.loads(fake.calls("getUpdates")[0]["allowed_updates"]) == ["message", "callback_query"]


async def test_a_refused_token_stops_it_with_a_sentence(fake: FakeTelegram) -> None:
    for token in ("123456789:wrong", "no-token"):
        channel = fake.channel(token=token)
        with pytest.raises(CannotListen, match="TELEGRAM_BOT_TOKEN") as caught:
            await channel.listen(Heard())
        await channel.close()
        assert token not in str(caught.value)


async def test_an_update_is_acknowledged_after_it_is_handled(fake: FakeTelegram) -> None:
    heard = Heard()
    heard.held.add("một")
    id = fake.say("một")
    async with listening(fake.channel(), heard):
        await until(lambda: len(fake.calls("getUpdates")) > 2)
        assert fake.waiting == [id]
        heard.hold.set()
        await until(lambda: not fake.waiting)
    assert heard.texts == ["một"]


async def test_a_slow_chat_does_not_hold_up_the_others(fake: FakeTelegram) -> None:
    heard = Heard()
    heard.held.add("chậm")
    fake.say("chậm", chat_id=1)
    fake.say("sau chậm", chat_id=1)
    async with listening(fake.channel(), heard):
        await until(lambda: fake.calls("getUpdates"))
        for n in range(5):
            fake.say(f"nhanh {n}", chat_id=2)
            await until(lambda n=n: f"nhanh {n}" in heard.texts, within=2)  # type: ignore[misc]
        assert len(fake.waiting) == 7
        heard.hold.set()
        await until(lambda: not fake.waiting)
    assert heard.texts == [*(f"nhanh {n}" for n in range(5)), "chậm", "sau chậm"]


async def test_one_odd_update_does_not_hide_the_others(fake: FakeTelegram) -> None:
    heard = Heard()
    fake.queue({"message": {"message_id": "x", "chat": [], "date": {}}})
    fake.queue({"callback_query": 7})
    fake.queue({"message": None})
    fake.say("xin chào")
    async with listening(fake.channel(), heard):
        await until(lambda: heard.texts and not fake.waiting)
    assert heard.texts == ["xin chào"]


async def test_a_batch_out_of_order_is_put_in_order(fake: FakeTelegram) -> None:
    heard = Heard()
    for n in range(5):
        fake.say(f"tin {n}")
    fake.fault("getUpdates", "out_of_order")
    async with listening(fake.channel(), heard):
        await until(lambda: len(heard.texts) == 5)
    assert heard.texts == [f"tin {n}" for n in range(5)]


async def test_a_database_that_is_away_is_waited_for(fake: FakeTelegram) -> None:
    heard = Heard()
    heard.failures["một"] = [DatabaseError("away"), TimeoutError()] * (MOST_TRIES // 2 + 1)
    fake.say("một")
    async with listening(fake.channel(), heard):
        await until(lambda: not fake.waiting)
    assert heard.texts == ["một"]


async def test_an_update_that_always_fails_is_set_aside_with_a_line(fake: FakeTelegram) -> None:
    heard = Heard()
    heard.failures["hỏng"] = [ValueError("bí mật của bà con") for _ in range(MOST_TRIES)]
    fake.say("hỏng")
    fake.say("sau đó")
    with structlog.testing.capture_logs() as lines:
        async with listening(fake.channel(), heard):
            await until(lambda: not fake.waiting)
    assert heard.texts == ["sau đó"]
    assert [line["error"] for line in lines if line["event"] == "update_set_aside"] == ["ValueError"]
    assert "bí mật" not in str(lines)


async def test_a_second_poller_is_named_in_the_log(fake: FakeTelegram) -> None:
    with structlog.testing.capture_logs() as lines:
        async with listening(fake.channel(), Heard()):
            await until(lambda: fake.calls("getUpdates"))
            answer = await asyncio.to_thread(
                httpx.post, f"{fake.url}/bot{TOKEN}/getUpdates", data={"timeout": "1"}, timeout=5
            )
            await until(lambda: any(line["event"] == "telegram_conflict" for line in lines))
            fake.say("vẫn nghe")
            await until(lambda: not fake.waiting)
    assert answer.status_code in {200, 409}
    (line, *_) = [line for line in lines if line["event"] == "telegram_conflict"]
    assert "TELEGRAM_BOT_TOKEN" in line["hint"]


async def test_a_pressed_keyboard_is_answered_and_taken_away(fake: FakeTelegram, channel: Telegram) -> None:
    heard = Heard()
    await channel.send("5", Reply("Chọn", (Choice("a", "Một"),)), 3)
    fake.press(fake.sent[0], 0)
    async with listening(channel, heard):
        await until(lambda: "3.0" in heard.texts and "reply_markup" not in fake.sent[0])
    assert len(fake.calls("answerCallbackQuery")) == 1


async def test_a_press_that_cannot_be_settled_is_not_lost(fake: FakeTelegram, channel: Telegram) -> None:
    heard = Heard()
    await channel.send("5", Reply("Chọn", (Choice("a", "Một"),)), 3)
    fake.press(fake.sent[0], 0)
    fake.fault("answerCallbackQuery", "status", status=400)
    fake.fault("editMessageReplyMarkup", "cut_before")
    async with listening(channel, heard):
        await until(lambda: "3.0" in heard.texts and not fake.waiting and fake.calls("editMessageReplyMarkup"))
    assert heard.texts == ["xin chào", "3.0"]


async def test_the_intake_never_acknowledges_past_an_open_update() -> None:
    gate = asyncio.Event()

    async def take(update: Any) -> None:
        if update["update_id"] == 10:
            await gate.wait()

    intake = Intake(take)
    updates = [{"update_id": n, "message": {"chat": {"id": n}}} for n in (12, 10, 11)]
    assert intake.add(updates) == 3
    await intake.settle(0.05)
    assert intake.busy
    assert intake.ask() == 10
    assert intake.add(updates) == 0
    gate.set()
    await intake.settle(1)
    await asyncio.sleep(0)
    assert intake.add(updates) == 0
    assert not intake.busy
    assert intake.ask() == 13


# Whether Telegram is there


async def test_a_webhook_that_another_process_took_away_is_set_again(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.LOOK_AFTER", timedelta(seconds=0.05))
    channel, url = fake.channel(), "http://127.0.0.1:1/hooks/telegram"
    called = asyncio.create_task(channel.be_called(url))
    with structlog.testing.capture_logs() as logged:
        await until(lambda: hooked(fake) == url)
        fake.client.post(f"/bot{TOKEN}/deleteWebhook")
        await until(lambda: hooked(fake) == url)
    called.cancel()
    await asyncio.gather(called, return_exceptions=True)
    await channel.close()
    assert "telegram_webhook_gone" in {line["event"] for line in logged}


def hooked(fake: FakeTelegram) -> str:
    return str(fake.client.post(f"/bot{TOKEN}/getWebhookInfo").json()["result"]["url"])


async def test_each_answer_of_telegram_is_a_sign_of_life_and_a_failure_is_none(fake: FakeTelegram) -> None:
    heard = list[str]()
    channel = Telegram(TOKEN, fake.url, pace=QUICK, beat=heard.append)
    fake.fault("getMe", "cut_before")
    with pytest.raises(SendError):
        await channel.send("5", Reply("Trả lời"), 1)
    assert heard == []
    async with listening(channel, Heard()):
        await until(lambda: len(heard) > 2)
    assert set(heard) == {"server telegram"}


# The token stays inside


async def test_the_token_stands_in_no_line_of_ptbs_or_of_an_error(
    fake: FakeTelegram, capsys: pytest.CaptureFixture[str]
) -> None:
    heard, channel = Heard(), fake.channel()
    heard.failures["xin chào"] = [ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")]
    fake.say("xin chào")
    fake.fault("sendMessage", "status", status=400, description=f"no /bot{TOKEN}/x here")
    with loud_logs("telegram"):
        async with listening(channel, heard):
            await until(lambda: heard.texts)
            with pytest.raises(SendError):
                await channel.send("5", Reply("Trả lời"), 1)
    shown = capsys.readouterr()
    assert "update_failed" in shown.err
    assert TOKEN.partition(":")[2] not in shown.err + shown.out


def test_without_a_token_there_is_no_channel() -> None:
    assert Telegram.from_settings(Settings(_env_file=None, telegram_bot_token=None)) is None  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_what_somebody_sent_is_sent_on_by_its_name(fake: FakeTelegram, kind: str) -> None:
    fake.know([5])
    channel = fake.channel()
    await channel.send("5", Reply("Kèm tệp", attachment=Attachment("van-ban", f"sent:telegram:{kind}:BQAC-x_1")), 1)
    await channel.close()

    assert fake.texts[0] == "Kèm tệp"
    assert "BQAC-x_1" in str(fake.sent[1][kind])


# A process that is killed


@contextmanager
def bot_process(fake: FakeTelegram, database: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.channels.bot_process", "--url", fake.url, "--database", str(database)]
    process = subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)
        process.stdin.close()
        process.stdout.close()


async def test_a_kill_between_fetching_and_handling_loses_no_update(database: Path, fake: FakeTelegram) -> None:
    said = [f"câu {n}" for n in range(6)]
    for text in said:
        fake.say(text)
    with bot_process(fake, database, "--hold-at", "3") as process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "holding\n"
        await until(lambda: len(fake.sent) == 2)
        assert len(fake.waiting) >= 4
        process.kill()
    with bot_process(fake, database, "--ahead", "120"):
        await until(lambda: not fake.waiting and len(set(fake.texts)) >= len(said), within=15)
    answers = [HEARD.format(text) for text in said]
    assert list(dict.fromkeys(fake.texts)) == answers
    assert len(fake.texts) <= len(said) + 1


async def test_kills_in_full_work_lose_nothing(database: Path, fake: FakeTelegram) -> None:
    people, kills = (5, 6, 7), 1
    said = Counter[str]()
    for generation in range(kills + 1):
        for n in range(5):
            for person in people:
                fake.say(text := f"lần {generation}, câu {n} của {person}", chat_id=person)
                said[HEARD.format(text)] += 1
        enough = len(said) - 7 if generation < kills else len(said)
        with bot_process(fake, database, "--ahead", str(120 * generation)):
            await until(lambda enough=enough: len(set(fake.texts)) >= enough, within=15)  # type: ignore[misc]
    seen = Counter(fake.texts)
    assert seen.keys() == said.keys()
    assert (seen - said).total() <= kills * len(people)
