"""
The letter, read back from its files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from PIL import Image
from pypdf import PdfReader

from bot.papers import qr
from bot.papers.letter import LetterFields, draft, letter_docx, letter_pdf, village_head
from bot.papers.sheet import Block, Columns, Lines
from tests.papers.samples import FULL, HOSTILE, any_text

ROOT = Path(__file__).parents[2]
PLAIN = replace(FULL, was=None, poor_since=None, income_band=None, reason=None, needs=(), lacking=(), helper=None)
ALPHABET = "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y f j w z "
LETTERS = ALPHABET + " ".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in "\u0300\u0301\u0303\u0309\u0323"
)


def pdf_text(letter: LetterFields) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(letter_pdf(letter))).pages)


def docx_text(letter: LetterFields) -> str:
    document = docx.Document(BytesIO(letter_docx(letter)))
    cells = [cell for table in document.tables for cell in table.rows[0].cells]
    paragraphs = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    return "\n".join(paragraph.text for paragraph in paragraphs)


def said(letter: LetterFields) -> str:
    blocks: list[Block] = []
    for block in draft(letter).blocks:
        blocks += [inner for cell in block.cells for inner in cell] if isinstance(block, Columns) else [block]
    return "\n".join("".join(piece.text for piece in block.pieces) for block in blocks if isinstance(block, Lines))


def words(text: str) -> Counter[str]:
    return Counter(text.split())


# What it says


@pytest.mark.parametrize("read", [pdf_text, docx_text])
def test_both_files_say_every_word_of_the_letter_and_nothing_else(read: Callable[[LetterFields], str]) -> None:
    assert words(read(FULL)) == words(said(FULL))


def test_everything_that_the_household_said_stands_in_the_letter() -> None:
    text = said(FULL)

    assert "Tôi tên là: Nguyễn Thị Mười Hằng, chủ hộ\n" in text
    assert "Điện thoại: 0912 345 678\n" in text
    assert "Nơi ở: khóm 3, phường Mỹ Xuyên, thành phố Cần Thơ (trước đây: phường 10, thành phố Sóc Trăng)\n" in text
    assert "Hiện nay gia đình tôi là: hộ nghèo, từ năm 2019\n" in text
    assert "Số người trong hộ: 5 người, trong đó 2 lao động\n" in text
    assert "Còn thiếu: việc làm; bảo hiểm y tế; nhà tiêu hợp vệ sinh\n" in text
    assert "Mong được hỗ trợ: vay vốn nuôi bò; học nghề cho con; sửa nhà\n" in text
    assert "tự nguyện đăng ký phấn đấu thoát nghèo trong năm 2026" in text
    assert "Trần Văn Bảy, ghi hộ ngày 25/11/2026, chủ hộ đồng ý bằng lời" in text
    assert "Mã đăng ký: CT-7KD4-M2X9\n" in text


def test_it_goes_to_the_chairman_of_the_commune() -> None:
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân phường Mỹ Xuyên, thành phố Cần Thơ\n" in said(FULL)


def test_it_never_passes_for_the_official_form_or_a_decision() -> None:
    text = said(FULL)

    assert "Mẫu số" not in text
    assert "không phải quyết định công nhận thoát nghèo" in text
    assert "Giấy đề nghị theo mẫu của Quyết định 24/2021/QĐ-TTg được lập tại Ủy ban nhân dân cấp xã" in text


def test_a_letter_of_2027_names_no_decision_whose_form_may_be_gone() -> None:
    text = said(replace(FULL, sent_on=date(2027, 1, 1)))

    assert "24/2021" not in text
    assert "Giấy đề nghị theo mẫu của Nhà nước được lập tại" in text


def test_what_the_chat_does_not_ask_is_left_open() -> None:
    text = said(FULL)

    for label in ("Ngày sinh", "Dân tộc", "Số CCCD"):
        assert f"{label}: ……" in text
    assert "điền tại xã" in text


def test_what_was_not_said_has_no_label() -> None:
    text = said(PLAIN)

    for label in ("trước đây", "từ năm", "Thu nhập", "Còn thiếu", "Lý do", "Mong được", "ghi hộ"):
        assert label not in text


def test_a_near_poor_household_leaves_near_poverty() -> None:
    text = said(replace(FULL, status_now="hộ cận nghèo", leaving="hộ cận nghèo"))

    assert "đăng ký phấn đấu thoát cận nghèo" in text


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 25), "Phường Mỹ Xuyên, ngày 25 tháng 11 năm 2026"),
        (date(2027, 2, 5), "Phường Mỹ Xuyên, ngày 05 tháng 02 năm 2027"),
        (date(2027, 3, 31), "Phường Mỹ Xuyên, ngày 31 tháng 3 năm 2027"),
    ],
)
def test_the_date_has_noughts_where_the_decree_wants_them(day: date, shown: str) -> None:
    assert f"{shown}\n" in said(replace(FULL, sent_on=day))


@pytest.mark.parametrize(
    ("hamlet", "who"),
    [
        ("khóm 3", "trưởng khóm"),
        ("Ấp Tân Lập", "trưởng ấp"),
        ("tổ dân phố số 4", "tổ trưởng tổ dân phố"),
        ("Bản Nậm Cắn", "trưởng bản"),
        ("Đông Sơn", "trưởng thôn"),
        ("", "trưởng thôn"),
    ],
)
def test_the_village_head_is_called_what_people_call_him(hamlet: str, who: str) -> None:
    assert village_head(hamlet) == who


# What it is


def test_an_ordinary_letter_is_one_page_and_a_long_one_two() -> None:
    long = replace(FULL, reason="Gia đình tôi đã cố gắng. " * 60, needs=("vay vốn",) * 100)

    assert [len(PdfReader(BytesIO(letter_pdf(letter))).pages) for letter in (PLAIN, FULL, long)] == [1, 1, 2]


def test_the_second_page_has_its_number_and_the_first_has_none() -> None:
    long = replace(FULL, reason="Gia đình tôi đã cố gắng. " * 60, needs=("vay vốn",) * 100)
    first, second = (page.extract_text().split() for page in PdfReader(BytesIO(letter_pdf(long))).pages)

    assert first[0] == "CỘNG"
    assert second[0] == "2"


def test_the_signature_is_not_torn_from_the_signer() -> None:
    for length in range(300, 1_000, 100):
        pages = PdfReader(BytesIO(letter_pdf(replace(FULL, reason="nhà " * (length // 4)))))
        signed = [page for page in pages.pages if "NGƯỜI LÀM ĐƠN" in page.extract_text()]

        assert [page.extract_text().count("Nguyễn Thị Mười Hằng") for page in signed] in ([1], [2])


def test_each_font_is_in_the_pdf() -> None:
    resources: Any = PdfReader(BytesIO(letter_pdf(FULL))).pages[0]["/Resources"]
    used = [font.get_object() for font in resources["/Font"].values()]

    assert len(used) == 3
    assert all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in used)


def test_all_vietnamese_letters_can_be_copied_from_the_pdf() -> None:
    letter = replace(FULL, was=None, reason=LETTERS, needs=(LETTERS.upper(),))

    assert words(pdf_text(letter)) == words(said(letter))


def test_the_paper_is_a4_with_the_margins_of_the_decree() -> None:
    [page] = PdfReader(BytesIO(letter_pdf(FULL))).pages
    section = docx.Document(BytesIO(letter_docx(FULL))).sections[0]

    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side] == [210, 297]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(side.mm) for side in margins if side] == [20, 20, 20, 30]


def test_word_shows_times_new_roman() -> None:
    styles = docx.Document(BytesIO(letter_docx(FULL))).styles

    assert styles["Normal"].font.name == "Times New Roman"


def test_the_code_in_word_holds_the_receipt() -> None:
    document = docx.Document(BytesIO(letter_docx(FULL)))
    [picture] = [part for part in document.part.related_parts.values() if part.content_type == "image/png"]
    shown = Image.open(BytesIO(picture.blob))
    side = shown.width // (21 + 2 * qr.QUIET)
    rows = [
        [not shown.getpixel(((across + qr.QUIET) * side, (down + qr.QUIET) * side)) for across in range(21)]
        for down in range(21)
    ]

    assert rows == qr.squares("CT-7KD4-M2X9")
    assert rows != qr.squares("CT-7KD4-M2X8")


# Any time, any machine


@pytest.mark.parametrize("make", ["letter_pdf", "letter_docx"])
def test_the_same_answers_give_the_same_bytes_in_another_process(make: str) -> None:
    program = (
        f"import hashlib; from bot.papers.letter import {make}; from tests.papers.samples import FULL; "
        f"print(hashlib.sha256({make}(FULL)).hexdigest())"
    )
    here = {"letter_pdf": letter_pdf, "letter_docx": letter_docx}[make]
    here(PLAIN)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == hashlib.sha256(here(FULL)).hexdigest()


def test_letters_made_at_the_same_time_do_not_mix() -> None:
    letters = [replace(FULL, head=head) for head in ("Thạch Sơn", "Lý Thị Ửng", "Đặng Văn Quỹ", "Kiên Ngọc Ẩn")] * 3
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(letter_pdf, letters))

    assert at_once == [letter_pdf(letter) for letter in letters]


# Whatever people type


def everywhere(text: str) -> LetterFields:
    home = replace(FULL, hamlet=text, commune=text, province=text, was=text)
    about = replace(home, receipt=text, head=text, phone=text, status_now=text, leaving=text, helper=text)
    return replace(about, income_band=text, reason=text, needs=(text, text), lacking=(text,))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_file(text: str) -> None:
    letter = everywhere(text)

    assert "ĐƠN TỰ NGUYỆN" in pdf_text(letter)
    assert "ĐƠN TỰ NGUYỆN" in docx_text(letter)


@settings(max_examples=12, deadline=None)
@given(head=any_text, reason=any_text, receipt=any_text, need=any_text)
def test_nothing_that_hypothesis_thinks_of_breaks_a_file(head: str, reason: str, receipt: str, need: str) -> None:
    letter = replace(FULL, head=head, reason=reason, receipt=receipt, needs=(need,), helper=reason)

    assert "ĐƠN TỰ NGUYỆN" in pdf_text(letter)
    assert "ĐƠN TỰ NGUYỆN" in docx_text(letter)


def test_markup_is_shown_as_it_was_typed() -> None:
    text = "<b>A & B</b> <para>"

    assert text in pdf_text(replace(FULL, reason=text))
    assert text in docx_text(replace(FULL, reason=text))


def test_letters_that_the_font_lacks_show_as_squares_in_the_pdf_and_as_themselves_in_word() -> None:
    letter = replace(FULL, head="Sơn ស Thị 山")

    assert "Sơn □ Thị □" in pdf_text(letter)
    assert "Sơn ស Thị 山" in docx_text(letter)
