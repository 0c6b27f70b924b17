"""
The engine of a conversation and its flows, without a database: what each message leads to.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from handlers import texts
from handlers.flow import HOME, State, Turn, advance, command_of, state_from_json, state_to_json
from handlers.flows import BOOK
from handlers.flows.ask import MENU
from handlers.messages import Attachment, Choice, IncomingMessage, Reply, Unreadable, reply_from_json, reply_to_json
from tests.fakes import PLACES, message, still_tools

SHIPPED = (
    ("home", "listening"),
    ("ask", "listen"),
    ("welcome", "greet"),
    ("place", "ask"),
    ("place", "answered"),
    ("help", "show"),
    ("cancel", "cancel"),
    ("why", "why"),
    ("register", "begin"),
    ("register", "resume"),
    ("register", "consent"),
    ("register", "who"),
    ("register", "helper_name"),
    ("register", "helper_relation"),
    ("register", "helper_how"),
    ("register", "helper_on"),
    ("register", "head"),
    ("register", "phone"),
    ("register", "address"),
    ("register", "province"),
    ("register", "letter"),
    ("register", "which"),
    ("register", "sure"),
    ("register", "hamlet"),
    ("register", "standing"),
    ("register", "since"),
    ("register", "members"),
    ("register", "workers"),
    ("register", "leaving"),
    ("register", "needs"),
    ("register", "year"),
    ("register", "reason"),
    ("register", "review"),
    ("register", "alike"),
    ("register", "reminders"),
    ("register", "ask_leave"),
    ("register", "leave"),
    ("hoso", "begin"),
    ("hoso", "reply"),
    ("suadon", "begin"),
    ("rutdon", "begin"),
    ("dulieu", "begin"),
    ("xoadulieu", "begin"),
    ("xoadulieu", "chosen"),
    ("dungnhac", "begin"),
    ("yeucau", "begin"),
    ("yeucau", "typed"),
    ("yeucau", "where"),
    ("yeucau", "sure"),
    ("xacnhan", "begin"),
    ("xacnhan", "code"),
    ("xacnhan", "proof"),
    ("xacnhan", "chosen"),
    ("traloi", "begin"),
    ("traloi", "sure"),
    ("officer", "start"),
    ("officer", "question"),
    ("officer", "unit"),
    ("officer", "review"),
    ("noikenh", "begin"),
    ("noikenh", "chosen"),
    ("noikenh", "sure"),
    ("tachkenh", "begin"),
    ("tachkenh", "chosen"),
    ("take", "take"),
    ("take", "code"),
    ("take", "sure"),
    ("posts", "show"),
    ("posts", "leave"),
    ("invite", "invite"),
    ("invite", "whom"),
    ("hand_over", "start"),
    ("queue", "start"),
    ("queue", "listen"),
    ("table", "table"),
    ("case", "open"),
    ("case", "type"),
    ("case", "sure"),
    ("case", "listen"),
    ("mend", "start"),
    ("mend", "field"),
    ("alike", "start"),
    ("paper", "start"),
    ("paper", "unit"),
    ("paper", "field"),
    ("paper", "review"),
    ("tickets", "list"),
    ("tickets", "listen"),
    ("tickets", "answer"),
    ("tickets", "sure"),
    ("deadlines", "show"),
    ("deadlines", "listen"),
    ("deadlines", "number"),
    ("deadlines", "day"),
    ("deadlines", "basis"),
    ("deadlines", "ruling"),
    ("when", "tell"),
    ("due", "act"),
    ("own", "begin"),
    ("own", "sentence"),
    ("own", "sure"),
    ("board", "boards"),
)
"""Every (flow, step) that a conversation's row may hold, since the first release. Lines are added, never removed."""


class Person:
    """
    A conversation without a database: its state goes through JSON between turns, as it does in a row.
    """

    def __init__(self, state: State = HOME) -> None:
        self.state = state

    def turn(self, said: str | IncomingMessage) -> Turn:
        incoming = message(said) if isinstance(said, str) else said
        turn = advance(BOOK, self.state, incoming, still_tools())
        self.state = state_from_json(json.loads(json.dumps(state_to_json(turn.state))))
        assert self.state == turn.state
        return turn

    def say(self, said: str | IncomingMessage) -> str:
        return "\n".join(reply.text for reply in self.turn(said).replies)


