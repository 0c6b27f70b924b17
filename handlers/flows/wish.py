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
SELF = r"(?:nha|gia dinh|ho nha|vo chong|me con|ba con|em|toi|tui|minh|chau|con|ba|bac|chu|co|ong|tau|choa)"
WANTS = r"(?:muon|xin|dinh|quyet tam|tu nguyen|nguyen|cho|nho ghi|ghi)"
WILL = re.compile(
    rf"\b{SELF}(?: {SELF}| nay| cung| da| gio| nam nay| that su| rat)* {WANTS}"
    rf"(?: (?:duoc|xin|dang ky|dang ki|ghi ten|lam don|viet don|nop don|tu nguyen|de|lam|viec|cho|{SELF}))* {LEAVE}\b"
    rf"|\b(?:xin|cho|giup|ghi ten|nho)(?: {SELF})* (?:duoc )?(?:dang ky|dang ki|ghi ten|lam don) (?:xin )?{LEAVE}\b"
    rf"|\b{SELF} (?:dang ky|dang ki) (?:xin )?{LEAVE}\b"
)
ALONE = re.compile(
    rf"(?:(?:{SELF}|muon|xin|cho|giup|da) )*(?:dang ky|dang ki|ghi ten|lam don|viet don)(?: dang ky)?(?: xin)? "
    rf"{LEAVE}(?: di| ngay)?"
    r"|(?:viet|lam)? ?(?:tiep tuc|tiep) (?:cai |to )?(?:don|dang ky)(?: dang)?(?: viet)?(?: do)?"
)
ASKS = re.compile(
    r"\b(?:gi|sao|nao|dau|ai|may|bao nhieu|bao lau|bao gio|khi|neu|hay khong|khong a|thu tuc|huong dan|the|mo|rang|"
    r"tieu chi|tieu chuan|dieu kien|khen|thuong|ke hoach|phong trao|muc|quy dinh|chi tieu|ty le|ti le|han|cac|"
    r"nhung|nguoi ta)\b|\b(?:khong|chua)$"
)
HOW = re.compile(
    r"\b(?:sao|the nao|o dau|cho nao|gap ai|thu tuc|nop|huong dan|bang cach|cach|giay to|don|o mo|mo|rang)\b"
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


def wish_of(text: str, tools: Tools) -> Wish:
    """
    Whether a message says that its household wants to leave the poor list, or asks how to.
    """
    spelled = " ".join(re.findall(r"\w+", fold(tools.spell_out(text))))
    said = POLITE_END.sub("", POLITE_START.sub("", spelled))
    asks, leaves = "?" in text or bool(ASKS.search(said)), bool(LEAVES.search(said))
    begins = not asks and len(said.split()) <= LONGEST and bool(ALONE.fullmatch(said) or WILL.search(said))
    return Wish(begins, asks and leaves and bool(HOW.search(said) and REGISTERS.search(said)))
