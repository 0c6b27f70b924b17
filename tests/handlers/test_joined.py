"""
One person on two channels, through the whole stack: joined with a code, read as one, told where he prefers, and split
again. The office's first channel is Telegram here, "(Zalo)" an Official Account.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.base import Blocked, Closed, Refused
from db.records import Account, OutboxState
from db.tables import audit, case_accounts, consents, conversations, join_codes, joined
from handlers import texts, texts_household
from handlers import texts_channels as say
from handlers import texts_reminders as remind
from handlers.cases import Role
from handlers.desk import MOST_MISSES
from handlers.flow import State
from handlers.flows.drafts import drafts_of, keep, new_draft, shared, together
from handlers.rounds import DRAFT_KEPT, make_rounds
from handlers.tools import SIGNS, new_sign
from tests.fakes import MY_XUYEN, NOW, rows_of
from tests.handlers.test_reminders import REPORT, at, state
from tests.office import BAY, BAYS, LAN, LANS, Office, Visitor, office_at

ZALO = "Lan (Zalo)"
DAY = timedelta(days=1)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url, channel="telegram") as office:
        office.clock.now = at("2026-10-01T09:00")
        yield office


async def code_of(person: Visitor) -> str:
    """
    A join code that this person asks for.
    """
    await person.say("/noikenh")
    (made,) = await person.press(say.MAKE)
    found = re.search(r"/noikenh (\w+)", made.text)
    assert found
    return found[1]


async def join(office: Office, name: str = "Lan") -> tuple[Visitor, Visitor]:
    """
    A person who joined Zalo to Telegram a moment ago.
    """
    first, second = office.of(name), office.of(f"{name} (Zalo)")
    await second.say(f"/noikenh {await code_of(first)}")
    await second.press(say.YES)
    return first, second


async def split(person: Visitor) -> None:
    await person.say("/tachkenh")
    await person.say("[1]")


async def half_a_form(person: Visitor) -> None:
    """
    A form up to the telephone.
    """
    await person.say("/dangky")
    if texts_household.OTHER_HOUSEHOLD in person.labels:
        await person.press(texts_household.OTHER_HOUSEHOLD)
    for line in ("1", "1", "Nguyễn Thị Lan"):
        await person.say(line)


async def deliver(office: Office) -> None:
    """
    Twice: what cannot arrive on one channel leaves on the other with the next round.
    """
    await office.app.courier.deliver()
    await office.app.courier.deliver()


async def tick(office: Office, moment: str) -> None:
    office.clock.now = at(moment)
    await office.app.remind()
    await deliver(office)


def digests(person: Visitor) -> list[str]:
    greeting = remind.GREETING.split("{")[0]
    return [sent.reply.text for sent in person.seen if greeting in sent.reply.text]


async def rows(office: Office, query: Any) -> list[Any]:
    async with office.app.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]


# Joining


async def test_both_channels_are_named_before_anything_is_joined_and_only_the_choice_joins(office: Office) -> None:
    first, second = office.of("Lan"), office.of(ZALO)
    (card,) = await second.say(f"/noikenh {await code_of(first)}")
    assert "Nối Telegram (nơi lấy mã) với Zalo (nơi bà con đang nhắn)?" in card.text
    for words in ("ok", "dạ", "có"):
        assert await second.hear(words) == say.CHOOSE
    assert await rows(office, select(joined)) == []

    (done,) = await second.press(say.YES)
    assert "gửi qua Zalo" in done.text
    assert first.last.text == say.TELL_JOINED.format(channel="Zalo")
    assert {row[0] for row in await rows(office, select(joined.c.channel))} == {"telegram", "zalo_oa"}
    assert await rows(office, select(consents.c.channel, consents.c.kind)) == [("zalo_oa", "joining")]


async def test_a_no_joins_nothing(office: Office) -> None:
    await office.of(ZALO).say(f"/noikenh {await code_of(office.of('Lan'))}")
    assert await office.of(ZALO).press(say.NO)
    assert await rows(office, select(joined)) == []


async def test_a_code_is_typed_as_people_type(office: Office) -> None:
    code = (await code_of(office.of("Lan"))).lower()
    await office.of(ZALO).say("/noikenh")
    (card,) = await office.of(ZALO).say(f"{code[:3]} {code[3:]}")
    assert "Telegram" in card.text


def test_a_code_has_no_look_alikes_and_nothing_that_a_vietnamese_keyboard_changes() -> None:
    code = new_sign()
    assert len(code) == 6
    assert set(code) <= set(SIGNS)
    assert not set(SIGNS) & set("0O1IL2Z5S8BAEUYWD")


async def test_a_code_works_once_for_a_quarter_of_an_hour_and_only_the_newest(office: Office) -> None:
    old = await code_of(office.of("Lan"))
    code = await code_of(office.of("Lan"))
    assert await office.of(ZALO).hear(f"/noikenh {old}") == say.WRONG_CODE
    office.clock.forward(timedelta(minutes=16))
    assert await office.of(ZALO).hear(f"/noikenh {code}") == say.WRONG_CODE
    await join(office)
    assert await rows(office, select(join_codes)) == []


async def test_a_code_that_ran_out_while_it_was_asked_joins_nothing(office: Office) -> None:
    await office.of(ZALO).say(f"/noikenh {await code_of(office.of('Lan'))}")
    office.clock.forward(timedelta(minutes=16))
    (said,) = await office.of(ZALO).press(say.YES)
    assert said.text == say.WRONG_CODE
    await office.app.tidy()
    assert await rows(office, select(joined)) == await rows(office, select(join_codes)) == []


async def test_of_two_who_type_one_code_at_once_one_is_joined(office: Office) -> None:
    code = await code_of(office.of("Lan"))
    others = [office.of(ZALO), office.of("Trộm (Zalo)")]
    for other in others:
        await other.say(f"/noikenh {code}")
    await asyncio.gather(*(other.say("1") for other in others))
    assert len(await rows(office, select(joined))) == 2


async def test_wrong_codes_are_counted_and_noted_without_a_name_and_then_nothing_is_looked_up(office: Office) -> None:
    code = await code_of(office.of("Lan"))
    thief = office.of("Trộm (Zalo)")
    for _ in range(MOST_MISSES):
        assert await thief.hear("/noikenh CCCCCC") == say.WRONG_CODE
    assert await thief.hear(f"/noikenh {code}") == say.WRONG_CODE
    noted = await rows(office, select(audit.c.what, audit.c.address))
    assert [what for what, _ in noted] == ["join_missed"] * (MOST_MISSES + 1)
    assert "Trộm" not in str(noted)


async def test_joining_is_no_matter_for_a_group(office: Office) -> None:
    person = office.of("Lan")
    person.more = {"private": False}
    assert await person.hear("/noikenh") == texts.ONLY_IN_PRIVATE


async def test_one_person_has_one_account_on_a_channel(office: Office) -> None:
    code = await code_of(office.of("Lan"))
    assert "Telegram" in await office.of("Bảy").hear(f"/noikenh {code}")
    _, zalo = await join(office)
    assert "Zalo" in await office.of("Bảy (Zalo)").hear(f"/noikenh {await code_of(zalo)}")
    assert len(await rows(office, select(joined))) == 2


# One person: place, forms, registrations, posts


async def test_who_moves_to_another_channel_keeps_place_and_form_and_ends_it_there(office: Office) -> None:
    await office.of("Lan").say("/noio")
    await office.of("Lan").say("thành phố Sóc Trăng")
    await half_a_form(office.of("Lan"))
    _, zalo = await join(office)
    assert await zalo.hear("hỏi gì đó") == "soc-trang: hỏi gì đó"
    await zalo.say("/dangky")
    assert "Nguyễn Thị Lan" in zalo.labels[0]
    assert texts_household.PHONE in await zalo.hear("1")
    for line in ("0912345678", "phường Mỹ Xuyên", "1", "khóm 3", "1", "2019", "4", "2", "1"):
        await zalo.say(line)
    await zalo.press(texts_household.SEND_OWN)

    assert "hộ Nguyễn Thị Lan" in await office.of("Lan").hear("/hoso")
    await office.of("Lan").say("/dangky")
    assert texts_household.SEE_CASES in office.of("Lan").labels
    assert await rows(office, select(case_accounts.c.channel)) == [("zalo_oa",)]


async def test_what_is_answered_on_one_channel_is_answered_on_the_other(office: Office) -> None:
    first, zalo = await join(office)
    await half_a_form(first)
    await zalo.say("/dangky")
    await zalo.say("1")
    await zalo.say("0912345678")
    await first.say("/dangky")
    assert texts_household.ADDRESS.split("?")[0] in await first.hear("1")


async def test_an_answer_to_a_question_that_was_answered_elsewhere_is_not_taken_for_the_next_one(
    office: Office,
) -> None:
    first, zalo = await join(office)
    await half_a_form(first)
    await zalo.say("/dangky")
    await zalo.say("1")
    await zalo.say("0912345678")
    assert await first.hear("0987654321") == "None: 0987654321"


async def test_turns_on_both_channels_at_once_lose_nothing(office: Office) -> None:
    first, zalo = await join(office)
    await half_a_form(first)
    await asyncio.gather(first.say("0912345678"), zalo.say("/noio"))
    await zalo.say("thành phố Sóc Trăng")
    await asyncio.gather(first.say("/noio"), zalo.say("hỏi"))
    assert await first.hear("hỏi gì đó") == "soc-trang: hỏi gì đó"
    await zalo.say("/dangky")
    assert "Nguyễn Thị Lan" in zalo.labels[0]


async def test_who_was_silent_on_one_channel_for_long_finds_everything_there(office: Office) -> None:
    first, zalo = await join(office)
    office.clock.forward(DRAFT_KEPT - DAY)
    await zalo.say("/noio")
    await zalo.say("thành phố Sóc Trăng")
    office.clock.forward(2 * DAY)
    await make_rounds(office.app.database, office.app.areas, office.clock())
    assert await rows(office, select(conversations.c.channel)) == [("zalo_oa",)]
    assert await first.hear("hỏi gì đó") == "soc-trang: hỏi gì đó"
    assert await zalo.hear("hỏi gì đó") == "soc-trang: hỏi gì đó"


async def test_registrations_are_seen_changed_and_confirmed_alike_on_both(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Bảy (Zalo)", BAYS, BAY)
    first, zalo = await join(office)
    assert "Nguyễn Thị Lan" in await zalo.hear("/hoso")
    assert "Trần Văn Bảy" not in await zalo.hear("/dulieu")
    await zalo.say("/rutdon")
    await zalo.press(texts_household.WITHDRAW_YES)
    assert "đã được rút" in zalo.last.text
    assert "đã được rút" not in first.last.text


async def test_a_helper_cannot_confirm_from_a_second_channel(office: Office) -> None:
    await office.register("Lan", LANS, LAN, confirm_code="12345678")
    async with office.app.database.write() as uow:
        await uow.desk(lambda desk: desk.cases.silence(1, Account("telegram", "Lan")))
        await uow.desk(lambda desk: desk.cases.let_speak(1, Account("telegram", "Lan", own=False)))
        await uow.commit()
    _, zalo = await join(office)
    await zalo.say("/xacnhan 12345678")
    assert await zalo.hear("678") == texts_household.CODE_WRONG


async def test_a_post_that_is_held_on_one_channel_is_held_on_both_and_given_up_on_both(office: Office) -> None:
    await office.register("Bảy", BAYS, BAY)
    await office.appoint("Lan")
    _, zalo = await join(office)
    assert "Trần Văn Bảy" in "".join(c.label for r in await zalo.say("/choduyet") for c in r.choices)
    await zalo.say("/vitri")
    await zalo.say("[1]")
    await zalo.say("[1]")
    assert "Trần Văn Bảy" not in "".join(c.label for r in await office.of("Lan").say("/choduyet") for c in r.choices)


# Where he is told


async def news(office: Office) -> None:
    """
    The officer takes Lan's registration.
    """
    hoa = await office.appoint("Hoa")
    await hoa.say(f"/choduyet {LANS}")
    await hoa.say("1")
    await hoa.press("Nhận")
    await deliver(office)


def heard(person: Visitor) -> bool:
    return any("đã nhận đơn" in sent.reply.text for sent in person.seen)


async def test_news_comes_once_where_the_channels_were_joined_last(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    first, zalo = await join(office)
    await news(office)
    assert (heard(first), heard(zalo)) == (False, True)


async def test_news_comes_where_the_person_wants_them_and_answers_where_he_asks(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    first, zalo = await join(office)
    await zalo.say("/noikenh")
    await zalo.press(say.PREFER.format(channel="Telegram"))
    await news(office)
    assert (heard(first), heard(zalo)) == (True, False)
    assert LAN.head in await zalo.hear("/hoso")


@pytest.mark.parametrize("problem", [Closed("7 days"), Blocked("blocked")])
async def test_news_that_cannot_arrive_comes_on_the_other_channel_at_once(office: Office, problem: Refused) -> None:
    await office.register("Lan", LANS, LAN)
    first, zalo = await join(office)
    office.zalo.answering = lambda address, reply: problem
    await news(office)
    assert (heard(first), heard(zalo)) == (True, False)

    office.zalo.answering = lambda address, reply: None
    await zalo.say("xin chào")
    await deliver(office)
    assert not heard(zalo), "nothing is told twice"


async def test_an_answer_waits_where_it_was_asked(office: Office) -> None:
    first, zalo = await join(office)
    office.zalo.answering = lambda address, reply: Closed("7 days")
    await zalo.say("hỏi gì đó")
    await deliver(office)
    assert "hỏi gì đó" not in first.last.text
    office.zalo.answering = lambda address, reply: None
    await zalo.say("alo")
    assert "None: hỏi gì đó" in [sent.reply.text for sent in zalo.seen]


async def test_a_reminder_comes_on_zalo_and_after_its_window_closed_on_telegram(office: Office) -> None:
    await state(office, REPORT)
    await office.appoint("Lan")
    first, zalo = await join(office)
    await tick(office, "2026-11-16T08:00")
    assert (len(digests(first)), len(digests(zalo))) == (0, 1)

    office.zalo.answering = lambda address, reply: Closed("7 days")
    await tick(office, "2026-11-23T08:00")
    assert (len(digests(first)), len(digests(zalo))) == (1, 1)
    assert [row.state for row in await rows_of(office.app.database)][-2:] == [OutboxState.REFUSED, OutboxState.SENT]

    tried = office.zalo.tried
    await tick(office, "2026-11-27T08:00")
    assert (len(digests(first)), office.zalo.tried) == (2, tried), "the closed window is not tried again"

    office.zalo.answering = lambda address, reply: None
    await zalo.say("alo")
    await tick(office, "2026-11-29T08:00")
    assert (len(digests(first)), len(digests(zalo))) == (2, 2)


async def test_the_buttons_of_a_reminder_that_came_on_the_other_channel_work_there(office: Office) -> None:
    await state(office, REPORT)
    await office.appoint("Lan")
    first, _ = await join(office)
    office.zalo.answering = lambda address, reply: Closed("7 days")
    await tick(office, "2026-11-23T08:00")
    await first.press(remind.DONE)
    await first.press(remind.SKIP)
    async with office.app.database.read() as uow:
        done = await uow.desk(lambda desk: desk.duties.submitted(1, date(2026, 11, 30)))
    assert list(done) == [MY_XUYEN.code]


async def test_the_deputy_is_told_in_his_place_only_when_no_channel_reaches_him(office: Office) -> None:
    await state(office, REPORT)
    await office.appoint("Lan")
    deputy = await office.appoint("Phó", role=Role.DEPUTY)
    first, _ = await join(office)
    office.zalo.answering = lambda address, reply: Closed("7 days")
    await tick(office, "2026-11-16T08:00")
    await tick(office, "2026-11-16T08:01")
    assert (len(digests(first)), len(digests(deputy))) == (1, 0)

    office.notebook.answering = lambda address, reply: Blocked("stopped") if address == "Lan" else None
    await tick(office, "2026-11-23T08:00")
    await tick(office, "2026-11-23T08:01")
    assert (len(digests(first)), len(digests(deputy))) == (1, 1)


async def test_posts_on_two_channels_make_one_reminder(office: Office) -> None:
    await state(office, REPORT)
    await office.appoint("Lan")
    first, zalo = await join(office)
    await office.invite("87654321", Role.OFFICER, "31510")
    await zalo.say("/nhanviec 87654321")
    await zalo.say("1")
    await tick(office, "2026-11-23T08:00")
    assert (len(digests(first)), len(digests(zalo))) == (0, 1)


async def test_no_reminders_means_on_no_channel_also_where_it_was_said_before_joining(office: Office) -> None:
    await state(office, REPORT)
    lan = await office.appoint("Lan")
    await lan.say("/dungnhac")
    first, zalo = await join(office)
    await tick(office, "2026-11-23T08:00")
    assert digests(first) == digests(zalo) == []


async def test_a_forgotten_form_is_spoken_of_once_and_can_be_gone_on_with_there(office: Office) -> None:
    await half_a_form(office.of("Lan"))
    first, zalo = await join(office)
    office.clock.forward(DAY)
    for _ in range(2):
        await make_rounds(office.app.database, office.app.areas, office.clock())
        await deliver(office)
    nudged = [[s.reply.text for s in person.seen].count(texts_household.NUDGE) for person in (first, zalo)]
    assert nudged == [0, 1]
    (question,) = await zalo.press(texts_household.GO_ON)
    assert texts_household.PHONE in question.text


async def test_a_forgotten_form_is_deleted_on_both_channels(office: Office) -> None:
    await half_a_form(office.of("Lan"))
    first, zalo = await join(office)
    office.clock.forward(DRAFT_KEPT - DAY)
    for person in (first, zalo):
        await person.say("hỏi")
    office.clock.forward(2 * DAY)
    await make_rounds(office.app.database, office.app.areas, office.clock())
    for person in (first, zalo):
        await person.say("/dangky")
        assert person.labels[0] == texts_household.YES


# Splitting and erasing


async def test_after_splitting_each_channel_has_what_was_sent_from_it(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register(ZALO, BAYS, BAY)
    first, zalo = await join(office)
    await half_a_form(first)
    await split(zalo)
    assert first.last.text == say.TELL_SPLIT.format(channel="Zalo")
    assert LAN.head in await first.hear("/hoso")
    assert BAY.head in await zalo.hear("/hoso")
    assert [BAYS in await person.hear("/dulieu") for person in (first, zalo)] == [False, False]
    await zalo.say("/dangky")
    assert "Nguyễn Thị Lan" in zalo.labels[0], "the form stays where it was split"
    await first.say("/dangky")
    assert first.labels[0] == texts_household.SEE_CASES
    assert await rows(office, select(joined)) == []
    await news(office)
    assert (heard(first), heard(zalo)) == (True, False)


async def test_nothing_is_split_where_nothing_is_joined(office: Office) -> None:
    assert await office.of("Lan").hear("/tachkenh") == say.NOT_JOINED


async def test_erasing_on_one_channel_erases_on_both_and_splits_them(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    first, zalo = await join(office)
    await half_a_form(first)
    assert "Zalo, Telegram" in await zalo.hear("/xoadulieu")
    await zalo.press(texts_household.ERASE_YES)
    assert await rows(office, select(joined)) == await rows(office, select(join_codes)) == []
    assert {row[0] for row in await rows(office, select(consents.c.channel))} == {"erased"}
    for person in (first, zalo):
        assert await person.hear("/hoso") == texts_household.NO_CASE
        assert await person.hear("/dulieu") == texts_household.DATA_NOTHING


async def test_who_leaves_a_join_of_three_leaves_the_others_joined(office: Office) -> None:
    accounts = [Account(channel, "5") for channel in ("telegram", "zalo_bot", "zalo_oa")]
    async with office.app.database.write() as uow:

        def work(desk: Any) -> list[Any]:
            for n, account in enumerate(accounts[1:]):
                assert desk.people.offer(f"C{n}", accounts[0], NOW + DAY)
                assert desk.people.join(f"C{n}", account, NOW)
            three = desk.people.accounts(accounts[2])
            desk.people.split(accounts[0])
            return [three, desk.people.accounts(accounts[1]), desk.people.accounts(accounts[0])]

        three, two, one = await uow.desk(work)
    assert (set(three), set(two), one) == (set(accounts), set(accounts[1:]), (accounts[0],))


# The profile


def test_forms_of_both_channels_are_kept_and_the_place_of_the_first() -> None:
    first, second = State(profile={"place": "soc-trang"}), State(profile={"place": "ben-tre", "unit": "1"})
    first = keep(first, new_draft(first, "phone", {"head": "A"}, NOW))
    second = keep(second, new_draft(second, "head", {"head": "B"}, NOW + DAY))
    both = together(second, first.profile)
    assert (both.profile["place"], both.profile["unit"]) == ("soc-trang", "1")
    assert [(draft.id, draft.slots["head"]) for draft in drafts_of(both)] == [("2", "B"), ("1", "A")]
    assert both.profile["draft_at"] == (NOW + DAY).isoformat()
    assert together(second, {"place": ""}).profile["place"] == "ben-tre"


def test_who_was_in_another_form_goes_on_in_it() -> None:
    there = keep(State(flow="register", step="phone", slots={"draft": "1"}), new_draft(State(), "phone", {}, NOW))
    assert shared(there, {**there.profile, "place": "ben-tre"}).step == "phone"
    assert shared(there, {}).flow == "ask"
