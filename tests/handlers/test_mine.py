"""
What a household does with its own registration and data, and what nobody else can do with it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers import texts
from handlers import texts_household as say
from handlers.cases import Case, ConsentKind, Counted, Event, EventKind, Helper, Status
from handlers.effects import AskOfficer, Choose, Confirm, Count, Erase, MissedCode, Move
from handlers.flow import State
from handlers.flows.drafts import drafts_of
from handlers.messages import Unreadable
from tests.household import CASE, CODE, FORM, NOW, OFFICER, Chat, SmallDesk

ASKED = replace(
    CASE,
    status=Status.ASKED,
    events=(Event(NOW, EventKind.ASKED, "Cán bộ giảm nghèo phường Mỹ Xuyên", "Nhà mình có mấy con bò?"),),
)
HELPED = replace(CASE, form=replace(FORM, helper=Helper("Trần Văn Bình", "trưởng khóm", "gọi điện", "24/11/2026")))
OTHER = replace(CASE, code="111222333", form=replace(FORM, head="Trần Văn Bảy"))
SECRET, PROOF = "12345678", "678"


class HelpersDesk(SmallDesk):
    """
    A desk that knows one confirmation code, and has counted enough of some things.
    """

    def __init__(self, *mine: Case, enough: tuple[Counted, ...] = ()) -> None:
        super().__init__(mine=mine)
        self._enough = enough

    def confirmable(self, secret: str, proof: str) -> Case | None:
        return HELPED if (secret, proof) == (SECRET, PROOF) else None

    def spent(self, what: Counted) -> bool:
        return what in self._enough


def chat_with(*mine: Case) -> Chat:
    return Chat(SmallDesk(mine=mine))


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (CASE, say.STATUS_SENT),
        (replace(CASE, status=Status.TAKEN, events=(Event(NOW, EventKind.TAKEN, "x"),)), "nhận đơn ngày 25/11/2026"),
        (replace(CASE, status=Status.FILED, events=(Event(NOW, EventKind.FILED, "x"),)), "lập hồ sơ ngày 25/11/2026"),
        (
            replace(CASE, status=Status.DONE, decision="12/QĐ-UBND", decided_on=NOW.date()),
            "số 12/QĐ-UBND, ngày 25/11",
        ),
        (
            replace(CASE, status=Status.DECLINED, events=(Event(NOW, EventKind.DECLINED, "x", "Sai xã."),)),
            "“Sai xã.”",
        ),
        (replace(CASE, status=Status.MERGED, merged_into="111222333"), say.STATUS_MERGED_ELSEWHERE),
        (ASKED, "“Nhà mình có mấy con bò?”"),
    ],
)
def test_where_a_registration_stands_is_said_in_plain_words(case: Case, words: str) -> None:
    said = chat_with(case).say("/hoso")

    assert words in said
    assert "482 915 073" in said
    assert "đã thoát nghèo" not in said


def test_the_code_of_the_registration_that_goes_on_is_told_to_who_speaks_for_it_and_to_nobody_else() -> None:
    merged = replace(CASE, status=Status.MERGED, merged_into=OTHER.code)

    assert "111 222 333" not in chat_with(merged).say(CODE)
    assert "111 222 333" in chat_with(merged, OTHER).say(CODE)


def test_a_registration_that_nobody_takes_is_not_said_to_be_waiting_for_an_officer() -> None:
    assert say.STATUS_SENT_TO_NOBODY in Chat(SmallDesk((CASE,), post=None)).say("/hoso")


def test_of_several_households_one_is_asked_for() -> None:
    chat = chat_with(CASE, OTHER)

    assert say.WHICH_CASE in chat.say("/hoso")
    assert "hộ Trần Văn Bảy" in chat.say("2")


def test_who_speaks_for_many_sees_the_newest_and_may_type_a_code() -> None:
    many = tuple(replace(CASE, code=f"1000000{n:02}") for n in range(12))
    chat = chat_with(*many)

    assert say.WHICH_OF_MANY in chat.say("/hoso")
    assert len(chat.labels) == 8
    assert "100 000 011" in chat.say("100000011")


def test_ones_own_receipt_code_opens_the_registration_and_anothers_does_not() -> None:
    assert "hộ Nguyễn Thị Lan" in chat_with(CASE).say("482 915 073")
    assert "Lan" not in chat_with(OTHER).say(CODE)


@pytest.mark.parametrize("choice", [f"hoso:{CODE}:", f"hoso:{CODE}:withdraw", f"rutdon:{CODE}:yes", f"suadon:{CODE}"])
def test_a_press_with_anothers_code_does_nothing(choice: str) -> None:
    chat = chat_with(OTHER)

    said = chat.say(choice=choice)

    assert "Nguyễn Thị Lan" not in said
    assert not chat.effects


def test_withdrawing_is_one_choice_and_the_officer_hears_no_name() -> None:
    chat = chat_with(CASE)
    chat.say("/rutdon")

    chat.choose(say.WITHDRAW_YES)

    [move] = chat.effects
    assert isinstance(move, Move)
    assert (move.code, move.version, move.kind, move.to) == (CODE, 3, EventKind.WITHDRAWN, Status.WITHDRAWN)
    assert move.tell_officer is not None
    assert "Lan" not in move.tell_officer.text


@pytest.mark.parametrize("command", ["/rutdon", "/suadon"])
def test_what_is_decided_is_neither_withdrawn_nor_corrected(command: str) -> None:
    chat = chat_with(replace(CASE, status=Status.DONE))

    assert chat.say(command) == say.NOTHING_TO_CHANGE


def test_a_withdrawal_may_be_thought_over() -> None:
    chat = chat_with(CASE)
    chat.say("/rutdon")

    assert chat.choose(say.WITHDRAW_NO) == say.KEPT_CASE
    assert not chat.effects


def test_the_answer_to_an_officers_question_goes_to_the_case() -> None:
    chat = chat_with(ASKED)
    chat.say("/hoso")

    chat.say("Nhà tôi có hai con bò")

    [move] = chat.effects
    assert isinstance(move, Move)
    assert (move.kind, move.to, move.note) == (EventKind.REPLIED, Status.TAKEN, "Nhà tôi có hai con bò")


def test_words_at_home_are_not_sent_to_the_officer_by_a_guess() -> None:
    chat = chat_with(ASKED)

    assert "“Nhà tôi có hai con bò”" in chat.say("Nhà tôi có hai con bò")
    assert not chat.effects
    chat.choose(say.REPLY_YES)
    assert isinstance(chat.effects[0], Move)


def test_words_that_were_meant_otherwise_are_answered() -> None:
    chat = chat_with(ASKED)
    chat.say("Nhà tôi có hai con bò")

    assert "Nhà tôi có hai con bò" in chat.choose(say.REPLY_NO)
    assert not chat.effects


@pytest.mark.parametrize("text", ["094123456789", "x" * 2_000, "🙏"])
def test_what_cannot_go_to_an_officer_is_refused_and_the_question_stays(text: str) -> None:
    chat = chat_with(ASKED)
    chat.say("/hoso")

    chat.say(text)

    assert not chat.effects
    assert chat.state.step == "reply"
    assert "094123456789" not in json.dumps(dict(chat.state.slots))


def test_a_picture_for_the_officer_is_refused() -> None:
    chat = chat_with(ASKED)
    chat.say("/hoso")

    assert say.NO_PHOTO in chat.say(unreadable=Unreadable.PHOTO)


def test_all_that_is_kept_is_shown() -> None:
    chat = chat_with(CASE)
    chat.say("/dangky")
    chat.choose(say.OTHER_HOUSEHOLD)
    chat.say_all("1", "1", "Lê Thị Mười", "0987 654 321")

    said = chat.say("/dulieu")

    for kept in ("Nguyễn Thị Lan", "0912 345 678", "Lê Thị Mười", "0987 654 321", "khóm 3", "vay vốn"):
        assert kept in said


def test_whoever_left_nothing_hears_that() -> None:
    assert say.DATA_NOTHING in Chat().say("/dulieu")


def test_erasing_is_asked_once_and_takes_the_profile_too() -> None:
    chat = chat_with(CASE)
    chat.say_all("/dangky")
    chat.choose(say.OTHER_HOUSEHOLD)
    chat.say_all("1", "1", "Lê Thị Mười", "/xoadulieu")
    assert not chat.effects

    said = chat.choose(say.ERASE_YES)

    assert chat.effects == (Erase(),)
    assert "30 ngày" in said
    assert replace(chat.state, offered=()) == State(flow="ask", step="listen")


def test_erasing_may_be_thought_over() -> None:
    chat = chat_with(CASE)
    chat.say("/xoadulieu")

    chat.choose(say.ERASE_NO)

    assert not chat.effects


def test_reminders_stop_at_once() -> None:
    chat = Chat()
    chat.say("/dungnhac")

    [chosen] = chat.effects
    assert isinstance(chosen, Choose)
    assert (chosen.kind, chosen.given) == (ConsentKind.REMINDERS, False)


def test_a_request_about_ones_data_goes_to_a_person_with_its_time() -> None:
    chat = chat_with(CASE)

    said = chat.say("/yeucau xem ai đã mở đơn của tôi")
    assert OFFICER.name in said
    assert "xem ai đã mở đơn của tôi" in said
    said = chat.choose(say.REQUEST_YES)

    [asked] = chat.effects
    assert isinstance(asked, AskOfficer)
    assert "xem ai đã mở đơn của tôi" in asked.question
    assert "27/11/2026" in said
    assert "Lan" not in asked.tell_officer.text


def test_words_typed_where_a_request_waits_for_its_yes_belong_to_it() -> None:
    chat = chat_with(CASE)
    chat.say("/yeucau xem ai đã mở đơn của tôi")
    said = chat.say("và mở lúc nào nữa nha")

    assert "“xem ai đã mở đơn của tôi và mở lúc nào nữa nha”" in said
    chat.choose(say.REQUEST_YES)
    [asked] = chat.effects
    assert isinstance(asked, AskOfficer)
    assert "và mở lúc nào nữa nha" in asked.question


def test_two_working_days_leave_the_weekend_out() -> None:
    chat = chat_with(CASE)
    chat.now = NOW + timedelta(days=2)
    chat.say("/yeucau xem ai đã mở đơn của tôi")

    assert "01/12/2026" in chat.choose(say.REQUEST_YES)


def test_two_working_days_leave_public_holidays_out() -> None:
    chat = chat_with(CASE)
    chat.now = datetime(2026, 12, 30, 3, tzinfo=UTC)
    chat.say("/yeucau xem ai đã mở đơn của tôi")

    assert "04/01/2027" in chat.choose(say.REQUEST_YES)


def test_where_nobody_takes_a_request_it_is_kept_for_who_comes_and_no_day_is_promised() -> None:
    chat = Chat(SmallDesk((CASE,), post=None))

    assert "“xem ai đã mở đơn của tôi”" in chat.say("/yeucau xem ai đã mở đơn của tôi")
    assert not chat.effects
    assert chat.choose(say.REQUEST_KEEP) == say.REQUEST_KEPT

    [kept] = chat.effects
    assert isinstance(kept, AskOfficer)
    assert "xem ai đã mở đơn của tôi" in kept.question


def test_who_has_no_registration_says_where_and_the_words_of_the_request_stay() -> None:
    chat = Chat(SmallDesk())

    assert chat.say("/yeucau cho xem dữ liệu về tôi") == say.REQUEST_WHERE
    chat.say_all("ở xa lắm", "phường Mỹ Xuyên Cần Thơ")
    assert "“cho xem dữ liệu về tôi”" in chat.say("1")

    assert OFFICER.name in chat.choose(say.REQUEST_YES)


def test_a_form_that_is_being_corrected_is_gone_on_with_from_where_an_officers_question_stands() -> None:
    asked = replace(CASE, status=Status.ASKED, events=(Event(NOW, EventKind.ASKED, "x", "Mấy con bò?"),))
    chat = Chat(SmallDesk((asked,)))
    chat.say_all("/suadon", "/hoso")

    assert say.GO_ON_HERE in chat.choose(say.GO_ON)
    assert "Chủ hộ: Nguyễn Thị Lan" in chat.labels


def test_the_household_confirms_with_the_helpers_code() -> None:
    chat = Chat(HelpersDesk())
    assert chat.say(f"/xacnhan {SECRET}") == say.CODE_PROOF
    assert "Trần Văn Bình" in chat.say(PROOF)
    assert list(chat.effects) == [Count(Counted.CONFIRMED)]

    chat.choose(say.YES)

    confirmed, chosen = chat.effects
    assert confirmed == Confirm(CODE, 3)
    assert isinstance(chosen, Choose)
    assert chosen.given


@pytest.mark.parametrize("words", ["ok", "ừ", "đúng rồi"])
def test_a_nod_confirms_nothing(words: str) -> None:
    chat = Chat(HelpersDesk())
    chat.say_all(f"/xacnhan {SECRET}", PROOF)

    assert chat.say(words) == say.CONSENT_AGAIN
    assert not chat.effects


@pytest.mark.parametrize("code", ["1234567", "123456789", "x1"])
def test_what_is_no_code_shows_nothing_and_counts(code: str) -> None:
    chat = Chat(HelpersDesk())

    assert chat.say(f"/xacnhan {code}") == say.CODE_WRONG
    assert chat.effects == (MissedCode(),)


def test_a_slip_in_the_proof_needs_no_second_code_and_each_try_counts() -> None:
    chat = Chat(HelpersDesk())
    chat.say_all(f"/xacnhan {SECRET}", "999")

    assert say.YES not in chat.labels
    chat.say(PROOF)

    assert chat.labels == [say.YES, say.NO]
    assert chat.effects == (Count(Counted.CONFIRMED),)


def test_other_words_after_a_wrong_proof_are_no_try() -> None:
    chat = Chat(HelpersDesk())
    chat.say_all(f"/xacnhan {SECRET}", "999", "thôi để sau")

    assert not chat.effects
    assert chat.state.flow == "ask"


@pytest.mark.parametrize(("code", "proof"), [("99999999", PROOF), (SECRET, "999"), (SECRET, "Nguyễn Thị Lan")])
def test_a_wrong_code_and_a_wrong_proof_sound_the_same_and_count(code: str, proof: str) -> None:
    chat = Chat(HelpersDesk())

    assert chat.say_all(f"/xacnhan {code}", proof) == say.CODE_WRONG
    assert chat.effects == (MissedCode(code), Count(Counted.CONFIRMED))


@pytest.mark.parametrize(
    ("what", "lines", "said"),
    [
        (Counted.CONFIRMED, [f"/xacnhan {SECRET}"], say.CONFIRMED_ENOUGH),
        (Counted.LOOKED_UP, [f"/hoso {CODE}"], say.LOOKED_UP_ENOUGH),
        (Counted.LOOKED_UP, [CODE], say.LOOKED_UP_ENOUGH),
        (Counted.ASKED, ["/yeucau"], say.ASKED_ENOUGH),
        (Counted.ASKED, ["/hoicanbo"], say.ASKED_ENOUGH),
    ],
)
def test_what_was_done_often_enough_today_is_kindly_refused_and_all_else_goes_on(
    what: Counted, lines: list[str], said: str
) -> None:
    chat = Chat(HelpersDesk(CASE, enough=(what,)))

    assert chat.say_all(*lines) == said
    assert chat.effects == ()
    others = tuple(one for one in Counted if one is not what)

    assert Chat(HelpersDesk(CASE, enough=others)).say_all(*lines) != said


def test_looking_up_a_receipt_code_is_counted_and_the_list_of_ones_own_is_not() -> None:
    chat = chat_with(CASE)

    assert "hộ Nguyễn Thị Lan" in chat.say(f"/hoso {CODE}")
    assert list(chat.effects) == [Count(Counted.LOOKED_UP)]
    chat.say("/hoso")
    assert not chat.effects


def test_the_code_may_be_typed_alone_once_it_is_asked_for() -> None:
    chat = Chat(HelpersDesk())
    assert chat.say("/xacnhan") == say.CODE_ASK

    assert chat.say(SECRET) == say.CODE_PROOF
    assert "Trần Văn Bình" in chat.say(PROOF)


def test_a_household_that_does_not_agree_lets_the_officer_know() -> None:
    chat = Chat(HelpersDesk())
    chat.say_all(f"/xacnhan {SECRET}", PROOF)

    chat.choose(say.NO)

    [told] = chat.effects
    assert isinstance(told, AskOfficer)
    assert "482 915 073" in told.question


@pytest.mark.parametrize(
    "command", ["/hoso", "/suadon", "/rutdon", "/dulieu", "/xoadulieu", "/dungnhac", "/yeucau", "/xacnhan 12345678"]
)
def test_nothing_of_this_happens_in_a_group(command: str) -> None:
    chat = Chat(HelpersDesk(CASE))

    assert chat.say(command, private=False) == texts.ONLY_IN_PRIVATE
    assert not chat.effects


def test_a_draft_does_not_keep_a_registration_from_being_seen() -> None:
    chat = chat_with(CASE)
    chat.say("/suadon")

    assert "482 915 073" in chat.say("/hoso")
    assert len(drafts_of(chat.state)) == 1
    assert chat.labels[0] == say.GO_ON
