"""
The letter with which a household registers of its own will to leave poverty: the bot's own, to be printed and signed.

It is no official form. The request for recognition on the form of Quyết định 24/2021/QĐ-TTg (Điều 5) is made out at
the commune; this letter says what a household wants, and its last lines say so. What the chat does not ask – day of
birth, ethnic group, number of the identity card – is left open, to be filled in there. The look is that of Nghị định
30/2020/NĐ-CP, Phụ lục I.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.papers import pdf, word
from bot.papers.sheet import BREADTH, Block, Code, Columns, Gap, Lines, Piece, Rule, Sheet
from bot.papers.wording import LONGEST_NAME, long_date, printable, upper_first

TITLE = "ĐƠN TỰ NGUYỆN ĐĂNG KÝ THOÁT NGHÈO"
OFFICIAL_FORM_KNOWN_UNTIL = date(2026, 12, 31)
"""From 1/1/2027 the procedures are replaced; what the new form is called was not known when this was written."""
HAMLETS = ("thôn", "ấp", "khóm", "bản", "làng", "buôn", "bon", "xóm", "tổ dân phố", "khu phố")
LEAVING = {"hộ nghèo": "thoát nghèo", "hộ cận nghèo": "thoát cận nghèo"}
CLOSING = "Tôi cam đoan những điều ghi trên là đúng sự thật. Xin trân trọng cảm ơn."
NOTICE = (
    "Đơn do trợ lý tự động Chung Tay soạn theo lời khai của hộ; là nguyện vọng của hộ, không phải quyết định công "
    "nhận thoát nghèo. {form} được lập tại Ủy ban nhân dân cấp xã."
)
CODE_SIDE = 24
FOOT = (36, BREADTH - 36 - CODE_SIDE - 4, CODE_SIDE + 4)
"""Millimetres."""


@dataclass(frozen=True, slots=True)
class LetterFields:
    """
    What the household said, as it is to be read: "khóm 3", "phường Mỹ Xuyên", "thành phố Cần Thơ".
    """

    receipt: str
    head: str
    phone: str
    hamlet: str
    commune: str
    province: str
    was: str | None
    """The old address as people say it."""
    status_now: str
    """"hộ nghèo", "hộ cận nghèo" or "hộ mới thoát nghèo"."""
    poor_since: int | None
    leaving: str
    """What they register to leave: "hộ nghèo" or "hộ cận nghèo"."""
    year: int
    members: int
    workers: int
    income_band: str | None
    reason: str | None
    needs: tuple[str, ...]
    lacking: tuple[str, ...]
    helper: str | None
    """Who wrote for the household: "Trưởng khóm: Trần Văn B, ghi hộ ngày …, chủ hộ đồng ý bằng lời"."""
    sent_on: date


def letter_docx(fields: LetterFields) -> bytes:
    """
    The letter for Word, to be changed if need be.
    """
    return word.render(draft(fields), fields.sent_on)


def letter_pdf(fields: LetterFields) -> bytes:
    """
    The letter to be printed: one page for ordinary answers, more for long ones.
    """
    return pdf.render(draft(fields))


def draft(fields: LetterFields) -> Sheet:
    return Sheet(
        title=f"Đơn tự nguyện đăng ký thoát nghèo {name(fields.receipt)}",
        blocks=(*heading(fields), *who(fields), *how_things_are(fields), *request(fields), *endings(fields)),
    )


def heading(fields: LetterFields) -> tuple[Block, ...]:
    motto = Lines((Piece("Độc lập - Tự do - Hạnh phúc", bold=True),), "center", 14)
    place_and_date = f"{upper_first(name(fields.commune))}, {long_date(fields.sent_on)}"
    return (
        Lines((Piece("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True),), "center", 13),
        motto,
        Rule(motto),
        Lines((Piece(place_and_date, italic=True),), "right", before=8),
        Lines((Piece(TITLE, bold=True),), "center", 14, before=14),
        Lines((Piece(f"Năm {fields.year}", bold=True),), "center", 13),
        Lines((Piece("Kính gửi: "), Piece(addressee(fields), bold=True)), "center", before=10),
    )


def addressee(fields: LetterFields) -> str:
    return f"Chủ tịch Ủy ban nhân dân {name(fields.commune)}, {name(fields.province)}"


def who(fields: LetterFields) -> tuple[Block, ...]:
    home = ", ".join(name(part) for part in (fields.hamlet, fields.commune, fields.province) if part)
    return (
        said("Tôi tên là: ", name(fields.head), ", chủ hộ", before=12),
        said(f"Ngày sinh: {'…' * 13} Dân tộc: {'…' * 13}"),
        said(f"Số CCCD: {'…' * 16}", more=" (những chỗ để trống: điền tại xã)"),
        said("Điện thoại: ", name(fields.phone)),
        said("Nơi ở: ", home, f" (trước đây: {name(fields.was)})" if fields.was else ""),
    )


def how_things_are(fields: LetterFields) -> tuple[Block, ...]:
    answers = (
        ("Thu nhập (hộ tự ước): ", fields.income_band or ""),
        ("Còn thiếu: ", "; ".join(fields.lacking)),
        ("Lý do đăng ký: ", fields.reason or ""),
        ("Mong được hỗ trợ: ", "; ".join(fields.needs)),
    )
    return (
        said("Hiện nay gia đình tôi là: ", name(fields.status_now), since(fields)),
        said("Số người trong hộ: ", f"{fields.members} người, trong đó {fields.workers} lao động"),
        *(said(label, printable(answer)) for label, answer in answers if answer),
    )


def since(fields: LetterFields) -> str:
    if fields.poor_since is None:
        return ""
    still_poor = fields.status_now in LEAVING
    return (
        f", từ năm {fields.poor_since}"
        if still_poor
        else f" (trước đó có tên trong danh sách từ {fields.poor_since})"
    )


def request(fields: LetterFields) -> tuple[Block, ...]:
    leaving = LEAVING.get(fields.leaving, "thoát nghèo")
    return (
        Lines(
            (
                Piece("Nay tôi "),
                Piece(f"tự nguyện đăng ký phấn đấu {leaving} trong năm {fields.year}", bold=True),
                Piece(
                    f". Kính đề nghị Ủy ban nhân dân {name(fields.commune)} ghi nhận và hướng dẫn gia đình tôi làm "
                ),
                Piece("thủ tục theo quy định. Gia đình tôi sẽ cố gắng lao động để cuộc sống tốt hơn."),
            ),
            "justify",
            before=8,
            indented=True,
        ),
        Lines((Piece(CLOSING),), "justify", before=6, indented=True),
    )


def endings(fields: LetterFields) -> tuple[Block | Columns, ...]:
    helped = (Piece(f"Người ghi hộ – {printable(fields.helper)}", italic=True),) if fields.helper else ()
    return (
        *([Lines(helped, before=6)] if helped else []),
        Columns((BREADTH / 2, BREADTH / 2), (confirmation(fields), signature(fields)), before=14),
        Columns(
            (36, BREADTH - 36 - CODE_SIDE, CODE_SIDE), (receivers(), small_print(fields), code(fields)), before=12
        ),
    )


def confirmation(fields: LetterFields) -> tuple[Block, ...]:
    who = f"XÁC NHẬN CỦA {village_head(fields.hamlet).upper()}"
    return (centred(Piece(who, bold=True)), centred(Piece("(nếu có)", italic=True)))


def village_head(hamlet: str) -> str:
    """
    "khóm 3" has a "trưởng khóm".
    """
    kinds = (kind for kind in HAMLETS if hamlet.casefold().startswith(f"{kind} "))
    kind = next(kinds, "thôn")
    return f"tổ trưởng {kind}" if kind.startswith("tổ") else f"trưởng {kind}"


def signature(fields: LetterFields) -> tuple[Block, ...]:
    return (
        centred(Piece("NGƯỜI LÀM ĐƠN", bold=True)),
        centred(Piece("(ký, ghi rõ họ tên)", italic=True)),
        Gap(56),
        centred(Piece(name(fields.head), bold=True)),
    )


def receivers() -> tuple[Block, ...]:
    return (
        Lines((Piece("Nơi nhận:", bold=True),), size=12),
        Lines((Piece("- Như trên;"),), size=11),
        Lines((Piece("- Lưu: gia đình."),), size=11),
    )


def small_print(fields: LetterFields) -> tuple[Block, ...]:
    return (
        Lines((Piece(f"Mã đăng ký: {name(fields.receipt)}", bold=True),), size=12),
        Lines((Piece(NOTICE.format(form=official_form(fields.sent_on)), italic=True),), size=10.5),
    )


def official_form(day: date) -> str:
    known = day <= OFFICIAL_FORM_KNOWN_UNTIL
    return "Giấy đề nghị theo mẫu của Quyết định 24/2021/QĐ-TTg" if known else "Giấy đề nghị theo mẫu của Nhà nước"


def code(fields: LetterFields) -> tuple[Block, ...]:
    return (Code(name(fields.receipt), CODE_SIDE),)


def said(label: str, answer: str = "", more: str = "", before: float = 4) -> Lines:
    return Lines((Piece(label), Piece(answer, bold=True), Piece(more)), before=before)


def centred(piece: Piece) -> Lines:
    return Lines((piece,), "center")


def name(text: str) -> str:
    return printable(text, LONGEST_NAME)
