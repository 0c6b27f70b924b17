"""
What the desk of a commune works on: registrations, the posts that take them, questions passed on. Frozen values.

A registration is an intention, not a recognition: the legal act is a paper that the commune's chairman decides
(Quyết định 24/2021/QĐ-TTg, Điều 5). No status here says that a household has left poverty; `DONE` repeats the number
and the date of a decision that an officer typed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from handlers.messages import ConversationKey, Json


class Status(StrEnum):
    """
    Where a registration stands: sent → taken ⇄ asked → filed → done; declined and withdrawn end it too, and merged
    points to the one that goes on.
    """

    SENT = "sent"
    TAKEN = "taken"
    ASKED = "asked"
    FILED = "filed"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = frozenset({Status.SENT, Status.TAKEN, Status.ASKED, Status.FILED})
"""Still with the commune: may be withdrawn and corrected by the household."""
WAITING = frozenset({Status.SENT, Status.TAKEN})
"""Waits for the officer, and not for the household or the review of the month."""


class Standing(StrEnum):
    """
    What a household is today, by its own word.
    """

    POOR = "ngheo"
    NEAR_POOR = "can_ngheo"
    JUST_LEFT = "moi_thoat"


@dataclass(frozen=True, slots=True)
class Helper:
    """
    Somebody who fills the form in for a household: who, and how the household said yes (Luật 91/2025/QH15, Điều 9:
    consent must be provable).
    """

    name: str
    relation: str
    consent_how: str
    consent_on: str


@dataclass(frozen=True, slots=True)
class Form:
    """
    What a household tells. `unit` is the commune's code, `area` its full name today, `was` the older name that the
    person used. `needs` are keys of `texts.NEEDS`. No identity number, no ethnicity, no health, no children's names
    (NĐ 356/2025/NĐ-CP, Điều 4: sensitive data).
    """

    head: str
    phone: str
    unit: str
    area: str
    hamlet: str
    standing: Standing
    since: int | None
    members: int
    workers: int
    leaving: Standing
    year: int
    was: str | None = None
    place: str | None = None
    needs: tuple[str, ...] = ()
    reason: str | None = None
    helper: Helper | None = None


def form_to_json(form: Form) -> Json:
    """
    The form as a JSON object.
    """
    return asdict(form)


def form_from_json(value: Json) -> Form:
    """
    The form that `form_to_json` made.
    """
    helper = value.get("helper")
    more = {
        "standing": Standing(value["standing"]),
        "leaving": Standing(value["leaving"]),
        "needs": tuple(value.get("needs", ())),
        "helper": Helper(**helper) if helper else None,
    }
    return Form(**{**value, **more})


class EventKind(StrEnum):
    """
    What can happen to a registration.
    """

    SENT = "sent"
    CONFIRMED = "confirmed"
    RECODED = "recoded"
    CORRECTED = "corrected"
    TAKEN = "taken"
    ASKED = "asked"
    REPLIED = "replied"
    FILED = "filed"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    KEPT_APART = "kept_apart"
    UNDONE = "undone"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class Event:
    """
    One thing that happened to a registration: when, what, by whom (the post's name; None: the household or the bot),
    and the words that belong to it.
    """

    at: datetime
    kind: EventKind
    by: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """
    A registration as somebody who may see it sees it. `code` is its receipt code, nine digits; `version` must be
    named by whoever changes it; `raised` says that it waited too long and went to the post above, `replied` that the
    household has answered and nothing was done since; `alike` are the receipt codes of registrations that may be the
    same household. `form` is None once the household erased it.
    """

    code: str
    version: int
    status: Status
    form: Form | None
    unit: str
    sent_at: datetime
    touched_at: datetime
    raised: bool = False
    replied: bool = False
    confirmed: bool = False
    on_paper: bool = False
    decision: str | None = None
    decided_on: date | None = None
    merged_into: str | None = None
    alike: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()


def may_recode(case: Case) -> bool:
    """
    Whether a household may still be given a code to confirm with what somebody else filled in for it.
    """
    by_another = case.form is not None and (case.on_paper or case.form.helper is not None)
    return by_another and not case.confirmed and case.status in OPEN


def kept_apart(events: Iterable[Event]) -> tuple[str, ...]:
    """
    The receipt codes that an officer said to be other households, and did not take back.
    """
    apart = dict[str, None]()
    for event in events:
        if event.kind is EventKind.KEPT_APART and event.note:
            apart[event.note] = None
        if event.kind is EventKind.UNDONE and event.note:
            apart.pop(event.note, None)
    return tuple(apart)


LEADS_TO = MappingProxyType(
    {
        EventKind.SENT: Status.SENT,
        EventKind.TAKEN: Status.TAKEN,
        EventKind.ASKED: Status.ASKED,
        EventKind.REPLIED: Status.TAKEN,
        EventKind.FILED: Status.FILED,
    }
)
"""The statuses that a merged case may have had before; merging and its undoing change nothing about them."""


def status_before_merging(events: Sequence[Event]) -> Status:
    """
    Where a merged case stood before.
    """
    return next((LEADS_TO[event.kind] for event in reversed(events) if event.kind in LEADS_TO), Status.TAKEN)


class Role(StrEnum):
    """
    What a post does. The words are those of `python -m bot invite --post`.
    """

    OFFICER = "can-bo-giam-ngheo"
    DEPUTY = "can-bo-pho"
    LEADER = "lanh-dao"


ROLE_NAMES = MappingProxyType(
    {
        Role.OFFICER: "Cán bộ giảm nghèo",
        Role.DEPUTY: "Cán bộ phó giảm nghèo",
        Role.LEADER: "Lãnh đạo Ủy ban nhân dân",
    }
)
"""How a post is called before the name of its unit."""


@dataclass(frozen=True, slots=True)
class Post:
    """
    A role at a unit: a commune's or a province's code, and its name. Rights and cases hang on it, not on a person.
    """

    id: int
    role: Role
    unit: str
    unit_name: str

    @property
    def name(self) -> str:
        """
        What people read: "Cán bộ giảm nghèo phường Mỹ Xuyên, thành phố Cần Thơ".
        """
        return f"{ROLE_NAMES[self.role]} {self.unit_name}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """
    A question that was passed on to an officer. `answered_by` is the name of the post that answered.
    """

    id: int
    unit: str
    question: str
    asked_at: datetime
    answer: str | None = None
    answered_by: str | None = None


class Counted(StrEnum):
    """
    What an account may do only so often.
    """

    MISSED = "missed"
    SENT = "sent"
    LOOKED_UP = "looked_up"
    CONFIRMED = "confirmed"
    ASKED = "asked"


A_DAY = MappingProxyType(
    {
        Counted.SENT: 30,
        Counted.LOOKED_UP: 60,
        Counted.CONFIRMED: 10,
        Counted.ASKED: 10,
    }
)
"""
How often one account may do it on one day: a headman sends and looks up the registrations of a whole hamlet in an
evening; one telephone confirms for the few families that share it; ten questions are a long talk with an officer who
answers each by hand. More is a machine, or somebody who guesses.
"""


class ConsentKind(StrEnum):
    """
    What a person may agree to, each apart (Luật 91/2025/QH15, Điều 9).
    """

    REGISTRATION = "registration"
    REMINDERS = "reminders"
    JOINING = "joining"


@dataclass(frozen=True, slots=True)
class Consent:
    """
    What somebody chose: the version and the SHA-256 of the text that was shown, when, from which account.
    """

    kind: ConsentKind
    given: bool
    version: str
    text_hash: str
    at: datetime
    account: ConversationKey
