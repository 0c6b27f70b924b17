"""
The registration as a household meets it: what it takes, what it refuses, what it never does by itself.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers import texts
from handlers import texts_household as say
from handlers.cases import ConsentKind, Counted, Standing, Status
from handlers.effects import Choose, Correct
from handlers.flow import State, state_to_json
from handlers.flows.drafts import MOST_DRAFTS, drafts_of, keep
from handlers.flows.shown import grouped
from handlers.messages import Unreadable
from tests.household import ANSWERS, CASE, CODE, FORM, NOW, OFFICER, Chat, SmallDesk


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def at_review(chat: Chat) -> Chat:
    chat.say_all(*ANSWERS)
    assert chat.state.step == "review"
    return chat


def test_twelve_messages_lead_to_the_receipt(at_review: Chat) -> None:
    receipt = at_review.choose(say.SEND_OWN)

    assert len(ANSWERS) + 1 == 12
    assert at_review.registered.form == FORM
    assert at_review.registered.confirm_code is None
    code = at_review.registered.code
    assert f"{code[:3]} {code[3:6]} {code[6:]}" in receipt
    assert OFFICER.name in receipt


def test_what_the_officer_is_told_holds_no_name_and_no_telephone(at_review: Chat) -> None:
    at_review.choose(say.SEND_OWN)

    told = at_review.registered.tell_officer.text
    assert "khóm 3" in told
    assert "Lan" not in told
    assert "0912" not in told.replace(" ", "")


@pytest.mark.parametrize("words", ["ok", "ừ", "dạ", "vâng", "đồng ý chứ", "uh", "Nguyễn Thị Lan", "3"])
def test_only_the_choice_itself_is_a_consent(words: str, chat: Chat) -> None:
    chat.say("/dangky")

    assert say.CONSENT_AGAIN in chat.say(words)
    assert not chat.effects
    assert drafts_of(chat.state) == ()


@pytest.mark.parametrize("words", ["1", "Đồng ý", "dong y", "ĐỒNG Ý."])
def test_the_number_and_the_words_of_the_choice_are_the_choice(words: str, chat: Chat) -> None:
    chat.say_all("/dangky", words)

    [chosen] = chat.effects
    assert chosen == Choose(ConsentKind.REGISTRATION, True, say.CONSENT_VERSION, say.CONSENT_CARD)
    assert chat.state.step == "who"


def test_the_text_that_is_kept_as_consented_is_what_was_shown(chat: Chat) -> None:
    assert say.CONSENT_CARD in chat.say("/dangky")
    assert chat.labels == [say.YES, say.NO]


def test_a_refusal_is_kept_and_nothing_else(chat: Chat) -> None:
    said = chat.say_all("/dangky", "2")

    [chosen] = chat.effects
    assert isinstance(chosen, Choose)
    assert not chosen.given
    assert "profile" not in said
    assert chat.state.profile == {}
    assert chat.state.flow == "ask"


@pytest.mark.parametrize("words", ["bữa khác", "để sau", "không"])
def test_who_turns_away_from_the_card_has_neither_agreed_nor_refused(words: str, chat: Chat) -> None:
    assert chat.say_all("/dangky", words) == say.NOT_NOW
    assert not chat.effects
    assert chat.state.flow == "ask"


def test_the_card_quotes_no_other_places_plan(chat: Chat) -> None:
    """
    An address for which no plan is held, though the person once asked about a place that has one.
    """
    chat.state = State(profile={"place": "soc-trang"})
    chat.say_all(*ANSWERS)
    draft = drafts_of(chat.state)[0]
    slots = {name: value for name, value in draft.slots.items() if name != "told"}
    chat.state = keep(chat.state, replace(draft, slots={**slots, "place": None}))

    chat.say_all("/dangky", "1")

    card = chat.turn.replies[-1].text
    assert say.CARD_NO_PLAN in card
    assert "soc-trang" not in card


@pytest.mark.parametrize("words", ["gửi đơn", "gui di", "gui di con", "dong y", "ok", "dạ đúng rồi"])
def test_who_says_send_is_asked_for_the_promise_alone_and_its_number_is_one(words: str, at_review: Chat) -> None:
    assert at_review.say(words) == say.CARD_AGAIN
    assert at_review.labels == [say.SEND_OWN, say.LATER]
    assert not at_review.effects

    at_review.say("1")

    assert at_review.registered.form == FORM


@pytest.mark.parametrize("name", ["pham thi hong", "tran minh hong", "Lê Hồng", "tran chi khai"])
def test_a_name_that_sounds_like_a_question_is_taken(name: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:3], name)

    assert chat.state.step == "phone"
    assert drafts_of(chat.state)[0].slots["head"].casefold() == name.casefold()


def test_an_address_typed_where_several_were_offered_is_said_back(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "xa tan hong")
    assert chat.state.step == "which"

    said = chat.say("khóm 3 phường 10 Sóc Trăng")

    assert "phường 10, thành phố Sóc Trăng, nay thuộc phường Mỹ Xuyên" in said
    assert say.NOT_SO in said


def test_a_hamlet_typed_for_the_address_is_said_back_with_the_commune_that_stays(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6], "quay lại")

    assert say.NOTED_WAS.split("{")[0] in chat.say("khóm 5")
    assert drafts_of(chat.state)[0].slots["hamlet"] == "khóm 5"
    assert drafts_of(chat.state)[0].slots["unit"] == FORM.unit


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("gọi điện", "gọi điện, nói đồng ý"),
        ("ngoi canh", "ngồi cạnh, nói đồng ý"),
        ("dạ viết giấy", "viết giấy, có ký tên"),
    ],
)
def test_the_first_words_of_a_choice_are_the_choice(words: str, how: str, chat: Chat) -> None:
    chat.say_all("/dangky", "1", "2", "Trần Văn Sáu", "1", words)

    assert drafts_of(chat.state)[0].slots["helper_how"] == how
    chat.say("sáng nay")
    assert chat.state.step == "head"


def test_what_was_answered_is_kept_in_words_too(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "quay lại", "giữ như cũ")

    assert chat.state.step == "address"
    assert drafts_of(chat.state)[0].slots["phone"] == FORM.phone


def test_another_household_said_in_words_needs_no_menu_though_one_was_sent() -> None:
    chat = Chat(SmallDesk(mine=(CASE,)))

    assert say.CONSENT_CARD in chat.say("đăng ký giúp bà hàng xóm")


@pytest.mark.parametrize("at", [4, 5, 8, len(ANSWERS)])
def test_a_complaint_in_the_middle_of_a_form_is_shown_its_way_and_is_no_answer(at: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:at])
    step, before = chat.state.step, drafts_of(chat.state)[0].slots

    assert "/yeucau" in chat.say("khiếu nại về thông tin của tôi")
    assert (chat.state.step, drafts_of(chat.state)[0].slots) == (step, before)


@pytest.mark.parametrize("at", [3, 4, len(ANSWERS)])
def test_withdrawing_in_the_middle_of_a_form_asks_what_to_keep(at: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:at])

    assert chat.say("rut don") == say.LEAVE


def test_going_back_to_whose_household_it_is_asks_about_ones_own(chat: Chat) -> None:
    chat.say_all("/dangky", "1", "2", "quay lại")

    assert chat.turn.replies[-1].text == say.WHO


def test_who_turns_away_from_the_unfinished_forms_keeps_them(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6], "/dangky")

    assert chat.say("thoi khong lam nua") == say.PAUSED
    assert drafts_of(chat.state)


def test_another_household_is_begun_in_words_beside_an_unfinished_form(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6], "/dangky")

    assert say.CONSENT_CARD in chat.say("dang ky cho ho khac")
    chat.say("1")

    assert chat.state.step == "helper_name"
    assert len(drafts_of(chat.state)) == 2


def test_reminders_are_a_consent_apart_that_may_be_refused(at_review: Chat) -> None:
    at_review.choose(say.SEND_OWN)
    assert at_review.turn.replies[-1].text == say.REMINDERS_CARD

    at_review.say("2")

    assert at_review.effects == (Choose(ConsentKind.REMINDERS, False, say.REMINDERS_VERSION, say.REMINDERS_CARD),)


def test_silence_about_reminders_is_no_consent(at_review: Chat) -> None:
    at_review.choose(say.SEND_OWN)

    at_review.say("khi nào xã xét?")

    assert not at_review.effects
    assert at_review.state.flow == "ask"


@pytest.mark.parametrize("unreadable", [Unreadable.PHOTO, Unreadable.FILE])
def test_a_picture_is_refused_with_the_reason_and_nothing_is_lost(unreadable: Unreadable, at_review: Chat) -> None:
    before = drafts_of(at_review.state)[0].slots

    assert say.NO_PHOTO in at_review.say("chứng minh của tôi", unreadable=unreadable)
    assert drafts_of(at_review.state)[0].slots == before


@pytest.mark.parametrize("line", range(3, len(ANSWERS)))
def test_an_identity_number_is_kept_at_no_step(line: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:line])

    said = chat.say("Nguyễn Thị Lan 094123456789")

    assert say.IDENTITY in said or say.IDENTITY_OR_PHONE in said
    assert "094123456789" not in json.dumps(state_to_json(chat.state))


def test_in_a_group_nobody_is_asked_for_anything(chat: Chat) -> None:
    assert chat.say("nha em muon dang ky thoat ngheo", private=False) == texts.ONLY_IN_PRIVATE
    assert chat.say("/dangky", private=False) == texts.ONLY_IN_PRIVATE
    assert chat.state == State()


def test_a_button_of_an_earlier_question_changes_nothing(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:7])
    before = drafts_of(chat.state)[0].slots

    assert say.STALE in chat.say(choice="reg:standing:can_ngheo")
    assert chat.state.step == "since"
    assert drafts_of(chat.state)[0].slots == before


@pytest.mark.parametrize("choice", ["reg:sure:26248", "reg:which:26248", "reg:sure:", "reg:which:99"])
def test_a_place_of_an_older_message_is_not_taken_for_the_one_that_is_asked(choice: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "khóm 3 phường mi xuyên Sóc Trăng")
    asked = chat.state.step

    chat.say(choice=choice)

    assert chat.state.step == asked == "sure"
    assert "unit" not in drafts_of(chat.state)[0].slots


def test_a_second_tap_on_send_sends_nothing(at_review: Chat) -> None:
    [send] = [choice.id for choice in at_review.state.offered if choice.label == say.SEND_OWN]
    at_review.say(choice=send)

    at_review.say(choice=send)

    assert not at_review.effects


@pytest.mark.parametrize("command", ["/start", "/help", "/noio", "/hoso", "/why"])
def test_no_command_loses_what_was_told(command: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6])
    told = drafts_of(chat.state)[0]

    chat.say(command)

    assert drafts_of(chat.state) == (told,)


def test_an_unfinished_form_is_offered_at_the_start(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "/start")

    assert chat.labels[0] == say.GO_ON
    assert say.ADDRESS.split("?")[0] in chat.choose(say.GO_ON)


def test_the_newest_change_of_any_unfinished_form_is_kept_for_the_nudge(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5])
    assert datetime.fromisoformat(chat.state.profile["draft_at"]) == NOW

    chat.now += timedelta(days=2)
    chat.say_all("/dangky", "1", *ANSWERS[5:])
    assert datetime.fromisoformat(chat.state.profile["draft_at"]) == NOW + timedelta(days=2)

    chat.choose(say.SEND_OWN)
    assert "draft_at" not in chat.state.profile
    assert "drafts" not in chat.state.profile


@pytest.mark.parametrize(("choice", "kept"), [(say.LEAVE_KEEP, 1), (say.LEAVE_DROP, 0)])
def test_huy_asks_whether_to_keep(choice: str, kept: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "/huy")

    chat.choose(choice)

    assert len(drafts_of(chat.state)) == kept
    assert chat.state.flow == "ask"


def test_huy_may_be_taken_back(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "/huy")

    assert say.GO_ON_HERE in chat.choose(say.LEAVE_BACK)
    assert chat.state.step == "address"


@pytest.mark.parametrize("missing", ["workers", "hamlet", "needs"])
def test_a_form_of_an_older_version_is_asked_what_it_lacks(missing: str, at_review: Chat) -> None:
    draft = drafts_of(at_review.state)[0]
    slots = {name: value for name, value in draft.slots.items() if name != missing}
    at_review.state = keep(at_review.state, replace(draft, slots=slots))

    at_review.choose(say.SEND_OWN)

    assert not at_review.effects
    assert at_review.state.step == missing


def test_a_form_in_a_step_that_is_gone_goes_on(at_review: Chat) -> None:
    draft = drafts_of(at_review.state)[0]
    at_review.state = replace(keep(at_review.state, replace(draft, step="gone")), step="members")

    at_review.say("4")

    assert at_review.state.step == "review"


def test_a_form_that_was_forgotten_meanwhile_is_said_to_be_gone(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5])
    chat.state = replace(chat.state, profile={})

    assert chat.say("khóm 3 phường 10 Sóc Trăng") == say.GONE


def test_a_question_in_mid_form_is_answered_with_its_quotes_and_the_form_goes_on(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:7])

    said = chat.say("hộ nghèo được khen gì?")

    assert "hộ nghèo được khen gì?" in said
    assert say.SINCE in said
    assert chat.state.step == "since"
    chat.say("2019")
    assert chat.state.step == "members"


def test_somebody_who_asks_why_is_told_why(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:4])

    assert say.WHY_ASK in chat.say("hỏi số điện thoại để làm gì vậy")
    assert say.WHY_ASK in chat.say("ai xem cái này")


def test_a_household_of_one_is_not_mistaken_for_a_choice(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:8], "1", "0", "0")

    slots = drafts_of(chat.state)[0].slots
    assert (slots["members"], slots["workers"]) == (1, 0)


def test_the_number_of_people_may_be_higher_than_what_is_offered(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:8], "11", "9", "0")

    slots = drafts_of(chat.state)[0].slots
    assert (slots["members"], slots["workers"]) == (11, 9)


def test_more_workers_than_people_are_questioned(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:9])

    assert say.WORKERS_UNCLEAR.format(members=4) in chat.say("7")
    assert chat.state.step == "workers"


def test_fewer_people_ask_for_the_workers_again(at_review: Chat) -> None:
    at_review.choose("Số người: 4")

    at_review.say("1")

    assert at_review.state.step == "workers"


@pytest.mark.parametrize(
    "typed", ["khom 3 p10 soc trang", "Khóm 3, phường 10, TP Sóc Trăng", "khom3 phuong10 soc trang"]
)
def test_an_address_that_names_one_commune_letter_by_letter_costs_no_further_question(typed: str, chat: Chat) -> None:
    said = chat.say_all(*ANSWERS[:5], typed)

    assert "phường 10, thành phố Sóc Trăng, nay thuộc phường Mỹ Xuyên" in said
    assert chat.state.step == "standing"


@pytest.mark.parametrize("words", ["quay lại", "sai rồi", "khong dung", "chưa đúng"])
def test_who_sees_that_the_place_is_wrong_is_asked_for_it_again(words: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6], words)
    assert chat.state.step == "address"

    said = chat.say("ap 3 xa phu hung ben tre")

    assert "ấp 3, xã Phú Hưng, thành phố Bến Tre" in said
    assert chat.state.step == "standing"


def test_a_whole_address_typed_where_the_hamlet_is_asked_is_an_address(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "phường 10 Sóc Trăng")
    assert chat.state.step == "hamlet"

    assert "ấp 3, xã Phú Hưng" in chat.say("ấp 3 xã Phú Hưng Bến Tre")


def test_a_hamlet_alone_mends_an_address_on_the_way_back(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:6], "quay lại", "khóm 4")

    slots = drafts_of(chat.state)[0].slots
    assert (slots["hamlet"], slots["area"]) == ("khóm 4", FORM.area)


def test_a_nod_is_no_hamlet(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:5], "phường 10 Sóc Trăng")

    assert say.HAMLET_UNCLEAR in chat.say("dạ đúng")


def test_another_commune_asks_for_the_hamlet_again(at_review: Chat) -> None:
    at_review.choose("Nơi ở:")

    at_review.say("xã Phú Hưng Bến Tre")

    assert at_review.state.step == "hamlet"


def test_an_address_that_is_typed_anew_and_not_found_loses_nothing(at_review: Chat) -> None:
    at_review.choose("Nơi ở:")
    at_review.say("ở đâu đó")

    at_review.choose(say.KEEP.format(value="")[:11])

    assert "Nơi ở: phường Mỹ Xuyên, thành phố Cần Thơ (trước là phường 10, thành phố Sóc Trăng)" in at_review.labels


def test_another_standing_changes_what_is_registered(at_review: Chat) -> None:
    at_review.choose("Diện:")

    at_review.say("2")

    assert "Đăng ký: thoát hộ cận nghèo" in at_review.labels


def test_who_has_just_left_is_asked_what_for(at_review: Chat) -> None:
    at_review.choose("Diện:")

    assert say.LEAVING in at_review.say("3")


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 11, 25), 2026), (date(2026, 12, 14), 2026), (date(2026, 12, 15), 2027)]
)
def test_the_year_is_that_of_the_review_still_open(today: date, year: int) -> None:
    chat = Chat(now=datetime(today.year, today.month, today.day, 3, tzinfo=UTC))
    chat.say_all(*ANSWERS)

    assert f"Xét vào: năm {year}" in chat.labels


def test_after_the_change_of_the_law_no_times_are_promised() -> None:
    chat = Chat(now=datetime(2027, 1, 2, 3, tzinfo=UTC))
    chat.say_all(*ANSWERS)

    receipt = chat.choose(say.SEND_OWN)

    assert say.NEXT_UNDATED in receipt
    assert "15 ngày" not in receipt


def test_the_card_says_what_sending_means_and_never_more(at_review: Chat) -> None:
    card = at_review.turn.replies[-1].text

    assert "chưa phải là công nhận" in card
    assert "Mẫu số 04" in card
    assert "24/2021/QĐ-TTg" in card
    assert "đã thoát nghèo" not in card


def test_a_nod_at_the_review_screen_sends_nothing_and_tells_how(at_review: Chat) -> None:
    said = at_review.say("ok gửi đi")

    assert not at_review.effects
    assert say.CHOOSE_ONE in said
    at_review.choose(say.SEND_OWN)
    assert at_review.registered.form == FORM


@pytest.mark.parametrize("said", ["hộ nghèo được khen gì?", "ok gửi đi", "quay lại", "để sau"])
def test_a_number_of_the_review_screen_means_the_same_line_all_the_time(said: str, at_review: Chat) -> None:
    before = at_review.labels
    at_review.say(said)
    while at_review.state.step != "review":
        at_review.say("/dangky" if at_review.state.flow == "ask" else "1")

    assert [label for label in at_review.labels if "Mong giúp" not in label] == [
        label for label in before if "Mong giúp" not in label
    ]


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("sua so dien thoai", "phone"),
        ("sdt", "phone"),
        ("địa chỉ", "address"),
        ("dia chi sai roi", "address"),
        ("tên chủ hộ bị sai", "head"),
        ("sửa lại số người giúp em", "members"),
        ("lao dong", "workers"),
        ("khóm", "hamlet"),
    ],
)
def test_a_line_is_changed_by_its_name(said: str, step: str, at_review: Chat) -> None:
    at_review.say(said)

    assert at_review.state.step == step


def test_a_new_telephone_number_may_be_said_with_the_line(at_review: Chat) -> None:
    at_review.say("sua so dien thoai 0987 654 321")

    assert "Điện thoại: 0987 654 321" in at_review.labels


@pytest.mark.parametrize("step", range(3, len(ANSWERS) + 1))
@pytest.mark.parametrize("words", ["toi ban qua de mai", "mai làm tiếp nha", "giờ em bận quá", "de bua khac lam"])
def test_words_of_putting_off_keep_the_form_at_every_step(words: str, step: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:step])
    kept = drafts_of(chat.state)[0].slots

    assert chat.say(words) == say.PAUSED
    assert drafts_of(chat.state)[0].slots == kept


@pytest.mark.parametrize("step", range(3, len(ANSWERS) + 1))
@pytest.mark.parametrize("words", ["thoi khong lam nua", "thôi không đăng ký nữa", "ko lam nua dau"])
def test_words_of_giving_up_ask_what_to_keep_at_every_step(words: str, step: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:step])

    assert chat.say(words) == say.LEAVE


@pytest.mark.parametrize("words", ["toi ban qua de mai", "thoi khong lam nua", "khong", "hong dang ky dau"])
def test_who_turns_away_from_the_consent_card_in_words_has_told_nothing(words: str, chat: Chat) -> None:
    assert chat.say_all("/dangky", words) == say.NOT_NOW
    assert not chat.effects


@pytest.mark.parametrize("name", ["Nguyễn Thị Mai", "le thi ban", "Trần Thôi", "Đỗ Thị Khuya"])
def test_a_name_that_sounds_like_putting_off_is_a_name(name: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:3], name)

    assert chat.state.step == "phone"


@pytest.mark.parametrize(
    "words",
    [
        "dang ky giup ba hang xom",
        "em là trưởng ấp đăng ký cho hộ ông Ba",
        "cho em dang ky dum nha bac hai",
        "ghi giùm bà Tư thoát nghèo",
        "toi muon dang ky thoat ngheo cho ho ong Bay",
    ],
)
def test_a_helper_begins_in_plain_words(words: str, chat: Chat) -> None:
    assert say.CONSENT_CARD in chat.say(words)

    assert say.HELPER_NAME in chat.say("1")


def test_a_helper_who_is_none_says_so(chat: Chat) -> None:
    chat.say_all("dang ky giup ba hang xom", "1", "quay lai", "cho nha toi")

    assert chat.state.step == "head"


def test_whose_house_was_said_is_not_asked_again(chat: Chat) -> None:
    assert say.HEAD in chat.say_all("nha em muon thoat ngheo", "1")

    assert say.HELPER_NAME in chat.say("giúp nhà khác")


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (3, "tu nam nao"),
        (7, "Từ năm nào?"),
        (7, "năm nay nộp giấy ở đâu"),
        (10, "vay vốn thì hỏi ai?"),
        (8, "3 người thì mất gì?"),
    ],
)
def test_a_question_is_no_answer_though_it_holds_one(line: int, asked: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:line])
    before = chat.state.step, drafts_of(chat.state)[0].slots

    assert asked in chat.say(asked)
    assert (chat.state.step, drafts_of(chat.state)[0].slots) == before


@pytest.mark.parametrize("words", ["khong co dien thoai", "nhà tôi không có", "hong co so nao", "không"])
def test_a_household_without_any_telephone_goes_on(words: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:4], words)
    assert chat.labels[0] == say.NO_PHONE

    chat.say_all("1", *ANSWERS[5:])
    assert "Điện thoại: không có" in chat.labels
    chat.choose(say.SEND_OWN)

    assert chat.registered.form == replace(FORM, phone="")


def test_who_finds_a_number_to_be_reached_by_after_all_gives_it(chat: Chat) -> None:
    chat.say_all(*ANSWERS[:4], "khong co", *ANSWERS[4:])

    assert "Điện thoại: 0912 345 678" in chat.labels


@pytest.mark.parametrize("typed", ["091234567", "0912 345 67", "09123"])
def test_a_telephone_number_that_is_too_short_is_called_that(typed: str, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:4])
    digits = len(typed.replace(" ", ""))

    assert say.PHONE_SHORT.format(digits=digits) in chat.say(typed)


@pytest.mark.parametrize("typed", ["194123456", "094123456789"])
def test_an_identity_number_is_still_called_that(typed: str, chat: Chat) -> None:
    assert say.IDENTITY_OR_PHONE in chat.say_all(*ANSWERS[:4], typed)


def test_nobody_who_takes_the_form_is_said_before_it_is_sent() -> None:
    chat = Chat(SmallDesk(post=None))
    chat.say_all(*ANSWERS)
    assert say.NOBODY_YET in chat.turn.replies[-1].text

    receipt = chat.choose(say.SEND_OWN)

    assert say.SENT_TO_NOBODY.format(area=FORM.area) in receipt


def test_a_household_that_may_be_there_already_reads_the_same_words() -> None:
    heard, told = [], []
    for alike in ((), ("111222333",)):
        chat = Chat(SmallDesk(alike=alike))
        chat.say_all(*ANSWERS)
        heard.append(chat.choose(say.SEND_OWN).replace(_code(chat), ""))
        told.append((chat.registered.tell_officer.text, chat.registered.tell_alike))

    assert heard[0] == heard[1]
    assert all(may_be is not None and said != may_be.text for said, may_be in told)


def _code(chat: Chat) -> str:
    return grouped(chat.registered.code)


def test_ones_own_other_registration_is_named_and_asked_about() -> None:
    chat = Chat(SmallDesk(mine=(CASE,), alike=(CODE,)))
    chat.say("/dangky")
    chat.choose(say.OTHER_HOUSEHOLD)
    chat.say_all(*ANSWERS[1:])

    assert "482 915 073" in chat.choose(say.SEND_OWN)
    chat.choose(say.DO_NOT_SEND)
    assert not chat.effects
    assert drafts_of(chat.state) == ()


class BusyDesk(SmallDesk):
    """
    A desk to which this account has sent enough today.
    """

    def spent(self, what: Counted) -> bool:
        return what is Counted.SENT


def test_who_sent_enough_today_keeps_the_form_for_tomorrow() -> None:
    chat = Chat(BusyDesk())
    chat.say_all(*ANSWERS)

    assert chat.choose(say.SEND_OWN) == say.SENT_ENOUGH
    assert not chat.effects
    chat.desk = SmallDesk()
    chat.say("/dangky")
    chat.say_all("1")
    chat.choose(say.SEND_OWN)
    assert chat.registered.form == FORM


HELPING = ("/dangky", "1", "2", "Trần Văn Bình", "trưởng khóm", "2", "20/11", "Lê Thị Mười")


def test_a_helper_says_who_he_is_and_how_the_household_agreed(chat: Chat) -> None:
    chat.say_all(*HELPING, *ANSWERS[4:])

    receipt = chat.choose(say.SEND_HELP)

    sent = chat.registered
    assert sent.form.head == "Lê Thị Mười"
    assert sent.form.helper is not None
    assert sent.form.helper.name == "Trần Văn Bình"
    assert sent.form.helper.relation == "trưởng khóm"
    assert sent.form.helper.consent_how == "gọi điện, nói đồng ý"
    assert sent.form.helper.consent_on == "20/11/2026"
    assert sent.confirm_code is not None
    assert f"/xacnhan {sent.confirm_code}" in receipt


def test_a_helper_may_change_what_was_said_of_him(chat: Chat) -> None:
    chat.say_all(*HELPING, *ANSWERS[4:])
    chat.choose("Người ghi giúp")

    chat.say_all("Trần Văn Bính", "hàng xóm", "1", "hôm nay")

    assert chat.labels[0] == "Người ghi giúp: Trần Văn Bính, hàng xóm; chủ hộ đồng ý ngày 25/11/2026"


@pytest.mark.parametrize("said", ["🙏", "...", "x" * 100])
def test_what_a_helper_is_to_the_household_is_said_in_words(said: str, chat: Chat) -> None:
    chat.say_all(*HELPING[:4])

    assert say.CHOOSE_ONE in chat.say(said)
    assert chat.state.step == "helper_relation"


def test_a_helper_who_has_not_asked_the_household_does_not_go_on(chat: Chat) -> None:
    chat.say_all(*HELPING[:5])

    assert say.ASK_HEAD_FIRST in chat.choose(say.NOT_ASKED)
    assert chat.state.step == "helper_how"


def test_whoever_fills_in_for_another_household_is_asked_about_that_one(chat: Chat) -> None:
    chat.say_all(*HELPING)

    assert "Nhà đó ở đâu" in chat.say("0912 345 678")


def test_a_correction_starts_from_what_was_sent_and_names_the_version() -> None:
    chat = Chat(SmallDesk(mine=(CASE,)))
    chat.say("/suadon")
    chat.choose("Số người: 4")
    chat.say("5")

    chat.choose(say.SEND_CORRECTED)

    [effect] = chat.effects
    assert isinstance(effect, Correct)
    assert (effect.code, effect.version) == (CODE, 3)
    assert effect.form == replace(FORM, members=5)


def test_a_correction_that_was_left_halfway_asks_what_is_open() -> None:
    chat = Chat(SmallDesk(mine=(CASE,)))
    chat.say("/suadon")
    chat.choose("Diện:")
    chat.say("mới thoát nghèo")

    assert say.LEAVING in chat.say("/suadon")


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("leaving", Standing)
def test_whatever_a_paper_says_can_be_read(standing: Standing, leaving: Standing) -> None:
    chat = Chat(SmallDesk(mine=(replace(CASE, form=replace(FORM, standing=standing, leaving=leaving)),)))

    assert "Đăng ký: " in chat.say("/dulieu")


def test_a_correction_of_what_is_decided_comes_too_late() -> None:
    chat = Chat(SmallDesk(mine=(CASE,)))
    chat.say("/suadon")
    chat.desk = SmallDesk(mine=(replace(CASE, status=Status.DONE),))

    assert chat.choose(say.SEND_CORRECTED) == say.CORRECTED_TOO_LATE
    assert not chat.effects


def test_who_agreed_to_reminders_before_is_not_asked_again() -> None:
    chat = Chat(SmallDesk(reminded=True))
    chat.say_all(*ANSWERS)
    chat.choose(say.SEND_OWN)

    assert len(chat.turn.replies) == 1
    assert chat.state.flow == "ask"


def test_unfinished_forms_do_not_pile_up_without_end(chat: Chat) -> None:
    for n in range(MOST_DRAFTS + 3):
        chat.now += timedelta(minutes=1)
        chat.say("/dangky")
        if n:
            chat.choose(say.NEW_FORM)
        chat.say_all("1", "1", "Nguyễn Thị Lan")

    assert len(drafts_of(chat.state)) == MOST_DRAFTS


@pytest.mark.parametrize(
    "hostile", ["x" * 10_000, "\u202e\u200b\u200f", "'; DROP TABLE cases; --", "<b>1</b>", "🙏" * 60]
)
@pytest.mark.parametrize("line", range(2, len(ANSWERS) + 1))
def test_hostile_text_leaves_the_form_as_it_was(hostile: str, line: int, chat: Chat) -> None:
    chat.say_all(*ANSWERS[:line])

    chat.say(hostile)

    assert chat.state.flow == "register"
    assert not chat.effects


def test_each_question_is_short() -> None:
    """
    At most three sentences and 160 characters: it is heard, not studied.
    """
    cards = {"CONSENT_CARD", "CARD", "SENT", "CONFIRM_CARD", "CONFIRM_CODE", "NEXT", "REMINDERS_CARD", "NOBODY_YET"}
    questions = {
        name: text
        for name, text in vars(say).items()
        if isinstance(text, str) and "?" in text and name.isupper() and name not in cards
    }

    assert {name for name, text in questions.items() if len(text) > 230 or text.count(".") > 5} == set()
    assert len(questions) > 25


def test_nothing_says_that_a_household_has_left_poverty() -> None:
    sentences = [text for text in vars(say).values() if isinstance(text, str)]

    assert [text for text in sentences if "đã thoát nghèo" in text.casefold()] == []
