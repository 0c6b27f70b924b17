"""
The desk: who sees which registration, what may be done with it, what others are told, and what stays when a household
erases what it told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar, cast

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError as Refused

from db.desk import DeskRows
from db.errors import Stale
from db.seal import Seal, new_key
from db.tables import audit, cases, consents, metadata
from db.uow import Database
from handlers.cases import A_DAY, Case, ConsentKind, Counted, EventKind, Form, Helper, Role, Standing, Status
from handlers.desk import CONFIRMATION_LASTS, INVITATION_LASTS, MOST_MISSES, Desk, Look, Telling, carry_out
from handlers.effects import (
    AnswerTicket,
    AskOfficer,
    Choose,
    Confirm,
    Correct,
    Effect,
    Erase,
    Invite,
    LeavePost,
    MissedCode,
    Move,
    Register,
    TakePost,
)
from handlers.messages import ConversationKey, Reply
from handlers.tools import new_code, new_secret
from knowledge.areas import Areas
from tests.fakes import CAN_THO, DONG_NAI, KEY, LONG_KHANH, MY_XUYEN, NOW, PHU_LOI, SmallAreas

T = TypeVar("T")

HOUSEHOLD = ConversationKey("zalo", "household")
NEIGHBOUR = ConversationKey("zalo", "neighbour")
HEADMAN = ConversationKey("zalo", "headman")
OFFICER = ConversationKey("telegram", "officer")
STRANGER = ConversationKey("telegram", "officer-elsewhere")
PROVINCE = ConversationKey("telegram", "province")

FORM = Form(
    head="Trần Thị Bảy",
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
)
CODE = "482915070"
SECRET, PROOF = "12345678", "678"


def changed(form: Form = FORM, **fields: object) -> Form:
    return Form(**{**{name: getattr(form, name) for name in Form.__dataclass_fields__}, **fields})


class Office:
    """
    The desk on a real database; each call is a turn of its own.
    """

    def __init__(self, store: Database) -> None:
        self.store = store
        self.now = NOW

    async def ask(self, key: ConversationKey, question: Callable[[Desk], T]) -> T:
        """
        What an account reads; an officer's looks are written down as a turn does.
        """
        async with self.store.write() as uow:
            found, looks = await uow.desk(lambda rows: self._asked(rows, key, question))
            await uow.desk(lambda rows: carry_out(self._desk(rows, key), (), looks))
            await uow.commit()
        return found

    async def do(self, key: ConversationKey, *effects: Effect) -> list[Telling]:
        """
        Carry effects out. Raises Stale; then nothing is kept.
        """
        async with self.store.write() as uow:
            tellings = await uow.desk(lambda rows: carry_out(self._desk(rows, key), effects, ()))
            await uow.commit()
        return list(tellings)

    async def forgotten(self, key: ConversationKey, effect: Effect) -> set[ConversationKey]:
        """
        Carry an effect out. Returns whose messages of before are to be deleted with it.
        """

        def work(rows: DeskRows) -> Desk:
            desk = self._desk(rows, key)
            carry_out(desk, [effect], ())
            return desk

        async with self.store.write() as uow:
            done = await uow.desk(work)
            await uow.commit()
        return {ConversationKey(account.channel, account.address) for account in done.forgotten}

    async def hire(self, key: ConversationKey, role: Role, unit: str) -> None:
        """
        Give an account a post, as the command line's invitation does.
        """
        secret = new_secret()
        async with self.store.write() as uow:
            until = self.now + INVITATION_LASTS
            await uow.desk(lambda rows: rows.posts.invite(secret, role, unit, None, self.now, until))
            await uow.commit()
        await self.do(key, TakePost(secret, Reply("Đã bàn giao.")))

    async def register(self, key: ConversationKey = HOUSEHOLD, form: Form = FORM, code: str = CODE) -> list[Telling]:
        return await self.do(key, Register(code, form, Reply(f"Đơn mới {code}")))

    async def case(self, key: ConversationKey, code: str = CODE) -> Case:
        found = await self.ask(key, lambda desk: desk.case(code))
        assert found is not None
        return found

    async def move(self, key: ConversationKey, kind: EventKind, to: Status, **more: object) -> list[Telling]:
        version = await self.version()
        return await self.do(key, Move(CODE, version, kind, to, **more))  # type: ignore[arg-type]

    async def version(self, code: str = CODE) -> int:
        async with self.store.read() as uow:
            row = await uow.desk(lambda rows: rows.cases.by_code(code))
        assert row is not None
        return row.version

    def _desk(self, rows: object, key: ConversationKey) -> Desk:
        return Desk(rows, key, self.now, cast(Areas, SmallAreas()))  # type: ignore[arg-type]

    def _asked(self, rows: object, key: ConversationKey, question: Callable[[Desk], T]) -> tuple[T, list[Look]]:
        desk = self._desk(rows, key)
        return question(desk), desk.looks


@pytest.fixture
def office(store: Database) -> Office:
    return Office(store)


async def test_a_household_sees_its_registration_and_its_neighbour_does_not(office: Office) -> None:
    await office.register()
    assert (await office.case(HOUSEHOLD)).form == FORM
    assert [case.code for case in await office.ask(HOUSEHOLD, Desk.mine)] == [CODE]
    assert await office.ask(NEIGHBOUR, lambda desk: desk.case(CODE)) is None
    assert await office.ask(NEIGHBOUR, Desk.mine) == ()


async def test_an_officer_sees_the_cases_of_her_unit_and_nobody_elses(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.hire(STRANGER, Role.LEADER, LONG_KHANH.code)
    await office.register()
    assert [case.code for case in await office.ask(OFFICER, Desk.queue)] == [CODE]
    assert (await office.case(OFFICER)).form == FORM
    assert await office.ask(STRANGER, Desk.queue) == ()
    assert await office.ask(STRANGER, lambda desk: desk.case(CODE)) is None


async def test_the_province_sees_all_of_its_communes_and_takes_care_of_those_without_a_post(office: Office) -> None:
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.register(NEIGHBOUR, changed(unit=PHU_LOI.code, phone="0987654321"), "482915071")
    assert [case.code for case in await office.ask(PROVINCE, Desk.queue)] == ["482915071"]
    assert (await office.case(PROVINCE)).code == CODE
    taken = await office.ask(HOUSEHOLD, lambda desk: desk.taken_by(PHU_LOI.code))
    assert taken is not None
    assert taken.name == "Cán bộ giảm nghèo thành phố Cần Thơ"


async def test_another_provinces_leader_cannot_move_a_case(office: Office) -> None:
    await office.hire(STRANGER, Role.LEADER, DONG_NAI)
    await office.register()
    with pytest.raises(Stale):
        await office.move(STRANGER, EventKind.TAKEN, Status.TAKEN)
    assert (await office.case(HOUSEHOLD)).status is Status.SENT


async def test_only_the_household_withdraws_and_only_an_officer_decides(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    with pytest.raises(Stale):
        await office.move(OFFICER, EventKind.WITHDRAWN, Status.WITHDRAWN)
    for key in (HOUSEHOLD, NEIGHBOUR):
        with pytest.raises(Stale):
            await office.move(key, EventKind.DONE, Status.DONE, decision="12/QĐ-UBND", decided_on=date(2026, 3, 1))
    await office.move(HOUSEHOLD, EventKind.WITHDRAWN, Status.WITHDRAWN)
    assert (await office.case(HOUSEHOLD)).status is Status.WITHDRAWN


async def test_the_officer_is_told_of_a_new_case_and_the_household_of_each_step(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    assert [telling.to for telling in await office.register()] == [OFFICER]
    told = await office.move(OFFICER, EventKind.TAKEN, Status.TAKEN, tell=Reply("Cán bộ đã nhận."))
    assert told == [Telling(HOUSEHOLD, Reply("Cán bộ đã nhận."))]
    case = await office.case(HOUSEHOLD)
    assert [event.kind for event in case.events] == [EventKind.SENT, EventKind.TAKEN]
    assert case.events[1].by == "Cán bộ giảm nghèo phường Mỹ Xuyên, thành phố Cần Thơ"


async def test_of_two_officers_with_the_same_case_open_the_second_sees_it_changed(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    move = Move(CODE, await office.version(), EventKind.TAKEN, Status.TAKEN)
    await office.do(OFFICER, move)
    with pytest.raises(Stale):
        await office.do(OFFICER, move)


async def test_a_receipt_code_is_given_once(office: Office) -> None:
    await office.register()
    with pytest.raises(Stale):
        await office.register(NEIGHBOUR)


async def test_what_a_household_told_lies_sealed(office: Office) -> None:
    await office.register()
    await office.do(HOUSEHOLD, AskOfficer(MY_XUYEN.code, "Con tôi bệnh thì sao?", Reply("Có câu hỏi")))
    async with office.store.engine.connect() as connection:
        stored = "".join([str((await connection.execute(select(table))).all()) for table in metadata.sorted_tables])
    for told in ("Bảy", "0912345678", "khóm 3", "bệnh"):
        assert told not in stored


async def test_another_key_opens_nothing_and_both_keys_find_a_telephone_again(
    database_url: str, office: Office
) -> None:
    await office.register()
    fresh = new_key()
    for keys, seen in (((fresh, KEY), True), ((KEY,), True), ((fresh,), False)):
        store = Database(database_url, Seal(*keys))
        if seen:
            other = Office(store)
            assert await other.ask(NEIGHBOUR, lambda desk: desk.alike(changed(head="Khác"))) == (CODE,)
        else:
            with pytest.raises(Exception, match="DATA_KEY"):
                await Office(store).case(HOUSEHOLD)
        await store.close()


async def test_after_rekeying_the_new_key_alone_opens_all_and_finds_duplicates(
    database_url: str, office: Office
) -> None:
    await office.do(HOUSEHOLD, Register(CODE, FORM, Reply("Đơn mới"), confirm_code=SECRET))
    await office.do(HOUSEHOLD, AskOfficer(MY_XUYEN.code, "Khi nào xong?", Reply("Có câu hỏi")))
    fresh = new_key()
    both = Database(database_url, Seal(fresh, KEY))
    await both.reseal()
    await both.close()
    store = Database(database_url, Seal(fresh))
    later = Office(store)
    assert (await later.case(HOUSEHOLD)).form == FORM
    assert await later.ask(NEIGHBOUR, lambda desk: desk.alike(changed(head="Khác"))) == (CODE,)
    assert await later.ask(NEIGHBOUR, lambda desk: desk.confirmable(SECRET, PROOF)) is not None
    await store.close()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (changed(head="Nguyễn Văn Sáu"), True),
        (changed(phone="0900000000", head="tran thi bay"), True),
        (changed(phone="0900000000", head="Trần Thị  Bẩy"), True),
        (changed(phone="0900000000", head="Trần Văn Tám"), False),
        (changed(phone="0900000000", unit=PHU_LOI.code), False),
        (changed(phone="0900000000", year=2027), False),
    ],
)
async def test_the_same_telephone_or_name_place_and_year_may_be_one_household(
    office: Office, other: Form, same: bool
) -> None:
    await office.register()
    assert await office.ask(NEIGHBOUR, lambda desk: desk.alike(other)) == ((CODE,) if same else ())


async def test_cases_that_were_kept_apart_are_not_flagged_again(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.register(NEIGHBOUR, changed(head="Trần Văn Tám"), "482915071")
    assert (await office.case(OFFICER)).alike == ("482915071",)
    await office.move(OFFICER, EventKind.KEPT_APART, Status.SENT, note="482915071")
    assert (await office.case(OFFICER)).alike == ()


async def test_a_household_confirms_once_what_the_headman_sent_and_then_speaks_for_it(office: Office) -> None:
    helper = Helper("Trần Văn B", "trưởng khóm", "nói trực tiếp", "01/03/2026")
    await office.do(HEADMAN, Register(CODE, changed(helper=helper), Reply("Đơn mới"), confirm_code=SECRET))
    found = await office.ask(HOUSEHOLD, lambda desk: desk.confirmable(SECRET, PROOF))
    assert found is not None
    await office.do(HOUSEHOLD, Confirm(CODE, found.version))
    assert (await office.case(HOUSEHOLD)).confirmed
    assert (await office.case(HEADMAN)).code == CODE
    assert await office.ask(NEIGHBOUR, lambda desk: desk.confirmable(SECRET, PROOF)) is None


async def test_what_a_household_sends_is_counted_for_a_day_and_a_paper_is_not(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    for n in range(A_DAY[Counted.SENT]):
        assert not await office.ask(HOUSEHOLD, lambda desk: desk.spent(Counted.SENT))
        await office.register(code=f"1000000{n:02}")
        await office.do(OFFICER, Register(f"2000000{n:02}", FORM, Reply("Đơn mới"), on_paper=True))
    assert await office.ask(HOUSEHOLD, lambda desk: desk.spent(Counted.SENT))
    assert not await office.ask(HOUSEHOLD, lambda desk: desk.spent(Counted.ASKED))
    assert not await office.ask(OFFICER, lambda desk: desk.spent(Counted.SENT))
    office.now = NOW.replace(hour=17)
    assert not await office.ask(HOUSEHOLD, lambda desk: desk.spent(Counted.SENT))


async def test_a_confirmation_code_ends_after_thirty_days(office: Office) -> None:
    await office.do(HEADMAN, Register(CODE, FORM, Reply("Đơn mới"), confirm_code=SECRET))
    office.now += CONFIRMATION_LASTS + timedelta(seconds=1)
    assert await office.ask(HOUSEHOLD, lambda desk: desk.confirmable(SECRET, PROOF)) is None


async def test_after_five_wrong_codes_even_the_right_one_is_not_looked_up_for_an_hour(office: Office) -> None:
    await office.do(HEADMAN, Register(CODE, FORM, Reply("Đơn mới"), confirm_code=SECRET))
    for _ in range(MOST_MISSES):
        await office.do(STRANGER, MissedCode())
    assert await office.ask(STRANGER, lambda desk: desk.confirmable(SECRET, PROOF)) is None
    assert await office.ask(HOUSEHOLD, lambda desk: desk.confirmable(SECRET, PROOF)) is not None
    office.now += timedelta(hours=1, seconds=1)
    assert await office.ask(STRANGER, lambda desk: desk.confirmable(SECRET, PROOF)) is not None


@pytest.mark.parametrize(
    ("role", "unit", "allowed"),
    [
        (Role.OFFICER, MY_XUYEN.code, True),
        (Role.LEADER, PHU_LOI.code, True),
        (Role.DEPUTY, CAN_THO, True),
        (Role.OFFICER, CAN_THO, True),  # hands her own post over
        (Role.LEADER, CAN_THO, False),
        (Role.OFFICER, LONG_KHANH.code, False),
        (Role.OFFICER, DONG_NAI, False),
    ],
)
async def test_an_officer_invites_below_her_unit_her_deputy_and_her_successor(
    office: Office, role: Role, unit: str, allowed: bool
) -> None:
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    if not allowed:
        with pytest.raises(Stale):
            await office.do(PROVINCE, Invite(SECRET, role, unit))
        return
    await office.do(PROVINCE, Invite(SECRET, role, unit))
    post = await office.ask(OFFICER, lambda desk: desk.invited(SECRET))
    assert post is not None
    assert (post.role, post.unit) == (role, unit)


async def test_an_invitation_serves_once_and_a_quarter_of_an_hour(office: Office) -> None:
    await office.hire(PROVINCE, Role.OFFICER, CAN_THO)
    await office.do(PROVINCE, Invite(SECRET, Role.OFFICER, MY_XUYEN.code))
    await office.do(OFFICER, TakePost(SECRET, Reply("Đã bàn giao.")))
    with pytest.raises(Stale):
        await office.do(STRANGER, TakePost(SECRET, Reply("Đã bàn giao.")))
    await office.do(PROVINCE, Invite("87654321", Role.LEADER, MY_XUYEN.code))
    office.now += INVITATION_LASTS
    assert await office.ask(STRANGER, lambda desk: desk.invited("87654321")) is None
    with pytest.raises(Stale):
        await office.do(STRANGER, TakePost("87654321", Reply("Đã bàn giao.")))


async def test_a_hand_over_moves_the_queue_and_shuts_the_old_account_out_and_tells_it(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.do(OFFICER, Invite(SECRET, Role.OFFICER, MY_XUYEN.code))
    told = await office.do(STRANGER, TakePost(SECRET, Reply("Đã bàn giao.")))
    assert told == [Telling(OFFICER, Reply("Đã bàn giao."))]
    assert [case.code for case in await office.ask(STRANGER, Desk.queue)] == [CODE]
    assert await office.ask(OFFICER, Desk.posts) == ()
    assert await office.ask(OFFICER, lambda desk: desk.case(CODE)) is None


async def test_a_post_that_was_left_is_nobodys(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    [post] = await office.ask(OFFICER, Desk.posts)
    with pytest.raises(Stale):
        await office.do(STRANGER, LeavePost(post.id))
    await office.do(OFFICER, LeavePost(post.id))
    assert await office.ask(HOUSEHOLD, lambda desk: desk.taken_by(MY_XUYEN.code)) is None


async def test_a_paper_is_typed_in_by_its_own_commune_only_and_speaks_for_no_account(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    paper = Register(CODE, FORM, Reply("Đơn giấy"), on_paper=True)
    with pytest.raises(Stale):
        await office.do(STRANGER, paper)
    await office.do(OFFICER, paper)
    assert await office.ask(OFFICER, Desk.mine) == ()
    await office.do(OFFICER, Correct(CODE, await office.version(), changed(members=5)))
    assert (await office.case(OFFICER)).form == changed(members=5)


async def test_a_household_corrects_its_own_case_while_it_is_open(office: Office) -> None:
    await office.register()
    for key in (NEIGHBOUR, STRANGER):
        with pytest.raises(Stale):
            await office.do(key, Correct(CODE, await office.version(), changed(members=5)))
    await office.do(HOUSEHOLD, Correct(CODE, await office.version(), changed(members=5)))
    await office.move(HOUSEHOLD, EventKind.WITHDRAWN, Status.WITHDRAWN)
    with pytest.raises(Stale):
        await office.do(HOUSEHOLD, Correct(CODE, await office.version(), changed(members=6)))
    assert (await office.case(HOUSEHOLD)).form == changed(members=5)


async def test_a_question_is_answered_once_by_its_units_officer_and_reaches_who_asked(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.hire(STRANGER, Role.OFFICER, LONG_KHANH.code)
    told = await office.do(HOUSEHOLD, AskOfficer(MY_XUYEN.code, "Khi nào xong?", Reply("Có câu hỏi")))
    assert told == [Telling(OFFICER, Reply("Có câu hỏi"))]
    [ticket] = await office.ask(OFFICER, Desk.tickets)
    assert ticket.question == "Khi nào xong?"
    assert await office.ask(STRANGER, Desk.tickets) == ()
    answer = AnswerTicket(ticket.id, "Ngày 15.", Reply("Cán bộ trả lời: Ngày 15."))
    with pytest.raises(Stale):
        await office.do(STRANGER, answer)
    assert await office.do(OFFICER, answer) == [Telling(HOUSEHOLD, answer.tell)]
    with pytest.raises(Stale):
        await office.do(OFFICER, answer)
    assert await office.ask(OFFICER, Desk.tickets) == ()


async def test_a_consent_is_kept_with_its_version_and_the_hash_of_its_text(office: Office) -> None:
    card = Choose(ConsentKind.REGISTRATION, given=True, version="1", text="Bà con đồng ý không?")
    await office.do(HOUSEHOLD, card)
    await office.do(HOUSEHOLD, Choose(ConsentKind.REMINDERS, given=False, version="1", text="Nhắc không?"))
    kept = await office.ask(HOUSEHOLD, lambda desk: desk.consent(ConsentKind.REGISTRATION))
    assert kept is not None
    assert (kept.given, kept.version, kept.at, kept.account) == (True, "1", NOW, HOUSEHOLD)
    assert len(kept.text_hash) == 64
    assert len(await office.ask(HOUSEHOLD, Desk.consents)) == 2
    assert await office.ask(NEIGHBOUR, Desk.consents) == ()


async def test_an_officers_look_is_in_the_audit_log_and_a_households_own_is_not(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.case(HOUSEHOLD)
    await office.case(OFFICER)
    await office.case(OFFICER)
    async with office.store.engine.connect() as connection:
        rows = (await connection.execute(select(audit.c.address, audit.c.what))).all()
    assert [tuple(row) for row in rows] == [("officer", "case")] * 2


@pytest.mark.parametrize("change", ["UPDATE audit SET address = 'x'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_the_audit_log(office: Office, change: str) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.case(OFFICER)
    async with office.store.engine.begin() as connection:
        with pytest.raises(Refused, match="append-only"):
            await connection.execute(text(change))


async def test_erasing_leaves_a_countable_case_that_names_nobody(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.do(HOUSEHOLD, Choose(ConsentKind.REGISTRATION, given=True, version="1", text="?"))
    await office.register()
    await office.do(HOUSEHOLD, AskOfficer(MY_XUYEN.code, "Khi nào xong?", Reply("Có câu hỏi")))
    await office.move(OFFICER, EventKind.ASKED, Status.ASKED, note="Nhà có mấy người?")
    await office.do(HOUSEHOLD, Erase())
    case = await office.case(OFFICER)
    assert (case.form, case.status) == (None, Status.WITHDRAWN)
    assert {event.note for event in case.events} == {None}
    assert await office.ask(OFFICER, Desk.tickets) == ()
    assert await office.ask(HOUSEHOLD, Desk.mine) == ()
    async with office.store.engine.connect() as connection:
        stored = "".join([str((await connection.execute(select(table))).all()) for table in metadata.sorted_tables])
        count = len((await connection.execute(select(consents))).all())
        marks = (await connection.execute(select(cases.c.sealed, cases.c.phone_mark, cases.c.confirm_mark))).all()
    assert "household" not in stored
    assert count == 1
    assert [tuple(row) for row in marks] == [(None, None, None)]


async def test_erasing_what_was_declined_does_not_say_that_it_was_withdrawn(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.move(OFFICER, EventKind.DECLINED, Status.DECLINED, note="Không có trong danh sách")
    await office.do(HOUSEHOLD, Erase())

    case = await office.case(OFFICER)
    assert case.status is Status.DECLINED
    assert [event.kind for event in case.events] == [EventKind.SENT, EventKind.DECLINED]


async def test_a_helper_who_erases_does_not_erase_a_household_that_speaks_for_itself(office: Office) -> None:
    helper = Helper("Trần Văn B", "trưởng khóm", "nói trực tiếp", "01/03/2026")
    form = changed(helper=helper)
    await office.do(HEADMAN, Register(CODE, form, Reply("Đơn mới"), confirm_code=SECRET))
    await office.do(HOUSEHOLD, Confirm(CODE, 1))
    await office.do(HEADMAN, Erase())
    assert (await office.case(HOUSEHOLD)).form == changed(helper=None)
    assert await office.ask(HEADMAN, Desk.mine) == ()


async def test_every_receipt_code_has_a_check_digit_that_catches_a_wrong_digit_and_a_swap() -> None:
    from stdnum import damm

    code = new_code()
    assert len(code) == 9
    assert damm.is_valid(code)
    for n, digit in enumerate(code):
        wrong = code[:n] + str((int(digit) + 1) % 10) + code[n + 1 :]
        assert not damm.is_valid(wrong)
        swapped = code[:n] + code[n + 1 : n + 2] + digit + code[n + 2 :]
        assert swapped == code or not damm.is_valid(swapped)


async def test_a_case_that_a_stale_hand_holds_does_not_lose_the_newer_words(office: Office) -> None:
    await office.register()
    async with office.store.engine.begin() as connection:
        await connection.execute(update(cases).values(version=7))
    with pytest.raises(Stale):
        await office.do(HOUSEHOLD, Correct(CODE, 1, changed(members=9)))
    assert (await office.case(HOUSEHOLD)).form == FORM


async def test_neither_the_helper_nor_the_officer_confirms_in_the_households_place(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    helper = Helper("Trần Văn B", "trưởng khóm", "nói trực tiếp", "01/03/2026")
    await office.do(HEADMAN, Register(CODE, changed(helper=helper), Reply("Đơn mới"), confirm_code=SECRET))
    for key in (HEADMAN, OFFICER):
        assert await office.ask(key, lambda desk: desk.confirmable(SECRET, PROOF)) is None
        with pytest.raises(Stale):
            await office.do(key, Confirm(CODE, 1))
    assert await office.ask(HOUSEHOLD, lambda desk: desk.confirmable(SECRET, PROOF)) is not None


async def test_an_erasure_reaches_what_officers_and_helpers_were_sent(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    assert await office.forgotten(HOUSEHOLD, Erase()) == {OFFICER}


async def test_who_hands_a_post_over_or_leaves_it_is_rid_of_what_it_was_sent(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.do(OFFICER, Invite(SECRET, Role.OFFICER, MY_XUYEN.code))
    assert await office.forgotten(STRANGER, TakePost(SECRET, Reply("Đã bàn giao."))) == {OFFICER}
    [post] = await office.ask(STRANGER, Desk.posts)
    assert await office.forgotten(STRANGER, LeavePost(post.id)) == {STRANGER}


async def test_a_case_that_moves_to_another_commune_begins_there_anew(office: Office) -> None:
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.register()
    await office.move(OFFICER, EventKind.TAKEN, Status.TAKEN)
    await office.do(HOUSEHOLD, Correct(CODE, await office.version(), changed(unit=PHU_LOI.code)))
    case = await office.case(HOUSEHOLD)
    assert (case.status, case.unit) == (Status.SENT, PHU_LOI.code)