def pressing(choice: str) -> IncomingMessage:
    return message(choice=choice)


def test_start_greets_with_questions_and_the_registration_and_asks_for_the_place() -> None:
    greeting, place = Person().turn("/start").replies
    assert greeting.text == texts.GREETING
    assert [choice.label for choice in greeting.choices] == [
        texts.MENU_CRITERIA,
        texts.MENU_AWARDS,
        texts.MENU_DEADLINES,
        texts.MENU_DUTIES,
        texts.MENU_REGISTER,
    ]
    assert place.text == texts.ASK_PLACE
    assert [choice.label for choice in place.choices] == [*(place.name for place in PLACES), texts.SKIP]


def test_choices_of_one_turn_are_counted_through() -> None:
    greeting, place = Person().turn("/start").replies
    assert (greeting.first, place.first) == (1, 6)
    person = Person()
    person.turn("/start")
    assert "thành phố Sóc Trăng" in person.say("6")
    person = Person()
    person.turn("/start")
    assert texts.PLACE_SKIPPED in person.say("8")


@pytest.mark.parametrize("said", ["tỉnh Bến Tre", "7", "7.", "TINH BEN TRE", "  tinh ben tre "])
def test_a_place_is_kept_by_its_name_and_by_its_number(said: str) -> None:
    person = Person()
    person.turn("/start")
    assert person.say(said).startswith(texts.PLACE_KEPT.format(place="tỉnh Bến Tre"))
    assert person.state.profile == {"place": "ben-tre"}
    assert person.say("ai lo?") == "ben-tre: ai lo?"


def test_a_pressed_place_is_kept_and_may_be_changed() -> None:
    person = Person()
    person.turn("/noio")
    person.turn(pressing("place:ben-tre"))
    assert person.say("/noio") == texts.ASK_PLACE
    person.turn(pressing("place:soc-trang"))
    assert person.state.profile == {"place": "soc-trang"}


@pytest.mark.parametrize("said", ["Bỏ qua", "bo qua", "8"])
def test_the_place_may_be_skipped_and_is_not_asked_again(said: str) -> None:
    person = Person()
    person.turn("/start")
    assert person.say(said).startswith(texts.PLACE_SKIPPED)
    assert person.say("/start") == texts.GREETING
    assert person.say("/noio") == texts.ASK_PLACE


def test_start_tells_whose_place_is_known_which_one_it_is() -> None:
    person = Person(State(profile={"place": "ben-tre"}))
    assert texts.PLACE_IS.format(place="tỉnh Bến Tre") in person.say("/start")
    assert person.say("ai lo?") == "ben-tre: ai lo?"


def test_a_question_instead_of_a_place_is_answered() -> None:
    person = Person()
    person.turn("/start")
    assert person.say("khi nào nộp báo cáo") == "None: khi nào nộp báo cáo"
    assert person.say("tỉnh Bến Tre") == "None: tỉnh Bến Tre"


def test_starting_again_forgets_the_topic_and_keeps_the_place() -> None:
    person = Person(State(profile={"place": "ben-tre"}, context={"seen": 4}))
    person.turn("/start")
    assert (person.state.profile, person.state.context) == ({"place": "ben-tre"}, {})


@pytest.mark.parametrize("said", ["/help", "/HELP", "/help@chungtay_bot", "/trogiup", "/help tôi với"])
def test_help_says_where_and_what_and_stays_where_it_was(said: str) -> None:
    person = Person()
    person.turn("/start")
    before = person.state
    heard = person.say(said)
    assert all(place.name in heard for place in PLACES)
    assert all(f"/{command}" in heard for command in texts.COMMAND_SUMMARIES)
    assert (person.state.flow, person.state.step) == (before.flow, before.step)


def test_every_command_in_the_menu_starts_a_flow() -> None:
    assert all(BOOK.commanded(command) for command in texts.COMMAND_SUMMARIES)


