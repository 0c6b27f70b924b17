"""
All that leaves this room: frozen records, no ORM objects, no lazy loading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
    died after the request had left, twice; it may have arrived. `dropped`: when it was to leave, nothing was left to
    say.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class UpdateMark:
    """
    Which update it is: named once for ever in its channel, whose conversation it belongs to (`lane`, the address),
    and where it stands in it (`position`: the smaller first).
    """

    channel: str
    external_id: str
    lane: str
    position: int


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """
    An update as it was delivered, claimed for the `attempts`-th time.
    """

    id: int
    channel: str
    payload: Any
    attempts: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """
    The right to speak for an account at a channel's server: `access` until `expires_at`, `refresh` to renew it once;
    `seed` is the token from which the chain of renewals began.
    """

    access: str
    refresh: str
    seed: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """
    A conversation as stored: its state as JSON, the version that a change must name, and when it last went on.
    """

    state: Mapping[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftHolder:
    """
    A conversation with an unfinished draft, last touched at `draft_at` and spoken of `nudges` times since; the person
    spoke last at `updated_at`.
    """

    channel: str
    address: str
    state: Mapping[str, Any]
    version: int
    draft_at: datetime
    nudges: int
    updated_at: datetime


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
class OutboxGroup:
    """
    Messages of one channel that stand alike: how many, why, and when the oldest of them was queued.
    """

    channel: str
    state: OutboxState
    reason: str | None
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How many stand alike, and since when the oldest of them does.
    """

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """
    A stored message. `attempts` counts the claims, this one included; `doubts` the sends of unknown outcome;
    `send_at` is its turn on a channel that has a pace.
    """

    id: int
    channel: str
    address: str
    payload: Mapping[str, Any]
    priority: Priority
    state: OutboxState
    attempts: int
    doubts: int
    business_key: str = ""
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """
    Who speaks: a conversation. `own`: for its own household, and not for somebody else's.
    """

    channel: str
    address: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class StoredCase:
    """
    A registration as stored. `form` is the household's JSON (None once erased), `confirm` the code with which the
    household may confirm it. A change must name `version`.
    """

    id: int
    code: str
    version: int
    status: str
    unit: str
    care: str
    form: Mapping[str, Any] | None
    confirm: str | None
    confirmed: bool
    on_paper: bool
    sent_at: datetime
    touched_at: datetime
    decision: str | None
    decided_on: date | None
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class NewCase:
    """
    A registration to be stored. `phone` is what duplicates are found by: digits only.
    """

    code: str
    status: str
    unit: str
    year: int
    form: Mapping[str, Any]
    phone: str
    confirm: str | None
    on_paper: bool


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """
    One thing that happened to a case; `post` is the id of the post that did it.
    """

    at: datetime
    kind: str
    post: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Stay:
    """
    That something was with a unit from a moment until another (None: still is): a case, or who held a post there.
    """

    unit: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class StoredPost:
    """
    A role at a unit.
    """

    id: int
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """
    A question passed on. `account` is who asked, None once erased.
    """

    id: int
    unit: str
    question: str | None
    asked_at: datetime
    account: Account | None
    answer: str | None
    answered_at: datetime | None
    post: int | None


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """
    What somebody chose on a card.
    """

    kind: str
    given: bool
    version: str
    text_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A row of the audit log: when, how, and the ids of the case, the post and the question.
    """

    at: datetime
    what: str
    case: int | None
    post: int | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class StoredDuty:
    """
    A duty that people are reminded of. `facts` are its words, `post` the id of the post that made it for itself.
    `ruled`: an officer in charge has moved, ended or begun it, and the plan's own rule no longer counts. A change
    must name `version`.
    """

    id: int
    key: str
    post: int | None
    rule: Mapping[str, Any]
    active: bool
    ruled: bool
    basis: str | None
    facts: Mapping[str, Any]
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewDuty:
    """
    A duty as its plan or its post states it: `units` owe it, `receivers` are told when it is done.
    """

    key: str
    rule: Mapping[str, Any]
    active: bool
    facts: Mapping[str, Any]
    units: Collection[str] = ()
    receivers: Collection[str] = ()
    post: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """
    A rung of the ladder of one occurrence: the duty's id, its last day in time, days before it.
    """

    duty: int
    last_day: date
    step: int


@dataclass(frozen=True, slots=True)
class StoredTelling:
    """
    Who was told of which step when.
    """

    duty: int
    last_day: date
    step: int
    post: int
    account: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """
    A unit's word that it has done a duty, by which post, with the number of the document if it was given, and the
    channel's reference of a file.
    """

    duty: int
    last_day: date
    unit: str
    post: int
    number: str | None
    at: datetime
    file: str | None = None
