"""
Whether plain words at home want the registration: a statement of will begins it, a question about the way is answered
and offered it. Everything else is a question for the library, so this is strict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.flow import Tools
from knowledge.text import fold

LEAVE = (
    r"(?:thoat (?:ho )?(?:can )?ngheo|thoat khoi (?:dien |danh sach )?(?:ho )?(?:can )?ngheo|"
    r"ra khoi (?:dien |danh sach |so )?(?:ho )?(?:can )?ngheo|"
    r"rut ten (?:ra )?(?:khoi )?(?:danh sach )?ho (?:can )?ngheo)"
)
SELF = r"(?:nha|gia dinh|ho nha|vo chong|me con|em|toi|tui|minh|chau|con|ba|bac|chu|co|ong|tau|choa)"
CLEARLY_SELF = r"(?:nha|gia dinh|em|toi|tui|minh|chau)"
AND_SO_ON = r"(?: (?!khong|chua|ko|hong)\w+){0,5}"
OTHERS = re.compile(
    r"\b(?:ba con(?! (?:toi|tui|em|nha|minh)\b)|van dong|tuyen truyen|khuyen khich|dong vien|can bo|to chuc|"
    r"giup (?:dan|ho|nguoi)|ho (?:ho|nguoi) |nguoi dan|nguoi ngheo)\b"
)
"""Words of somebody who speaks about others: an officer, a village head."""
WANTS = r"(?:muon|mun|xin|dinh|quyet tam|tu nguyen|nguyen|cho|nho ghi|ghi)"
WILL = re.compile(
    rf"\b(?:{SELF}(?: {SELF}| nay| cung| da| gio| nam nay| that su| rat)*|{CLEARLY_SELF}{AND_SO_ON}) {WANTS}"
    rf"(?: (?:duoc|xin|dang ky|dang ki|ghi ten|lam don|viet don|nop don|tu nguyen|de|lam|viec|cho|{SELF}))* {LEAVE}\b"
    rf"|\b(?:xin|cho|giup|ghi ten|nho)(?: {SELF})* (?:duoc )?(?:dang ky|dang ki|ghi ten|lam don) (?:xin )?{LEAVE}\b"
    rf"|\b{SELF} (?:dang ky|dang ki) (?:xin )?{LEAVE}\b"
    rf"|\b(?:xin|muon) (?:duoc )?{LEAVE}(?: cho)? {SELF}\b"
)
ALONE = re.compile(
    rf"(?:(?:{SELF}|muon|xin|cho|giup|da) )*(?:dang ky|dang ki|ghi ten|lam don|viet don)(?: dang ky)?(?: xin)? "
    rf"{LEAVE}(?: di| ngay)?"
    r"|(?:viet|lam)? ?(?:tiep tuc|tiep) (?:cai |to )?(?:don|dang ky)(?: dang)?(?: viet)?(?: do)?"
)
HELPS = re.compile(
    r"\b(?:dang ky|dang ki|dk|dki|ghi|lam don|viet don|khai)(?: (?:don|dum don|thoat ngheo))*"
    r" (?:(?:giup|gium|dum|thay|cho|ho|nha|may|don|mot|them) )+"
    r"(?:nha (?:ba|ong|co|chu|bac|anh|chi|hang xom|nguoi)|ba|ong|co|chu|bac|anh|chi|cau|mo|hang xom|nguoi|nha khac|"
    r"(?:ho |nha )?(?:khac|nua)|ho (?:can )?ngheo)\b"
    r"(?! (?:toi|tui|em|minh)\b)"
)
"""Somebody registers another household: "dang ky giup ba hang xom", "muon dang ky giup ho ngheo trong ap"."""
OWN_HOUSE = re.compile(r"\b(?:nha|gia dinh|vo chong|me con) (?:em|toi|tui|minh|con|chau)\b")
ASKS = re.compile(
    r"\b(?:gi|sao|nao|dau|ai|may|bao nhieu|bao lau|bao gio|khi|neu|hay khong|khong a|thu tuc|huong dan|the|mo|rang|"
    r"tieu chi|tieu chuan|dieu kien|khen|thuong|ke hoach|phong trao|muc|quy dinh|chi tieu|ty le|ti le|han|cac|"
    r"nhung|nguoi ta)\b|\b(?:khong|chua)$"
)
HOW = re.compile(
    r"\b(?:sao|the nao|lam gi|o dau|cho nao|gap ai|thu tuc|nop|huong dan|bang cach|cach|giay to|don|o mo|mo|rang)\b"
)
POLITE_START = re.compile(r"^(?:da|alo|chao|ad|oi|a|bot|thua|can bo)(?: (?:ad|bot|can bo|a|oi|em|anh|chi))* ")
POLITE_END = re.compile(r"(?: (?:a|nhe|nha|voi|di|nghe))+$")
LEAVES = re.compile(rf"\b{LEAVE}\b")
REGISTERS = re.compile(r"\b(?:dang ky|dang ki|muon|xin|lam don|viet don|ghi ten)\b")
LONGEST = 20
"""Words of a statement of will; what is longer tells more than that."""


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What a message wants of the registration: to begin it, or to be told how.
    """

    begins: bool
    asks_how: bool
    who: str | None = None
    """Whose it is, where the words say it: "own" house, or "help" for another one."""


