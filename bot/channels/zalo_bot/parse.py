"""
What comes in: an event as Zalo sends it, as a message. There are no buttons: a choice is made by its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from bot.channels.base import clean, object_of
from handlers.messages import ConversationKey, IncomingMessage, Json, Unreadable

NAME = "zalo_bot"
BELIEVED = timedelta(hours=24)
"""An older date in an event is not believed."""
LONGEST_ID = 120
"""Characters of an id that the database keeps."""

WORDS = frozenset({"text", "link"})
UNREADABLE = MappingProxyType(
    {
        "image": Unreadable.PHOTO,
        "sticker": Unreadable.STICKER,
        "voice": Unreadable.VOICE,
        "unsupported": Unreadable.HIDDEN,
    }
)
"""By the middle of `message.<kind>.received`. Zalo hands over as `unsupported` what it keeps from bots, such as the
words of children, of people with disabilities and of people who cannot read."""


def parse(update: Json, now: datetime) -> IncomingMessage | None:
    """
    What a person said; None for anything else: bots, events without a message, what is no text in a group. Never
    raises, whatever the payload.
    """
    event = event_of(update)
    message = object_of(event.get("message"))
    chat, sender = object_of(message.get("chat")), object_of(message.get("from"))
    address, external_id = id_of(chat.get("id")), id_of(message.get("message_id"))
    if address is None or external_id is None or sender.get("is_bot") is True:
        return None
    text, unreadable = _content(event, message)
    private = chat.get("chat_type") == "PRIVATE"
    if not text and (unreadable is None or not private):
        return None
    return IncomingMessage(
        ConversationKey(NAME, address),
        external_id,
        _moment(message.get("date"), now),
        text=text,
        unreadable=unreadable,
        private=private,
        numbered=True,
    )


def event_of(update: Json) -> Mapping[str, Json]:
    """
    The event in a delivery: inside `result`, or the delivery itself.
    """
    whole = object_of(update)
    return object_of(whole.get("result")) or whole


def position_of(update: Json, now: datetime) -> int:
    """
    When a message was written, in milliseconds.
    """
    date = object_of(event_of(update).get("message")).get("date")
    return date if type(date) is int and 0 <= date < 1 << 53 else int(now.timestamp() * 1000)


def _content(event: Mapping[str, Json], message: Mapping[str, Json]) -> tuple[str, Unreadable | None]:
    kind = str(event.get("event_name", "message.text.received")).split(".")
    if kind[0] != "message" or kind[-1] != "received":
        return "", None
    text = clean(message.get("text") or message.get("caption"))
    return text, None if kind[1] in WORDS else UNREADABLE.get(kind[1], Unreadable.OTHER)


def _moment(value: Json, now: datetime) -> datetime:
    if type(value) is int and 0 <= now.timestamp() - value / 1000 <= BELIEVED.total_seconds():
        return datetime.fromtimestamp(value / 1000, UTC)
    return now


def id_of(value: Json) -> str | None:
    """
    An opaque id as the text that it is; None for what is none.
    """
    text = clean(str(value) if type(value) is int else value)
    return text if 0 < len(text) <= LONGEST_ID else None
