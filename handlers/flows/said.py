"""
What plain words of an officer about deadlines mean: "em nộp báo cáo rồi, số 45/BC-UBND", "mai nhắc lại", "xã nào chưa
nộp?". Read without diacritics; a question is none of them but the board's.
"""

from __future__ import annotations

import re
from enum import StrEnum

from handlers.flow import POLITE
from handlers.flows.dated import words_of
from knowledge.text import clean, fold


class Meant(StrEnum):
    """
    What was meant: handed in, not yet, that was a slip, remind me later, change a day, the board, the calendar.
    """

    DONE = "done"
    NOT_YET = "not yet"
    SLIP = "undo"
    LATER = "later"
    CHANGE = "change"
    BOARD = "board"
    CALENDAR = "ics"


LONGEST = 16
"""Words of a message that says no more than that."""
LONGEST_NUMBER = 64
HAND_IN = r"(?:nop|gui|goi|trinh|bao cao|hoan thanh|lam|xong)"
DONE = re.compile(
    rf"\b(?:da|moi|vua)(?: (?:em|toi|minh|xa|phuong|ben em))? {HAND_IN}\b"
    r"|\b(?:nop|gui|goi|trinh|bao cao|hoan thanh)\b.*\b(?:roi|xong)\b|\blam xong\b"
    r"|^(?:(?:bao cao|viec (?:nay|do)|cai (?:nay|do)) )?(?:da )?xong(?: het)?(?: roi)?$"
)
NOT_YET = re.compile(rf"\bchua {HAND_IN}\b|\bchua kip\b|\bkhong kip\b|\bbi tra\b")
PAST = re.compile(rf"\b(?:da|moi|vua)(?: \w+){{0,2}} {HAND_IN}\b")
PROMISED = re.compile(
    rf"\b(?:se|sap|gan|dinh|du kien|co gang|(?<!khong )(?:phai|can)|de (?:em|toi|minh|xa|phuong))\b.*\b{HAND_IN}\b"
    rf"|(?<!chi )(?<!anh )(?<!co )(?<!ba )\b(?:mai|mot|tuan (?:sau|toi)|thang sau)\b.*\b{HAND_IN}\b(?!.*\broi$)"
)
"""Says that it will be handed in, which stops no reminder."""
SLIP = re.compile(r"\b(?:bam|ghi|go|nhan|bao) nham\b|^nham(?: roi)?$")
ASKS = re.compile(
    r"\b(?:gi|nao|ai|dau|sao|bao gio|bao lau|bao nhieu|ngay may|may ngay|neu|phai khong|duoc khong|hay thoi)\b"
    r"|\b(?:chua|khong|ko|hong)(?: (?:a|vay|nhi|ha|em|anh|chi|ban|bot|ta|the))*$"
)
OTHERS = re.compile(
    r"^(?:ho|dan|nguoi|ba con|nha|gia dinh|cac ho)\b|\b(?:don|ho so|dang ky|vay|von|tien|bao hiem|cau hoi|yeu cau)\b"
)
"""Speaks of somebody else's matters, or of other papers."""
BOARD = re.compile(
    r"\b(?:ai|(?:xa|phuong|don vi|noi|cho) nao|(?:bao nhieu|may|nhung) (?:xa|phuong|don vi|noi))\b"
    rf".*\b(?:chua|da|con thieu)\b.*\b{HAND_IN}\b"
    r"|^(?:xem |cho \w+ xem )?tien do(?: (?:nop|bao cao|cua|cac|xa|phuong|don vi|den|toi|dau|sao|the nao|roi|ra))*$"
    r"|\bnhac (?:cac |tat ca |het |nhung )+(?:xa|phuong|don vi|noi)\b"
)
CHANGE = re.compile(
    r"^(?:(?:cho|xin|muon|can) )*(?:(?:xoa|bo|huy|doi|sua|lui|hoan)(?: (?:lai|cai|cac|ngay))* han|gia han)\b"
)
CALENDAR = re.compile(
    r"\b(?:tai|xuat|gui|lay|xin|dong bo|them)(?: \w+){0,3} lich\b(?! (?:su|hop|kham|hoc|xet|tiep))|\bfile ics\b"
)
TIME = re.compile(
    r"mai|mot|sang|trua|chieu|toi|ngay|hom|bua|gio|tieng|phut|tuan|nua|lat|chut|ti|xiu|khac|kia|sau|ba|hai"
)
FILLING = re.compile(r"nhac|lai|hen|khat|de|doi|cho|vao|luc|khoang|do|dong|ho|qua|khi|ve|chi|anh|roi|thi|\d{1,2}")
PUTS_OFF = re.compile(r"nhac|lai|hen|khat|de|doi")
AN_HOUR = re.compile(r"\b(?:1|mot) (?:gio|tieng)\b|\b(?:lat|chut|ti|xiu)\b")
THREE_DAYS = re.compile(r"\b(?:3|ba) (?:ngay|hom|bua)\b")
TOMORROW = re.compile(r"\bmai\b")

