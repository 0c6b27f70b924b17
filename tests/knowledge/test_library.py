"""
What people ask and what they are told: the same clause however they spell it, from the right place, word for word,
or an honest no.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import build
from bot.settings import Settings
from handlers.messages import Reply
from knowledge import compose, exemplars, pages
from knowledge.answer import Answer, Kind, Question
from knowledge.areas import Areas
from knowledge.eval import gate
from knowledge.library import Library
from knowledge.parse import Plan, PlanError, parse
from knowledge.quoting import TWO_QUOTES
from knowledge.text import key, squash
from tests.knowledge.conftest import Ask, Talk

ONE_PLACE, SEVERAL_PLACES = 1_500, 3_000


def cites(answer: Answer, plan: str, words: str) -> bool:
    """
    Whether an answer's first citation is from this plan and holds these words.
    """
    first = answer.citations[0] if answer.citations else None
    return first is not None and first.document == plan and key(words) in key(first.quote)


def plans_of(answer: Answer) -> list[str]:
    return list(dict.fromkeys(cited.document for cited in answer.citations))


SPELLINGS: Mapping[tuple[str, str, str | None], tuple[str, str, str, str, str, str]] = {
    ("vinh-phuc-2021", "Trước ngày 01 tháng 12 hằng năm", None): (
        "Các sở, ban, ngành của tỉnh Vĩnh Phúc phải báo cáo tình hình phong trào thi đua trước ngày nào hằng năm?",
        "cac so ban nganh cua tinh vinh phuc phai bao cao tinh hinh phong trao thi dua truoc ngay nao hang nam",
        "vĩnh phúc nộp bc pt thi đua trc ngày mấy v ad",
        "vĩnh phuc hạn nôp báo caó phong trào thi đuaa hăng năm là ngày naò",
        "ở vĩnh phúc các sở phải nộp báo cáo phong trào thi đua trước ngày mấy tháng mấy hằng năm",
        "Bên Vĩnh Phúc chừng nào hết hạn nộp báo cáo phong trào hằng năm vậy mấy anh?",
    ),
    ("soc-trang-2021", "Thoát nghèo ổn định từ 03 năm trở lên", "soc-trang"): (
        "Hộ mới thoát nghèo phải thoát nghèo ổn định từ mấy năm trở lên để được xét khen thưởng?",
        "ho moi thoat ngheo phai thoat ngheo on dinh tu may nam tro len de duoc xet khen thuong",
        "nhà mk thoát nghèo r, phải ổn định mấy năm ms đc xét khen v ad",
        "hộ moi thoat nghèoo phải ỏn định mây năm thi đươc xét khenn",
        "thoát nghèo được hai năm rồi thì đã đủ số năm ổn định để xét khen chưa",
        "Nhà tui hết nghèo rồi, phải giữ mấy năm mới được xét khen hả cô?",
    ),
    ("ben-tre-2022", "cuối năm 2021 dưới 5%", "ben-tre"): (
        "Xã có tỷ lệ hộ nghèo cuối năm 2021 là 3,8% phải giảm bao nhiêu mỗi năm để được trình khen thưởng?",
        "xa co ty le ho ngheo cuoi nam 2021 la 3,8% phai giam bao nhieu moi nam de duoc trinh khen thuong",
        "xã cuối 2021 còn 3,8% HN thì mỗi năm giảm bnh ms đc trình khen z",
        "xã có tỷ lê hộ nghéo cuôi năm 2021 la 3,8% thi phải giảm bao nhieu môi năm mơi được trinh khen",
        "xã tôi cuối năm hai không hai mốt còn ba phẩy tám phần trăm hộ nghèo thì mỗi năm giảm bao nhiêu để khen",
        "Xã tui cuối năm 2021 nghèo có 3,8% thôi, mỗi năm phải kéo xuống nhiêu mới được trình khen hén?",
    ),
    ("ben-tre-2022", "cuối năm 2021 từ 5% trở lên", "ben-tre"): (
        "Xã có tỷ lệ hộ nghèo cuối năm 2021 là 7,2% phải giảm bao nhiêu mỗi năm để được trình khen thưởng?",
        "xa co ty le ho ngheo cuoi nam 2021 la 7,2% phai giam bao nhieu moi nam de duoc trinh khen thuong",
        "xã cuối 2021 còn 7,2% HN thì mỗi năm giảm bnh ms đc trình khen z",
        "xã có tỷ lê hộ nghéo cuôi năm 2021 la 7,2% thi phải giảm bao nhieu môi năm mơi được trinh khen",
        "xã tôi cuối năm hai không hai mốt còn bảy phẩy hai phần trăm hộ nghèo thì mỗi năm giảm bao nhiêu để khen",
        "Xã tui cuối năm 2021 nghèo tới 7,2% lận, mỗi năm phải kéo xuống nhiêu mới được trình khen hén?",
    ),
    ("ben-tre-2022", "Cấp huyện phải giảm 20% tổng số hộ nghèo/năm", None): (
        "Ở Bến Tre, cấp huyện phải giảm bao nhiêu phần trăm tổng số hộ nghèo mỗi năm trước khi trình khen thưởng?",
        "o ben tre cap huyen phai giam bao nhieu phan tram tong so ho ngheo moi nam truoc khi trinh khen thuong",
        "bến tre: cấp huyện giảm bnh % HN 1 năm ms đc trình khen z ad",
        "ở bén tre cấp huyên phai giam bao nhieu phần tram hộ nghèoo moi năm trươc khi trinh khen",
        "ở bến tre cấp huyện phải giảm hai mươi phần trăm hộ nghèo một năm mới được trình khen phải không",
        "Dưới Bến Tre cấp huyện phải bớt nhiêu phần trăm hộ nghèo một năm mới được trình khen dzậy?",
    ),
    ("cam-thuy-2018", "bình quân hàng năm từ 4,6%/năm trở lên", "cam-thuy"): (
        "Đến năm 2020 toàn huyện phấn đấu giảm tỷ lệ hộ nghèo bình quân hàng năm bao nhiêu?",
        "den nam 2020 toan huyen phan dau giam ty le ho ngheo binh quan hang nam bao nhieu",
        "toàn huyện mk tới 2020 phấn đấu giảm tỷ lệ HN bình quân 1 năm bnh % v",
        "toan huyên phấn dấu giam tỷ lệ hộ ngheo binh quânn hang năm bao nhiêu đến nam 2020",
        "toàn huyện đến năm hai không hai mươi phấn đấu giảm hộ nghèo bình quân bốn phẩy sáu phần trăm à",
        "Cả huyện mình tới năm 2020 ráng giảm hộ nghèo bình quân mỗi năm mấy phần trăm rứa?",
    ),
    ("cam-thuy-2018", "Thị trấn giảm tỷ lệ hộ nghèo và cận nghèo bình quân từ 1,3%", "cam-thuy"): (
        "Thị trấn phải giảm tỷ lệ hộ nghèo và cận nghèo bình quân bao nhiêu phần trăm một năm?",
        "thi tran phai giam ty le ho ngheo va can ngheo binh quan bao nhieu phan tram mot nam",
        "thị trấn giảm HN vs HCN bnh % 1 năm v ad",
        "thị trânn phải giam ty lệ hộ nghèo va cân ngheo binh quan bao nhiêu phần trăn một nam",
        "thị trấn phải giảm hộ nghèo và cận nghèo một phẩy ba phần trăm một năm có đúng không",
        "Thị trấn thì một năm phải kéo hộ nghèo với cận nghèo xuống mấy phần trăm rứa?",
    ),
    ("dong-nai-2016", "1,5 lần so với cuối năm 2015", "dong-nai"): (
        "Thu nhập bình quân đầu người của hộ nghèo cuối năm 2020 phải tăng lên mấy lần so với cuối năm 2015?",
        "thu nhap binh quan dau nguoi cua ho ngheo cuoi nam 2020 phai tang len may lan so voi cuoi nam 2015",
        "thu nhập bq đầu ng của HN cuối 2020 tăng mấy lần so vs 2015 z",
        "thu nhâp binh quân đâu ngươi hộ ngèo cuôi năm 2020 phải tang mấy lân so voi 2015",
        "thu nhập hộ nghèo cuối năm hai không hai mươi phải tăng một phẩy năm lần so với hai không mười lăm à",
        "Thu nhập hộ nghèo tới cuối năm 2020 phải lên gấp mấy lần hồi 2015 dzậy?",
    ),
    ("soc-trang-2021", "Sử dụng vốn vay Ngân hàng Chính sách xã hội đúng mục đích", "soc-trang"): (
        "Hộ nghèo vay vốn Ngân hàng Chính sách xã hội phải trả lãi, trả gốc như thế nào?",
        "ho ngheo vay von ngan hang chinh sach xa hoi phai tra lai, tra goc nhu the nao",
        "HN vay vốn nhcsxh trả lãi gốc ntn v ad",
        "hộ ngheo vay vônn ngan hàng chính sach xã hôi phai trả lai, trả gôc như thê nao",
        "hộ nghèo vay vốn ngân hàng chính sách thì phải trả lãi trả gốc làm sao",
        "Nhà tui mượn vốn nhà băng chánh sách thì phải trả lời, trả gốc ra răng?",
    ),
    ("vinh-phuc-2021", "giảm tỷ lệ hộ nghèo đa chiều toàn tỉnh xuống dưới 0,5%", None): (
        "Đến năm 2025 tỉnh Vĩnh Phúc phấn đấu giảm tỷ lệ hộ nghèo đa chiều xuống dưới bao nhiêu?",
        "den nam 2025 tinh vinh phuc phan dau giam ty le ho ngheo da chieu xuong duoi bao nhieu",
        "vĩnh phúc tới 2025 tỷ lệ HN đa chiều xuống dưới bnh % z",
        "đên nam 2025 vĩnh phuc phấn đâu giam tỷ lê hộ nghèoo đa chiêu xuông dưới bao nhiêu",
        "vĩnh phúc đến năm hai không hai lăm giảm hộ nghèo đa chiều xuống dưới không phẩy năm phần trăm phải không",
        "Vĩnh Phúc tới năm 2025 kéo hộ nghèo đa chiều xuống dưới mấy phần trăm rứa?",
    ),
}
STYLES = ("formal", "bare", "teencode", "typos", "dictated", "dialect")


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        pytest.param(wanted, text, id=f"{wanted[1][:24]}-{style}")
        for wanted, texts in SPELLINGS.items()
        for style, text in zip(STYLES, texts, strict=True)
    ],
)
def test_six_spellings_of_a_question_lead_to_the_same_clause(
    ask: Ask, wanted: tuple[str, str, str | None], text: str
) -> None:
    plan, words, place = wanted
    answer = ask(text, place)
    assert answer.kind is Kind.ANSWER, answer.text
    assert cites(answer, plan, words), answer.citations


# Which place.


def test_a_named_place_beats_the_profile(ask: Ask) -> None:
    assert plans_of(ask("Ở Cẩm Thủy thị trấn phải giảm bao nhiêu", "vinh-phuc")) == ["cam-thuy-2018"]


@pytest.mark.parametrize(
    ("place", "plan"), [("vinh-phuc", "vinh-phuc-2021"), ("ben-tre", "ben-tre-2022"), ("cam-thuy", "cam-thuy-2018")]
)
def test_the_profile_is_used_where_none_is_named(ask: Ask, place: str, plan: str) -> None:
    assert plans_of(ask("phong trào tổng kết năm nào", place)) == [plan]


def test_an_unknown_profile_is_no_place(ask: Ask) -> None:
    assert ask("hộ nghèo muốn được khen thì phải làm gì", "mặt trăng").kind is Kind.CLARIFY


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("trước ngày 01 tháng 12 ai phải báo cáo", "vinh-phuc-2021"),
        ("thị trấn giảm 1,3% là tính theo năm hả", "cam-thuy-2018"),
        ("kế hoạch số 166 của ai", "vinh-phuc-2021"),
        ("thu nhập bình quân tăng 60% là sao", "cam-thuy-2018"),
    ],
)
def test_without_a_place_what_only_one_plan_says_is_answered(ask: Ask, text: str, plan: str) -> None:
    assert plans_of(ask(text)) == [plan]


@pytest.mark.parametrize(
    "text",
    [
        "hộ nghèo muốn được khen thì phải làm gì",
        "doanh nghiệp phải làm gì để được khen",
        "tiêu chí của cấp xã là gì",
        "ai chủ trì kiểm tra phong trào",
    ],
)
def test_without_a_place_what_several_plans_say_is_asked_back(ask: Ask, library: Library, text: str) -> None:
    answer = ask(text)
    assert answer.kind is Kind.CLARIFY
    assert answer.citations == ()
    assert [(option.label, option.ask, option.place) for option in answer.options] == [
        (place.name, text, place.slug) for place in library.places
    ]


def test_the_choice_of_a_place_asks_the_same_question_there(ask: Ask) -> None:
    answer = ask("hộ nghèo muốn được khen thì phải làm gì")
    for option in answer.options:
        if option.place in {"soc-trang", "vinh-phuc"}:
            chosen = ask(option.ask, option.place, {**answer.context, "chosen_place": True})
            assert plans_of(chosen) == [f"{option.place}-2021"]


@pytest.mark.parametrize("profile", [None, "vinh-phuc"])
@pytest.mark.parametrize(
    "text", ["hạn nộp báo cáo ở Hà Nội là ngày nào", "o ha noi ho ngheo can gi", "kế hoạch của tỉnh Thái Bình nói gì"]
)
def test_a_place_without_a_plan_is_declined_with_the_places_that_have_one(
    ask: Ask, library: Library, text: str, profile: str | None
) -> None:
    answer = ask(text, profile)
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith("Tôi chưa có kế hoạch của ")
    assert all(place.name in answer.text for place in library.places)
    assert [option.place for option in answer.options] == [place.slug for place in library.places]
    assert answer.citations == ()


def test_a_wider_unit_is_not_taken_for_another_place(ask: Ask) -> None:
    answer = ask("ở Vĩnh Long cấp huyện phải giảm bao nhiêu phần trăm hộ nghèo mỗi năm trước khi trình khen")
    assert cites(answer, "ben-tre-2022", "Cấp huyện phải giảm 20%")


# Numbers, lists, a second quote.


@pytest.mark.parametrize(
    ("share", "line"),
    [
        ("3,8 %", "dưới 5%"),
        ("3,8%", "dưới 5%"),
        ("4,99%", "dưới 5%"),
        ("5%", "từ 5% trở lên"),
        ("7,2 %", "từ 5% trở lên"),
        ("mười hai phần trăm", "từ 5% trở lên"),
    ],
)
def test_a_share_chooses_the_right_line_and_the_other_is_not_quoted(ask: Ask, share: str, line: str) -> None:
    answer = ask(f"Xã ở Bến Tre có tỷ lệ hộ nghèo cuối năm 2021 là {share} thì mỗi năm phải giảm bao nhiêu")
    other = {"dưới 5%": "từ 5% trở lên", "từ 5% trở lên": "dưới 5%"}[line]
    assert cites(answer, "ben-tre-2022", f"cuối năm 2021 {line}")
    assert f"cuối năm 2021 {other}" not in answer.text


def test_a_short_list_is_quoted_whole(ask: Ask) -> None:
    answer = ask("có Bằng khen của Thủ tướng Chính phủ không", "vinh-phuc")
    assert all(award in answer.text for award in ("Huân chương Lao động", "Bằng khen của Thủ tướng", "Giấy khen.")), (
        answer.text
    )


def test_a_clear_answer_is_quoted_alone(ask: Ask) -> None:
    assert len(ask("hạn nộp báo cáo phong trào hằng năm là ngày nào", "vinh-phuc").citations) == 1


def test_a_second_quote_is_near_and_short(library: Library, report: gate.Report) -> None:
    second = [
        one
        for one in report.asked
        if len(one.answer.citations) == 2 and len(plans_of(one.answer)) == 1 and one.answer.seen
    ]
    assert second
    for one in second:
        assert sum(len(cited.quote) for cited in one.answer.citations) <= TWO_QUOTES, one.item.id


# Whom a criterion is for.

FOR_WELL_OFF = {
    "soc-trang": "giúp hộ nghèo, hộ cận nghèo thoát nghèo bền vững (tạo việc làm",
    "cam-thuy": "Đối với gia đình không phải",
}


@pytest.mark.parametrize("place", FOR_WELL_OFF)
@pytest.mark.parametrize(
    "text",
    [
        "hộ nghèo được khen cần làm gì",
        "ho ngheo muon duoc khen thi can gi",
        "nhà tôi nghèo muốn được khen thì phải làm gì",
        "hộ cận nghèo muốn được khen cần gì",
        "nhà tôi nghèo giúp hộ khác có được khen không",
        "hộ nghèo tạo việc làm, hỗ trợ vốn, giống có được khen không",
    ],
)
def test_a_poor_household_is_not_given_what_is_for_others(ask: Ask, text: str, place: str) -> None:
    assert FOR_WELL_OFF[place] not in ask(text, place).text


@pytest.mark.parametrize("place", FOR_WELL_OFF)
@pytest.mark.parametrize(
    "text", ["hộ không nghèo được khen cần gì", "nhà khá giả được khen cần gì", "hộ giàu muốn được khen"]
)
def test_a_household_that_is_not_poor_is_not_given_what_is_for_the_poor(ask: Ask, text: str, place: str) -> None:
    answer = ask(text, place)
    assert FOR_WELL_OFF[place] in answer.text
    assert "tự nguyện đăng ký thoát nghèo" not in answer.text


def test_who_asks_about_helping_the_poor_need_not_be_poor(ask: Ask) -> None:
    answer = ask(
        "gia đình giúp đỡ hộ nghèo thoát nghèo, tạo việc làm, hỗ trợ vốn thì có được khen không", "soc-trang"
    )
    assert FOR_WELL_OFF["soc-trang"] in answer.text


# Comparisons.


def test_two_places_stand_side_by_side(ask: Ask) -> None:
    answer = ask("BT với VP tổng kết phong trào năm nào")
    assert plans_of(answer) == ["ben-tre-2022", "vinh-phuc-2021"]
    assert answer.text.index("Tỉnh Bến Tre:") < answer.text.index("Tỉnh Vĩnh Phúc:")
    assert answer.text.count("Nguồn:") == 2


def test_beside_an_answer_a_place_that_does_not_say_it_is_named(ask: Ask) -> None:
    answer = ask("so sánh hạn báo cáo hằng năm của Vĩnh Phúc và Bến Tre")
    assert cites(answer, "vinh-phuc-2021", "Trước ngày 01 tháng 12")
    assert plans_of(answer) == ["vinh-phuc-2021"]
    assert "Tỉnh Bến Tre: tôi không thấy kế hoạch nói về việc này." in answer.text


def test_a_persons_own_place_stands_beside_a_named_one(ask: Ask) -> None:
    answer = ask("tỉnh mình với Bến Tre tổng kết phong trào năm nào", "vinh-phuc")
    assert plans_of(answer) == ["vinh-phuc-2021", "ben-tre-2022"]


# The whole section.


def test_the_whole_section_can_be_paged_through_to_its_end(ask: Ask, plans: Mapping[str, Plan]) -> None:
    answer = ask("cấp xã sử dụng nguồn kinh phí hỗ trợ phải thế nào", "vinh-phuc")
    option = next(option for option in answer.options if option.label == compose.WHOLE_LIST)
    shown, turned = list[str](), 0
    ways_on = [option.ask]
    while ways_on:
        page = ask(ways_on[0], "vinh-phuc", answer.context)
        turned += 1
        assert page.kind is Kind.ANSWER
        assert len(page.text) <= ONE_PLACE
        assert page.context == answer.context
        shown += [cited.quote for cited in page.citations]
        ways_on = [option.ask for option in page.options if option.label == pages.NEXT_PAGE]
    assert turned > 1
    assert shown == [clause.text for clause in plans["vinh-phuc-2021"].clauses if clause.path.startswith("III.1.c.")]


# An honest no.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "tiền thưởng kèm giấy khen là bao nhiêu",
            "Kế hoạch của thành phố Sóc Trăng (2021–2025) không nêu số tiền thưởng",
        ),
        (
            "hạn chót nộp báo cáo là ngày mấy",
            "Kế hoạch của thành phố Sóc Trăng (2021–2025) không nêu ngày cụ thể phải nộp báo cáo.",
        ),
    ],
)
def test_what_the_plan_does_not_say_is_said_to_be_missing(ask: Ask, text: str, words: str) -> None:
    answer = ask(text, "soc-trang")
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith(words)
    assert compose.ASK_OFFICER in answer.text


def test_what_nobody_can_make_sense_of_is_not_found(ask: Ask) -> None:
    answer = ask("xyzqw blockchain kubernetes", "soc-trang")
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith(
        "Tôi tìm trong kế hoạch của thành phố Sóc Trăng (2021–2025) nhưng không thấy chỗ nào nói về việc này."
    )
    assert answer.options == ()


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "hjkl zxcv bnm", "con mèo trèo cây cau", "sdjfh skdjfh"])
@pytest.mark.parametrize("place", [None, "soc-trang", "dong-nai"])
def test_gibberish_gets_a_no_without_neighbours(ask: Ask, text: str, place: str | None) -> None:
    answer = ask(text, place)
    assert answer.kind is Kind.DECLINE
    assert compose.ASK_OFFICER in answer.text
    assert answer.options == ()


def test_a_no_near_a_subject_of_the_plan_still_offers_it(ask: Ask) -> None:
    assert ask("huyện nào của Bến Tre đang dẫn đầu giảm nghèo").options


def test_without_a_place_what_no_plan_says_is_said_of_all(ask: Ask) -> None:
    answer = ask("kế hoạch nói gì về lãi suất cho vay")
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith("Cả năm kế hoạch đều không nêu lãi suất cho vay.")


def test_without_a_place_what_some_plan_does_say_is_asked_back(ask: Ask) -> None:
    assert ask("tiền thưởng kèm giấy khen là bao nhiêu").kind is Kind.CLARIFY
    assert cites(ask("mức thưởng theo quy định nào", "cam-thuy"), "cam-thuy-2018", "Mức thưởng")


@pytest.mark.parametrize(
    "text", ["giá vàng hôm nay bao nhiêu", "ngày mai trời có mưa không", "kết quả xổ số hôm nay", "cách nấu phở bò"]
)
def test_another_subject_gets_a_short_no(ask: Ask, text: str) -> None:
    answer = ask(text, "soc-trang")
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith(compose.OFF_TOPIC)
    assert answer.citations == ()


@pytest.mark.parametrize("place", [None, "soc-trang"])
@pytest.mark.parametrize(
    "text",
    [
        "cứu với, ba tôi ngất xỉu rồi",
        "cap cuu ba toi ngat xiu",
        "mẹ tôi đột quỵ",
        "bà ngoại tai biến rồi làm sao",
        "có người tai nạn giao thông máu chảy nhiều lắm",
        "vợ em sắp sinh rồi",
        "ran can con toi",
        "nhà tôi cháy rồi",
        "tui muốn chết quá",
        "nghèo quá chỉ muốn chết",
        "toi khong muon song nua",
    ],
)
def test_an_emergency_gets_the_number_to_call(ask: Ask, text: str, place: str | None) -> None:
    answer = ask(text, place)
    assert answer.kind is Kind.DECLINE
    assert "115" in answer.text
    assert answer.options == ()


def test_an_emergency_in_the_middle_of_a_talk_is_heard(talk: Talk) -> None:
    *_, answer = talk("hộ nghèo được khen cần gì", "ba tôi ngất xỉu rồi", place="vinh-phuc")
    assert "115" in answer.text


@pytest.mark.parametrize("text", ["xin chào", "chào ad", "cảm ơn nhiều nhé", "tks", "tạm biệt", "bạn là ai", "ok"])
def test_small_talk_gets_a_human_line(ask: Ask, text: str) -> None:
    answer = ask(text)
    assert answer.kind is Kind.SMALLTALK
    assert answer.citations == ()


# One question after another.


def test_an_introduction_is_no_question_and_its_place_is_remembered(talk: Talk) -> None:
    hello, answer, other, again = talk(
        "tôi là trưởng thôn ở Bến Tre",
        "cấp huyện phải giảm bao nhiêu phần trăm hộ nghèo mỗi năm trước khi trình khen",
        "ở Cẩm Thủy thị trấn phải giảm hộ nghèo và cận nghèo bao nhiêu phần trăm một năm",
        "doanh nghiệp, hộ giàu, hộ khá được vận động thi đua giúp đỡ những ai vậy",
    )
    assert hello.kind is Kind.SMALLTALK
    assert "tỉnh Bến Tre" in hello.text
    assert cites(answer, "ben-tre-2022", "Cấp huyện phải giảm 20%")
    assert plans_of(other) == ["cam-thuy-2018"]
    assert plans_of(again) == ["ben-tre-2022"]


@pytest.mark.parametrize("then", ["còn Bến Tre?", "Bến Tre thì sao", "thế ở Bến Tre?", "con ben tre"])
def test_a_deadline_does_not_travel_to_another_place(talk: Talk, then: str) -> None:
    first, second = talk("ở Vĩnh Phúc hạn nộp báo cáo phong trào là ngày nào", then)
    assert cites(first, "vinh-phuc-2021", "Trước ngày 01 tháng 12")
    assert second.kind is Kind.DECLINE
    assert "01 tháng 12" not in second.text
    assert second.text.startswith("Kế hoạch của tỉnh Bến Tre (2021–2025) không nêu ngày cụ thể phải nộp báo cáo.")


def test_a_follow_up_names_another_place(talk: Talk) -> None:
    first, second = talk("ở Vĩnh Phúc phong trào tổng kết năm nào", "còn Bến Tre?")
    assert cites(first, "vinh-phuc-2021", "tổng kết Phong trào")
    assert cites(second, "ben-tre-2022", "tổng kết PTTĐ vào năm 2025")


def test_a_follow_up_names_another_group(talk: Talk) -> None:
    first, second = talk("hộ nghèo được khen cần gì", "còn doanh nghiệp thì sao", place="vinh-phuc")
    assert cites(first, "vinh-phuc-2021", "tự nguyện đăng ký thoát nghèo")
    assert cites(second, "vinh-phuc-2021", "Có những đóng góp cụ thể, thiết thực")


def test_a_follow_up_names_another_number(talk: Talk) -> None:
    first, second = talk(
        "xã cuối 2021 còn 3,8% hộ nghèo thì mỗi năm phải giảm bao nhiêu để trình khen",
        "còn 7,2 % thì sao",
        place="ben-tre",
    )
    assert cites(first, "ben-tre-2022", "cuối năm 2021 dưới 5%")
    assert cites(second, "ben-tre-2022", "cuối năm 2021 từ 5% trở lên")


def test_where_to_send_it_leans_on_what_is_sent(talk: Talk) -> None:
    _, where, thanks = talk("hạn báo cáo là ngày nào", "gửi về đâu", "cảm ơn", place="vinh-phuc")
    assert cites(where, "vinh-phuc-2021", "về Sở Nội vụ")
    assert thanks.kind is Kind.SMALLTALK


@pytest.mark.parametrize(
    "said",
    ["ừ", "ok", "hmm", "rồi sao", "cái gì", "là sao", "asdf", "còn nữa không", "u", "gì vậy", "0 hiu", "vậy hả"],
)
def test_a_word_that_says_nothing_does_not_bring_the_last_quote_again(talk: Talk, said: str) -> None:
    first, answer, again = talk("hạn báo cáo là ngày nào", said, "hạn báo cáo là ngày nào", place="vinh-phuc")
    assert answer.citations == ()
    assert again.citations == first.citations


def test_who_says_nothing_is_asked_what_is_meant_with_ways_on(talk: Talk) -> None:
    first, answer = talk("hạn báo cáo là ngày nào", "cái gì", place="vinh-phuc")
    assert (answer.kind, answer.text) == (Kind.CLARIFY, compose.UNCLEAR)
    assert compose.WHOLE_LIST in [option.label for option in answer.options]
    assert answer.context == first.context


def test_a_talk_goes_on_after_thanks_and_another_subject(talk: Talk) -> None:
    *_, answer = talk(
        "hạn báo cáo là ngày nào", "cảm ơn", "giá vàng hôm nay bao nhiêu", "gửi về đâu", place="vinh-phuc"
    )
    assert plans_of(answer) == ["vinh-phuc-2021"]


def test_a_context_of_other_days_or_plans_does_no_harm(ask: Ask) -> None:
    stale = {"unit": "gone-1999/I.1", "places": ["gone"], "recent": ["gone"], "told": "gone", "before": "hạn báo cáo"}
    assert plans_of(ask("hạn nộp báo cáo phong trào là ngày nào", "vinh-phuc", stale)) == ["vinh-phuc-2021"]


# Over all gold questions.


def test_every_context_is_json(report: gate.Report) -> None:
    for one in report.asked:
        assert json.loads(json.dumps(one.answer.context)) == one.answer.context


def test_every_answer_can_be_read_on_a_phone(report: gate.Report) -> None:
    for one in report.asked:
        compared = not one.answer.seen and one.answer.kind is Kind.ANSWER
        assert len(one.answer.text) <= (SEVERAL_PLACES if compared else ONE_PLACE), one.item.id


def test_every_citation_is_verbatim_and_shown_word_for_word(library: Library, report: gate.Report) -> None:
    for one in report.asked:
        shown = squash(one.answer.text)
        for cited in one.answer.citations:
            assert library.holds(cited.document, cited.quote), one.item.id
            assert squash(cited.quote) in shown, one.item.id


def test_only_answers_cite_and_every_answer_does(report: gate.Report) -> None:
    for one in report.asked:
        assert bool(one.answer.citations) == (one.answer.kind is Kind.ANSWER), one.item.id


def test_every_quote_has_its_source_with_the_period(report: gate.Report) -> None:
    for one in report.asked:
        if one.answer.kind is Kind.ANSWER:
            assert one.answer.text.count("Nguồn: ") == len(plans_of(one.answer)), one.item.id
            assert "(đã hết giai đoạn)" in one.answer.text, one.item.id


def test_every_way_on_is_a_question_or_a_page(report: gate.Report) -> None:
    for one in report.asked:
        assert all(option.label and option.ask for option in one.answer.options), one.item.id


# What people look it up by.


def test_the_source_line_names_document_address_and_period(ask: Ask) -> None:
    answer = ask("hạn nộp báo cáo phong trào là ngày nào", "vinh-phuc")
    assert (
        "Nguồn: Kế hoạch 166/KH-UBND ngày 29/6/2022 của UBND tỉnh Vĩnh Phúc, mục V.4. "
        "Giai đoạn 2021–2025 (đã hết giai đoạn)."
    ) in answer.text
    assert answer.text.startswith("Kế hoạch của tỉnh Vĩnh Phúc ghi:\n\nV. TỔ CHỨC THỰC HIỆN\n\n“Trước ngày")


def test_inside_its_period_a_plan_is_not_over(ask: Ask) -> None:
    answer = ask("hạn nộp báo cáo phong trào là ngày nào", "vinh-phuc", today=date(2024, 3, 1))
    assert "Giai đoạn 2021–2025." in answer.text
    assert "đã hết giai đoạn" not in answer.text


def test_officers_see_why_in_plain_words(library: Library, talk: Talk) -> None:
    (answer,) = talk("han bao cao la ngay nao", place="vinh-phuc")
    told = library.explain(json.loads(json.dumps(answer.evidence)), gate.TODAY)
    assert "Câu hỏi: “han bao cao la ngay nao”" in told
    assert "Nơi: tỉnh Vĩnh Phúc" in told
    assert "Đã trích: Kế hoạch 166/KH-UBND ngày 29/6/2022 của UBND tỉnh Vĩnh Phúc, mục V.4" in told
    assert "Vì sao chỗ này" in told
    assert "Gần đó nhưng không chọn" in told
    assert "Từ đó đến nay" in told
    assert not re.search(r"vinh-phuc|\d\.\d\d|answer|V\.4#", told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("so sánh tổng kết ở Vĩnh Phúc và Bến Tre", "Báo Đồng Khởi, mục 2.4"),
        ("giá vàng hôm nay bao nhiêu", "Không trích gì"),
        ("xin chào", "không lấy từ kế hoạch"),
        ("nhà tôi đang cháy", "chuyện nguy cấp"),
        ("muc:vinh-phuc-2021/V[V.1]:1", "mục V.1 (V. TỔ CHỨC THỰC HIỆN)"),
    ],
)
def test_every_kind_of_answer_can_be_explained(library: Library, ask: Ask, text: str, words: str) -> None:
    assert words in library.explain(ask(text, "vinh-phuc").evidence, gate.TODAY)


def test_an_explanation_of_clauses_that_are_gone_says_what_is_left(library: Library) -> None:
    assert library.explain({"asked": "hạn nộp", "cited": [["gone-1999", "I.1"]]}, gate.TODAY)


# A changed byte.


def test_a_changed_quote_is_not_held(library: Library, plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        quote = max((clause.text for clause in plan.clauses), key=len)
        assert library.holds(plan.id, quote)
        assert not library.holds(plan.id, quote.replace("a", "á", 1))
        assert not library.holds(plan.id, quote + "x")
        assert not library.holds("another-plan", quote)
        assert not library.holds(plan.id, "")


def test_the_words_of_one_plan_are_not_held_by_another(library: Library) -> None:
    assert not library.holds("ben-tre-2022", "Trước ngày 01 tháng 12 hằng năm")


@pytest.fixture
def altered(library: Library) -> Library:
    """
    The library with one figure changed in Vĩnh Phúc's text after it was loaded.
    """
    other = copy.copy(library)
    sources = dict(library._sources)
    sources["vinh-phuc-2021"] = sources["vinh-phuc-2021"].replace("Trướcngày01tháng12", "Trướcngày31tháng12")
    assert sources != library._sources
    other._sources = sources
    return other


def test_a_plan_changed_after_loading_is_not_quoted(altered: Library) -> None:
    with pytest.raises(AssertionError, match=r"vinh-phuc-2021 V\.4 is not verbatim"):
        altered.answer(Question("hạn nộp báo cáo phong trào là ngày nào", gate.TODAY, "vinh-phuc"))


async def test_the_courier_sends_no_quote_with_a_changed_byte(
    library: Library, altered: Library, tmp_path: Path
) -> None:
    answer = library.answer(Question("hạn nộp báo cáo phong trào là ngày nào", gate.TODAY, "vinh-phuc"))
    reply = Reply(answer.text, quotes=tuple((cited.document, cited.quote) for cited in answer.citations))
    wrong_text = replace(reply, text=reply.text.replace("01 tháng 12", "31 tháng 12"))
    wrong_quote = replace(reply, quotes=tuple((plan, quote.replace("01", "31")) for plan, quote in reply.quotes))
    own = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'ct.db'}")  # type: ignore[call-arg]
    app, other = (
        build(own, lambda: datetime(2026, 11, 24, tzinfo=UTC), one, Areas.load(), ()) for one in (library, altered)
    )
    assert app.courier._verify(reply)
    assert not app.courier._verify(wrong_text)
    assert not app.courier._verify(wrong_quote)
    assert not other.courier._verify(reply)
    await app.database.close()
    await other.database.close()


# Anything at all.

HOSTILE = {
    "long": "a" * 10_000,
    "long words": "hộ nghèo " * 1_250,
    "long and glued": "nghèo" * 2_000,
    "long letters": "a b c d e f g h i k " * 500,
    "sql": "'; DROP TABLE outbox; --",
    "select": "SELECT * FROM plans WHERE 1=1",
    "script": "<script>alert(1)</script>",
    "html": "<b onclick='x()'>hộ</b>",
    "template": "{{7*7}}",
    "format": "%s%s%n {0} ${x}",
    "path": "../../etc/passwd",
    "control": "\x00\x01\x02\x1b[31m",
    "nul": "\x00",
    "emoji": "😀👍🇻🇳" * 50,
    "english": "What is the weather in Paris today?",
    "french": "bonjour le monde",
    "chinese": "你好,请问天气怎么样",
    "russian": "Здравствуйте, как дела",
    "arabic": "مرحبا كيف حالك",
    "digits": "1234567890",
    "a figure": "7 7",
    "a share": "100%",
    "a year": "2025",
    "zero width": "\u200b\u200c\u200d",
    "bidirectional": "\u202e\u202d",
    "surrogate": "\ud800",
    "empty": "",
    "blank": " \n\t ",
    "marks": "?!... %%% ///",
    "full width": "ＡＢＣ",
    "ligatures": "ﷺﬁ" * 100,
    "dotted": "1.1.1.1/" * 1_200,
}


@pytest.mark.parametrize("place", [None, "vinh-phuc"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_never_answered_from_a_plan(ask: Ask, text: str, place: str | None) -> None:
    answer = ask(text, place)
    assert answer.citations == () or text == HOSTILE["long words"]
    assert answer.text


def test_words_among_control_characters_are_still_heard(ask: Ask) -> None:
    answer = ask("hạn\x00nộp\u200b báo\tcáo\u202e phong trào là ngày nào", "vinh-phuc")
    assert cites(answer, "vinh-phuc-2021", "Trước ngày 01 tháng 12")


PIECES = "hộ nghèo bến tre còn 3,8% 2025 khi nào k dk hn ST BT: thì sao ở Hà Nội muc: %% / ; “ tôi là"
WORDS = st.lists(st.sampled_from(PIECES.split()), max_size=14).map(" ".join)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.text(max_size=200), WORDS),
    place=st.sampled_from([None, "ben-tre", "vinh-phuc", "?"]),
    before=WORDS,
)
def test_any_text_gets_one_of_the_four_kinds(library: Library, text: str, place: str | None, before: str) -> None:
    first = library.answer(Question(before, gate.TODAY, place))
    answer = library.answer(Question(text, gate.TODAY, place, json.loads(json.dumps(first.context))))
    assert answer.kind in set(Kind)
    assert answer.text
    assert bool(answer.citations) == (answer.kind is Kind.ANSWER)
    json.dumps(answer.context)


# A plan that nobody annotated.

SMALL = """ỦY BAN NHÂN DÂN
XÃ TÂN HÒA

