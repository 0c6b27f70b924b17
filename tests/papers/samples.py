"""
What the tests of the papers write down.
"""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.papers.letter import LetterFields
from bot.papers.table import RegistrationRow

FULL = LetterFields(
    receipt="CT-7KD4-M2X9",
    head="Nguyễn Thị Mười Hằng",
    phone="0912 345 678",
    hamlet="khóm 3",
    commune="phường Mỹ Xuyên",
    province="thành phố Cần Thơ",
    was="phường 10, thành phố Sóc Trăng",
    status_now="hộ nghèo",
    poor_since=2019,
    leaving="hộ nghèo",
    year=2026,
    members=5,
    workers=2,
    income_band="từ 1,5 đến 2 triệu đồng một người một tháng",
    reason="Hai con đã có việc làm ở khu công nghiệp, nhà đã sửa xong, muốn nhường suất cho hộ khó khăn hơn",
    needs=("vay vốn nuôi bò", "học nghề cho con", "sửa nhà"),
    lacking=("việc làm", "bảo hiểm y tế", "nhà tiêu hợp vệ sinh"),
    helper="Trưởng khóm: Trần Văn Bảy, ghi hộ ngày 25/11/2026, chủ hộ đồng ý bằng lời",
    sent_on=date(2026, 11, 25),
)

ROW = RegistrationRow(
    receipt="CT-7KD4-M2X9",
    head="Nguyễn Thị Mười Hằng",
    phone="0912 345 678",
    hamlet="khóm 3",
    commune="phường Mỹ Xuyên",
    status_now="hộ nghèo",
    leaving="hộ nghèo",
    members=5,
    workers=2,
    sent_on=date(2026, 11, 2),
    state="cán bộ đã nhận",
    decided_no="125/QĐ-UBND",
    decided_on=date(2026, 11, 25),
    entered_by="chủ hộ tự gửi",
    waiting_days=23,
)

UNIT = "Ủy ban nhân dân phường Mỹ Xuyên"
TODAY = date(2026, 11, 25)

HOSTILE = [
    "\x00\x01\x1b\x7f",
    "\ud800\udfff\ufffe\uffff",
    "\u202eđảo ngược\u202c\u200b\u2066",
    "<b>&amp;</w:t>]]><!--",
    "👨‍👩‍👧‍👦🇻🇳❤️1️⃣",
    "W" * 10_000,
    "ẵ ộ " * 2_500,
    "e" + "\u0301" * 10_000,
    "dòng\r\nmới\tvà\u2028nữa",
    "ស៊ុន 山田",
    "&D{font}%s\\n",
    "",
]
"""What somebody might type to break a file."""

any_text = st.text(st.characters(), max_size=40) | st.sampled_from(HOSTILE)