NAMED = re.compile(
    r"(?<![\w/])(?:\d+(?:\s?[/.-]\s?\d+)*\s?[/-]\s?(?=[^\W\d_])|[^\W\d_][\w.]{0,9}\s?[/-]\s?(?=\d))[\w/.&-]+.*"
)
"""A number with the signs of who wrote it, and what follows: "45/BC-UBND ngày 20/11/2026"."""
BARE = re.compile(r"[^\W\d_]{0,4}\d{1,6}(?:/\d{4})?(?:,?\s+ng[aà]y\s+[\d/.-]+)?", re.IGNORECASE)
NO_NUMBER = re.compile(
    r"\b(?:chua|khong|ko) (?:co |nho |ro |can |ghi )?so\b"
    r"|^(?:(?:da|em|a|toi|minh) )*(?:khong|ko|chua)(?: (?:co|nho|ro|biet|a|em))*$|^bo qua\b"
)
BEFORE = re.compile(
    r"so|hieu|ky|vb|van|ban|bc|bao|cao|cv|cong|to|trinh|ttr|kh|ke|hoach|qd|quyet|dinh|la|theo|thi|co|day|roi|xong|da|"
    r"vua|moi|nop|gui|danh|sach"
)
"""Words, beside those of politeness, that may stand before a number and belong to none."""


def meant(text: str, spelled: str) -> Meant | None:
    """
    What a message means; `spelled` is the same with short forms spelled out.
    """
    said = words_of(spelled)
    if not said or len(said.split()) > LONGEST:
        return None
    if BOARD.search(said):
        return Meant.BOARD
    if CHANGE.search(" ".join(word for word in said.split() if word not in POLITE)):
        return Meant.CHANGE
    if CALENDAR.search(said):
        return Meant.CALENDAR
    if _says_later(said):
        return Meant.LATER
    if asks(text) or OTHERS.search(said):
        return None
    found = ((Meant.SLIP, SLIP), (Meant.NOT_YET, NOT_YET), (Meant.DONE, DONE))
    what = next((what for what, pattern in found if pattern.search(said)), None)
    return Meant.NOT_YET if what is Meant.DONE and _promises(said) else what


def asks(text: str) -> bool:
    """
    Whether a message asks something.
    """
    return "?" in text or ASKS.search(words_of(text)) is not None


def _promises(said: str) -> bool:
    return PROMISED.search(said) is not None and PAST.search(said) is None


def _says_later(said: str) -> bool:
    """
    Whether all of it is about being reminded at another time.
    """
    words = said.split()
    telling = [word for word in words if word not in POLITE]
    timed = any(TIME.fullmatch(word) for word in telling)
    if not telling or not all(TIME.fullmatch(word) or FILLING.fullmatch(word) for word in telling):
        return False
    return ("nhac" in words and (timed or "lai" in words)) or (timed and bool(PUTS_OFF.fullmatch(telling[0])))


def when(spelled: str) -> str:
    """
    The time at which to remind again that was said: "hour", "tomorrow", "three"; "later" for none of these.
    """
    said = words_of(spelled)
    if THREE_DAYS.search(said):
        return "three"
    if re.search(r"\d|\b(?:chieu|trua|tuan|phut)\b", said) and not AN_HOUR.search(said):
        return "later"
    return "tomorrow" if TOMORROW.search(said) else "hour" if AN_HOUR.search(said) else "later"


def document(text: str) -> str | None:
    """
    The number of a document as it was typed, without the words around it; None where there is none.
    """
    if found := NAMED.search(clean(text)):
        number = _trimmed(found[0].split())
    else:
        words = clean(text).split()
        while words and _leads(fold(words[0]).strip(".,:;")):
            words = words[1:]
        number = _trimmed(words)
        if not BARE.fullmatch(number):
            return None
    return number if len(number) <= LONGEST_NUMBER else None


def without_number(text: str) -> bool:
    """
    Whether it is said that a document has no number.
    """
    return NO_NUMBER.search(words_of(text)) is not None


def _leads(word: str) -> bool:
    return word in POLITE or BEFORE.fullmatch(word) is not None


def _trimmed(words: list[str]) -> str:
    """
    Words without the politeness at their end, on one line.
    """
    while words and fold(words[-1]).strip(".,;!") in POLITE | {"roi"}:
        words = words[:-1]
    return " ".join(words).rstrip(" .,;")
