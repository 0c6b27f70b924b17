"""
Whatever a household says or presses, in whatever order, with buttons of old messages: it is answered, and what it has
begun is kept.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from handlers.cases import Event, EventKind, Status
from handlers.flows.drafts import drafts_of
from handlers.messages import Unreadable
from tests.household import ANSWERS, CASE, CODE, NOW, OFFICER, Chat, SmallDesk

ASKED = replace(CASE, status=Status.ASKED, events=(Event(NOW, EventKind.ASKED, "x", "Nhà mình có mấy con bò?"),))
SAID = (
    *ANSWERS,
    *("/huy", "/start", "/hoso", "/suadon", "/rutdon", "/dulieu", "/xoadulieu", "/yeucau", "/xacnhan 12345678"),
    *("quay lại", "để sau", "không", "đúng", "🙏", "?", "0", "3", "7", "8", "9", "10", "13", "14", "x" * 300),
    *("trảng bom", "p", "mới thoát nghèo", "hôm qua", "2019 2020", "091234567890", "ghi giúp nhà khác", CODE),
    *("nhà em muốn thoát nghèo", "sửa đơn", "rút đơn", "khi nào xã xét?"),
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_said_or_pressed_is_answered(seed: int) -> None:
    chance = Random(seed)
    desk = SmallDesk(
        mine=chance.choice([(), (CASE,), (ASKED,), (replace(CASE, code="111222333"), ASKED)]),
        post=chance.choice([None, OFFICER]),
        alike=chance.choice([(), (CODE,)]),
    )
    chat, pressable = Chat(desk), ["reg:sure:26248", "stale"]
    for _ in range(80):
        kind = chance.random()
        if kind < 0.45:
            chat.say(choice=chance.choice(pressable[-12:] if kind < 0.35 else pressable))
        elif kind < 0.5:
            chat.say(unreadable=chance.choice(list(Unreadable)))
        else:
            chat.say(chance.choice(SAID))
        assert chat.turn.replies or chat.effects
        assert bool(drafts_of(chat.state)) == ("draft_at" in chat.state.profile)
        pressable += [choice.id for choice in chat.state.offered]
