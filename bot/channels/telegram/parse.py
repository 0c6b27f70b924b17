"""
What comes in: an update as Telegram sends it, as a message or a pressed button.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from telegram import Update

from bot.channels.base import clean, object_of
from handlers.messages import ConversationKey, IncomingMessage, Json, Unreadable

NAME = "telegram"
KEPT = timedelta(hours=24)
"""How long Telegram keeps an update; an older date in one is not believed."""


@dataclass(frozen=True, slots=True)
class Me:
    """
    Who the bot is at Telegram; `username` is without the @.
    """

    id: int
    username: str


def parse(update: Mapping[str, Json] | Update, me: Me, now: datetime) -> IncomingMessage | None:
    """
    What a person said or pressed; None for anything else: edits, channels, bots, service notes, talk in a group that
    is not with the bot. Never raises, whatever the payload.
    """
    raw = object_of(update.to_dict() if isinstance(update, Update) else update)
    external_id = id_of(raw.get("update_id"))
    if external_id is None:
        return None
    if "callback_query" in raw:
        return _pressed(object_of(raw["callback_query"]), external_id, now)
    return _said(object_of(raw.get("message")), external_id, me, now)


def _pressed(query: Mapping[str, Json], external_id: str, now: datetime) -> IncomingMessage | None:
    """
    A press is named for the keyboard and not for the update: whoever presses twice before it is taken away has
    pressed once.
    """
    message = object_of(query.get("message"))
    chat, number = object_of(message.get("chat")), id_of(message.get("message_id"))
    address, data = id_of(chat.get("id")), query.get("data")
    if address is None or not isinstance(data, str) or not _from_a_person(query, chat):
        return None
    once = external_id if number is None else f"press:{address}:{number}"
    return IncomingMessage(ConversationKey(NAME, address), once, now, choice=clean(data), private=_is_private(chat))


def _said(message: Mapping[str, Json], external_id: str, me: Me, now: datetime) -> IncomingMessage | None:
    chat = object_of(message.get("chat"))
    address = id_of(chat.get("id"))
    if address is None or not _from_a_person(message, chat):
        return None
    text, unreadable = clean(message.get("text") or message.get("caption")), _unreadable(message)
    if not text and unreadable is None:
        return None
    if not _is_private(chat):
        if not _is_for(me, message, text):
            return None
        text = _without_mention(text, me)
    return IncomingMessage(
        ConversationKey(NAME, address),
        external_id,
        _moment(message.get("date"), now),
        text=text,
        unreadable=unreadable,
        file=_file(message) if unreadable in {Unreadable.PHOTO, Unreadable.FILE} else None,
        private=_is_private(chat),
    )


def _from_a_person(what: Mapping[str, Json], chat: Mapping[str, Json]) -> bool:
    sender = object_of(what.get("from"))
    return id_of(sender.get("id")) is not None and not sender.get("is_bot") and chat.get("type") in PEOPLE_TALK


PEOPLE_TALK = ("private", "group", "supergroup")


def _is_private(chat: Mapping[str, Json]) -> bool:
    return chat.get("type") == "private"


def _is_for(me: Me, message: Mapping[str, Json], text: str) -> bool:
    if text.startswith("/"):
        _, _, named = text.split(maxsplit=1)[0].partition("@")
        return not named or named.casefold() == me.username.casefold()
    answered = object_of(object_of(message.get("reply_to_message")).get("from"))
    return answered.get("id") == me.id or _mention(me).search(text) is not None


def _without_mention(text: str, me: Me) -> str:
    return _mention(me).sub("", text).strip(" ,:;\n")


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?:\s|(?<!\w))@{re.escape(me.username)}(?!\w)" if me.username else r"(?!)", re.IGNORECASE)


UNREADABLE = MappingProxyType(
    {
        "photo": Unreadable.PHOTO,
        "voice": Unreadable.VOICE,
        "audio": Unreadable.VOICE,
        "video": Unreadable.OTHER,
        "video_note": Unreadable.OTHER,
        "animation": Unreadable.OTHER,
        "sticker": Unreadable.STICKER,
        "venue": Unreadable.LOCATION,
        "location": Unreadable.LOCATION,
        "contact": Unreadable.CONTACT,
        "document": Unreadable.FILE,
        "poll": Unreadable.OTHER,
        "dice": Unreadable.OTHER,
        "game": Unreadable.OTHER,
        "story": Unreadable.OTHER,
        "checklist": Unreadable.OTHER,
        "paid_media": Unreadable.OTHER,
    }
)
"""Bot API, Message: the fields that hold what a person sent. An animation comes with a document, a venue with a
location, so the first match counts. Fields that are not here are service notes."""


def _unreadable(message: Mapping[str, Json]) -> Unreadable | None:
    return next((kind for field, kind in UNREADABLE.items() if message.get(field) is not None), None)


def _file(message: Mapping[str, Json]) -> str | None:
    """
    The reference of a document, or of the largest size of a photo, which comes last.
    """
    sizes = message.get("photo")
    largest = sizes[-1] if isinstance(sizes, list) and sizes else None
    for kind, file in (("document", message.get("document")), ("photo", largest)):
        id = object_of(file).get("file_id")
        if isinstance(id, str) and FILE_ID.fullmatch(id):
            return f"{NAME}:{kind}:{id}"
    return None


FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


def _moment(value: Json, now: datetime) -> datetime:
    if type(value) is int and 0 <= now.timestamp() - value <= KEPT.total_seconds():
        return datetime.fromtimestamp(value, UTC)
    return now


def id_of(value: Json) -> str | None:
    return str(value) if type(value) is int and abs(value) < 1 << 63 else None


def number_of(update: Json) -> int:
    """
    The number of an update; 0 where there is none.
    """
    return int(id_of(object_of(update).get("update_id")) or 0)


@dataclass(frozen=True, slots=True)
class Press:
    """
    A button press to be answered: its own id, and the message that carries the button.
    """

    id: str
    chat: str
    message: int


def press_of(update: Json) -> Press | None:
    """
    The press that an update carries, if any. Never raises.
    """
    query = object_of(object_of(update).get("callback_query"))
    message = object_of(query.get("message"))
    id, number, chat = query.get("id"), message.get("message_id"), id_of(object_of(message.get("chat")).get("id"))
    if isinstance(id, str) and type(number) is int and chat is not None:
        return Press(id, chat, number)
    return None
