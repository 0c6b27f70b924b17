"""
All that leaves this room: frozen records, no ORM objects, no lazy loading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Priority(IntEnum):
    """
    Which lane a message leaves in: replies overtake bulk. Order holds within a lane of a conversation.
    """

    REPLY = 0
    BULK = 1


class OutboxState(StrEnum):
    """
    Where a message stands: pending → sending → sent | refused | failed | uncertain.

    `refused`: the channel will never take it. `failed`: given up after too many tries. `uncertain`: the connection
    died after the request had left, twice; it may have arrived.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """
    A conversation as stored: its state as JSON and the version that a change must name.
    """

    state: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """
    A message to be sent once. `business_key` is unique for ever: adding it again changes nothing.
    """

    channel: str
    address: str
    business_key: str
    payload: Mapping[str, Any]
    priority: Priority = Priority.REPLY
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """
    A stored message. `attempts` counts the claims, this one included; `doubts` the sends of unknown outcome.
    """

    id: int
    channel: str
    address: str
    payload: Mapping[str, Any]
    priority: Priority
    state: OutboxState
    attempts: int
    doubts: int
