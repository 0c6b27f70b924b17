"""
The five plans come out whole and in the right places, and so does a plan that nobody annotated.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from knowledge.__main__ import main
from knowledge.parse import (
    Clause,
    Node,
    Plan,
    PlanError,
    coverage,
    in_force_first,
    load,
    load_one,
    parse,
    shipped,
    walk,
)

PLANS = {plan.id: plan for plan in shipped()}
FILES = Path(knowledge.__path__[0]) / "plans"
BY_PATH = {clause.id: clause for plan in PLANS.values() for clause in plan.clauses}


def squashed(text: str) -> str:
    """Leave out blanks and Markdown marks: what must survive parsing, character for character."""
    return re.sub(r"[\s*#\\\u200b\ufeff]", "", unicodedata.normalize("NFC", text))


def printed(node: Node) -> str:
    return node.heading or f"{node.mark} {node.clause.text if node.clause else ''}"


def kept_source(plan: Plan, start: int = 0, end: int | None = None) -> str:
    """Cut the source, and the dropped lines out of it, by their offsets."""
    end = len(plan.source) if end is None else end
    kept = []
    for line in plan.dropped:
        if start <= line.start < end:
            kept.append(plan.source[start : line.start])
            start = line.end
    return "".join([*kept, plan.source[start:end]])


def clause(plan_id: str, path: str) -> Clause:
    return BY_PATH[f"{plan_id}/{path}"]


@pytest.fixture(params=sorted(PLANS))
def plan(request: pytest.FixtureRequest) -> Plan:
    return PLANS[str(request.param)]


def test_the_five_plans_are_shipped_sorted() -> None:
    ids = [plan.id for plan in shipped()]
    assert ids == ["ben-tre-2022", "cam-thuy-2018", "dong-nai-2016", "soc-trang-2021", "vinh-phuc-2021"]


def test_every_word_of_a_plan_comes_out_once_and_in_order(plan: Plan) -> None:
    assert "".join(squashed(printed(node)) for node in walk(plan.tree)) == squashed(kept_source(plan))
    assert coverage(plan) == 1.0


def test_the_clauses_are_those_of_the_tree(plan: Plan) -> None:
    assert plan.clauses == tuple(node.clause for node in walk(plan.tree) if node.clause)


def test_a_heading_has_children_and_no_clause(plan: Plan) -> None:
    for node in walk(plan.tree):
        assert (node.heading is None) == (node.clause is not None)
        assert node.clause or node.children


DROPPED = {
    "ben-tre-2022": {
        "Trao quà cho hộ nghèo ở xã Phú Hưng, TP. Bến Tre. Ảnh: Hoàng Trung": 2,
        "Chia sẻ bài viết": 1,
        "BÌNH LUẬN": 1,
    },
    "cam-thuy-2018": {},
    "dong-nai-2016": {},
    "soc-trang-2021": {"-": 1},
    "vinh-phuc-2021": {
        "Từ khoá: Số Hiệu, Tiêu đề hoặc Nội dung ngắn gọn của Văn Bản...": 1,
        "Đăng nhập": 1,
        "Đang tải văn bản...": 1,
        "Kế hoạch 166/KH-UBND 2022 phong trào thi đua Vì người nghèo Không để ai bị bỏ lại phía sau Vĩnh Phúc": 1,
        "Ngày công báo: Đang cập nhật Số công báo: Đang cập nhật": 1,
        "Tình trạng: Đã biết": 1,
        "-------": 1,
        "---------------": 1,
        "Văn bản này chưa cập nhật nội dung Tiếng Anh": 1,
        "Bạn Chưa Đăng Nhập Thành Viên!": 5,
        "Vì chưa Đăng Nhập nên Bạn chỉ xem được Thuộc tính của văn bản.": 5,
        "Bạn chưa xem được Hiệu lực của Văn bản, Văn bản liên quan, Văn bản thay thế, Văn bản gốc, "
        "Văn bản tiếng Anh,...": 5,
        "Nếu chưa là Thành Viên, mời Bạn Đăng ký Thành viên tại đây": 5,
        "Kế hoạch 166/KH-UBND ngày 29/06/2022 về tổ chức thực hiện phong trào thi đua “Vì người nghèo - "
        "Không để ai bị bỏ lại phía sau” trên địa bàn tỉnh Vĩnh Phúc giai đoạn 2021-2025": 1,
        "2.376": 1,
        "DMCA.com Protection Status": 1,
        "IP: 3.145.201.71": 1,
        "Hãy để chúng tôi hỗ trợ bạn!": 1,
    },
}


def test_only_chrome_is_dropped(plan: Plan) -> None:
    assert Counter(line.text for line in plan.dropped) == DROPPED[plan.id]
    assert all(plan.source[line.start : line.end].strip() == line.text for line in plan.dropped)


def test_ids_are_unique(plan: Plan) -> None:
    assert len({clause.id for clause in plan.clauses}) == len(plan.clauses)
    assert all(clause.id == f"{plan.id}/{clause.path}" for clause in plan.clauses)


def test_sentences_cut_the_source_and_join_to_the_text(plan: Plan) -> None:
    for clause in plan.clauses:
        assert " ".join(sentence.text for sentence in clause.sentences) == clause.text
        assert (clause.start, clause.end) == (clause.sentences[0].start, clause.sentences[-1].end)
        for sentence in clause.sentences:
            assert squashed(plan.source[sentence.start : sentence.end]) == squashed(sentence.text)
            assert "\n" not in sentence.text
            assert "*" not in sentence.text


PLACES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    (
        "vinh-phuc-2021",
        "III.1.đ.2",
        (
            "III. TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG",
            "1. Tiêu chí thi đua",
            "đ) Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo",
        ),
        ("III.", "1.", "đ)", "-"),
        "Có những sáng kiến",
    ),
    (
        "vinh-phuc-2021",
        "III.1.c.1",
        ("III. TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG", "1. Tiêu chí thi đua", "c) Đối với cấp xã"),
        ("III.", "1.", "c)", "-"),
        "Triển khai có hiệu quả",
    ),
    (
        "vinh-phuc-2021",
        "III.1.b.8",
        ("III. TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG", "1. Tiêu chí thi đua", "b) Đối với các huyện, thành phố"),
        ("III.", "1.", "b)", "-"),
        "Quy mô hộ nghèo và hộ cận nghèo đa chiều giảm trên 50% so với đầu kỳ.",
    ),
    (
        "vinh-phuc-2021",
        "V.4",
        ("V. TỔ CHỨC THỰC HIỆN",),
        ("V.", "4."),
        "Trước ngày 01 tháng 12 hằng năm",
    ),
    (
        "vinh-phuc-2021",
        "II.2.0",
        ("II. ĐỐI TƯỢNG, NỘI DUNG VÀ GIẢI PHÁP THỰC HIỆN", "2. Nội dung phong trào thi đua :"),
        ("II.", "2."),
        "Tùy theo từng nhóm",
    ),
    (
        "vinh-phuc-2021",
        "II.2.f",
        ("II. ĐỐI TƯỢNG, NỘI DUNG VÀ GIẢI PHÁP THỰC HIỆN", "2. Nội dung phong trào thi đua :"),
        ("II.", "2.", "f)"),
        "Khuyến khích các doanh nghiệp",
    ),
    (
        "cam-thuy-2018",
        "IV.2.2.2",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn", "2.2. Đối với UBND các xã, thị trấn"),
        ("IV.", "2.", "2.2.", "-"),
        "Tổ chức thực hiện phong trào thi đua",
    ),
    (
        "cam-thuy-2018",
        "IV.2.2.2~2",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn", "2.2. Đối với thôn, bản, tổ dân phố"),
        ("IV.", "2.", "2.2.", "-"),
        "Xây dựng quy chế quản lý",
    ),
    (
        "cam-thuy-2018",
        "IV.2.2.8.3~2",
        (
            "IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG",
            "2. Tiêu chuẩn",
            "2.2. Đối với thôn, bản, tổ dân phố",
            "- Giảm tỷ lệ hộ nghèo trên địa bàn hàng năm vượt chỉ tiêu kế hoạch:",
        ),
        ("IV.", "2.", "2.2.", "-", "+"),
        "Đối với tổ dân phố",
    ),
    (
        "cam-thuy-2018",
        "IV.2.2.8",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn", "2.2. Đối với UBND các xã, thị trấn"),
        ("IV.", "2.", "2.2.", "-"),
        "Xã nghèo khu vực III",
    ),
    (
        "cam-thuy-2018",
        "IV.2.5.1",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn", "2.5. Đối với các doanh nghiệp, hợp tác xã"),
        ("IV.", "2.", "2.5.", "-"),
        "Có đóng góp cụ thể",
    ),
    (
        "cam-thuy-2018",
        "IV.2.7.2.2.3",
        (
            "IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG",
            "2. Tiêu chuẩn",
            "2.7. Hộ gia đình",
            "2.7.2. Tiêu chí cụ thể",
            "- Hộ đã thoát nghèo, thoát cận nghèo",
        ),
        ("IV.", "2.", "2.7.", "2.7.2.", "-", "-"),
        "Thoát nghèo và hỗ trợ các hộ nghèo khác",
    ),
    (
        "cam-thuy-2018",
        "IV.2.7.2.3",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn", "2.7. Hộ gia đình", "2.7.2. Tiêu chí cụ thể"),
        ("IV.", "2.", "2.7.", "2.7.2.", "-"),
        "Đối với hộ nghèo, hộ cận nghèo: Có ý thức",
    ),
    (
        "cam-thuy-2018",
        "IV.2.8",
        ("IV. ĐỐI TƯỢNG, TIÊU CHUẨN KHEN THƯỞNG", "2. Tiêu chuẩn"),
        ("IV.", "2.", "2.8."),
        "Người Việt Nam ở nước ngoài",
    ),
    (
        "soc-trang-2021",
        "IV.1.a.3",
        (
            "IV. TIÊU CHUẨN THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG",
            "1. Tiêu chuẩn thi đua",
            "a) Đối với Ủy ban nhân dân thành phố",
        ),
        ("IV.", "1.", "a)"),
        "Chủ động, tích cực huy động",
    ),
    (
        "soc-trang-2021",
        "IV.1.đ.2.3",
        (
            "IV. TIÊU CHUẨN THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG",
            "1. Tiêu chuẩn thi đua",
            "đ) Đối với hộ gia đình",
            "- Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo",
        ),
        ("IV.", "1.", "đ)", "-"),
        "Thoát nghèo ổn định từ 03 năm",
    ),
    (
        "dong-nai-2016",
        "I.2",
        ("I. ĐỐI TƯỢNG THỰC HIỆN VÀ PHẠM VI ÁP DỤNG",),
        ("I.", "2."),
        "Phạm vi áp dụng: Trên địa bàn tỉnh.",
    ),
    ("dong-nai-2016", "V.3", ("V. TIẾN ĐỘ THỰC HIỆN",), ("V.", "3."), "Năm 2018: Tiến hành sơ kết"),
    ("ben-tre-2022", "2.4", ("Giải pháp thực hiện",), (), "Ban Thi đua - Khen thưởng chủ trì"),
    (
        "ben-tre-2022",
        "3.2.1",
        ("Tiêu chí thi đua, hình thức khen thưởng", "Về tiêu chí thi đua:"),
        (),
        "Đối với các sở, ban, ngành",
    ),
    (
        "ben-tre-2022",
        "3.2.3",
        ("Tiêu chí thi đua, hình thức khen thưởng", "Về tiêu chí thi đua:"),
        (),
        "Cấp huyện phải giảm 20%",
    ),
    (
        "ben-tre-2022",
        "3.2.4",
        ("Tiêu chí thi đua, hình thức khen thưởng", "Về tiêu chí thi đua:"),
        (),
        "Cấp xã, hỗ trợ kỹ thuật",
    ),
]


@pytest.mark.parametrize(("plan_id", "path", "headings", "marks", "start"), PLACES)
def test_a_clause_stands_under_its_headings(
    plan_id: str, path: str, headings: tuple[str, ...], marks: tuple[str, ...], start: str
) -> None:
    found = clause(plan_id, path)
    assert (found.headings, found.marks) == (headings, marks)
    assert found.text.startswith(start)


@pytest.mark.parametrize(
    ("plan_id", "path", "healed"),
    [
        ("soc-trang-2021", "I.2.a", "từ thành phố đến cơ sở và hoạt động của các cụm"),
        ("soc-trang-2021", "III.4", "đơn giản thủ tục để tạo điều kiện cho người dân nghèo"),
        ("soc-trang-2021", "IV.1.c.2", "đột xuất theo yêu cầu của cơ quan quản lý cấp trên."),
        ("soc-trang-2021", "V.2", "phát triển kinh tế - xã hội của thành phố."),
        ("cam-thuy-2018", "I.2.1", "từ nay đến năm 2020 trong việc"),
        ("cam-thuy-2018", "IV.2.1.2", "theo Quyết định số 289-QĐ/TU ngày 27/5/2017"),
        ("cam-thuy-2018", "closing", "phản ánh về Hội đồng Thi đưa, Khen thưởng huyện"),
    ],
)
def test_a_page_break_inside_a_sentence_is_healed(plan_id: str, path: str, healed: str) -> None:
    found = clause(plan_id, path)
    assert healed in found.text
    assert any("\n\n" in PLANS[plan_id].source[line.start : line.end] for line in found.sentences)


def test_slips_of_the_scanner_stay_as_they_are() -> None:
    assert "ddianj, nước sinh hoạt" in clause("cam-thuy-2018", "IV.2.2.4~2").text
    assert "“Cầm Thủy chung tay" in clause("cam-thuy-2018", "IV.1.1").text


def test_a_run_in_heading_is_a_label_and_stays_in_the_text() -> None:
    official = clause("cam-thuy-2018", "IV.2.6.1")
    assert official.label == "Cán bộ, công chức, viên chức làm công tác giảm nghèo"
    assert official.text.startswith(f"{official.label}: Có nhiều nỗ lực")
    assert clause("dong-nai-2016", "V.2").label == "Năm 2017 đến năm 2018"
    assert clause("vinh-phuc-2021", "V.4").label == ""


KINDS = {
    "ben-tre-2022": {"header": 3, "body": 12, "closing": 1},
    "cam-thuy-2018": {"header": 4, "preamble": 1, "body": 64, "closing": 13},
    "dong-nai-2016": {"header": 2, "preamble": 1, "body": 29, "closing": 1},
    "soc-trang-2021": {"header": 2, "preamble": 3, "body": 47, "closing": 14},
    "vinh-phuc-2021": {"header": 11, "preamble": 2, "body": 67, "closing": 15},
}


def test_header_preamble_body_and_closing_are_told_apart(plan: Plan) -> None:
    assert Counter(clause.kind for clause in plan.clauses) == KINDS[plan.id]


def test_the_closing_has_its_paragraph_its_recipients_and_its_signature() -> None:
    assert clause("soc-trang-2021", "closing").text.endswith("xem xét quyết định./.")
    assert clause("soc-trang-2021", "recipients.2").text == "TT.TU, TT.HĐND TP;"
    assert clause("soc-trang-2021", "recipients.2").headings == ("Nơi nhận:",)
    assert clause("vinh-phuc-2021", "signature.3").text == "Vũ Việt Văn"
    assert clause("ben-tre-2022", "signature.1").text == "Huyền Thu"


@pytest.mark.parametrize(
    ("plan_id", "path", "count"),
    [
        ("soc-trang-2021", "recipients.3", 1),
        ("cam-thuy-2018", "I.1.3", 2),
        ("cam-thuy-2018", "IV.2.2.8", 1),
        ("ben-tre-2022", "3.2.3", 3),
        ("vinh-phuc-2021", "I.1.3", 2),
        ("vinh-phuc-2021", "III.1.c.2", 3),
    ],
)
def test_sentences_end_where_they_end(plan_id: str, path: str, count: int) -> None:
    assert len(clause(plan_id, path).sentences) == count


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ở xã Phú Hưng, TP. Bến Tre có nhà mới. Xã vui.", ["Ở xã Phú Hưng, TP. Bến Tre có nhà mới.", "Xã vui."]),
        ("Theo TT.TU và PCT.UBND tỉnh. Giảm 4,6%/năm.", ["Theo TT.TU và PCT.UBND tỉnh.", "Giảm 4,6%/năm."]),
        ("Giúp vốn, giống, v.v. Hộ nghèo tự lo; xã giúp.", ["Giúp vốn, giống, v.v. Hộ nghèo tự lo; xã giúp."]),
        ("Tổng kết năm 2020. Sơ kết ngày 5/7/2018.", ["Tổng kết năm 2020.", "Sơ kết ngày 5/7/2018."]),
        ("Xem mục 1. Mục đích của kế hoạch.", ["Xem mục 1. Mục đích của kế hoạch."]),
        ("“Không ai bị bỏ lại.” Đó là mục tiêu.", ["“Không ai bị bỏ lại.”", "Đó là mục tiêu."]),
    ],
)
def test_abbreviations_numbers_and_dates_do_not_end_a_sentence(text: str, sentences: list[str]) -> None:
    assert [line.text for line in parse("x-2024", text).clauses[0].sentences] == sentences


UNKNOWN = """\ufeffỦY BAN NHÂN DÂN
HUYỆN AN BÌNH
-----
Số: 12/KH-UBND

