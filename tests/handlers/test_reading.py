"""
What people type in answer to a question of the form, in the spellings that they use.
"""

from __future__ import annotations

from datetime import date

import pytest

from handlers.flows import reading
from handlers.flows.wish import own_matter, wish_of
from handlers.tools import LibraryTools
from knowledge.areas import Areas
from knowledge.eval import gold
from knowledge.library import Library
from tests.fakes import NOW, EmptyDesk

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan"),
        ("nguyen thi lan", "Nguyen Thi Lan"),
        ("NGUYỄN THỊ LAN", "Nguyễn Thị Lan"),
        ("dạ em tên nguyễn thị lan ạ", "Nguyễn Thị Lan"),
        ("tôi là Trần Văn Bảy.", "Trần Văn Bảy"),
        ("chủ hộ: Hồ Thị Kỷ", "Hồ Thị Kỷ"),
        ("ông Lê Văn Tám", "Lê Văn Tám"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Bùi Văn Được", "Bùi Văn Được"),
        ("Phạm Thị Hồng", "Phạm Thị Hồng"),
        ("Đồng Thị Ý", "Đồng Thị Ý"),
        ("Châu Minh", "Châu Minh"),
        ("vo em", "Vo Em"),
        ("Lan", None),
        ("dong y", None),
        ("dạ đồng ý ạ", None),
        ("cam on", None),
        ("rut don", None),
        ("goi dien", None),
        ("ca hai", None),
        ("chong toi", None),
        ("ba noi chau", None),
        ("ok gửi đi", None),
        ("số má nhiều vậy", None),
        ("Lan 2", None),
        ("🙏", None),
        ("Nguyễn Thị Lan, sinh năm 1963", None),
    ],
)
def test_a_name_is_kept_as_typed_but_tidied(typed: str, name: str | None) -> None:
    assert reading.name_in(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "pham thi hong",
        "Phạm Thị Hồng",
        "tran minh hong",
        "thach hong",
        "vo hong",
        "Phan Hồng",
        "dạ em tên lê thị hồng ạ",
        "tran chi khai",
        "le mai lam",
    ],
)
def test_a_name_is_no_question_and_puts_nothing_off(typed: str) -> None:
    assert not reading.looks_like_question(typed)
    assert not reading.puts_off(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "ho ngheo duoc hong",
        "vo chong vay von duoc hong",
        "co mat tien hong",
        "dang ky roi co bo duoc hong",
        "le phi bao nhieu",
        "pham vi o dau",
        "le phi co khong",
    ],
)
def test_a_southern_question_stays_a_question(typed: str) -> None:
    assert reading.looks_like_question(typed)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("0912 345 678 nha", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("+84 (0) 912 345 678", "0912345678"),
        ("O912345678", "0912345678"),
        ("số của con tôi 0387-654-321", "0387654321"),
        ("không chín một hai ba bốn năm sáu bảy tám", "0912345678"),
        ("khong chin mot hai, ba bon nam, sau bay tam", "0912345678"),
        ("02993 822 333 của ủy ban", "02993822333"),
        ("0299 3822 333", "02993822333"),
        ("091234567", None),
        ("0112345678", None),
        ("012345678901", None),
        ("không có", None),
    ],
)
def test_a_telephone_is_understood_however_it_is_spelled(typed: str, phone: str | None) -> None:
    assert reading.phone_in(typed) == phone


@pytest.mark.parametrize(
    ("typed", "members"),
    [
        ("4", (4, None)),
        ("nhà 4 người 2 lao động", (4, 2)),
        ("nha co 5 khau, 3 nguoi di lam", (5, 3)),
        ("5 người, 2 vợ chồng đi làm", (5, 2)),
        ("4 2", (4, 2)),
        ("bốn người", (4, None)),
        ("hai vợ chồng", (2, None)),
        ("chi co vo chong gia", (2, None)),
        ("tôi ở một mình", None),
        ("một mình", (1, None)),
        ("vợ chồng và 3 đứa con", None),
        ("nam nguoi", (5, None)),
        ("12", (12, None)),
        ("hai vợ chồng với 2 đứa con", None),
        ("đông lắm", None),
    ],
)
def test_numbers_of_people_are_read_with_their_words(typed: str, members: tuple[int, int | None] | None) -> None:
    assert reading.members_in(typed) == members