def test_cancel_leaves_the_question_for_the_place_and_says_so() -> None:
    person = Person(State(profile={"place": "ben-tre"}))
    person.turn("/noio")
    assert person.say("/huy") == texts.CANCELLED
    assert person.state.profile == {"place": "ben-tre"}
    assert person.say("/huy") == texts.NOTHING_TO_CANCEL


def test_why_explains_the_last_answer_where_there_is_one() -> None:
    person = Person(State(profile={"place": "ben-tre"}))
    assert person.say("/why") == texts.WHY_NOTHING
    person.turn("ai lo việc này?")
    assert person.say("/why") == "vì ben-tre: ai lo việc này?"


WORDS = {
    "cancel": ("thôi", "Thôi ạ", "thoi em oi", "dừng", "dừng lại", "dung lai di em", "huỷ", "hủy!", "thoát"),
    "welcome": ("bắt đầu lại", "lam lai tu dau", "làm lại từ đầu giúp tôi"),
    "help": ("giúp", "trợ giúp ạ", "tro giup", "menu", "giúp tôi với"),
    "place": ("đổi nơi ở", "doi noi o giup toi"),
}


@pytest.mark.parametrize(("flow", "said"), [(flow, said) for flow, words in WORDS.items() for said in words])
def test_a_command_may_be_said_in_words(flow: str, said: str) -> None:
    found = BOOK.worded(said)
    assert found is not None
    assert found.name == flow


@pytest.mark.parametrize(
    "said",
    ["thoát nghèo", "đúng", "dung", "dạ đúng", "giúp hộ nghèo", "thôi thế hộ cận nghèo thì sao", "thời hạn"],
)
def test_words_of_a_longer_message_are_no_command(said: str) -> None:
    assert BOOK.worded(said) is None


def test_a_word_leaves_the_step_as_its_command_does() -> None:
    person = Person()
    person.turn("/noio")
    assert person.say("thôi ạ") == texts.CANCELLED
    assert person.say("đổi nơi ở") == texts.ASK_PLACE


@pytest.mark.parametrize("said", ["2", "2.", " 2 ", "Khen", "KHEN", "khen."])
def test_a_number_and_a_typed_label_choose(said: str) -> None:
    person = Person()
    person.turn("chọn")
    assert person.say(said) == "None: khen"


@pytest.mark.parametrize("said", ["0", "3", "-1", "1.5", "²", "٢", "2 nhé"])
def test_a_number_that_was_not_offered_is_a_question(said: str) -> None:
    person = Person()
    person.turn("chọn")
    heard = person.say(said)
    assert heard in {f"None: {said}", texts.ONLY_EMOJI}


def test_an_offer_is_over_after_the_next_turn() -> None:
    person = Person()
    person.turn("chọn")
    person.turn("câu khác")
    assert person.say("2") == "None: 2"


@pytest.mark.parametrize("choice", ["stale", "", "place", "reg:7", "🌾:x"])
def test_a_choice_that_means_nothing_any_more_says_so_and_offers_the_menu(choice: str) -> None:
    person = Person(State(profile={"place": "ben-tre"}))
    (reply,) = person.turn(pressing(choice)).replies
    assert reply.choices
    assert person.state.profile == {"place": "ben-tre"}


def test_a_choice_of_a_place_that_no_plan_is_held_for_any_more_keeps_nothing() -> None:
    person = Person(State(profile={"place": "ben-tre"}))
    person.turn(pressing("place:ha-noi"))
    assert person.state.profile == {"place": "ben-tre"}


