"""
One message, one transaction: stored together or not at all, once, in order, and only in its own conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.app import App
from db.errors import StaleConversation
from db.uow import Database
from handlers import texts
from handlers.dispatch import TRIES, UNKNOWN_CHOICE, Dispatcher, Taken
from handlers.flow import Book, Flow, State, Tools, Turn
from handlers.messages import IncomingMessage, Reply, reply_from_json
from knowledge.areas import Areas
from tests.fakes import Notebook, SmallAreas, message, rows_of, stack, still_tools
from tests.talk import Talk


def count(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A step that loses something when two turns are taken at once.
    """
    seen = [*state.slots.get("seen", []), message.text]
    return Turn(State("count", "count", {"seen": seen}), (Reply(f"{len(seen)}: {message.text}"),))


COUNTING = Book((Flow("count", "count", {"count": count}),), home="count")


def counting(store: Database) -> Dispatcher:
    return Dispatcher(store, COUNTING, cast(Areas, SmallAreas()), lambda moment, desk: still_tools(moment, desk))


async def heard(store: Database) -> list[str]:
    return [reply_from_json(row.payload).text for row in await rows_of(store)]


async def seen(store: Database, address: str = "5") -> list[str]:
    async with store.read() as uow:
        stored = await uow.conversations.load("notebook", address)
    return list(stored.state["slots"]["seen"]) if stored else []


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[App]:
    app = stack(database_url, Notebook())
    yield app
    await app.database.close()


@pytest.fixture
def notebook(app: App) -> Notebook:
    channel = app.courier._channels["notebook"]
    assert isinstance(channel, Notebook)
    return channel


async def test_a_second_delivery_changes_nothing(store: Database) -> None:
    dispatcher = counting(store)
    assert await dispatcher.handle(message("một", "1"))
    assert not await dispatcher.handle(message("một", "1"))
    assert not await counting(store).handle(message("một, sửa", "1"))
    assert await seen(store) == ["một"]
    assert await heard(store) == ["1: một"]


async def test_the_same_message_delivered_ten_times_at_once_is_taken_once(store: Database) -> None:
    replicas = [counting(store) for _ in range(10)]
    taken = await asyncio.gather(*(replica.handle(message("một")) for replica in replicas))
    assert sum(taken) == 1
    assert await heard(store) == ["1: một"]


async def test_four_messages_at_once_to_one_conversation_are_all_kept_in_order(store: Database) -> None:
    dispatcher = counting(store)
    said = ["một", "hai", "ba", "bốn"]
    await asyncio.gather(*(dispatcher.handle(message(text, text)) for text in said))
    assert await seen(store) == said
    assert await heard(store) == ["1: một", "2: hai", "3: ba", "4: bốn"]


async def test_forty_turns_at_once_to_one_conversation_keep_all_forty(store: Database) -> None:
    dispatcher = counting(store)
    await asyncio.gather(*(dispatcher.handle(message(f"{n}", f"{n}")) for n in range(40)))
    assert await seen(store) == [f"{n}" for n in range(40)]


async def test_four_replicas_at_once_on_one_conversation_lose_nothing(store: Database) -> None:
    replicas = [counting(store) for _ in range(4)]
    await asyncio.gather(*(replica.handle(message(f"{n}", f"{n}")) for n, replica in enumerate(replicas)))
    assert sorted(await seen(store)) == ["0", "1", "2", "3"]
    assert [text.split(":")[0] for text in await heard(store)] == ["1", "2", "3", "4"]


async def test_conversations_do_not_wait_for_one_another(store: Database) -> None:
    dispatcher = counting(store)
    async with dispatcher._lanes.of(message(address="busy").key):
        await dispatcher.handle(message("một", address="free"))
        waiting = asyncio.create_task(dispatcher.handle(message("hai", "2", address="busy")))
        assert not waiting.done()
    await waiting
    assert await seen(store, "free") == ["một"]
    assert await seen(store, "busy") == ["hai"]
    assert not dispatcher._lanes._locks