KẾ HOẠCH

Tổ chức phong trào thi đua “Vì người nghèo - Không để ai bị bỏ lại phía sau” giai đoạn 2026 - 2030

Ủy ban nhân dân xã Tân Hòa ban hành Kế hoạch như sau:

I. TIÊU CHÍ THI ĐUA

1. Đối với hộ nghèo

- Tự nguyện đăng ký thoát nghèo và chủ động vươn lên.

- Sử dụng vốn vay Ngân hàng Chính sách xã hội đúng mục đích, trả lãi, trả gốc đúng hạn.

2. Đối với doanh nghiệp

- Có những đóng góp cụ thể, thiết thực trong công tác giảm nghèo.

II. TỔ CHỨC THỰC HIỆN

1. Trước ngày 15 tháng 11 hằng năm, các thôn báo cáo kết quả về Ủy ban nhân dân xã.
"""


@pytest.fixture(scope="module")
def grown(plans: Mapping[str, Plan]) -> Library:
    """
    The other four plans, a small new one, and Vĩnh Phúc's text under another name without the questions about it.
    """
    renamed = plans["vinh-phuc-2021"].source.replace("Vĩnh Phúc", "Hòa Sơn").replace("VĨNH PHÚC", "HÒA SƠN")
    others = [plan for plan in plans.values() if plan.id != "vinh-phuc-2021"]
    known = exemplars.load()
    known = replace(known, kinds=tuple(kind for kind in known.kinds if kind.plan != "vinh-phuc-2021"))
    return Library([*others, parse("hoa-son-2021", renamed), parse("tan-hoa-2030", SMALL)], known)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nhà em vay NHCSXH thì trả lãi gốc ntn", "Sử dụng vốn vay của Ngân hàng Chính sách xã hội đúng mục đích"),
        ("hộ nghèo được khen cần gì", "tự nguyện đăng ký thoát nghèo"),
        ("cán bộ giảm nghèo cần có sáng kiến gì", "có sáng kiến trong việc xây dựng"),
        ("đài báo tuyên truyền do sở nào lo", "Sở Thông tin và Truyền thông phối hợp"),
    ],
)
def test_a_plan_that_nobody_annotated_is_answered_from(grown: Library, text: str, words: str) -> None:
    answer = grown.answer(Question(text, gate.TODAY, "hoa-son"))
    assert cites(answer, "hoa-son-2021", words), answer.text


def test_a_small_new_plan_is_understood_by_what_is_asked_of_similar_clauses(grown: Library) -> None:
    answer = grown.answer(Question("nhà em vay NHCSXH thì trả lãi gốc ntn", gate.TODAY, "tan-hoa"))
    assert cites(answer, "tan-hoa-2030", "Sử dụng vốn vay Ngân hàng Chính sách xã hội đúng mục đích")
    assert "Giai đoạn 2026–2030." in answer.text


def test_a_new_plans_place_is_known_by_its_name(grown: Library) -> None:
    for text, slug in [("ở Tân Hòa", "tan-hoa"), ("tỉnh hoa son", "hoa-son")]:
        where = grown.whereabouts(text)
        assert where is not None
        assert where.place is not None
        assert where.place.slug == slug
    elsewhere = grown.whereabouts("Vĩnh Phúc")
    assert elsewhere is None or elsewhere.place is None


def test_a_corrupt_file_of_questions_stops_the_library(tmp_path: Path) -> None:
    (tmp_path / "gaps.toml").write_text("[[gap]\n", "utf-8")
    with pytest.raises(PlanError, match=r"gaps\.toml"):
        exemplars.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "place", "words", "other"),
    [
        ("thị trấn phải giảm 10% mỗi năm đúng không", "cam-thuy", "1,3%", True),
        ("thị trấn phải giảm 1,3% mỗi năm đúng không", "cam-thuy", "1,3%", False),
        ("nghe nói báo cáo trước 15/11 đúng không", "vinh-phuc", "Trước ngày 01 tháng 12", True),
        ("tổng kết năm 2030 phải không", "vinh-phuc", "2025", True),
    ],
)
def test_a_figure_that_people_heard_is_put_beside_the_one_that_the_plan_states(
    library: Library, text: str, place: str, words: str, other: bool
) -> None:
    answer = library.answer(Question(text, date(2026, 11, 24), place))
    assert words in answer.text
    assert answer.text.startswith(compose.OTHERWISE) is other


def test_a_year_that_the_plan_neither_spans_nor_writes_is_not_answered(library: Library) -> None:
    answer = library.answer(Question("mục tiêu hộ nghèo của tỉnh đến năm 2030", date(2026, 11, 24), "vinh-phuc"))
    assert answer.kind is Kind.DECLINE


@pytest.mark.parametrize("asked", ["tieu chi", "tiêu chuẩn", "tieu chi thi dua", "Tiêu chí thi đua?"])
def test_criteria_of_nobody_in_particular_are_asked_back(ask: Ask, asked: str) -> None:
    answer = ask(asked, "soc-trang")

    assert (answer.kind, answer.citations) == (Kind.CLARIFY, ())
    assert answer.text == compose.WHICH_GROUP.format(place="thành phố Sóc Trăng")
    assert "Hộ nghèo được khen cần đạt những gì?" in [option.label for option in answer.options]


def test_criteria_of_somebody_are_not_asked_back(ask: Ask) -> None:
    assert ask("tieu chi thi dua cua ho ngheo", "soc-trang").kind is Kind.ANSWER


@pytest.mark.parametrize(
    "asked", ["ở huế thì sao", "Huế có không", "con quang ninh thi sao", "quang ninh co ke hoach khong"]
)
def test_a_place_that_is_not_held_is_said_to_be_so(ask: Ask, asked: str) -> None:
    answer = ask(asked)

    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith("Tôi chưa có kế hoạch của")


def test_a_document_that_only_one_plan_names_tells_the_place(ask: Ask) -> None:
    assert ask("kế hoạch 12560 về chương trình gì vậy").context["places"] == ["dong-nai"]


@pytest.mark.parametrize("place", ["cam-thuy", "vinh-phuc", "dong-nai"])
def test_a_question_that_was_written_for_a_clause_is_answered_however_short(ask: Ask, place: str) -> None:
    assert ask("giam ngheo may phan tram", place).kind is Kind.ANSWER


@pytest.mark.parametrize(
    ("asked", "place", "words"),
    [
        ("xã cần gì", "vinh-phuc", "ưu tiên hỗ trợ cho các thôn, khu khó khăn trên địa bàn"),
        ("thon lam gi", "vinh-phuc", "Thôn, khu dân cư, cộng đồng thi đua đoàn kết"),
        ("hộ nghèo được gì", "vinh-phuc", "được thụ hưởng các chính sách về y tế, giáo dục"),
        ("nhà nước cho gì", "vinh-phuc", "được thụ hưởng các chính sách về y tế, giáo dục"),
        ("khen gì", "vinh-phuc", "Huân chương Lao động"),
        ("ai ký", "cam-thuy", "Trần Đức Hùng"),
        ("người khuyết tật", "cam-thuy", "tăng 18% so với năm thoát nghèo"),
        ("thoat ngheo may nam", "soc-trang", "Thoát nghèo ổn định từ 03 năm trở lên"),
        ("sửa nhà", "dong-nai", "chương trình hỗ trợ nhà tình thương"),
        ("xã tôi 7%", "ben-tre", "từ 5% trở lên"),
    ],
)
def test_two_words_lead_to_the_clause(ask: Ask, asked: str, place: str, words: str) -> None:
    answer = ask(asked, place)

    assert answer.kind is Kind.ANSWER
    assert words in answer.text


@pytest.mark.parametrize("asked", ["bộ đội", "kiểm tra mấy lần", "ho ngheo dc j"])
def test_few_words_are_not_told_what_they_did_not_ask(ask: Ask, asked: str) -> None:
    answer = ask(asked, "vinh-phuc")

    assert answer.kind is not Kind.DECLINE
    assert answer.options


@pytest.mark.parametrize("asked", ["học phí", "ly hôn"])
def test_few_words_about_what_no_clause_resembles_are_still_declined(ask: Ask, asked: str) -> None:
    assert ask(asked, "soc-trang").kind is Kind.DECLINE


def test_a_question_word_alone_leans_on_the_last_question(talk: Talk) -> None:
    alone, _, second = talk("khi nào", "sở nào phải nộp báo cáo", "khi nào", place="vinh-phuc")

    assert alone.kind is Kind.CLARIFY
    assert cites(second, "vinh-phuc-2021", "Trước ngày 01 tháng 12 hằng năm")


@pytest.mark.parametrize(
    "asked", ["mục V.4", "muc v.4", "khoản 4 mục V", "cho tôi xem mục V khoản 4 của kế hoạch Vĩnh Phúc"]
)
def test_the_address_that_an_answer_shows_can_be_asked_for(ask: Ask, asked: str) -> None:
    answer = ask(asked, "vinh-phuc")

    assert [(cite.path, cite.quote[:17]) for cite in answer.citations] == [("V.4", "Trước ngày 01 thá")]


def test_an_address_that_is_not_there_is_not_replaced_by_its_neighbour(ask: Ask) -> None:
    assert ask("mục IX.3", "vinh-phuc").text == compose.NO_SUCH_SECTION


def test_a_list_is_known_by_the_heading_that_says_nothing_else(ask: Ask) -> None:
    assert {cite.path for cite in ask("có những kiểu khen nào", "soc-trang").citations} == {"IV.2"}


@pytest.mark.parametrize("asked", ["con tui bi danh", "con tôi bị bạn đánh ở trường"])
def test_a_beaten_child_is_heard_without_diacritics(ask: Ask, asked: str) -> None:
    assert ask(asked).urgent


@pytest.mark.parametrize("asked", ["xã tôi bị đánh giá kém", "con tôi bị đánh giá thấp", "con tôi bị đánh rớt"])
def test_a_bad_mark_is_no_emergency(ask: Ask, asked: str) -> None:
    assert not ask(asked).urgent