An Bình, ngày 3 tháng 4 năm 2023

KẾ HOẠCH
Thực hiện phong trào thi đua giai đoạn 2023 - 2025

Thực hiện Kế hoạch số 1/KH-UBND của tỉnh, Ủy ban nhân dân huyện ban hành kế hoạch như sau:

I. MỤC TIÊU
1. Chung
a) Giảm hộ nghèo bền vững trên toàn huyện trong nhiều năm, nhất là ở các

3

xã vùng sâu.
b) Tăng thu nhập.
2. Cụ thể: Giảm 2%/năm.

II. TỔ CHỨC
1. Các xã báo cáo hằng năm. 2. Phòng Nội vụ
- Tổng hợp;
- Trình huyện.
Trên đây là kế hoạch của huyện./.

Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
Trần Thị Bình
Đăng nhập
"""


def test_a_plan_that_nobody_annotated_parses() -> None:
    plan = parse("an-binh-2023", UNKNOWN)
    body = {clause.path: clause.text for clause in plan.clauses if clause.kind == "body"}
    assert list(body) == ["I.1.a", "I.1.b", "I.2", "II.1", "II.2.1", "II.2.2"]
    assert body["I.1.a"].endswith("nhất là ở các xã vùng sâu.")
    assert [line.reason for line in plan.dropped] == ["rule or empty mark", "page number", "web chrome"]
    assert [clause.path for clause in plan.clauses if clause.kind == "closing"] == [
        *("closing", "recipients.1", "recipients.2", "signature.1", "signature.2")
    ]


def test_what_the_document_is_can_be_guessed() -> None:
    meta = parse("an-binh-2023", UNKNOWN).meta
    assert (meta.number, meta.issued, meta.issuer) == ("12/KH-UBND", date(2023, 4, 3), "UBND huyện An Bình")
    assert (meta.place, meta.place_name) == ("an-binh", "huyện An Bình")
    assert (meta.period_start, meta.period_end, meta.document_kind) == (2023, 2025, "Kế hoạch")


def test_the_shipped_plans_parse_without_their_toml_too(plan: Plan) -> None:
    bare = parse(plan.id, plan.source)
    body = [clause for clause in plan.clauses if clause.kind == "body"]
    assert [clause for clause in bare.clauses if clause.kind == "body"] == body


def test_text_in_decomposed_letters_is_composed() -> None:
    plan = parse("x-2024", unicodedata.normalize("NFD", "I. MỤC ĐÍCH\n1. Giảm nghèo bền vững."))
    assert plan.clauses[0].text == "Giảm nghèo bền vững."
    assert plan.source[plan.clauses[0].start : plan.clauses[0].end] == "Giảm nghèo bền vững."


def test_windows_line_ends_change_nothing(plan: Plan) -> None:
    other = parse(plan.id, plan.source.replace("\n", "\r\n"), (FILES / f"{plan.id}.toml").read_text("utf-8"))
    assert [(one.path, one.text) for one in other.clauses] == [(one.path, one.text) for one in plan.clauses]


META = {
    "ben-tre-2022": (None, date(2022, 9, 30), "Báo Đồng Khởi", "tỉnh Bến Tre", 2021, 2025, "Bài báo"),
    "cam-thuy-2018": (
        *("87/KH-UBND", date(2018, 7, 19), "UBND huyện Cẩm Thủy", "huyện Cẩm Thủy", 2018, 2020, "Kế hoạch"),
    ),
    "dong-nai-2016": (None, None, "UBND tỉnh Đồng Nai", "tỉnh Đồng Nai", 2016, 2020, "Kế hoạch"),
    "soc-trang-2021": (None, None, "UBND thành phố Sóc Trăng", "thành phố Sóc Trăng", 2021, 2025, "Kế hoạch"),
    "vinh-phuc-2021": (
        *("166/KH-UBND", date(2022, 6, 29), "UBND tỉnh Vĩnh Phúc", "tỉnh Vĩnh Phúc", 2021, 2025, "Kế hoạch"),
    ),
}


def test_the_plans_say_what_they_are_and_no_more(plan: Plan) -> None:
    meta = plan.meta
    shown = (meta.number, meta.issued, meta.issuer, meta.place_name, meta.period_start, meta.period_end)
    assert (*shown, meta.document_kind) == META[plan.id]
    assert meta.place == plan.id[:-5]
    assert meta.notes
    assert all(note.text and note.source for note in meta.notes)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \r\n\n", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file is empty"),
        (b"I. M\xff", "not UTF-8 at byte 4"),
        (b"I. A\n\0\n1. B", "NUL bytes"),
        (b"-----\n***\n", "no clause found"),
    ],
)
def test_a_corrupt_file_is_refused_by_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "hong-2024.txt"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=f"^hong-2024.*{sentence}"):
        load_one(path)


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("chrome = [", "not valid TOML"),
        ("chrome = ['(']", "regular expressions"),
        ("chrome = 3", "regular expressions"),
        ("chrome = 'Quảng cáo'", "regular expressions"),
        ("plan = 3", "`plan` is no table"),
        ("[plan]\nsigner = 'A'", r"unknown field `signer` in \[plan\]\. Use only: number"),
        ("[plan]\nplace_nam = 'xã A'", r"`place_nam` in \[plan\]\. Did you mean `place_name`"),
        ("[plan]\nplace_name = 3", "`place_name` is 3"),
        ("[plan]\ntitle = 3", "`title` is 3"),
        ("[plan]\nperiod = [2030, 2026]", r"`period` is \[2030, 2026\]"),
        ("[[deadlines]]\ntitle = 'x'", "unknown field `deadlines`. Did you mean `deadline`"),
        ("[[note]]\ntext = 'x'\nsource = 'y'\nwen = 'z'", r"`wen` in \[\[note\]\]\. Did you mean `when`"),
        ("[[note]]\ntext = 'x'\nsource = 'y'\nwhen = '('", "`when` of a .* is no regular expression"),
        ("[plan]\nperiod = 2021", "`period` is 2021"),
        ("[plan]\nissued = 'hôm qua'", "`issued` is 'hôm qua'"),
        ("[plan]\nnumber = 87", "`number` is 87"),
        ("[[note]]\ntext = 'x'", r"each \[\[note\]\] needs"),
        ("note = 1", r"each \[\[note\]\] needs"),
    ],
)
def test_a_toml_that_does_not_fit_is_refused(toml: str, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        parse("x-2024", "I. MỤC ĐÍCH\n1. Giảm nghèo.", toml)


def test_a_number_counts_before_a_percentage_too() -> None:
    plan = parse("x-2024", "I. MỤC TIÊU\n1. Giảm nghèo.\n2. 100% hộ nghèo được vay vốn.\n3. Xóa nhà tạm.")
    assert [clause.path for clause in plan.clauses] == ["I.1", "I.2", "I.3"]


def test_listed_chrome_is_dropped_and_only_whole_lines() -> None:
    plan = parse("x-2024", "I. MỤC ĐÍCH\n1. Giảm nghèo.\nQuảng cáo\nQuảng cáo là gì.", "chrome = ['Quảng cáo']")
    assert [line.text for line in plan.dropped] == ["Quảng cáo"]
    assert plan.clauses[-1].text == "Quảng cáo là gì."


SHORT = "UBND XÃ {}\nKẾ HOẠCH\nI. MỤC ĐÍCH\n1. Giảm nghèo."


def test_a_directory_loads_sorted_with_its_toml(tmp_path: Path) -> None:
    for name in ("b-2024", "a-2024"):
        (tmp_path / f"{name}.txt").write_text(SHORT.format(name[0].upper()), "utf-8")
    (tmp_path / "b-2024.toml").write_text("\ufeff[plan]\nnumber = '9/KH'", "utf-8")
    assert [(plan.id, plan.meta.number) for plan in load(tmp_path)] == [("a-2024", None), ("b-2024", "9/KH")]


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("ỦY BAN NHÂN DÂN\nPHƯỜNG PHÚ LỢI", "phường Phú Lợi"),
        ("UỶ BAN NHÂN DÂN\n\nPHƯỜNG PHÚ LỢI\n\nCỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "phường Phú Lợi"),
        ("UBND XÃ CẨM TÚ\nSố: 31/KH-UBND", "xã Cẩm Tú"),
        ("Ủy ban nhân dân xã Cẩm Tú", "xã Cẩm Tú"),
        ("ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nXÃ CẨM TÚ Độc lập - Tự do - Hạnh phúc", "xã Cẩm Tú"),
        ("ỦY BAN NHÂN DÂN\nĐẶC KHU PHÚ QUỐC", "đặc khu Phú Quốc"),
        ("UBND TỈNH BÀ RỊA - VŨNG TÀU", "tỉnh Bà Rịa - Vũng Tàu"),
        ("UBND PHƯỜNG 5", "phường 5"),
        ("KẾ HOẠCH\nPhong trào thi đua giảm nghèo trên địa bàn phường Phú Lợi năm 2026", "phường Phú Lợi"),
        ("KẾ HOẠCH\nTHI ĐUA GIẢM NGHÈO TRÊN ĐỊA BÀN XÃ CẨM TÚ", "xã Cẩm Tú"),
        ("KẾ HOẠCH\nTHI ĐUA GIẢM NGHÈO TRÊN ĐỊA BÀN XÃ CẨM TÚ GIAI ĐOẠN 2026 - 2030", "xã Cẩm Tú"),
        ("KẾ HOẠCH\nPhong trào thi đua giảm nghèo", ""),
    ],
)
def test_the_place_is_read_from_the_letterhead_or_the_title(header: str, place: str) -> None:
    plan = parse("x-2026", f"{header}\nI. MỤC ĐÍCH\n1. Giảm nghèo.")
    assert plan.meta.place_name == place
    assert plan.meta.issuer == (f"UBND {place}" if place else "")


def test_a_plan_that_names_no_place_is_refused_until_its_toml_does(tmp_path: Path) -> None:
    path = tmp_path / "phu-loi-2026.txt"
    path.write_text("KẾ HOẠCH\nGiảm nghèo\nI. MỤC ĐÍCH\n1. Giảm nghèo.", "utf-8")
    with pytest.raises(PlanError, match=r"^phu-loi-2026\.txt: .* phu-loi-2026\.toml .*place_name = "):
        load_one(path)
    path.with_suffix(".toml").write_text("[plan]\nplace_name = 'phường Phú Lợi'", "utf-8")
    meta = load_one(path).meta
    assert (meta.place, meta.place_name, meta.issuer) == ("phu-loi", "phường Phú Lợi", "UBND phường Phú Lợi")


@pytest.mark.parametrize("name", ["Phú Lợi 2026", "phu-loi", "phu_loi_2026", "PHU-LOI-2026"])
def test_a_file_name_that_shows_no_place_and_year_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_text(SHORT.format("A"), "utf-8")
    with pytest.raises(PlanError, match=rf"^{name}\.txt: .*phu-loi-2026\.txt"):
        load(tmp_path)


def test_one_file_name_for_two_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cam-thuy-2018.txt").write_text(SHORT.format("CẨM THỦY").replace("XÃ", "HUYỆN"), "utf-8")
    (tmp_path / "cam-thuy-2026.txt").write_text(SHORT.format("CẨM THỦY"), "utf-8")
    with pytest.raises(PlanError, match="cam-thuy-2026 is for xã Cẩm Thủy, but cam-thuy-2018 is for huyện Cẩm Thủy"):
        load(tmp_path)
    (tmp_path / "cam-thuy-2026.txt").rename(tmp_path / "xa-cam-thuy-2026.txt")
    assert len(load(tmp_path)) == 2


def test_two_file_names_for_one_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tan-tien-2021.txt").write_text(SHORT.format("TÂN TIẾN"), "utf-8")
    (tmp_path / "xa-tan-tien-2026.txt").write_text(SHORT.format("TÂN TIẾN"), "utf-8")
    with pytest.raises(PlanError, match="xa-tan-tien-2026 and tan-tien-2021 are both for xã Tân Tiến"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("periods", "today", "first"),
    [
        (("[2021, 2025]", "[2026, 2030]"), date(2026, 3, 2), "a-2026"),
        (("[2021, 2025]", "[2026, 2030]"), date(2025, 12, 31), "a-2021"),
        (("[2021, 2025]", "[2026, 2030]"), date(2031, 1, 1), "a-2026"),
        (("[2021, 2025]", "[2026, 2030]"), date(2020, 1, 1), "a-2021"),
        (("[2021, 2030]", "[2024, 2024]"), date(2026, 1, 1), "a-2021"),
        (("[]", "[]"), date(2026, 1, 1), "a-2026"),
        (("[2021, 2025]", "[2026, 2030]"), None, "a-2026"),
    ],
)
def test_of_two_plans_for_one_place_the_one_in_force_comes_first(
    periods: tuple[str, str], today: date | None, first: str
) -> None:
    a, b = (
        parse(name, SHORT.format("A"), f"[plan]\nperiod = {period}")
        for name, period in zip(("a-2021", "a-2026"), periods, strict=True)
    )
    assert in_force_first((a, b), today)[0].id == first
    assert in_force_first((b, a), today)[0].id == first


def assert_nothing_is_lost(text: str) -> None:
    try:
        plan = parse("x-2024", text)
    except PlanError:
        return
    assert "".join(squashed(printed(node)) for node in walk(plan.tree)) == squashed(kept_source(plan))
    assert len({clause.id for clause in plan.clauses}) == len(plan.clauses)
    for one in plan.clauses:
        assert " ".join(line.text for line in one.sentences) == one.text
        for line in one.sentences:
            assert squashed(kept_source(plan, line.start, line.end)) == squashed(line.text)


PIECES = st.sampled_from(
    [
        *("I. ", "II. ", "1. ", "2. ", "2.2. ", "2.7.1. ", "a) ", "b) ", "đ) ", "- ", "+ ", "* ", "## ", "**", "-"),
        *("\n", "\n", "\n\n", "\r\n", "\f", " ", ". ", "; ", ": ", "./.", "”", "“", "(", ")", "289-", "TP. ", "12"),
        *("Đối với hộ nghèo", "MỤC ĐÍCH", "Căn cứ", "KẾ HOẠCH", "năm 2020", "của", "Giảm nghèo", "Về tiêu chí: "),
        *(
            "Trong quá trình",
            "Nơi nhận:",
            "TM. ỦY BAN",
            "Nguyễn Văn A",
            "Đăng nhập",
            "Ảnh: Ba",
            "---",
            "\u200b",
            "\\-",
        ),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_is_lost_of_any_text_that_looks_like_a_plan(text: str) -> None:
    assert_nothing_is_lost(text)


@given(st.text())
def test_nothing_is_lost_of_any_text(text: str) -> None:
    assert_nothing_is_lost(text)


@given(st.binary())
def test_any_file_parses_or_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any-2024.txt"
    path.write_bytes(content)
    try:
        clauses = load_one(path).clauses
    except PlanError as error:
        refusal = str(error)
    else:
        refusal = "" if clauses else "neither"
    assert refusal == "" or refusal.startswith("any-2024")


def test_show_prints_marks_first_words_and_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "vinh-phuc-2021"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "      đ) Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo" in lines
    assert "    4. Trước ngày 01 tháng 12 hằng năm, các Sở, ban, …  [V.4]" in lines


def test_show_of_an_unknown_plan_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "ha-noi-2020"]) == 1
    assert "ben-tre-2022, cam-thuy-2018" in capsys.readouterr().err


def test_check_prints_a_line_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == sorted(PLANS)
    assert all("coverage 100.0%" in line for line in lines)


def test_check_fails_with_the_sentence_of_each_broken_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-2024.txt").write_bytes(b"")
    (tmp_path / "b-2024.txt").write_text(SHORT.format("B"), "utf-8")
    (tmp_path / "c-2024.txt").write_bytes(b"\xff")
    assert main(["--plans", str(tmp_path), "check"]) == 1
    printed_lines = capsys.readouterr()
    assert [line[:6] for line in printed_lines.err.splitlines()] == ["a-2024", "c-2024"]
    assert printed_lines.out.startswith("b-2024: xã B, 3 clauses, 0 facts")


def test_check_names_a_toml_without_its_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b-2024.txt").write_text(SHORT.format("B"), "utf-8")
    (tmp_path / "a-2024.toml").write_text("[plan]", "utf-8")
    assert main(["--plans", str(tmp_path), "check"]) == 1
    assert capsys.readouterr().err == "a-2024.toml: there is no a-2024.txt beside it. Rename it, or delete it.\n"


def test_check_of_an_empty_directory_fails(tmp_path: Path) -> None:
    assert main(["--plans", str(tmp_path), "check"]) == 1
