"""
What comes in: an event as Zalo sends it, as a message. An Official Account talks with one person at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from bot.channels.base import clean, object_of
from handlers.messages import ConversationKey, IncomingMessage, Json, Unreadable

NAME = "zalo_oa"
BELIEVED = timedelta(hours=24)
"""An older moment in an event is not believed; Zalo repeats for two hours at most."""
LONGEST_ID = 120
"""Characters of an id that the database keeps."""

SAID = frozenset({"user_send_text", "user_send_link"})
UNREADABLE = MappingProxyType(
    {
        "user_send_image": Unreadable.PHOTO,
        "user_send_gif": Unreadable.STICKER,
        "user_send_sticker": Unreadable.STICKER,
        "user_send_file": Unreadable.FILE,
        "user_send_audio": Unreadable.VOICE,
        "user_send_video": Unreadable.OTHER,
        "user_send_location": Unreadable.LOCATION,
        "user_send_business_card": Unreadable.CONTACT,
    }
)


def parse(event: Json, now: datetime) -> IncomingMessage | None:
    """
    What a person said; None for anything else: receipts, follows, groups, what the account itself sent. Never raises,
    whatever the payload.
    """
    raw = object_of(event)
    kind = raw.get("event_name")
    message = object_of(raw.get("message"))
    address, external_id = id_of(object_of(raw.get("sender")).get("id")), id_of(message.get("msg_id"))
    if not isinstance(kind, str) or address is None or external_id is None:
        return None
    text, unreadable = clean(message.get("text")), UNREADABLE.get(kind)
    if kind not in SAID and unreadable is None:
        return None
    if not text and unreadable is None:
        return None
    at = _moment(raw, now)
    return IncomingMessage(
        ConversationKey(NAME, address), external_id, at, text=text, unreadable=unreadable, numbered=True
    )


def position_of(event: Json, now: datetime) -> int:
    """
    When it happened, in milliseconds.
    """
    written = timestamp_of(object_of(event))
    told = int(written) if written.isascii() and written.isdigit() and len(written) < 16 else None
    return int(now.timestamp() * 1000) if told is None else told


def timestamp_of(event: Mapping[str, Json]) -> str:
    """
    The moment of an event as it is written in it, "" without one.
    """
    value = event.get("timestamp")
    return str(value) if type(value) in {str, int} else ""


def _moment(event: Mapping[str, Json], now: datetime) -> datetime:
    seconds = position_of(event, now) / 1000
    if 0 <= now.timestamp() - seconds <= BELIEVED.total_seconds():
        return datetime.fromtimestamp(seconds, UTC)
    return now


def id_of(value: Json) -> str | None:
    """
    An opaque id as the text that it is; None for what is none.
    """
    text = clean(str(value) if type(value) is int else value)
    return text if 0 < len(text) <= LONGEST_ID else None
