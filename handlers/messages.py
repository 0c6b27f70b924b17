"""
What travels between a channel and a conversation: small frozen values, JSON in and out.

No value here knows the platform it came from. A conversation is addressed by two strings, so that it can be
stored and spoken to later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value that json.dumps takes; narrowed where it is read."""


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """
    Where a conversation takes place: the channel's name and the channel's own opaque address (a chat id).
    """

    channel: str
    address: str


class Unreadable(StrEnum):
    """
    What a person sent that the bot cannot read as words. `hidden`: words that the channel keeps from the bot.
    """

    PHOTO = "photo"
    VOICE = "voice"
    STICKER = "sticker"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    HIDDEN = "hidden"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """
    One thing that a person sent.

    `external_id` names it once for ever in its channel: a second delivery carries the same one. `choice` is the
    reference of a pressed choice as the channel was given it. `at` is aware. `numbered`: the channel shows choices as
    numbered lines, so that a bare number answers the newest message. `file` is the channel's own reference of a
    document or photo, its name before it: "telegram:document:BQAC…". Only that channel can send it on.
    """

    key: ConversationKey
    external_id: str
    at: datetime
    text: str = ""
    choice: str | None = None
    unreadable: Unreadable | None = None
    file: str | None = None
    private: bool = True
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One way on that a reply offers. `id` is what the conversation understands; people see `label`.
    """

    id: str
    label: str


SENT = "sent:"
"""Begins the paper of a file that somebody sent."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    One file that goes with a reply: the name that the person sees, and what paper it is ("letter.pdf:482915073").
    `content` is made when the reply leaves and is not stored with it. A paper "sent:<file>" is a file that somebody
    sent on the same channel: it has no content here.
    """

    name: str
    paper: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """
    One message to a person: text, choices, at most one attachment. Channels degrade it to what they can do.

    `first` is the number of its first choice where choices are numbered lines: a turn's choices are counted through.
    `quotes` are the verbatim parts of `text` as (document, quote): checked again when the message leaves. `brief` is
    one line about nobody in person, for a channel that at this moment may say no more than a template.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    first: int = 1
    attachment: Attachment | None = None
    quotes: tuple[tuple[str, str], ...] = ()
    brief: str | None = None


def reply_to_json(reply: Reply) -> Json:
    """
    A reply as a JSON object, for the outbox row.
    """
    return {
        "text": reply.text,
        "choices": [[choice.id, choice.label] for choice in reply.choices],
        "first": reply.first,
        "attachment": reply.attachment and {"name": reply.attachment.name, "paper": reply.attachment.paper},
        "quotes": [list(quote) for quote in reply.quotes],
        "brief": reply.brief,
    }


def reply_from_json(value: Mapping[str, Json]) -> Reply:
    """
    The reply that `reply_to_json` stored.
    """
    attachment = value.get("attachment")
    return Reply(
        text=value["text"],
        choices=tuple(Choice(id, label) for id, label in value["choices"]),
        first=value.get("first", 1),
        attachment=Attachment(**attachment) if attachment else None,
        quotes=tuple((document, quote) for document, quote in value.get("quotes", ())),
        brief=value.get("brief"),
    )