@pytest.mark.parametrize(
    ("typed", "workers"), [("0", 0), ("không có ai", 0), ("2 lao dong", 2), ("hai", 2), ("chưa rõ", None)]
)
def test_nobody_working_is_a_number_too(typed: str, workers: int | None) -> None:
    assert reading.workers_in(typed) == workers


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("2019", 2019),
        ("từ 2019", 2019),
        ("tu nam 2019 toi gio", 2019),
        ("3 năm nay", 2023),
        ("ba nam nay", 2023),
        ("năm ngoái", 2025),
        ("mới năm nay", 2026),
        ("2031", None),
        ("2019 hay 2020", None),
        ("3", None),
        ("lâu rồi", None),
    ],
)
def test_a_year_is_never_guessed(typed: str, year: int | None) -> None:
    assert reading.since_in(typed, TODAY) == year


@pytest.mark.parametrize("typed", ["k nho", "không nhớ rõ", "hok nho", "quên rồi", "lâu rồi"])
def test_somebody_may_not_remember(typed: str) -> None:
    assert reading.forgot(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("hôm qua", date(2026, 11, 24)),
        ("12/11", date(2026, 11, 12)),
        ("3.11.2026", date(2026, 11, 3)),
        ("30/11", None),
        ("31/2", None),
        ("bữa trước", None),
    ],
)
def test_a_day_has_come_already(typed: str, day: date | None) -> None:
    assert reading.day_in(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("1 3", (1, 3)), ("1, 3 và 4", (1, 3, 4)), ("3 3", (3,)), ("0", ()), ("0 1", None), ("9", None), ("1a", None)],
)
def test_several_choices_in_one_message(typed: str, numbers: tuple[int, ...] | None) -> None:
    assert reading.several_in(typed, 8) == numbers


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("012345678901", True),
        ("cccd 0123 4567 8901", True),
        ("cmnd: 362.123.456", True),
        ("0912345678", False),
        ("+84912345678", False),
        ("nhà 4 người", False),
    ],
)
def test_an_identity_number_is_recognised_and_a_telephone_is_none(typed: str, holds: bool) -> None:
    assert reading.holds_identity_number(typed) is holds


@pytest.mark.parametrize(
    "typed", ["có mất tiền không", "ở đâu", "hộ cận nghèo là gì", "sao phải hỏi vậy", "duoc khong"]
)
def test_a_question_is_told_from_an_answer(typed: str) -> None:
    assert reading.looks_like_question(typed)


@pytest.mark.parametrize("typed", ["không", "dạ không ạ", "không có ai", "Nguyễn Văn Đâu", "đầu ấp 3", "k nho"])
def test_an_answer_is_no_question(typed: str) -> None:
    assert not reading.looks_like_question(typed)