@pytest.mark.parametrize(
    ("incoming", "heard"),
    [
        (message("/xoahet"), texts.UNKNOWN_COMMAND.format(command="/xoahet")),
        (message(unreadable=Unreadable.STICKER), texts.STICKER),
        (message(unreadable=Unreadable.PHOTO), texts.PHOTO),
        (message(unreadable=Unreadable.VOICE), texts.VOICE),
        (message(unreadable=Unreadable.FILE), texts.FILE),
        (message(unreadable=Unreadable.LOCATION), texts.LOCATION),
        (message(unreadable=Unreadable.CONTACT), texts.CONTACT),
        (message(unreadable=Unreadable.OTHER), texts.UNREADABLE),
        (message("x" * 10_000), texts.TOO_LONG),
        (message("câu hỏi " * 1_250), texts.TOO_LONG),
        (message("🌾"), texts.ONLY_EMOJI),
        (message("👨‍👩‍👧"), texts.ONLY_EMOJI),
        (message("\u200b\u200d\ufeff"), texts.ONLY_EMOJI),
        (message("?!…"), texts.ONLY_MARKS),
        (message(""), texts.ONLY_EMOJI),
        (message("/"), texts.ONLY_EMOJI),
    ],
)
def test_what_cannot_be_answered_gets_a_kind_word_and_a_way_on(incoming: IncomingMessage, heard: str) -> None:
    for state in (HOME, State(flow="place", step="answered")):
        (reply,) = Person(state).turn(incoming).replies
        assert reply.text == heard
        assert reply.choices == MENU


def test_ten_thousand_digits_are_a_message_that_is_too_long() -> None:
    (reply,) = Person().turn("1" * 10_000).replies
    assert reply.text == texts.TOO_LONG


@pytest.mark.parametrize(
    "said",
    [
        "'; DROP TABLE conversations; --",
        "<b>hộ nghèo</b><script>alert(1)</script>",
        "{place} %s {0}",
        "ho\u200b ngheo \u202eoék oáb",
        "Hộ nghèo 🌾 được gì",
        "a\0b",
    ],
)
def test_odd_text_reaches_the_library_as_it_was_written(said: str) -> None:
    assert Person().say(said) == f"None: {said}"


def test_an_unknown_command_is_named_as_it_was_typed_and_cut_short() -> None:
    assert "/{0}" in Person().say("/{0}")
    heard = Person().say("/" + "x" * 200)
    assert "x" * 32 in heard
    assert "x" * 33 not in heard


def test_a_caption_of_a_photo_is_answered_as_a_question() -> None:
    assert Person().say(message("ai lo?", unreadable=Unreadable.PHOTO)) == "None: ai lo?"


def test_a_group_of_steps_that_were_shipped_covers_all_there_are() -> None:
    there_are = {(flow.name, step) for flow in BOOK.flows for step in flow.steps}
    assert there_are <= set(SHIPPED)


@pytest.mark.parametrize(("flow", "step"), [*SHIPPED, ("ask", "gone"), ("gone", "step"), ("place", "gone")])
def test_a_conversation_in_any_step_ever_shipped_or_in_none_goes_on(flow: str, step: str) -> None:
    state = state_from_json({"flow": flow, "step": step, "slots": {"old": [1]}, "profile": {"place": "ben-tre"}})
    person = Person(state)
    assert person.turn("ai lo việc này?").replies
    assert person.say("/huy")
    assert person.say("ai lo?") == "ben-tre: ai lo?"


def test_a_state_without_the_fields_of_today_takes_their_defaults() -> None:
    assert state_from_json({}) == HOME
    assert state_from_json({"flow": "ask", "unheard": 1}) == replace(HOME, flow="ask")


def test_a_state_comes_back_from_json_as_it_was() -> None:
    state = State("place", "answered", {"a": [1]}, {"place": "ben-tre"}, {"seen": 2}, (Choice("i", "Nhãn"),))
    assert state_from_json(json.loads(json.dumps(state_to_json(state)))) == state


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Chào"),
        Reply("a", (Choice("1", "b"),), 5, Attachment("mẫu.docx", "/x/mẫu.docx"), (("d", "trích"),)),
    ],
)
def test_a_reply_comes_back_from_json_as_it_was(reply: Reply) -> None:
    assert reply_from_json(json.loads(json.dumps(reply_to_json(reply)))) == reply


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/Start@chungtay_bot x", "start"),
        (" /HUY", "huy"),
        ("/", None),
        ("start", None),
        ("a /start", None),
        ("", None),
    ],
)
def test_a_command_is_the_first_word_after_a_slash(text: str, command: str | None) -> None:
    assert command_of(text) == command
