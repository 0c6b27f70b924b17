"""
However somebody goes through the form – back, to and fro, away and back days later, through a restart of the bot –
the registration that arrives is that of answering straight through.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from db.desk import DeskRows
from handlers.cases import Form
from handlers.desk import Desk
from handlers.flow import State, state_from_json
from handlers.flows import form
from handlers.messages import ConversationKey, Unreadable
from knowledge.areas import Areas
from tests.fakes import HandClock, Notebook, message, stack

KEY = ConversationKey("notebook", "5")
AREAS = Areas.load()
Answers = Mapping[str, str]
POOR: Answers = {
    "who": "1",
    "head": "nguyen thi lan",
    "phone": "0912.345.678",
    "address": "phường 10 sóc trăng",
    "sure": "1",
    "hamlet": "3",
    "standing": "1",
    "since": "3 năm nay",
    "members": "4",
    "workers": "2",
    "leaving": "1",
    "needs": "1 3",
}
JUST_LEFT: Answers = {
    "who": "cho nhà tôi",
    "head": "Trần Văn Bảy",
    "phone": "không chín tám bảy sáu năm bốn ba hai một",
    "address": "trảng bom",
    "which": "1",
    "hamlet": "ấp 2",
    "standing": "mới thoát nghèo",
    "since": "k nho",
    "members": "9 người",
    "workers": "0",
    "leaving": "2",
    "needs": "0",
}
HELPED: Answers = {
    **POOR,
    "who": "2",
    "helper_name": "Lê Văn Ba",
    "helper_relation": "1",
    "helper_how": "2",
    "helper_on": "12/2",
}
HOUSEHOLDS = (POOR, JUST_LEFT, HELPED)
LINES = ("head", "phone", "address", "hamlet", "standing", "since", "members", "workers", "leaving", "needs")
HINGES = {"address": ("hamlet",), "standing": ("leaving",), "members": ("workers",)}
"""What is asked anew, or may be, once a line is changed."""
DETOURS = (
    "back",
    "pause",
    "give up",
    "restart",
    "replay",
    "nonsense",
    "question",
    "photo",
    "/help",
    "old button",
    "start",
)


class Person:
    """
    Somebody at the form, over the whole stack.
    """

    def __init__(self, url: str, answers: Answers) -> None:
        self.url, self.answers = url, answers
        self.notebook, self.clock = Notebook(), HandClock()
        self.app = stack(url, self.notebook, clock=self.clock, areas=AREAS)
        self.count = 0
        self.changed = set[str]()

    async def say(self, text: str = "", **more: Any) -> None:
        self.count += 1
        await self.again(text, **more)

    async def again(self, text: str = "", **more: Any) -> None:
        said = message(text, id=str(self.count), at=self.clock(), **more)
        await self.app.dispatcher.handle(said)
        await self.app.courier.deliver()

    async def state(self) -> State:
        async with self.app.database.read() as uow:
            stored = await uow.conversations.load(KEY.channel, KEY.address)
        assert stored is not None
        return state_from_json(stored.state)

    async def choose(self, id: str) -> None:
        ids = [choice.id for choice in (await self.state()).offered]
        await self.say(str(ids.index(id) + 1))

    async def begin(self) -> None:
        await self.say("/dangky")
        await self.say("1")

    async def answer(self) -> bool:
        """
        Answer the open question. False on the review screen.
        """
        step = (await self.state()).step
        if step == "review":
            return False
        await self.say(self.answers[step])
        return True

    async def resume(self) -> None:
        await self.say("/dangky")
        await self.say("1")

    async def detour(self, kind: str) -> None:
        if kind == "back":
            await self.say("quay lại")
        elif kind == "pause":
            await self.say("để sau")
            self.clock.forward(timedelta(days=3))
            await self.resume()
        elif kind == "give up":
            await self.say("/huy")
            await self.say("1")
            await self.resume()
        elif kind == "start":
            await self.say("/start")
            await self.resume()
        elif kind == "restart":
            await self.restart()
        elif kind == "old button":
            await self.say(choice=next(sent for sent in self.notebook.sent if sent.reply.choices).choice(0))
        else:
            await self.remark(kind)

    async def remark(self, kind: str) -> None:
        if kind == "nonsense":
            await self.say("🙏")
        elif kind == "question":
            await self.say("hộ nghèo được khen gì?")
        elif kind == "photo":
            await self.say(unreadable=Unreadable.PHOTO)
        elif kind == "/help":
            await self.say("/help")
            await self.resume()
        elif kind == "replay":
            await self.again("quay lại")

    async def restart(self) -> None:
        await self.app.database.close()
        self.app = stack(self.url, self.notebook, clock=self.clock, areas=AREAS)

    async def change(self, line: str, answers: Answers) -> None:
        """
        On the review screen: change a line to what another household would say.
        """
        if not any(choice.id == f"reg:review:{line}" for choice in (await self.state()).offered):
            return
        await self.choose(f"reg:review:{line}")
        own, self.answers = self.answers, {**self.answers, **answers}
        while await self.answer():
            pass
        self.answers = own

    async def send(self) -> Form:
        await self.choose("reg:review:send")

        def look(rows: DeskRows) -> Form | None:
            [case] = Desk(rows, KEY, self.clock(), AREAS).mine()
            return case.form

        async with self.app.database.read() as uow:
            told = await uow.desk(look)
        await self.app.database.close()
        assert told is not None
        return told


async def straight(url: str, answers: Answers) -> Form:
    person = Person(url, answers)
    await person.begin()
    while await person.answer():
        pass
    return await person.send()


async def wandering(url: str, answers: Answers, detours: list[str], changes: list[tuple[str, Answers]]) -> Form:
    person = Person(url, answers)
    await person.begin()
    for detour in detours:
        await person.answer()
        await person.detour(detour)
    while await person.answer():
        pass
    for line, others in changes:
        await person.change(line, others)
    for line, _ in changes:
        for one in (line, *HINGES.get(line, ())):
            await person.change(one, {})
    return await person.send()


def undated(told: Form) -> Form:
    """
    The form without what depends on the day: somebody who comes back in another year says "3 năm nay" of another one.
    """
    return replace(told, since=None)


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each example is a whole bot: shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
@given(
    answers=st.sampled_from(HOUSEHOLDS),
    detours=st.lists(st.sampled_from(DETOURS), max_size=10),
    changes=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from((POOR, JUST_LEFT))), max_size=2),
)
def test_the_way_through_the_form_does_not_change_what_arrives(
    migrated_file: Path, answers: Answers, detours: list[str], changes: list[tuple[str, Answers]]
) -> None:
    with TemporaryDirectory() as folder:
        urls = [f"sqlite:///{shutil.copy(migrated_file, Path(folder) / name)}" for name in ("one.db", "two.db")]
        expected = asyncio.run(straight(urls[0], answers))
        assert undated(asyncio.run(wandering(urls[1], answers, detours, changes))) == undated(expected)


def test_each_line_of_the_review_screen_is_tried() -> None:
    assert set(LINES) <= {field.name for field in form.FIELDS}
