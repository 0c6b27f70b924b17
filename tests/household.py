"""
A household for tests: one person at the flows alone, a desk that shows what it is given, and a registration.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from handlers.cases import Case, Consent, ConsentKind, Form, Post, Role, Standing, Status
from handlers.effects import Effect, Register
from handlers.flow import State, Turn, advance, state_from_json, state_to_json
from handlers.flows import BOOK
from handlers.messages import ConversationKey
from handlers.tools import LibraryTools
from knowledge.areas import Areas
from knowledge.library import Library
from tests.fakes import EmptyDesk, SmallLibrary, message

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
AREAS = Areas.load()
FORM = Form(
    head="Nguyễn Thị Lan",
    phone="0912345678",
    unit="31684",
    area="phường Mỹ Xuyên, thành phố Cần Thơ",
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
)
CODE = "482915073"
CASE = Case(CODE, 3, Status.SENT, FORM, FORM.unit, NOW, NOW)
ANSWERS = (
    "/dangky",
    "1",
    "1",
    "Nguyễn Thị Lan",
    "0912 345 678",
    "khóm 3 phường 10 Sóc Trăng",
    "1",
    "2019",
    "4",
    "2",
    "1 3",
)
OFFICER = Post(1, Role.OFFICER, "31684", "phường Mỹ Xuyên, thành phố Cần Thơ")


class SmallDesk(EmptyDesk):
    """
    A desk that shows what it is given.
    """

    def __init__(
        self,
        mine: tuple[Case, ...] = (),
        post: Post | None = OFFICER,
        alike: tuple[str, ...] = (),
        reminded: bool = False,
    ) -> None:
        self._mine, self._post, self._alike, self._reminded = mine, post, alike, reminded

    def mine(self) -> tuple[Case, ...]:
        return self._mine

    def taken_by(self, unit: str) -> Post | None:
        return self._post

    def alike(self, form: Form) -> tuple[str, ...]:
        return self._alike

    def consent(self, kind: ConsentKind) -> Consent | None:
        if not self._reminded:
            return None
        return Consent(kind, True, "1", "", NOW, ConversationKey("notebook", "5"))


@dataclass
class Chat:
    """
    One person at the flows alone; between two messages the state goes through JSON.
    """

    desk: SmallDesk = field(default_factory=SmallDesk)
    now: datetime = NOW
    state: State = field(default_factory=State)
    turn: Turn = field(default_factory=lambda: Turn(State()))

    def say(self, text: str = "", **more: Any) -> str:
        """
        Say something. Returns all that is said back.
        """
        tools = LibraryTools(cast(Library, SmallLibrary()), AREAS, self.desk, self.now, self.now.date())
        self.turn = advance(BOOK, self.state, message(text, **more), tools)
        self.state = state_from_json(json.loads(json.dumps(state_to_json(self.turn.state))))
        return "\n".join(reply.text for reply in self.turn.replies)

    def say_all(self, *lines: str) -> str:
        return [self.say(line) for line in lines][-1]

    def choose(self, label: str) -> str:
        [id] = [choice.id for choice in self.state.offered if choice.label.startswith(label)]
        return self.say(choice=id)

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.state.offered]

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.turn.effects

    @property
    def registered(self) -> Register:
        [effect] = [effect for effect in self.effects if isinstance(effect, Register)]
        return effect
