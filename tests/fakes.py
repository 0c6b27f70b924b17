"""
Small real implementations: a clock moved by hand, a library that repeats, a channel that writes down, a whole bot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select

from bot.app import App, build
from bot.channels.base import Channel, Limits, choice_ref
from bot.settings import Settings
from db.records import OutboxState
from db.seal import Seal
from db.tables import outbox
from db.uow import Database
from handlers.cases import Case, Consent, ConsentKind, Counted, Form, Post, Ticket
from handlers.duties import Board, Duty, Owed
from handlers.flow import Registry, Tools
from handlers.messages import ConversationKey, IncomingMessage, Reply
from handlers.tools import LibraryTools
from knowledge.answer import Answer, Citation, Kind, Option, Question
from knowledge.areas import Area, Areas, Match
from knowledge.library import Library
from knowledge.parse import Plan
from knowledge.places import Named, Place, Whereabouts

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PLACES = (
    Place("soc-trang", "thành phố Sóc Trăng", "soc-trang-2021"),
    Place("ben-tre", "tỉnh Bến Tre", "ben-tre-2022"),
)
KEY = "YSBrZXkgZm9yIHRlc3RzIG9ubHksIG5vIHNlY3JldCE="
"""Known to everybody: for tests."""
SEAL = Seal(KEY)
QUOTE = "Trước ngày 30/11 hằng năm, các xã gửi báo cáo về huyện."
DOCUMENT = "soc-trang-2021"


class HandClock:
    """
    A clock that stands until it is moved.
    """

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


class SmallLibrary:
    """
    Repeats what it is asked and where; "trích" is answered with the one quote that it knows, "chọn" with two ways on,
    "mấy?" with how many questions the context remembers. "hỏng" breaks it, "cháy" alarms it.
    """

    places = PLACES
    plans: tuple[Plan, ...] = ()

    def whereabouts(self, text: str) -> Whereabouts | None:
        return next((Whereabouts(place) for place in PLACES if place.name == text), None)

    def named(self, text: str) -> Named:
        places = tuple(place for place in PLACES if place.name in text)
        return Named(places, (), own=False, every=False, both=False, rest="")

    def alarm(self, text: str) -> Answer | None:
        return Answer(Kind.DECLINE, "Gọi ngay 114.", urgent=True) if "cháy" in text else None

    def answer(self, question: Question) -> Answer:
        if question.text == "trích":
            return Answer(Kind.ANSWER, f"Kế hoạch viết: {QUOTE}", (Citation(DOCUMENT, "I.1", QUOTE),))
        if question.text == "chọn":
            return Answer(Kind.CLARIFY, "Việc nào?", options=(Option("Báo cáo", "báo cáo"), Option("Khen", "khen")))
        if question.text == "hỏng":
            raise RuntimeError(f"broken by {question.text}")
        if question.text == "mấy?":
            return Answer(Kind.ANSWER, f"{question.context.get('seen', 0)} câu trước", context=question.context)
        seen = int(question.context.get("seen", 0)) + 1
        why = {"place": question.place, "asked": question.text}
        return Answer(Kind.ANSWER, f"{question.place}: {question.text}", context={"seen": seen}, evidence=why)

    def explain(self, evidence: Mapping[str, Any], today: date) -> str:
        return f"vì {evidence['place']}: {evidence['asked']}"

    def spell_out(self, text: str) -> str:
        return text.casefold()

    def holds(self, document: str, quote: str) -> bool:
        return (document, quote) == (DOCUMENT, QUOTE)


CAN_THO, DONG_NAI = "92", "75"
MY_XUYEN = Area("31684", "phường Mỹ Xuyên", CAN_THO, "thành phố Cần Thơ")
PHU_LOI = Area("31510", "phường Phú Lợi", CAN_THO, "thành phố Cần Thơ")
LONG_KHANH = Area("26080", "phường Long Khánh", DONG_NAI, "thành phố Đồng Nai")


class SmallAreas:
    """
    Three communes of two provinces, found by their names as they are written.
    """

    known = (MY_XUYEN, PHU_LOI, LONG_KHANH)

    def find(self, text: str, near: str | None = None) -> tuple[Match, ...]:
        return tuple(Match(area, None, None, None) for area in self.known if text in area.full)

    def by_code(self, code: str) -> Area | None:
        return next((area for area in self.known if area.code == code), None)

    def province(self, code: str) -> str | None:
        return next((area.province for area in self.known if area.province_code == code), None)

    def plan_provinces(self) -> tuple[tuple[str, str], ...]:
        return ((CAN_THO, "thành phố Cần Thơ"), (DONG_NAI, "thành phố Đồng Nai"))

    def communes(self, province_code: str) -> tuple[Area, ...]:
        return tuple(area for area in self.known if area.province_code == province_code)

    def covers(self, upper: str, lower: str) -> bool:
        area = self.by_code(lower)
        return upper == lower or (area is not None and area.province_code == upper)


class EmptyDesk:
    """
    A desk on which nothing lies.
    """

    def mine(self) -> tuple[Case, ...]:
        return ()

    def posts(self) -> tuple[Post, ...]:
        return ()

    def queue(self) -> tuple[Case, ...]:
        return ()

    def listed(self, codes: Iterable[str]) -> None:
        return None

    def case(self, code: str) -> Case | None:
        return None

    def tickets(self) -> tuple[Ticket, ...]:
        return ()

    def read(self, tickets: Iterable[Ticket], how: str) -> None:
        return None

    def asked(self) -> tuple[Ticket, ...]:
        return ()

    def consent(self, kind: ConsentKind) -> Consent | None:
        return None

    def consents(self) -> tuple[Consent, ...]:
        return ()

    def alike(self, form: Form) -> tuple[str, ...]:
        return ()

    def taken_by(self, unit: str) -> Post | None:
        return None

    def confirmable(self, secret: str, proof: str) -> Case | None:
        return None

    def spent(self, what: Counted) -> bool:
        return False

    def invited(self, secret: str) -> Post | None:
        return None

    def owed(self) -> tuple[Owed, ...]:
        return ()

    def hushed(self) -> bool:
        return False

    def channels(self) -> tuple[str, ...]:
        return ("notebook",)

    def joinable(self, secret: str) -> tuple[str, ...]:
        return ()

    def boards(self) -> tuple[Board, ...]:
        return ()

    def stated(self) -> tuple[Duty, ...]:
        return ()

    def undated(self) -> tuple[Duty, ...]:
        return ()


def still_tools(now: datetime = NOW, registry: Registry | None = None) -> Tools:
    """
    The small library at one moment, as a step gets it.
    """
    library, areas = cast(Library, SmallLibrary()), cast(Areas, SmallAreas())
    return LibraryTools(library, areas, registry or EmptyDesk(), now, now.date())


@dataclass(frozen=True, slots=True)
class Sent:
    """
    One message as the channel took it.
    """

    address: str
    reply: Reply
    ref: int

    def choice(self, n: int) -> str:
        """
        The reference of its n-th choice, from 0.
        """
        return choice_ref(self.ref, n)


Answering = Callable[[str, Reply], Exception | None]


class Notebook:
    """
    A channel that writes down what it is given; `answering` says what each send meets.
    """

    limits = Limits(text=100_000, buttons=True)

    def __init__(self, name: str = "notebook", answering: Answering = lambda address, reply: None) -> None:
        self.name = name
        self.sent = list[Sent]()
        self.tried = 0
        self.answering = answering

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        self.tried += 1
        problem = self.answering(address, reply)
        if problem is not None:
            raise problem
        self.sent.append(Sent(address, reply, ref))
        return f"n{ref}"

    def texts(self, address: str | None = None) -> list[str]:
        """
        What arrived, in order; at one address or at all.
        """
        return [sent.reply.text for sent in self.sent if address in {None, sent.address}]


def settings_for(database_url: str, **more: Any) -> Settings:
    """
    Settings that look at no `.env`.
    """
    return Settings(_env_file=None, **{"database_url": database_url, "data_key": KEY, **more})  # type: ignore[call-arg]


def stack(
    database_url: str,
    *channels: Channel,
    clock: HandClock | None = None,
    library: Any = None,
    areas: Any = None,
    public_url: str | None = None,
) -> App:
    """
    The wired bot on a database, with the small library and areas unless others are given.
    """
    return build(
        settings_for(database_url, public_url=public_url),
        clock or HandClock(),
        cast(Library, library or SmallLibrary()),
        cast(Areas, areas or SmallAreas()),
        channels,
    )


def message(text: str = "", id: str = "1", address: str = "5", **more: Any) -> IncomingMessage:
    """
    A message from the person at an address of the notebook.
    """
    said = IncomingMessage(ConversationKey("notebook", address), id, NOW, text=text)
    return replace(said, **more)


@dataclass(frozen=True, slots=True)
class Row:
    """
    An outbox row as it stands, with what the repositories keep to themselves.
    """

    id: int
    address: str
    payload: Mapping[str, Any]
    state: OutboxState
    reason: str | None
    attempts: int
    doubts: int
    not_before: datetime
    lease_owner: str | None
    provider_id: str | None
    finished_at: datetime | None


async def rows_of(store: Database) -> list[Row]:
    """
    All outbox rows, oldest first.
    """
    names = Row.__dataclass_fields__
    query = select(*(outbox.c[name] for name in names)).order_by(outbox.c.id)
    async with store.engine.connect() as connection:
        found = (await connection.execute(query)).mappings().all()
    return [Row(**{**row, "state": OutboxState(row["state"]), "payload": SEAL.open(row["payload"])}) for row in found]
