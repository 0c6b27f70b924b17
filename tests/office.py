"""
A commune's office for tests: several people at one bot, registrations and invitations laid ready, codes that are
known beforehand. Everything goes through the whole stack and its database.

In a transcript of the office each line says who speaks: `> Hoa: /choduyet`. `> (4 ngày sau)` moves the clock. What
reaches somebody else is marked with his name: `● → Lan:`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bot.app import App
from db.desk import DeskRows
from handlers import tools
from handlers.cases import Form, Role, Standing
from handlers.desk import Desk, carry_out
from handlers.effects import Effect, Register
from handlers.messages import ConversationKey, Reply
from tests.fakes import CAN_THO, LONG_KHANH, MY_XUYEN, PHU_LOI, HandClock, Notebook, Sent, stack
from tests.talk import HEARD, MORE, SAID, Talk, heading_of, lines_of, written

LAN = Form(
    head="Nguyễn Thị Lan",
    phone="0912345678",
    unit=MY_XUYEN.code,
    area=MY_XUYEN.full,
    hamlet="khóm 3",
    standing=Standing.POOR,
    since=2019,
    members=4,
    workers=2,
    leaving=Standing.POOR,
    year=2026,
    was="phường 10, thành phố Sóc Trăng",
    place="soc-trang",
    needs=("von", "nghe"),
    reason="Con đã đi làm, nhà đủ ăn",
)
LAN_AGAIN = replace(LAN, head="Nguyen Thi Lan", members=5, was=None, needs=(), reason=None)
BAY = replace(
    LAN, head="Trần Văn Bảy", phone="0987654321", hamlet="khóm 7", since=None, was=None, needs=(), reason=None
)
FAR = replace(BAY, head="Lê Thị Xa", phone="0977777777", unit=LONG_KHANH.code, area=LONG_KHANH.full)

LATER = re.compile(r"\((\d+) (ngày|phút) sau\)")
SPOKEN = re.compile(r"([^:\[\]/]{1,20}): (.*)", re.DOTALL)


class Office:
    """
    The people at one bot, by name; a name is their address too. "Lan (Zalo)" is Lan's account on the second channel,
    `zalo`, which writes into the same book.
    """

    def __init__(self, app: App, notebook: Notebook, zalo: Notebook, clock: HandClock) -> None:
        self.app, self.notebook, self.zalo, self.clock = app, notebook, zalo, clock
        self._people = dict[str, Visitor]()

    def channel_of(self, name: str) -> Notebook:
        """
        Where somebody of this name writes.
        """
        return self.zalo if name.endswith("(Zalo)") else self.notebook

    def of(self, name: str) -> Visitor:
        """
        The conversation of a person.
        """
        return self._people.setdefault(name, Visitor(self, name))

    def go_on_from(self, other: Office) -> None:
        """
        The same people at the same hour, with all that they got: only the database is another.
        """
        self.clock.now = other.clock.now
        self.notebook.sent.extend(other.notebook.sent)
        for name, person in other._people.items():
            self.of(name).resume(person)

    async def lay(self, name: str, *effects: Effect) -> None:
        """
        Let effects happen as if a turn of this person's had led to them.
        """
        key = ConversationKey(self.channel_of(name).name, name)

        def work(rows: DeskRows) -> object:
            return carry_out(Desk(rows, key, self.clock(), self.app.areas), effects, ())

        async with self.app.database.write() as uow:
            await uow.desk(work)
            await uow.commit()

    async def register(self, name: str, code: str, form: Form, **more: Any) -> None:
        """
        A registration that this person sent a moment ago.
        """
        await self.lay(name, Register(code, form, Reply("Có đơn mới"), **more))
        self.clock.forward(timedelta(minutes=1))

    async def invite(self, secret: str, role: Role, unit: str) -> None:
        """
        An invitation from the command line.
        """
        until = self.clock() + timedelta(minutes=15)
        async with self.app.database.write() as uow:
            await uow.desk(lambda rows: rows.posts.invite(secret, role, unit, None, self.clock(), until))
            await uow.commit()

    async def appoint(self, name: str, role: Role = Role.OFFICER, unit: str = MY_XUYEN.code) -> Visitor:
        """
        Somebody who took a post a moment ago.
        """
        secret = f"{len(self._people):08d}"
        await self.invite(secret, role, unit)
        person = self.of(name)
        await person.say(f"/nhanviec {secret}")
        await person.say("[1]")
        return person


class Visitor(Talk):
    """
    One person at the office.
    """

    def __init__(self, office: Office, name: str) -> None:
        super().__init__(office.app, office.channel_of(name), name)
        self._office = office
        self.more = dict[str, Any]()

    def _read(self, line: str) -> dict[str, Any]:
        key = ConversationKey(self._notebook.name, self._address)
        return {**super()._read(line), "key": key, "at": self._office.clock(), **self.more}

    async def press(self, label: str) -> list[Reply]:
        """
        Press the choice of this label in the newest message that has it.
        """
        for sent in reversed(self.seen):
            for n, choice in enumerate(sent.reply.choices):
                if choice.label == label:
                    return await self.say(f"[{sent.choice(n)}]")
        raise AssertionError(f"nobody was offered {label}: {self.labels}")

    @property
    def labels(self) -> Sequence[str]:
        """
        What the newest message that offers anything offers.
        """
        return next(
            ([choice.label for choice in sent.reply.choices] for sent in self.seen[::-1] if sent.reply.choices), []
        )

    @property
    def last(self) -> Reply:
        """
        The newest message that this person got.
        """
        return self.seen[-1].reply


@asynccontextmanager
async def office_at(
    database_url: str,
    library: Any = None,
    areas: Any = None,
    public_url: str | None = None,
    channel: str = "notebook",
) -> AsyncIterator[Office]:
    """
    An office on this database, with nobody at it.
    """
    notebook, zalo, clock = Notebook(channel), Notebook("zalo_oa"), HandClock()
    zalo.sent = notebook.sent
    app = stack(database_url, notebook, zalo, clock=clock, library=library, areas=areas, public_url=public_url)
    try:
        yield Office(app, notebook, zalo, clock)
    finally:
        await app.database.close()


def with_known_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Receipt codes 100 000 001, 100 000 002 …, one-time codes 10000001, 10000002 …, join codes KMR331, KMR332 …, and
    addresses dia-chi-1, dia-chi-2 … instead of chance.
    """
    codes, secrets, tokens, signs = count(100_000_001), count(10_000_001), count(1), count(331)
    monkeypatch.setattr(tools, "new_sign", lambda: f"KMR{next(signs)}")
    monkeypatch.setattr(tools, "new_code", lambda: str(next(codes)))
    monkeypatch.setattr(tools, "new_secret", lambda: str(next(secrets)))
    monkeypatch.setattr(tools, "new_token", lambda: f"dia-chi-{next(tokens)}")


