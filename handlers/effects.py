"""
What must happen together with a turn, in its transaction. Values only; `handlers.desk` carries them out.

Whoever changes a case names the version that was looked at; if it changed since, the turn is taken again. The desk
checks once more that the account may do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.cases import ConsentKind, Counted, EventKind, Form, Role, Status
from handlers.messages import Reply
from knowledge.facts import Rule


class Effect:
    """
    Something that happens with the turn or not at all.
    """


@dataclass(frozen=True, slots=True)
class Choose(Effect):
    """
    Keep what the person chose on a consent card: evidence, never changed.
    """

    kind: ConsentKind
    given: bool
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Register(Effect):
    """
    File a registration under a new receipt code (from `Tools.new_code`) and tell the post that takes it.

    `confirm_code`: what the household types on its own phone when somebody else filled it in. `on_paper`: an officer
    typed in a paper registration; the account then does not speak for the household. `tell_alike` goes to the post
    that may see both where it may be the same household as another one: the commune's, else the province's.
    """

    code: str
    form: Form
    tell_officer: Reply
    confirm_code: str | None = None
    on_paper: bool = False
    tell_alike: Reply | None = None


@dataclass(frozen=True, slots=True)
class Confirm(Effect):
    """
    The household confirms from its own phone what somebody filled in for it; from then on it speaks for the case.
    `Registry.confirmable` has checked the code and the proof.
    """

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Recode(Effect):
    """
    Another confirmation code in place of one that is lost, old or tried too often: for the officer over a case that
    its household has not confirmed, or for who filled it in. `tell` goes to those who filled it in.
    """

    code: str
    version: int
    secret: str
    tell: Reply | None = None


@dataclass(frozen=True, slots=True)
class MissedCode(Effect):
    """
    A wrong confirmation, invitation or join code: counted against this account; a confirmation code (`secret`) that
    came with a wrong proof also against the code. `joining`: it was to join a channel, which the audit log keeps too.
    """

    secret: str | None = None
    joining: bool = False


@dataclass(frozen=True, slots=True)
class Count(Effect):
    """
    This account has done once more what it may do only so often; see `Registry.spent`.
    """

    what: Counted


@dataclass(frozen=True, slots=True)
class Correct(Effect):
    """
    The household, or an officer of its unit, changes what it told; the officer is told when the case is taken. What
    an officer changed (`note`) is told to all accounts that speak for the household (`tell`).
    """

    code: str
    version: int
    form: Form
    tell_officer: Reply | None = None
    tell: Reply | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move(Effect):
    """
    A case goes on to another status; `kind` and `note` are written into its history. `tell` goes to all accounts that
    speak for the household, `tell_officer` to the post that takes care of the case.
    """

    code: str
    version: int
    kind: EventKind
    to: Status
    note: str | None = None
    decision: str | None = None
    decided_on: date | None = None
    merged_into: str | None = None
    tell: Reply | None = None
    tell_officer: Reply | None = None


@dataclass(frozen=True, slots=True)
class Invite(Effect):
    """
    Make a one-time code for a post: 15 minutes, one use. A post with a holder is handed over by its next one.
    """

    secret: str
    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class TakePost(Effect):
    """
    Take the post that an invitation is for; `Registry.invited` has checked the code. Who held it is shut out at once
    and told.
    """

    secret: str
    tell_former: Reply


@dataclass(frozen=True, slots=True)
class LeavePost(Effect):
    """
    Give a post up.
    """

    post: int


@dataclass(frozen=True, slots=True)
class AskOfficer(Effect):
    """
    Pass a question on to the post of a unit.
    """

    unit: str
    question: str
    tell_officer: Reply


@dataclass(frozen=True, slots=True)
class AnswerTicket(Effect):
    """
    Answer a question that was passed on; `tell` goes to who asked.
    """

    ticket: int
    answer: str
    tell: Reply


@dataclass(frozen=True, slots=True)
class Erase(Effect):
    """
    Erase what this account's cases, questions and consents hold of persons. What stays is countable and nameless.
    """


class DutyEffect(Effect):
    """
    Something about a deadline. The desk checks that a post of this account owes it, made it or receives it.
    """


@dataclass(frozen=True, slots=True)
class Submit(DutyEffect):
    """
    The unit of a post has done a duty; the receiving posts are told, those on the channel of its `file` with it.
    """

    duty: int
    last: date
    post: int
    number: str | None
    tell: Reply
    file: str | None = None
    tell_with_file: Reply | None = None


@dataclass(frozen=True, slots=True)
class TakeBack(DutyEffect):
    """
    It has not done it after all; the receiving posts are told.
    """

    duty: int
    last: date
    post: int
    tell: Reply


@dataclass(frozen=True, slots=True)
class PutOff(DutyEffect):
    """
    Remind a post again at a moment, and not before.
    """

    duty: int
    last: date
    post: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Want(DutyEffect):
    """
    A post wants to be reminded of a duty, or not.
    """

    duty: int
    post: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class AddDuty(DutyEffect):
    """
    A post sets itself a deadline; `key` is new ("own:" and a one-time code).
    """

    key: str
    title: str
    rule: Rule
    post: int


@dataclass(frozen=True, slots=True)
class RuleDuty(DutyEffect):
    """
    Whoever made a duty or receives it moves, ends or begins it; `basis` is the document it goes by. Everybody who was
    told of an occurrence that no longer stands is told: `tell` are the words before and after the day that they know.
    """

    duty: int
    version: int
    rule: Rule
    active: bool
    basis: str | None
    tell: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NudgeMissing(DutyEffect):
    """
    A receiving post asks the units that have not done a duty, once a day at most.
    """

    duty: int
    last: date
    post: int
    tell: Reply


@dataclass(frozen=True, slots=True)
class KeepCalendar(Effect):
    """
    Let a secret (from `Tools.new_token`) open this officer's calendar, in place of the one before.
    """

    secret: str


@dataclass(frozen=True, slots=True)
class EndCalendar(Effect):
    """
    No address opens this officer's calendar any more.
    """


@dataclass(frozen=True, slots=True)
class OfferJoin(Effect):
    """
    Let a code (from `Tools.new_sign`) join another channel of this person: 15 minutes, one use.
    """

    secret: str


@dataclass(frozen=True, slots=True)
class Join(Effect):
    """
    This account and the one whose code it is are one person from now on; `Registry.joinable` has checked it. What was
    not asked for comes here with `prefer`. `tell` goes to the account that made the code.
    """

    secret: str
    prefer: bool
    tell: Reply


@dataclass(frozen=True, slots=True)
class Split(Effect):
    """
    The account of this person on another channel is somebody else from now on, and is told so.
    """

    channel: str
    tell: Reply


@dataclass(frozen=True, slots=True)
class Prefer(Effect):
    """
    Tell this person on that channel what was not asked for.
    """

    channel: str


@dataclass(frozen=True, slots=True)
class Hush(Effect):
    """
    Remind this officer of nothing more, whatever falls due; or of everything again.
    """

    hushed: bool = True
