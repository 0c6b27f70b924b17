"""
The officer's side of the desk, through the whole stack: who sees what, what happens to a case, what it withstands.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from db.errors import Stale
from db.tables import audit
from handlers import texts, texts_officer
from handlers.cases import EventKind, Post, Role, Status
from handlers.effects import AskOfficer, Confirm, Correct, MissedCode, Move, Register
from handlers.flow import State, advance
from handlers.flows import BOOK
from handlers.flows.case import ACTIONS
from handlers.flows.officers import rounds, to_officer
from handlers.flows.shown import grouped
from handlers.messages import ConversationKey, Reply
from tests.fakes import CAN_THO, MY_XUYEN, PHU_LOI, EmptyDesk, message, still_tools
from tests.office import BAY, BAYS, FAR, FARS, LAN, LAN_AGAIN, LANS, LANS_SECOND, Office, Visitor, office_at

NOT_FOUND = texts_officer.NO_SUCH_CASE
SHORT = timedelta(minutes=14)
ABOUT_PERSONS = frozenset(
    {"alike", "case", "hand_over", "invite", "mend", "officer", "paper", "posts", "queue", "table", "take", "tickets"}
)
OFFICERS = ("choduyet", "cauhoi", "nhapdon", "moi", "bangiao", "vitri")


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url) as office:
        yield office


async def opened(office: Office, name: str = "Hoa", code: str = LANS) -> str:
    return await office.of(name).hear(f"/choduyet {code}")


async def taken(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await opened(office)
    await office.of("Hoa").press("Nhận")
    await office.of("Hoa").press("Quay lại đơn")


# Posts


@pytest.mark.parametrize("command", OFFICERS)
async def test_who_holds_no_post_hears_only_how_one_is_taken(office: Office, command: str) -> None:
    assert await office.of("Gian").hear(f"/{command}") == texts_officer.NOT_AN_OFFICER


@pytest.mark.parametrize("words", ["/help", "/start", "/huy", "/noio", "/lenhla", "(ảnh)", "đồng ý", "/hoicanbo"])
async def test_an_officer_is_not_called_as_a_household_is(office: Office, words: str) -> None:
    await office.appoint("Hoa")
    assert "bà con" in (await office.of("Lan").hear(words)).casefold()

    said = (await office.of("Hoa").hear(words)).casefold()
    assert "anh chị" in said
    assert "bà con" not in said.replace(texts.COMMAND_SUMMARIES["xoadulieu"], "")


async def test_what_is_quoted_to_an_officer_stays_as_it_is(office: Office) -> None:
    await office.appoint("Hoa")
    await office.of("Hoa").say("/hoicanbo bà con hỏi bao giờ rà soát")
    await office.of("Hoa").say("phường Mỹ Xuyên")
    await office.of("Hoa").say("[1]")

    assert "“bà con hỏi bao giờ rà soát”" in office.of("Hoa").last.text
    assert "của anh chị" in office.of("Hoa").last.text


async def test_a_post_is_taken_by_choice_and_by_nothing_else(office: Office) -> None:
    await office.invite("11112222", Role.OFFICER, MY_XUYEN.code)
    hoa = office.of("Hoa")
    await hoa.say("/nhanviec 1111-2222")
    for word in ("ừ", "ok", "có", "/vitri"):
        assert "đã nhận vị trí" not in await hoa.hear(word)
    await hoa.say("/nhanviec 11112222")
    assert await hoa.hear("Thôi") == texts_officer.NOT_TAKEN
    await hoa.say("/nhanviec 11112222")
    assert "Anh chị đã nhận vị trí" in await hoa.hear("nhận vị trí")


async def test_a_used_an_old_and_a_guessed_code_are_answered_with_the_same_words(office: Office) -> None:
    await office.appoint("Hoa")
    await office.invite("11112222", Role.DEPUTY, MY_XUYEN.code)
    office.clock.forward(timedelta(minutes=16))
    said = {await office.of("Gian").hear(f"/nhanviec {code}") for code in ("00000000", "11112222", "98765432")}
    assert said == {texts_officer.WRONG_CODE}


async def test_a_code_that_runs_out_between_the_question_and_the_choice_is_no_good(office: Office) -> None:
    await office.invite("11112222", Role.OFFICER, MY_XUYEN.code)
    await office.of("Hoa").say("/nhanviec 11112222")
    office.clock.forward(timedelta(minutes=16))
    assert await office.of("Hoa").hear("1") == texts_officer.WRONG_CODE
    assert await office.of("Hoa").hear("/choduyet") == texts_officer.NOT_AN_OFFICER


async def test_after_five_wrong_codes_the_right_one_is_no_good_either(office: Office) -> None:
    await office.invite("11112222", Role.OFFICER, MY_XUYEN.code)
    for guess in range(5):
        await office.of("Gian").say(f"/nhanviec 0000000{guess}")
    assert await office.of("Gian").hear("/nhanviec 11112222") == texts_officer.WRONG_CODE
    assert "Mã này là cho vị trí" in await office.of("Hoa").hear("/nhanviec 11112222")


async def test_who_handed_over_is_shut_out_at_once_and_cannot_come_back_with_a_code_kept_back(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    codes = []
    for _ in range(2):
        await hoa.say("/bangiao")
        codes += re.findall(r"/nhanviec (\d{8})", "".join(reply.text for reply in await hoa.press("Tạo mã")))
    await office.of("Sơn").say(f"/nhanviec {codes[0]}")
    await office.of("Sơn").press("Nhận vị trí")
    assert "đã được người khác nhận" in hoa.last.text
    assert await hoa.hear("/choduyet") == texts_officer.NOT_AN_OFFICER
    assert await hoa.hear(f"/nhanviec {codes[1]}") == texts_officer.WRONG_CODE


async def test_what_an_officer_invited_ends_with_the_hold_of_the_post(office: Office) -> None:
    tam = await office.appoint("Tâm", unit=CAN_THO)
    await tam.say("/moi")
    await tam.press(texts_officer.DEPUTY_OF.format(unit="thành phố Cần Thơ"))
    await tam.press("Tạo mã")
    code = re.findall(r"/nhanviec (\d{8})", tam.last.text)[0]
    await office.appoint("Sơn", unit=CAN_THO)
    assert await office.of("Gian").hear(f"/nhanviec {code}") == texts_officer.WRONG_CODE


async def test_who_was_shut_out_in_the_middle_of_an_action_does_not_finish_it(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Từ chối")
    await hoa.say("Hộ không có trong danh sách")
    await office.appoint("Sơn")
    assert [reply.text for reply in await hoa.press("Gửi từ chối")] == [texts_officer.NOT_AN_OFFICER]
    assert await hoa.hear("ai lo việc này?") == "None: ai lo việc này?"
    assert "đã nhận" in await opened(office, "Sơn")


async def test_a_province_invites_below_itself_and_a_commune_its_deputy_only(office: Office) -> None:
    tam = await office.appoint("Tâm", unit=CAN_THO)
    await tam.say("/moi")
    assert await tam.hear("phường Long Khánh") == texts_officer.NO_SUCH_UNIT
    await tam.say("phường Phú Lợi")
    assert tam.labels == [PHU_LOI.full]

    hoa = await office.appoint("Hoa")
    await hoa.say("/moi")
    assert hoa.labels == [texts_officer.DEPUTY_OF.format(unit=MY_XUYEN.full)]
    assert await hoa.hear("phường Phú Lợi") == texts_officer.NO_SUCH_UNIT


async def test_a_deputy_invites_nobody_and_may_hand_over(office: Office) -> None:
    phu = await office.appoint("Phú", Role.DEPUTY)
    assert await phu.hear("/moi") == texts_officer.INVITE_NOBODY
    assert "Bàn giao vị trí: Cán bộ phó" in await phu.hear("/bangiao")


async def test_a_post_is_given_up_after_a_second_look(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/vitri")
    await hoa.say("1")
    assert await hoa.hear("Thôi") == texts_officer.KEPT
    await hoa.say("/vitri")
    await hoa.say("1")
    assert "đã thôi giữ" in await hoa.hear("Thôi giữ")
    assert await hoa.hear("/vitri") == texts_officer.NOT_AN_OFFICER


@pytest.mark.parametrize("command", [*OFFICERS, "nhanviec", "hoicanbo"])
async def test_nothing_of_it_happens_in_a_group(office: Office, command: str) -> None:
    hoa = await office.appoint("Hoa")
    hoa.more = {"private": False}
    assert await hoa.hear(f"/{command} 482915073") == texts.ONLY_IN_PRIVATE


# The queue


async def test_an_empty_queue_is_said_nicely(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    assert await hoa.hear("/choduyet") == f"{texts_officer.QUEUE_EMPTY}\n{texts_officer.NO_QUESTIONS}"


async def test_a_page_holds_eight_lines_the_oldest_first_with_working_days(office: Office) -> None:
    for n in range(10):
        await office.register(
            f"hộ {n}", f"10000000{n}", replace(BAY, head=f"Hộ Số {'ABCDEFGHIK'[n]}", phone=f"091234567{n}")
        )
    hoa = await office.appoint("Hoa")
    office.clock.forward(timedelta(days=6))
    await hoa.say("/choduyet")
    cases = [label for label in hoa.labels if label.startswith("100")]
    assert cases[0] == "100 000 000 · Hộ Số A · khóm 7 · 4 ngày · mới gửi"
    assert len(cases) == 8
    await hoa.press("Trang sau")
    assert [label[:11] for label in hoa.labels[:2]] == ["100 000 008", "100 000 009"]
    await hoa.press("Trang trước")
    assert hoa.labels[0] == cases[0]


async def test_what_waits_for_the_household_stands_below_what_waits_for_the_officer(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Bảy", BAYS, BAY)
    hoa = await office.appoint("Hoa")
    await office.lay("Hoa", Move(LANS, 1, EventKind.ASKED, Status.ASKED))
    assert "Chờ anh chị: 1. Chờ hộ trả lời: 1." in await hoa.hear("/choduyet")
    assert [label[:11] for label in hoa.labels[:2]] == ["555 666 777", "482 915 073"]


@pytest.mark.parametrize("word", ["bay", "Trần", "tran van", "khom 7", "KHÓM 7", "777", "66777"])
async def test_a_typed_word_narrows_the_queue(office: Office, word: str) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Bảy", BAYS, BAY)
    hoa = await office.appoint("Hoa")
    await hoa.say("/choduyet")
    assert f"Tìm “{word}”: 1 đơn." in await hoa.hear(word)
    assert hoa.labels[0].startswith("555 666 777")


@pytest.mark.parametrize("word", ["không có đâu", "trăn", "{0}", "%s", "a:b:c", "'; --", "<b>"])
async def test_a_word_that_fits_nothing_is_said_so(office: Office, word: str) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await hoa.say("/choduyet")
    assert "Không có đơn nào khớp" in await hoa.hear(word)
    await hoa.press("Xem tất cả")
    assert hoa.labels[0].startswith("482 915 073")


async def test_a_post_above_reads_the_commune_in_the_queue(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    tam = await office.appoint("Tâm", unit=CAN_THO)
    await tam.say("/choduyet")
    assert tam.labels[0] == "482 915 073 · Nguyễn Thị Lan · phường Mỹ Xuy… · 0 ngày · mới gửi"


async def test_a_question_typed_at_the_queue_is_answered_as_anybodys(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/choduyet")
    assert await hoa.hear("khi nào nộp báo cáo?") == "None: khi nào nộp báo cáo?"


async def test_the_tables_go_with_the_post(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/choduyet")
    [table] = await hoa.press("Danh sách .xlsx")
    assert table.attachment
    assert (table.attachment.name, table.attachment.paper) == ("Danh sách đơn.xlsx", "list.xlsx:1")
    assert table.attachment.content.startswith(b"PK")
    [chart] = await hoa.press("Biểu đồ tháng")
    assert chart.attachment
    assert chart.attachment.paper == "months.png:1"
    assert chart.attachment.content.startswith(b"\x89PNG")
    await office.appoint("Sơn")
    [refused] = await hoa.press("Danh sách .xlsx")
    assert (refused.text, refused.attachment) == (texts.STALE_CHOICE, None)


# Who sees a case


async def test_another_units_case_and_one_that_does_not_exist_are_answered_alike(office: Office) -> None:
    await office.register("Xa", FARS, FAR)
    await office.appoint("Hoa")
    assert await opened(office, code=FARS) == await opened(office, code="123456780") == NOT_FOUND


async def test_an_officers_own_registration_elsewhere_is_not_on_her_desk(office: Office) -> None:
    await office.register("Hoa", FARS, FAR)
    await office.appoint("Hoa")
    assert await opened(office, code=FARS) == NOT_FOUND


async def test_a_choice_of_another_person_means_nothing(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await office.appoint("Gian", unit=PHU_LOI.code)
    await hoa.say("/choduyet")
    reference = hoa.seen[-1].choice(0)
    assert await office.of("Gian").hear(f"[{reference}]") == to_officer(texts.STALE_CHOICE)


async def test_the_telephone_stands_in_the_case_so_that_it_can_be_tapped(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    assert "Điện thoại: 0912345678\n" in await opened(office)


async def test_the_letter_goes_with_the_case(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await opened(office)
    for label, begins in (("Đơn .pdf", b"%PDF"), ("Đơn .docx", b"PK")):
        kind = label.removeprefix("Đơn .")
        [letter] = await office.of("Hoa").press(label)
        assert letter.attachment
        assert letter.attachment.content.startswith(begins)
        assert (letter.attachment.name, letter.attachment.paper) == (
            f"Đơn 482 915 073.{kind}",
            f"letter.{kind}:{LANS}",
        )


async def test_an_alike_case_of_another_unit_is_not_named(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Xa", FARS, replace(FAR, phone=LAN.phone))
    await office.appoint("Hoa")
    assert "999" not in await opened(office)


# What is done with a case


def test_no_word_to_a_household_says_that_it_left_poverty() -> None:
    told = {name: words for name, words in vars(texts_officer).items() if name.startswith("TELL_")}
    assert len(told) >= 8
    assert not [name for name, words in told.items() if re.search(r"(đã|được) thoát nghèo", words)]


def test_a_paper_is_filed_only_once_it_was_taken_and_decided_only_once_it_was_filed() -> None:
    assert ACTIONS["file"].at == {Status.TAKEN}
    assert ACTIONS["done"].at == {Status.FILED}
    assert ACTIONS["ask"].at == {Status.TAKEN}


@pytest.mark.parametrize("name", [name for name, action in ACTIONS.items() if action.typing])
def test_what_cannot_be_taken_back_is_shown_before_it_goes(name: str) -> None:
    assert ACTIONS[name].send


async def test_a_question_of_more_words_goes_to_the_household_and_its_answer_comes_back(office: Office) -> None:
    await taken(office)
    hoa, lan = office.of("Hoa"), office.of("Lan")
    await hoa.press("Hỏi thêm hộ")
    await hoa.say("Nhà mình có mấy người đi làm xa?")
    await hoa.press("Gửi câu hỏi")
    assert "“Nhà mình có mấy người đi làm xa?”" in lan.last.text
    await lan.say("/hoso")
    await lan.say("Hai đứa đi Bình Dương")
    assert "482 915 073" in hoa.last.text
    case = await opened(office)
    assert "Đơn 482 915 073 – đã nhận" in case
    assert "hộ trả lời: “Hai đứa đi Bình Dương”" in case


async def test_an_old_button_does_nothing_once_the_case_went_on(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await opened(office)
    await hoa.press("Nhận")
    before = len(office.of("Lan").seen)
    [reply] = await hoa.press("Nhận")
    assert reply.text.startswith(texts_officer.CHANGED)
    assert len(office.of("Lan").seen) == before


async def test_what_was_written_is_not_sent_when_the_household_has_changed_the_case(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Từ chối")
    await hoa.say("Hộ không có trong danh sách")
    await office.lay("Lan", Move(LANS, 2, EventKind.WITHDRAWN, Status.WITHDRAWN))
    [reply] = await hoa.press("Gửi từ chối")
    assert reply.text.startswith(texts_officer.CHANGED)
    assert "hộ đã rút" in reply.text


async def test_the_send_of_one_action_does_not_send_another(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Hỏi thêm hộ")
    await hoa.say("Nhà mình có mấy người?")
    sends_the_question = hoa.seen[-1].choice(0)
    await hoa.press("Quay lại đơn")
    await hoa.press("Từ chối")
    await hoa.say("Hộ không có trong danh sách")
    assert texts_officer.CHANGED in await hoa.hear(f"[{sends_the_question}]")
    assert "– đã nhận" in await opened(office)


async def test_the_send_of_one_case_does_not_send_another(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Bảy", BAYS, BAY)
    hoa = await office.appoint("Hoa")
    sends = []
    for code in (LANS, BAYS):
        await opened(office, code=code)
        await hoa.press("Từ chối")
        await hoa.say("Hộ không có trong danh sách")
        sends.append(hoa.seen[-1].choice(0))
    assert texts_officer.CHANGED in await hoa.hear(f"[{sends[0]}]")
    assert [label for label in hoa.labels if label == "Nhận"]


async def filed(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Đã lập hồ sơ, vào kỳ rà soát")
    await hoa.say("15/3/2026")
    await hoa.press("Đúng, đã lập hồ sơ")
    office.clock.forward(timedelta(days=20))
    await opened(office)
    await hoa.press("Ghi kết quả")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("23/03/2026", "Ngày 23/03/2026 chưa đến."),
        ("01/03/2026", "Ngày 01/03/2026 trước khi hộ gửi đơn (02/03/2026)."),
        ("31/02/2026", texts_officer.NOT_A_DATE),
        ("hôm kia", texts_officer.NOT_A_DATE),
        ("٢٠/٠٣/٢٠٢٦", texts_officer.NOT_A_DATE),
    ],
)
async def test_a_decision_of_an_impossible_day_is_not_taken(office: Office, said: str, heard: str) -> None:
    await filed(office)
    await office.of("Hoa").say("125/QĐ-UBND")
    assert heard in await office.of("Hoa").hear(said)
    assert "đã lập hồ sơ" in await opened(office)


async def test_today_said_in_words_is_the_day_of_the_decision(office: Office) -> None:
    await filed(office)
    await office.of("Hoa").say("125/QĐ-UBND")

    assert "ngày 22/03/2026" in await office.of("Hoa").hear("hôm nay")


@pytest.mark.parametrize("said", ["20/3/2026", "20-03-26", "20.03.2026"])
async def test_the_household_reads_number_and_day_of_the_decision(office: Office, said: str) -> None:
    await filed(office)
    hoa = office.of("Hoa")
    assert await hoa.hear("quyết định") == texts_officer.NOT_A_DECISION.format(most=60)
    await hoa.say("Số: 125/QĐ-UBND")
    await hoa.say(said)
    await hoa.press("Ghi và báo hộ")
    assert (
        "quyết định số 125/QĐ-UBND, ngày 20/03/2026, của Chủ tịch Ủy ban phường Mỹ Xuyên"
        in office.of("Lan").last.text
    )
    assert "Quyết định: số 125/QĐ-UBND, ngày 20/03/2026" in await opened(office)


async def test_a_review_starts_on_a_fifteenth(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Đã lập hồ sơ, vào kỳ rà soát")
    assert await hoa.hear("16/03/2026") == texts_officer.NOT_A_ROUND
    assert await hoa.hear("15/12/2027") == texts_officer.NOT_A_ROUND
    assert "kỳ xét bắt đầu ngày 15/04/2026" in await hoa.hear("15/04/2026")


def test_the_rounds_of_a_year_s_end_cross_into_the_next() -> None:
    assert [f"{start:%d/%m/%Y}" for start in rounds(date(2026, 12, 31))] == [
        "15/11/2026",
        "15/12/2026",
        "15/01/2027",
        "15/02/2027",
        "15/03/2027",
    ]


async def test_ten_thousand_characters_are_refused_and_nothing_is_kept_of_them(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Từ chối")
    heard = await hoa.hear("lý do " * 1_667)
    assert heard == texts_officer.TOO_LONG.format(length=10_001, most=1_000)
    assert "“Hộ đã chuyển đi nơi khác”" in await hoa.hear("Hộ đã chuyển đi nơi khác")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Hộ <b>không</b> có & {code} %s trong danh sách", "Hộ <b>không</b> có & {code} %s trong danh sách"),
        ("Hộ \u202ekhông\u202c có\u200b tên\x00 trong\x07 danh sách", "Hộ không có tên trong danh sách"),
        ("Dòng thứ nhất\n\n  dòng   thứ hai", "Dòng thứ nhất\ndòng thứ hai"),
        ("Không rõ – [mở](http://x) ‘*_~`", "Không rõ – [mở](http://x) ‘*_~`"),
    ],
)
async def test_hostile_words_reach_the_household_as_words(office: Office, said: str, kept: str) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Từ chối")
    assert kept in await hoa.hear(said)
    await hoa.press("Gửi từ chối")
    assert f"“{kept}”" in office.of("Lan").last.text
    assert f"từ chối (Cán bộ giảm nghèo phường Mỹ Xuyên): “{kept}”" in await opened(office)


@pytest.mark.parametrize("said", ["không", "1234 5678 90", "…!?", "(ảnh)"])
async def test_a_reason_is_words(office: Office, said: str) -> None:
    await taken(office)
    await office.of("Hoa").press("Từ chối")
    assert await office.of("Hoa").hear(said) in {texts_officer.ONLY_WORDS, texts_officer.TOO_SHORT.format(least=3)}


async def test_of_a_paper_the_officer_is_told_to_tell_the_household(office: Office) -> None:
    await office.appoint("Hoa")
    await office.register("Hoa", BAYS, BAY, on_paper=True)
    await opened(office, code=BAYS)
    [reply] = await office.of("Hoa").press("Nhận")
    assert texts_officer.TELL_THEM in reply.text


async def test_a_case_whose_household_erased_its_data_offers_nothing_to_do(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await office.of("Lan").say("/xoadulieu")
    await office.of("Lan").say("[1]")
    heard = await opened(office)
    assert texts_officer.CASE_ERASED in heard
    assert "Nguyễn Thị Lan" not in heard
    assert hoa.labels == [texts_officer.BACK_TO_QUEUE]


# Cases that may be one household


async def pair(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Út", LANS_SECOND, LAN_AGAIN)
    await office.appoint("Hoa")
    await opened(office)
    await office.of("Hoa").press("So với đơn 111 222 333")


async def test_two_cases_side_by_side_show_what_is_the_same_and_what_is_not(office: Office) -> None:
    await pair(office)
    said = office.of("Hoa").last.text
    assert "Điện thoại: 0912345678 – giống nhau" in said
    assert "Khẩu / lao động:\n  A: 4 / 2\n  B: 5 / 2" in said


async def test_a_merged_case_comes_back_where_it_stood(office: Office) -> None:
    await pair(office)
    hoa, ut = office.of("Hoa"), office.of("Út")
    await hoa.press("Gộp, giữ đơn 482 915 073")
    assert not ut.seen
    await hoa.press("Gộp")
    assert "gộp đơn 111 222 333 vào đơn kia" in ut.last.text
    assert "482" not in ut.last.text
    assert "Đã gộp vào đơn 482 915 073." in await opened(office, code=LANS_SECOND)
    await hoa.press("Bỏ gộp")
    assert "– mới gửi" in await opened(office, code=LANS_SECOND)
    [again] = await hoa.press("Bỏ gộp")
    assert again.text.startswith(texts_officer.CHANGED)


async def test_what_was_kept_apart_is_not_asked_again_until_it_is_taken_back(office: Office) -> None:
    await pair(office)
    hoa = office.of("Hoa")
    await hoa.press("Hai hộ khác nhau, giữ cả hai")
    for code in (LANS, LANS_SECOND):
        assert "Có thể trùng" not in await opened(office, code=code)
    await hoa.press("Hoàn tác")
    for code in (LANS, LANS_SECOND):
        assert "Có thể trùng" in await opened(office, code=code)


# What a newer version may find


class OfficerDesk(EmptyDesk):
    """
    A desk on which nothing lies, of an officer.
    """

    def posts(self) -> tuple[Post, ...]:
        return (Post(1, Role.OFFICER, MY_XUYEN.code, MY_XUYEN.full),)


SAID = ("ai lo việc này?", "1", "", "/choduyet a", LANS)
CHOSEN = (None, "stale", "ask::x", "place:", "no", "send", "unit:00000", "case:1:send:ask")


@pytest.mark.parametrize("flow", sorted(ABOUT_PERSONS))
def test_an_officer_in_any_step_with_nothing_gathered_goes_on(flow: str) -> None:
    tools = still_tools(registry=OfficerDesk())
    for step, said, choice in product((*BOOK.named(flow).steps, "gone"), SAID, CHOSEN):
        turn = advance(BOOK, State(flow, step), message(said, choice=choice), tools)
        assert turn.replies
        assert not [effect for effect in turn.effects if not isinstance(effect, MissedCode)]


# Papers typed in


async def test_a_paper_typed_in_as_one_line_and_field_by_field_is_the_same(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    fields = [
        "Trần Văn Bảy",
        "0987 654 321",
        "khóm 7",
        "2",
        "-",
        "4",
        "2",
        "2",
        "2026",
        "1 3",
        "Con đã đi làm; nhà đủ ăn",
    ]
    reviews = []
    for lines in (fields, ["; ".join(fields)], ["; ".join(fields[:4]), "; ".join(fields[4:])]):
        await hoa.say("/nhapdon")
        for line in lines:
            await hoa.say(line)
        reviews.append(hoa.last.text)
    assert len(set(reviews)) == 1
    assert "Hiện nay: hộ cận nghèo\nNhân khẩu: 4. Lao động: 2" in reviews[0]
    assert "Lý do: Con đã đi làm; nhà đủ ăn" in reviews[0]


@pytest.mark.parametrize(
    ("before", "said", "heard"),
    [
        ("", "Bảy", texts_officer.PAPER_WRONG["head"]),
        ("", "092088001234", texts_officer.PAPER_IDENTITY),
        ("Trần Văn Bảy", "12345", texts_officer.PAPER_WRONG["phone"]),
        ("Trần Văn Bảy;0987654321;khóm 7", "4", texts_officer.PAPER_WRONG["standing"]),
        ("Trần Văn Bảy;0987654321;khóm 7;1", "2027", texts_officer.PAPER_WRONG["since"]),
        ("Trần Văn Bảy;0987654321;khóm 7;1;-", "0", texts_officer.PAPER_WRONG["members"]),
        ("Trần Văn Bảy;0987654321;khóm 7;1;-;4", "5", texts_officer.PAPER_WRONG["workers"]),
        ("Trần Văn Bảy;0987654321;khóm 7;1;-;4;2;1;2026", "9", texts_officer.PAPER_WRONG["needs"]),
        ("Trần Văn Bảy;0987654321;khóm 7;1;-;4;2;1;2026;-", "CCCD 092088001234", texts_officer.PAPER_IDENTITY),
    ],
)
async def test_a_wrong_field_is_said_and_asked_again(office: Office, before: str, said: str, heard: str) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/nhapdon")
    if before:
        await hoa.say(before)
    question = hoa.last.text.rsplit("\n\n", 1)[-1]
    assert await hoa.hear(said) == f"{heard}\n\n{question}"


async def test_a_paper_is_filed_and_its_household_may_follow_it_from_its_own_phone(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/nhapdon")
    await hoa.say("Trần Văn Bảy; 0987654321; khóm 7; 1; -; 4; 2; 1; 2026; -; -")
    [sent, *_] = await hoa.press("Ghi đơn")
    secret = re.findall(r"/xacnhan (\d{8})", sent.text)[0]
    await office.of("Bảy").say(f"/xacnhan {secret}")
    assert "Chủ hộ: Trần Văn Bảy" in await office.of("Bảy").hear("321")
    await hoa.press(next(label for label in hoa.labels if label.startswith("Mở đơn")))
    assert "Đơn giấy do cán bộ nhập" in hoa.last.text


async def test_what_a_paper_leaves_out_may_be_said_in_words_and_the_review_takes_them_back(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/nhapdon")
    review = await hoa.hear("Trần Văn Bảy; không; khóm 7; 1; không rõ; 4; 2; 1; năm nay; 0; không có")
    assert "Đăng ký: thoát hộ nghèo, năm 2026" in review
    assert not any(line.startswith(("Cần hỗ trợ:", "Lý do:")) for line in review.splitlines())

    assert texts_officer.PAPER_CHOOSE in await hoa.hear("+84 SUM(A1)")
    assert await hoa.hear("lại") == texts_officer.PAPER_ASK["reason"]


async def test_a_telephone_of_another_unit_is_told_to_nobody_but_who_may_see_both(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    gian = await office.appoint("Gian", unit=PHU_LOI.code)
    tinh = await office.appoint("Tỉnh", unit=CAN_THO)
    reviews = []
    for head, phone in (("Trần Văn Bảy", LAN.phone), ("Lê Thị Hoa", "0987654321")):
        await gian.say("/nhapdon")
        reviews.append(await gian.hear(f"{head}; {phone}; khóm 7; 1; -; 4; 2; 1; 2026; -; -"))
        await gian.press("Ghi đơn")
    told = [sent.reply.text for sent in tinh.seen if sent.reply.text.startswith("Đơn giấy mới")]

    assert not any("trùng" in sent.reply.text for sent in gian.seen)
    assert len(reviews[0].splitlines()) == len(reviews[1].splitlines())
    (line,) = told
    both = await tinh.hear(f"/choduyet {line.rpartition('/choduyet ')[2]}")
    assert texts_officer.CASE_ALIKE.format(codes=grouped(LANS)) in both
    assert any(grouped(LANS) in label for label in tinh.labels)


async def test_a_double_within_a_unit_is_told_to_its_officer(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa, tinh = await office.appoint("Hoa"), await office.appoint("Tỉnh", unit=CAN_THO)
    phu = await office.appoint("Phú", Role.DEPUTY)
    await phu.say("/nhapdon")
    assert grouped(LANS) in await phu.hear(f"Trần Văn Bảy; {LAN.phone}; khóm 7; 1; -; 4; 2; 1; 2026; -; -")
    await phu.press("Ghi đơn")

    assert "Có thể trùng với đơn đã có" in hoa.last.text
    assert not any("trùng" in sent.reply.text for sent in tinh.seen)


async def test_a_household_without_a_telephone_proves_itself_by_a_name_that_ends_like_a_question(
    office: Office,
) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/nhapdon")
    await hoa.say("Phạm Thị Hồng; -; khóm 7; 1; -; 4; 2; 1; 2026; -; -")
    [sent, *_] = await hoa.press("Ghi đơn")
    secret = re.findall(r"/xacnhan (\d{8})", sent.text)[0]
    await office.of("Hồng").say(f"mã xác nhận {secret}")

    assert "Chủ hộ: Phạm Thị Hồng" in await office.of("Hồng").hear("pham thi hong")


async def test_a_household_without_a_telephone_is_typed_in_and_has_a_letter(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    for none in ("-", "không có"):
        await hoa.say("/nhapdon")
        review = await hoa.hear(f"Trần Văn Bảy; {none}; khóm 7; 1; -; 4; 2; 1; 2026; -; -")
        assert "Điện thoại: không có" in review
        await hoa.press("Ghi đơn")
    await hoa.press(next(label for label in hoa.labels if label.startswith("Mở đơn")))
    assert "Điện thoại: không có" in hoa.last.text
    assert "trùng" in hoa.last.text
    await hoa.press("Đơn .pdf")
    assert hoa.last.attachment is not None
    assert await office.app.paperwork.make(hoa.last.attachment.paper, ConversationKey("notebook", "Hoa"))


# A registration corrected


async def mending(office: Office, line: str) -> Visitor:
    """
    Hoa has opened Lan's registration and chosen one of its lines.
    """
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await opened(office)
    await hoa.press(texts_officer.MEND_IT)
    await hoa.press(line)
    return hoa


async def audited(office: Office) -> list[str]:
    async with office.app.database.engine.connect() as connection:
        return list((await connection.execute(select(audit.c.what).order_by(audit.c.id))).scalars())


async def test_an_officer_corrects_a_line_and_the_household_reads_just_that_line(office: Office) -> None:
    hoa = await mending(office, "Điện thoại: 0912 345 678")
    assert await hoa.hear("12") == f"{texts_officer.PAPER_WRONG['phone']}\n\n{texts_officer.PAPER_ASK['phone']}"
    shown = await hoa.hear("0912 345 679")
    heard = len(office.of("Lan").seen)
    await hoa.press(texts_officer.MEND_SEND)
    [told] = office.of("Lan").seen[heard:]
    assert told.reply.text in shown
    assert "• Điện thoại: 0912 345 679\n" in told.reply.text
    assert "Nguyễn Thị Lan" not in told.reply.text
    assert "0912 345 679" in await office.of("Lan").hear("/dulieu")
    case = await opened(office)
    assert "sửa thông tin (Cán bộ giảm nghèo phường Mỹ Xuyên): “điện thoại”" in case
    assert "Tên cũ: phường 10, thành phố Sóc Trăng" in case
    assert (await audited(office)).count("corrected") == 1


async def test_several_lines_are_corrected_at_once_and_workers_are_asked_where_fewer_people_are_left(
    office: Office,
) -> None:
    hoa = await mending(office, "Số người: 4")
    assert await hoa.hear("1") == texts_officer.PAPER_ASK["workers"]
    await hoa.say("1")
    await hoa.press("Chủ hộ: Nguyễn Thị Lan")
    await hoa.say("Nguyễn Thị Lành")
    await hoa.press(texts_officer.MEND_SEND)
    assert "• Chủ hộ: Nguyễn Thị Lành\n• Số người: 1\n• Số người làm được việc: 1\n" in office.of("Lan").last.text


async def test_a_paper_is_corrected_and_the_officer_is_asked_to_tell_its_household(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await hoa.say("/nhapdon")
    await hoa.say("Trần Văn Bảy; -; khóm 7; 1; -; 4; 2; 1; 2026; -; -")
    await hoa.press("Ghi đơn")
    await hoa.press(next(label for label in hoa.labels if label.startswith("Mở đơn")))
    await hoa.press(texts_officer.MEND_IT)
    await hoa.press("Điện thoại: không có")
    assert "Đơn giấy: tôi không nhắn được cho hộ." in await hoa.hear("0987654321")
    [done] = await hoa.press(texts_officer.MEND_SEND)
    assert texts_officer.TELL_THEM in done.text


async def test_a_line_that_stays_as_it_was_changes_nothing(office: Office) -> None:
    hoa = await mending(office, "Số người: 4")
    assert await hoa.hear("4") == texts_officer.MEND.format(code="482 915 073")
    assert texts_officer.MEND_SEND not in hoa.labels


async def test_a_correction_is_not_written_over_what_the_household_changed_meanwhile(office: Office) -> None:
    hoa = await mending(office, "Số người: 4")
    await hoa.say("5")
    await office.lay("Lan", Correct(LANS, 1, replace(LAN, members=9)))
    [again] = await hoa.press(texts_officer.MEND_SEND)
    assert again.text.startswith(texts_officer.CHANGED)
    assert "Nhân khẩu: 9" in await opened(office)


async def test_what_is_decided_or_another_units_is_not_corrected(office: Office) -> None:
    await office.register("Xa", FARS, FAR)
    await taken(office)
    hoa = office.of("Hoa")
    kept = hoa.seen[-1]
    await office.lay("Hoa", Move(LANS, 2, EventKind.DECLINED, Status.DECLINED))
    assert texts_officer.MEND_IT in hoa.labels
    [late] = await hoa.press(texts_officer.MEND_IT)
    assert late.text.startswith(texts_officer.CHANGED)
    assert kept.reply.choices
    for code, form, version in ((FARS, FAR, 1), (LANS, LAN, 3)):
        with pytest.raises(Stale):
            await office.lay("Hoa", Correct(code, version, replace(form, members=9)))


async def test_who_confirmed_is_still_told_after_a_correction_and_may_confirm_anew(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await office.lay("Hoa", Register(BAYS, BAY, Reply("?"), confirm_code="12345678", on_paper=True))
    await office.lay("Bảy", Confirm(BAYS, 1))
    await office.lay("Hoa", Correct(BAYS, 2, replace(BAY, members=9)))
    await opened(office, code=BAYS)
    await hoa.press("Nhận")
    assert texts_officer.TOLD in hoa.last.text
    await office.of("Bảy").say("/xacnhan 12345678")
    assert "Số người: 9" in await office.of("Bảy").hear("321")


# Questions passed on


async def test_a_question_reaches_the_unit_of_the_askers_registration_word_for_word(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    lan = office.of("Lan")
    heard = await lan.hear("/hoicanbo Nhà tôi {0} <b>bao giờ</b> rà soát?")
    assert "“Nhà tôi {0} <b>bao giờ</b> rà soát?”" in heard
    await lan.press("Gửi")
    assert "/cauhoi" in hoa.last.text
    assert "bao giờ" not in hoa.last.text
    assert "Câu hỏi chờ trả lời: 1" in await hoa.hear("/choduyet")
    await hoa.say("/cauhoi")
    await hoa.say("1")
    await hoa.say("Từ ngày 15 bác nhé.")
    await hoa.press("Gửi trả lời")
    assert lan.last.text.startswith("Cán bộ trả lời – Cán bộ giảm nghèo phường Mỹ Xuyên")
    assert "Từ ngày 15 bác nhé." in lan.last.text


async def test_each_question_that_an_officer_reads_is_a_look(office: Office) -> None:
    for n in range(9):
        await office.lay(f"Hộ {n}", AskOfficer(MY_XUYEN.code, f"Câu {n}", Reply("Có câu hỏi")))
    await office.appoint("Hoa")
    await office.of("Hoa").say("/choduyet")
    assert await audited(office) == []
    await office.of("Hoa").say("/cauhoi")
    await office.of("Hoa").say("2")
    async with office.app.database.engine.connect() as connection:
        looks = (await connection.execute(select(audit.c.what, audit.c.ticket_id).order_by(audit.c.id))).all()
    assert [tuple(look) for look in looks] == [*(("tickets", n) for n in range(1, 9)), ("ticket", 2)]


async def test_an_identity_number_is_not_passed_on_and_a_receipt_code_is(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    lan = office.of("Lan")
    assert await lan.hear("/hoicanbo CCCD của tôi 092 088 001 234 đúng chưa") == texts_officer.ASK_IDENTITY
    assert "Tôi sẽ gửi đúng câu này" in await lan.hear("đơn 482 915 073 tới đâu rồi")


async def test_an_emergency_in_what_is_passed_on_is_answered_and_passed_on_all_the_same(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa, lan = await office.appoint("Hoa"), office.of("Lan")
    await lan.say("/hoicanbo")
    alarm, review = await lan.say("nhà tôi cháy rồi, ai giúp?")
    assert (alarm.text, alarm.choices) == ("Gọi ngay 114.", ())
    assert "“nhà tôi cháy rồi, ai giúp?”" in review.text
    await lan.say("1")
    await hoa.say("/cauhoi")
    await hoa.say("1")
    assert "Lúc cháy bác gọi 114 nhé." in await hoa.hear("Lúc cháy bác gọi 114 nhé.")
    await hoa.press("Gửi trả lời")
    assert "Lúc cháy bác gọi 114 nhé." in lan.last.text


async def test_a_question_is_not_sent_by_a_word(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await office.of("Lan").say("/hoicanbo bao giờ rà soát")
    for word in ("ừ", "ok", "được"):
        await office.of("Lan").say(word)
    assert await hoa.hear("/cauhoi") == texts_officer.TICKETS_EMPTY
    assert await office.of("Lan").hear("Thôi") == texts_officer.ASK_STOPPED


async def test_where_nobody_takes_questions_nothing_is_promised_or_kept(office: Office) -> None:
    tu = office.of("Tư")
    await tu.say("/hoicanbo bao giờ rà soát")
    await tu.say("phường Mỹ Xuyên")
    assert "chưa có cán bộ nào" in await tu.hear("1")
    hoa = await office.appoint("Hoa")
    assert await hoa.hear("/cauhoi") == texts_officer.TICKETS_EMPTY


async def test_the_unit_is_asked_once_and_kept(office: Office) -> None:
    await office.appoint("Hoa")
    tu = office.of("Tư")
    await tu.say("/hoicanbo bao giờ rà soát")
    await tu.say("phường Mỹ Xuyên")
    await tu.say("1")
    await tu.press("Gửi")
    assert "Tôi sẽ gửi đúng câu này" in await tu.hear("/hoicanbo ai ký quyết định")


async def test_a_question_is_answered_once(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    phu = await office.appoint("Phú", Role.DEPUTY)
    await office.of("Lan").say("/hoicanbo bao giờ rà soát")
    await office.of("Lan").press("Gửi")
    for officer in (hoa, phu):
        await officer.say("/cauhoi")
        await officer.say("1")
        await officer.say(f"Từ ngày 15, {len(officer.seen)}")
    await hoa.press("Gửi trả lời")
    assert [reply.text for reply in await phu.press("Gửi trả lời")] == [texts_officer.TICKET_GONE]
    assert len([sent for sent in office.of("Lan").seen if sent.reply.text.startswith("Cán bộ trả lời")]) == 1


async def test_another_units_officer_does_not_see_the_question(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    gian = await office.appoint("Gian", unit=PHU_LOI.code)
    await office.of("Lan").say("/hoicanbo bao giờ rà soát")
    await office.of("Lan").press("Gửi")
    assert await gian.hear("/cauhoi") == texts_officer.TICKETS_EMPTY
    await hoa.say("/cauhoi")
    assert await gian.hear(f"[{hoa.seen[-1].choice(0)}]") == to_officer(texts.STALE_CHOICE)


async def test_a_very_long_question_and_one_without_words_are_not_taken(office: Office) -> None:
    tu = office.of("Tư")
    await tu.say("/hoicanbo")
    assert await tu.hear("x" * 10_000) == texts_officer.ASK_AGAIN.format(most=1_000)
    assert await tu.hear("(ảnh)") == texts_officer.ASK_WORDS


def test_every_conversation_of_the_office_is_private() -> None:
    assert {flow.name for flow in BOOK.flows if flow.private} >= ABOUT_PERSONS


# What helps an officer on


async def test_help_shows_an_officer_his_own_commands_first(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    heard = await hoa.hear("/help")

    assert all(f"/{command} " in heard for command in texts_officer.COMMAND_SUMMARIES)
    assert heard.index("/choduyet") < heard.index("/dangky")
    assert "/choduyet" not in await office.of("Lan").hear("/help")


def test_the_commands_that_help_shows_an_officer_all_start_something() -> None:
    assert all(BOOK.commanded(command) for command in texts_officer.COMMAND_SUMMARIES)


@pytest.mark.parametrize(
    ("word", "heard"), [("nhận", "Đã nhận đơn"), ("tu choi", "Gõ lý do từ chối"), ("nhan.", "Đã nhận đơn")]
)
async def test_a_choice_of_a_case_may_be_typed(office: Office, word: str, heard: str) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await opened(office)

    assert heard in await office.of("Hoa").hear(word)


@pytest.mark.parametrize("word", ["duyet", "ok", "xu ly", "nhan don"])
async def test_a_word_that_is_no_choice_leaves_the_case_open(office: Office, word: str) -> None:
    await office.register("Lan", LANS, LAN)
    hoa = await office.appoint("Hoa")
    await opened(office)

    await hoa.say(word)

    assert "Nhận" in hoa.labels
    assert "Đã nhận đơn" in "".join(reply.text for reply in await hoa.press("Nhận"))


async def test_a_question_beside_a_case_is_still_answered(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.appoint("Hoa")
    await opened(office)

    assert await office.of("Hoa").hear("ai lo việc này?") == "None: ai lo việc này?"


async def test_the_queue_marks_what_may_be_twice_until_an_officer_says_otherwise(office: Office) -> None:
    await office.register("Lan", LANS, LAN)
    await office.register("Út", LANS_SECOND, LAN_AGAIN)
    await office.register("Bảy", BAYS, BAY)
    hoa = await office.appoint("Hoa")
    await hoa.say("/choduyet")
    assert [label.endswith(texts_officer.LINE_TWIN) for label in hoa.labels[:3]] == [True, True, False]
    assert "Lan" in hoa.labels[0]

    await opened(office)
    await hoa.press(texts_officer.ALIKE.format(code="111 222 333"))
    await hoa.press(texts_officer.KEEP_BOTH)
    await hoa.say("/choduyet")

    assert not any(label.endswith(texts_officer.LINE_TWIN) for label in hoa.labels)


async def test_the_queue_marks_who_has_answered_until_something_is_done(office: Office) -> None:
    await taken(office)
    hoa = office.of("Hoa")
    await hoa.press("Hỏi thêm hộ")
    await hoa.say("Nhà mình có mấy con bò?")
    await hoa.press("Gửi câu hỏi")
    await office.of("Lan").say("/hoso")
    await office.of("Lan").say("Dạ hai con")

    await hoa.say("/choduyet")
    assert texts_officer.REPLIED in hoa.labels[0]

    await opened(office)
    await hoa.press("Đã lập hồ sơ, vào kỳ rà soát")
    await hoa.say("1")
    await hoa.press("Đúng, đã lập hồ sơ")
    await hoa.say("/choduyet")
    assert texts_officer.REPLIED not in hoa.labels[0]


async def test_who_asked_an_officer_finds_the_question_among_the_own_data(office: Office) -> None:
    await office.appoint("Hoa")
    lan = office.of("Lan")
    await office.register("Lan", LANS, LAN)
    await lan.say("/hoicanbo Nhà tôi xin sửa nhà thì gặp ai?")
    await lan.press("Gửi")

    kept = await lan.hear("/dulieu")

    assert "“Nhà tôi xin sửa nhà thì gặp ai?” (chưa có trả lời)" in kept
    assert "sửa nhà thì gặp ai" not in await office.of("Bảy").hear("/dulieu")


async def test_a_decision_may_be_older_than_the_day_on_which_its_paper_was_typed_in(office: Office) -> None:
    hoa = await office.appoint("Hoa")
    await office.register("Hoa", LANS, LAN, on_paper=True)
    await opened(office)
    for label in ("Nhận", "Quay lại đơn", "Đã lập hồ sơ, vào kỳ rà soát"):
        await hoa.press(label)
    await hoa.say("1")
    await hoa.press("Đúng, đã lập hồ sơ")
    await hoa.press("Quay lại đơn")
    await hoa.press("Ghi kết quả")
    await hoa.say("125/QĐ-UBND")
    before = office.clock() - timedelta(days=3)

    assert "125/QĐ-UBND" in await hoa.hear(f"{before:%d/%m/%Y}")