LANS, LANS_SECOND, BAYS, FARS = "482915073", "111222333", "555666777", "999888777"


async def furnish(office: Office) -> None:
    """
    What lies ready in each transcript: invitations 11112222 (officer of phường Mỹ Xuyên), 22223333 (of Phú Lợi) and
    33334444 (of Cần Thơ), and four registrations, of which two may be one household and one is of another province.
    """
    await office.register("Lan", LANS, LAN)
    await office.register("Bảy", BAYS, BAY)
    await office.register("Út", LANS_SECOND, LAN_AGAIN)
    await office.register("Xa", FARS, FAR)
    await office.invite("11112222", Role.OFFICER, MY_XUYEN.code)
    await office.invite("22223333", Role.OFFICER, PHU_LOI.code)
    await office.invite("33334444", Role.OFFICER, CAN_THO)


async def act(office: Office, transcript: str) -> str:
    """
    The transcript as the bot makes it today from the same lines.
    """
    return page(heading_of(transcript), await act_lines(office, lines_of(transcript)))


def page(heading: str, blocks: Iterable[str]) -> str:
    """
    A transcript of what was said and heard.
    """
    return "\n\n".join([heading, *blocks]) + "\n"


async def act_lines(office: Office, lines: Iterable[str]) -> list[str]:
    """
    These lines, and after each what was heard.
    """
    blocks = list[str]()
    for line in lines:
        blocks.append(f"{SAID}{line}")
        before = len(office.notebook.sent)
        speaker = await _happen(office, line)
        blocks.extend(_heard(speaker, office.notebook.sent[before:]))
    return blocks


async def _happen(office: Office, line: str) -> str:
    if later := LATER.fullmatch(line):
        number = int(later[1])
        office.clock.forward(timedelta(days=number) if later[2] == "ngày" else timedelta(minutes=number))
        await office.app.remind()
        await office.app.courier.deliver()
        return ""
    spoken = SPOKEN.fullmatch(line)
    assert spoken, f"nobody says: {line}"
    await office.of(spoken[1]).say(spoken[2])
    return spoken[1]


def _heard(speaker: str, sent: Sequence[Sent]) -> Iterator[str]:
    """
    What was heard, in the order in which it was queued; reminders by name. Channels send side by side.
    """
    for one in sorted(sent, key=lambda one: ("" if speaker else one.address, one.ref)):
        reply = one.reply
        text = written(reply)
        if reply.attachment:
            text += f"\n\n{MORE}[tệp: {reply.attachment.name}]"
        yield text if one.address == speaker else text.replace(HEARD, f"{HEARD}→ {one.address}: ", 1)