class Overtaken(Dispatcher):
    """
    A dispatcher whose first `times` turns are overtaken by another replica just before they are stored.
    """

    def __init__(self, store: Database, times: int) -> None:
        super().__init__(store, COUNTING, cast(Areas, SmallAreas()), lambda moment, desk: still_tools(moment, desk))
        self._other = counting(store)
        self._times = times
        self.turns = 0

    async def _turn(self, message: IncomingMessage) -> Taken:
        found = await super()._turn(message)
        self.turns += 1
        if self.turns <= self._times:
            await self._other.handle(other(self.turns))
        return found


def other(n: int) -> IncomingMessage:
    return message(f"chen {n}", f"other-{n}")


async def test_a_turn_on_a_stale_conversation_is_taken_again_on_the_new_state(store: Database) -> None:
    dispatcher = Overtaken(store, times=2)
    assert await dispatcher.handle(message("một"))
    assert dispatcher.turns == 3
    assert await seen(store) == ["chen 1", "chen 2", "một"]
    assert (await heard(store))[-1] == "3: một"


async def test_a_turn_that_is_always_overtaken_stores_nothing_and_may_be_delivered_again(store: Database) -> None:
    dispatcher = Overtaken(store, times=TRIES)
    with pytest.raises(StaleConversation):
        await dispatcher.handle(message("một"))
    assert "một" not in await seen(store)
    assert await dispatcher.handle(message("một"))
    assert (await seen(store))[-1] == "một"


async def test_a_turn_that_breaks_stores_nothing_and_may_be_delivered_again(app: App) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await app.dispatcher.handle(message("hỏng"))
    assert await rows_of(app.database) == []
    async with app.database.write() as uow:
        assert await uow.inbox.add("notebook", "1", message().at)


async def test_replies_leave_in_the_order_of_their_turn(app: App, notebook: Notebook) -> None:
    await Talk(app, notebook).say("/start")
    assert notebook.texts() == [texts.GREETING, texts.ASK_PLACE]


async def test_a_pressed_reference_chooses_even_when_its_reply_is_old(app: App, notebook: Notebook) -> None:
    talk = Talk(app, notebook)
    await talk.say("chọn")
    old = notebook.sent[0]
    for text in ("một", "hai", "ba"):
        await talk.say(text)
    assert await talk.hear(f"[{old.choice(1)}]") == "None: khen"
    assert await talk.hear(f"[{old.choice(0)}]") == "None: báo cáo"


async def test_another_persons_reference_is_stale_and_changes_nothing_of_theirs(app: App, notebook: Notebook) -> None:
    one, two = Talk(app, notebook, "1"), Talk(app, notebook, "2")
    await one.say("/start")
    foreign = one.seen[1].choice(1)
    assert await two.hear(f"[{foreign}]") == texts.STALE_CHOICE
    assert (await one.hear(f"[{foreign}]")).startswith(texts.PLACE_KEPT.format(place="tỉnh Bến Tre"))
    assert await two.hear("ai lo?") == "None: ai lo?"


NEVER_GIVEN = (
    *("1.9", "2.0", "0.0", "9999999999.0", "2147483648.0", "999999999999999.9", "1.-1", "-1.0", "1.0.0"),
    *("1", "1.", ".1", "a.b", "٣.٤", "1.0 ", "ask::bịa", "place:ben-tre", UNKNOWN_CHOICE, "", "1" * 5_000, "\0"),
)


@pytest.mark.parametrize("ref", NEVER_GIVEN, ids=[repr(ref[:20]) for ref in NEVER_GIVEN])
async def test_a_reference_that_was_never_given_is_stale(app: App, notebook: Notebook, ref: str) -> None:
    await Talk(app, notebook).say("chọn")
    await app.dispatcher.handle(message(id="2", choice=ref))
    await app.courier.deliver()
    assert notebook.texts()[1:] == [texts.STALE_CHOICE]
    async with app.database.read() as uow:
        stored = await uow.conversations.load("notebook", "5")
    assert stored is not None
    assert stored.state["profile"] == {}


async def test_what_a_person_writes_is_kept_as_data(app: App, notebook: Notebook) -> None:
    talk = Talk(app, notebook)
    for said in ("'); DELETE FROM outbox; --", "a\0b", "<script>", "\u202eđảo", "🌾" * 100 + "a"):
        assert await talk.hear(said) == f"None: {said}"
    assert len(await rows_of(app.database)) == 5