def wish_of(text: str, tools: Tools) -> Wish:
    """
    Whether a message says that its household wants to leave the poor list, or asks how to.
    """
    spelled = " ".join(re.findall(r"\w+", fold(tools.spell_out(text))))
    said = POLITE_END.sub("", POLITE_START.sub("", spelled))
    asks, leaves = "?" in text or bool(ASKS.search(said)), bool(LEAVES.search(said))
    typed = " ".join(re.findall(r"\w+", fold(text)))
    wills = ALONE.fullmatch(said) or WILL.search(said) or WILL.search(typed)
    helps = bool(HELPS.search(said) or HELPS.search(typed))
    own = bool(OWN_HOUSE.search(said)) and not helps
    wants = helps or (bool(wills) and not OTHERS.search(said))
    begins = not asks and len(said.split()) <= LONGEST and wants
    asks_how = asks and leaves and bool(HOW.search(said) and REGISTERS.search(said))
    return Wish(begins, asks_how, "help" if helps else "own" if own else None)


OWN = r"(?:toi|em|tui|minh|nha|con|chau|gia dinh)"
MATTERS = (
    ("xacnhan", re.compile(r"(?:ma )?xac nhan (?:la |ma )?\d{8}")),
    (
        "yeucau",
        re.compile(
            r"\b(?:khieu nai|to cao)\b.*\b(?:du lieu|thong tin (?:cua|ve|ca nhan|rieng))\b"
            rf"|\b(?:yeu cau|phan anh)\b.*\b(?:du lieu|thong tin) (?:ca nhan|rieng|(?:cua|ve) {OWN})\b"
        ),
    ),
    (
        "xoadulieu",
        re.compile(
            rf"\bxoa (?:het |giup |dum |gium |toan bo |tat ca )*(?:du lieu|thong tin)"
            rf"(?: (?:cua|ve) {OWN}\b| di| ca nhan|$)"
        ),
    ),
    (
        "dulieu",
        re.compile(
            r"\b(?:xem|giu|luu) (?:lai |nhung |cac |het )*(?:du lieu|thong tin) (?:gi )?"
            rf"(?:cua|ve) {OWN}\b"
        ),
    ),
    (
        "rutdon",
        re.compile(
            r"\b(?:rut|huy|bo) (?:lai )?(?:cai |to )?(?:don|dang ky)\b(?!.*\bkhoi\b)|\bkhong (?:muon )?dang ky nua\b"
        ),
    ),
    ("suadon", re.compile(r"\b(?:sua|doi) (?:lai )?(?:cai |to )?(?:don|ho so|so dien thoai trong don)\b")),
    (
        "hoso",
        re.compile(
            r"\b(?:don|ho so)(?: dang ky)?(?: thoat ngheo)? (?:cua )?"
            r"(?:toi|em|tui|minh|nha(?: toi| em| minh)?|con|chau)\b"
            r".*\b(?:toi dau|den dau|sao roi|the nao roi|xong chua|duyet chua|co ket qua)\b"
            r"|\bxem (?:lai )?don (?:cua|da gui)\b"
        ),
    ),
    (
        "dungnhac",
        re.compile(
            r"\b(?:dung|thoi|ngung|tat) (?:co |het |moi )?(?:nhac|tin nhac|nhan tin nhac|nhan nhac)"
            r"(?: (?:nua|viec|toi|tui|em))*$"
        ),
    ),
)
"""Commands about one's own, and the words that mean them; the first that fits."""
LONGEST_MATTER = 14


def own_matter(text: str, tools: Tools) -> str | None:
    """
    The command that plain words about one's own registration or data mean, if any.
    """
    said = " ".join(re.findall(r"\w+", fold(tools.spell_out(text))))
    if not said or len(said.split()) > LONGEST_MATTER:
        return None
    return next((command for command, pattern in MATTERS if pattern.search(said)), None)