WILLS = (
    "nha em muon thoat ngheo",
    "Nhà tôi muốn đăng ký thoát nghèo",
    "tui mún đăng ký thoát nghèo",
    "dki thoat ngheo",
    "cho em dk thoat ngheo voi",
    "gia đình tôi tự nguyện xin ra khỏi hộ nghèo",
    "ba muon ra khoi ho ngheo",
    "gia dinh em xin rut ten khoi ho ngheo",
    "tau muon thoat ngheo",
    "xin ra khỏi hộ nghèo cho nhà tui",
    "làm tiếp đơn",
    "nhà em ở ấp 3 muốn xin thoát nghèo",
)
HELPERS = (
    "toi la truong ap muon dang ky giup ho ngheo",
    "ghi giúp đơn cho hộ nghèo trong ấp",
    "toi muon dang ky giup ho khac",
    "đăng ký cho hộ khác",
    "đăng ký thêm một hộ nữa",
    "đăng ký giúp bà hàng xóm",
)
WAYS = (
    "ba con ho ngheo muon dang ki thoat ngheo lam sao",
    "đăng ký thoát nghèo ở đâu",
    "nhà em muốn thoát nghèo thì phải làm gì",
    "xin thoát nghèo gặp ai",
    "muon thoat ngheo mần răng",
)
QUESTIONS = (
    "hộ nghèo muốn thoát nghèo thì được hỗ trợ gì",
    "hộ tự nguyện đăng ký thoát nghèo được khen gì",
    "nhà tôi thoát nghèo rồi có được vay không",
    "làm sao giúp hộ nghèo thoát nghèo",
    "tự nguyện đăng ký thoát nghèo",
    "hộ nghèo có ý thức tự nguyện đăng ký thoát nghèo",
    "nha em thoat ngheo roi",
    "tôi không muốn thoát nghèo",
    "con nhà tôi muốn đi học",
    "bà con tự nguyện đăng ký thoát nghèo",
    "vận động bà con tự nguyện đăng ký thoát nghèo",
    "cán bộ giúp hộ nghèo muốn thoát nghèo",
    "đăng ký cho hộ nghèo ở đâu",
    "đăng ký giúp đỡ hộ nghèo",
    "doanh nghiệp đăng ký hỗ trợ hộ nghèo",
)


def tools(library: Library) -> LibraryTools:
    """
    The shipped library's spelling; nothing else of the tools is looked at.
    """
    return LibraryTools(library, Areas.load(), EmptyDesk(), NOW, TODAY)


@pytest.mark.parametrize("said", WILLS)
def test_a_statement_of_will_begins_the_registration(said: str, library: Library) -> None:
    assert wish_of(said, tools(library)).begins


@pytest.mark.parametrize("said", HELPERS)
def test_who_registers_another_household_says_so_at_once(said: str, library: Library) -> None:
    wish = wish_of(said, tools(library))

    assert wish.begins
    assert wish.who == "help"


@pytest.mark.parametrize("said", WAYS)
def test_a_question_about_the_way_is_answered_and_offered_it(said: str, library: Library) -> None:
    wish = wish_of(said, tools(library))

    assert wish.asks_how
    assert not wish.begins


@pytest.mark.parametrize("said", QUESTIONS)
def test_a_question_about_criteria_is_left_to_the_library(said: str, library: Library) -> None:
    assert not wish_of(said, tools(library)).begins


def test_no_gold_question_begins_anything(library: Library) -> None:
    at_hand = tools(library)
    asked = [item.question for item in gold.questions()]

    assert [text for text in asked if wish_of(text, at_hand).begins or own_matter(text, at_hand)] == []
    assert len(asked) > 100


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("tôi muốn khiếu nại về dữ liệu", "yeucau"),
        ("xóa hết thông tin của tôi", "xoadulieu"),
        ("bot giữ thông tin gì của tôi", "dulieu"),
        ("rut don", "rutdon"),
        ("toi khong dang ky nua", "rutdon"),
        ("sửa đơn", "suadon"),
        ("don cua toi toi dau roi", "hoso"),
        ("thôi nhắc nữa", "dungnhac"),
        ("mã xác nhận 12345678", "xacnhan"),
        ("khiếu nại kết quả xét hộ nghèo ở đâu", None),
        ("kế hoạch không nhắc tới hộ cận nghèo", None),
        ("yêu cầu báo cáo dữ liệu hộ nghèo", None),
        ("xóa dữ liệu báo cáo cũ", None),
    ],
)
def test_plain_words_about_ones_own_mean_a_command(said: str, command: str | None, library: Library) -> None:
    assert own_matter(said, tools(library)) == command
