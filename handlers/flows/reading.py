"""
What people type in answer to a question of the form, read as values. None where it says nothing of the kind.

Words are matched without diacritics; what is kept is what was typed, tidied.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from rapidfuzz.distance import OSA, Indel

from knowledge.numbers import DIGITS
from knowledge.spelling import without_telex
from knowledge.text import clean, fold

IDENTITY = re.compile(r"(?<![\d+])(?:\d[ .-]?){8}\d(?:(?:[ .-]?\d){3})?(?![ .-]?\d)")
"""Nine or twelve digits: the old and the new identity number."""
MOBILE = re.compile(r"0(?:3\d|5[125689]|7[06-9]|8[1-9]|9\d)\d{7}")
LANDLINE = re.compile(r"02\d{9}")
"""Mobile numbers have ten digits, landline numbers eleven; the prefixes agree with libphonenumber of 2026."""
PHONE_RUN = re.compile(r"\+?[\doO(][\doO\s.,()\-]*")
SPOKEN = {**DIGITS, "mot": "1", "tu": "4", "nham": "5", "bay": "7", "hong": "0", "ko": "0", "linh": "0", "khg": "0"}
POLITE = frozenset(
    [
        "a",
        "ạ",
        "da",
        "dạ",
        "vang",
        "vâng",
        "nhe",
        "nhé",
        "nha",
        "nghe",
        "di",
        "đi",
        "em",
        "oi",
        "ơi",
        "ad",
        "bot",
        "toi",
        "tôi",
        "cho",
        "giup",
        "giúp",
    ]
)

QUESTION = re.compile(
    r"\?|\b(?:la gi|gi vay|gi the|lam gi|can gi|duoc gi|mat gi|gi khong|lam sao|sao vay|vi sao|tai sao|ra sao|"
    r"the nao|nhu nao|o dau|cho nao|khi nao|bao gio|chung nao|bao lau|bao nhieu|may ngay|ai xem|ai biet|ai quyet|"
    r"hoi ai|gap ai|(?:nam|ngay|thang|noi|xa|dien|don|so|giay to|ten|cai|luc|loai|ho) nao|"
    r"co phai|co duoc|co bi|co mat|co con|co can|duoc khong|phai khong|co sao khong|hay khong)\b"
    r"|\b(?:khong|hong|hok|ko|k|chua)(?: a| vay| bot)?$"
)
WONDERS = re.compile(
    r"\b(?:la gi|gi vay|gi the|lam gi|can gi|duoc gi|mat gi|lam sao|vi sao|tai sao|ra sao|the nao|o dau|cho nao|"
    r"khi nao|bao gio|chung nao|bao lau|bao nhieu|may ngay|ai xem|ai biet|ai quyet|hoi ai|gap ai|"
    r"(?:nam|ngay|thang|noi|xa|dien|don|so|giay to|ten|cai|luc|loai|ho) nao)\b"
)
PUTS_OFF = re.compile(
    r"^(?:gio |nay |hom nay |dang )*ban (?:qua|roi)\b|\bdang ban\b|\bban (?:lam|viec|lu|xiu) (?:roi|qua|lam)\b"
    r"|\b(?:de|hen|doi) (?:mai|sau|lat|bua|hom|toi|chieu|chut|luc|khi|ti|xiu)\b"
    r"|\bmai (?:lam|tiep|tinh|viet|ghi|noi|dang ky)\b|\b(?:bua|hom|luc|dip) (?:khac|sau)\b"
    r"|\b(?:lat|chut|ti|xiu) nua\b"
)
GIVES_UP = re.compile(
    r"(?:(?:thoi|dung|ngung|nghi) ?)*"
    r"(?:(?:khong|ko|k|hong|khoi|chang|chan) (?:(?:can|muon|them|thich) )?"
    r"(?:lam|dang ky|dang ki|dk|ghi|viet|dien|khai|tra loi|hoi|gui|tiep tuc|nua)"
    r"(?: don)?(?: nua| tiep| dau| luon| gi)*)(?: dau| nua)?"
    r"|(?:thoi |dung )+(?:nghi|bo|dung|khoi|khong|ko|nua)(?: nua| luon| lam| dang ky)*"
)
LONGEST_REFUSAL = 9
"""Words."""
ABOUT_THE_FORM = re.compile(
    r"\b(?:sao|tai sao|vi sao|chi) (?:lai |ma |phai |can |bot )*(?:hoi|khai|ghi|cho)\b|\b(?:hoi|khai|ghi|lay|biet)"
    r"(?: \w+){0,3} (?:lam gi|de lam gi|lam chi)\b|\bai (?:xem|biet|thay|doc)\b"
    r"|\b(?:co bi|so bi|co) (?:lo|lua|lua dao)\b"
)
DENIES = re.compile(r"^(?:da )?(?:khong|ko|k|hong|chua)\b|\bkhong (?:nho|biet|co|phai|dung)\b")
DENIALS = frozenset(
    {"khong", "ko", "k", "hong", "sai", "sai roi", "khong phai", "khong dung", "ko phai", "ko dung", "chua dung"}
)
WRONG = DENIALS - {"khong", "ko", "k", "hong"}
"""What says that something was understood wrong, and nothing else."""
ASSENTS = frozenset(
    {"dung", "dung roi", "phai", "phai roi", "chinh xac", "dung vay", "dung do", "chuan", "la no", "duoc", "dc", "co"}
)
NODS = frozenset({"ok", "oke", "okie", "u", "uh", "uk", "um", "da", "vang", "da vang"})
"""Enough to confirm what was understood; never a consent."""
SHORT_NO = 3
"""Words. "không", "dạ không ạ" is an answer and no question."""


def looks_like_question(text: str) -> bool:
    """
    Whether a text asks something.
    """
    folded = fold(clean(text)).rstrip(" .!")
    if surely_named(text):
        return False
    if len(folded.split()) <= SHORT_NO and "?" not in folded and DENIES.search(folded):
        return False
    return bool(QUESTION.search(folded) or ABOUT_THE_FORM.search(folded))


def wonders(text: str) -> bool:
    """
    Whether a text asks for what, who, when or how: such words are no answer, though a year or a number stands in
    them. "2019 phải không?" is one.
    """
    folded = fold(clean(text))
    return bool(WONDERS.search(folded)) and not DENIES.search(folded) and not FORGOT.search(folded)


def puts_off(text: str) -> bool:
    """
    Whether a short message says that it is for another time: "toi ban qua de mai".
    """
    said = bare(text)
    if surely_named(text):
        return False
    return len(said.split()) <= LONGEST_REFUSAL and bool(PUTS_OFF.search(said)) and not re.search(r"\d", said)


def gives_up(text: str) -> bool:
    """
    Whether a message says that the writer does not go on, and nothing else: "thoi khong lam nua".
    """
    return bool(GIVES_UP.fullmatch(bare(text)))


def asks_about_the_form(text: str) -> bool:
    """
    Whether a question is why something is asked here, or who will see it.
    """
    return bool(ABOUT_THE_FORM.search(fold(clean(text))))


def holds_identity_number(text: str, lengths: Collection[int] = (9, 12)) -> bool:
    """
    Whether a text holds nine or twelve digits in one, as an identity card's number.
    """
    return any(len(_digits(found)) in lengths for found in IDENTITY.findall(clean(text)))


def bare(text: str) -> str:
    """
    The folded words of a text without those of politeness: "dạ quay lại giúp em" → "quay lai".
    """
    words = re.findall(r"\w+", fold(clean(text)))
    return " ".join(word for word in words if word not in POLITE)


def assents(text: str) -> bool:
    """
    Whether a message says that something was understood right.
    """
    return bare(text) in ASSENTS | NODS or fold(clean(text)).rstrip(" .!") in NODS


# Slips

SLIP_FROM = 6
"""Letters of a phrase, blanks counted, from which a slip is forgiven."""


def holds(text: str, phrase: str) -> bool:
    """
    Whether a text holds the words of a phrase, or these with one slip: letters swapped, one missing, one too many,
    the keys of Telex left as they are. Another letter is another word: "còn nghèo" is not "cận nghèo".
    """
    words, wanted = _words(text), _words(phrase)
    runs = (words[at : at + len(wanted)] for at in range(len(words) - len(wanted) + 1))
    return any(_meant(run, wanted) for run in runs)


def nearly(text: str, phrase: str) -> bool:
    """
    Whether a text is a phrase but for one slip and politeness.
    """
    return _meant(bare(text).split(), _words(phrase))


def begins(text: str, phrase: str) -> bool:
    """
    Whether a text is the first words of a phrase: "goi dien" of "Gọi điện, nói đồng ý".
    """
    said, wanted = bare(text).split(), _words(phrase)
    return len(said) > 1 and wanted[: len(said)] == said


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(clean(text)))


def _meant(typed: Sequence[str], wanted: Sequence[str]) -> bool:
    said, meant = " ".join(typed), " ".join(wanted)
    if said == meant or len(meant) < SLIP_FROM:
        return said == meant
    swapped = sorted(said) == sorted(meant) and OSA.distance(said, meant) == 1
    return swapped or Indel.distance(said, meant) == 1 or " ".join(map(without_telex, typed)) == meant


def _undoubled(folded: str) -> str:
    """
    Without letters that were pressed twice: no word has two of a kind in a row.
    """
    return re.sub(r"([a-z])\1+", r"\1", folded)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


# Names

NAME_LEAD = re.compile(
    r"^(?:(?:dạ|da|thưa|thua|vâng|vang)\b[ ,]*)*"
    r"(?:(?:chủ hộ|chu ho|tôi|toi|tui|em|con|cháu|chau|mình|minh|tên|ten|họ tên|ho ten|họ và tên|ho va ten|là|la)"
    r"[ :,]+)*",
    re.IGNORECASE,
)
NAME_TAIL = re.compile(r"(?:[ ,]+(?:ạ|nhé|nhe|nha|nghe))+$", re.IGNORECASE)
TITLE = re.compile(r"^(?:ông|bà|anh|chị|cô|chú|bác|ong|chi|chu|bac) (?=\w+ \w+)", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
NO_SURNAMES = frozenset(
    {"ok", "oke", "gui", "duoc", "thoi", "khong", "ko", "muon", "xin", "cho", "toi", "tui", "nha", "em", "vay", "roi"}
    | {"rut", "goi", "xoa", "huy", "ghi", "nop", "hom", "bua", "khieu", "cua", "nhung"}
    | {"chua", "quay", "so", "de", "vang", "uh", "hoi", "biet", "sua", "sai", "dung", "viet", "doc", "gio", "ngheo"}
)
"""What a sentence may begin with and no name does; folded, so nothing that is also a surname without its marks."""
LONGEST_NAME = 60
"""Characters."""
NO_NAMES = re.compile(
    r"(?:khong )?(?:dong y|xac nhan)|tiep (?:tuc|theo|di)|cam on|bo qua|giu nguyen|nhu (?:cu|tren)|bat dau"
    r"|ca (?:hai|ba|nha)|hang xom"
    r"|(?:chong|me|cha|bo|ba|con|anh|chi|bac|co|di|cau)"
    r"(?: (?:noi|ngoai|trai|gai|re|dau|chong|vo|ruot|toi|tui|em|minh|con|chau|cua))+"
    r"|(?:vo|chau|chu|ma|ong)(?: (?:noi|ngoai|re|dau|ruot|toi|tui|cua))+"
)
"""Two words or more that are typed at any question, and kin without a name; folded."""


def name_in(text: str) -> str | None:
    """
    A person's full name, two to eight words of letters: "dạ em tên nguyễn thị lan ạ" → "Nguyễn Thị Lan".
    """
    if NO_NAMES.fullmatch(bare(text)) or NO_NAMES.fullmatch(" ".join(_words(text))):
        return None
    tidy = TITLE.sub("", NAME_TAIL.sub("", NAME_LEAD.sub("", clean(text).strip(" .,;:!"))))
    words = tidy.split()
    if not 2 <= len(words) <= 8 or len(tidy) > LONGEST_NAME or fold(words[0]) in NO_SURNAMES:
        return None
    if not all(LETTERS.fullmatch(word) for word in words):
        return None
    return tidy.title() if tidy in {tidy.lower(), tidy.upper()} else tidy


SURNAMES = frozenset(
    {"nguyen", "tran", "le", "pham", "huynh", "hoang", "vo", "vu", "phan", "dang", "bui", "do", "ho", "ngo", "duong"}
    | {"ly", "thach", "son", "lam", "dinh", "trinh", "mai", "cao", "kim", "danh", "chau", "quach", "dieu", "ha"}
)
MIDDLES = frozenset({"thi", "van"})


CLEAR_SURNAMES = frozenset({"nguyen", "tran", "le", "pham", "huynh", "hoang", "bui", "thach", "trinh", "quach"})
"""Those that begin no sentence without their marks; "vo" may be a wife, "duong" a road."""
BEFORE_HONG = re.compile(
    r"\b(?:ngheo|can|chong|khau|dang ky|dang ki|duoc|dc|co|phai|roi|muon|biet|nua|di|gi|xong|toi|chua|em|minh) ?\b"
)
"""What stands in a question that ends with "hông", and in no name that ends with Hồng."""
ASKS_LAST = re.compile(r"\b(?:khong|hok|ko|k|chua)$")
LONGEST_NAMED = 5
"""Words."""


def surely_named(text: str) -> bool:
    """
    Whether a message is a person's name though its words ask or put off in other mouths: "pham thi hong",
    "tran chi khai", "le mai lam".
    """
    words = fold(name_in(text) or "").split()
    said = " ".join(words)
    if not 2 <= len(words) <= LONGEST_NAMED or "?" in text or WONDERS.search(said) or ASKS_LAST.search(said):
        return False
    if words[1] in MIDDLES or words[0] in CLEAR_SURNAMES:
        return True
    marked = "hồng" in clean(text).casefold()
    return words[-1] == "hong" and (marked or (words[0] in SURNAMES and not BEFORE_HONG.search(said)))


def is_a_name(text: str) -> bool:
    """
    Whether a message is surely a person's name and nothing else: "le thi hoa", "da em ten Tran Van Bay". Only names
    with "thị" or "văn" are sure: "hồ nghèo" is not one.
    """
    words = fold(name_in(text) or "").split()
    return len(words) in range(3, 6) and words[0] in SURNAMES and words[1] in MIDDLES


# Telephones


def phone_in(text: str) -> str | None:
    """
    A Vietnamese telephone number as its digits, from 0: "+84 912.345.678" → "0912345678"; also said digit by digit.
    """
    tidy = clean(text)
    runs = [_national(_digits(re.sub("[oO]", "0", run))) for run in PHONE_RUN.findall(tidy)]
    runs.append(_national(_spoken_digits(tidy)))
    return next((run for run in runs if MOBILE.fullmatch(run) or LANDLINE.fullmatch(run)), None)


def _national(digits: str) -> str:
    return re.sub(r"^(?:00)?84(?=\d{9,10}$)0?", "0", digits)


def _spoken_digits(text: str) -> str:
    words = re.findall(r"\w+", fold(text))
    said = "".join(word if word.isascii() and word.isdigit() else SPOKEN.get(word, "") for word in words)
    return re.sub(r"^(?=84\d{9}$)", "00", said)


NO_PHONE = "không có"


def phone_shown(digits: str) -> str:
    """
    A telephone number in groups: "0912 345 678"; of a household without any, that it has none.
    """
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if digits else NO_PHONE


# Numbers

NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12, "muoi ba": 13, "muoi bon": 14, "muoi lam": 15,
}  # fmt: skip
COUNT = r"(\d{1,3}|muoi (?:mot|hai|ba|bon|lam)|" + "|".join(word for word in NUMBERS if " " not in word) + ")"
MEMBERS = re.compile(rf"\b{COUNT} (?:nguoi(?! (?:di )?lam| lao dong)|khau|nhan khau|thanh vien|mieng an)\b")
WORKERS = re.compile(rf"\b{COUNT} (?:nguoi |vo chong |dua |con )?(?:lao dong|ld|di lam|lam)\b")
FEW = re.compile(r"(?P<pair>(?:hai |2 )?(?:vo chong|ong ba)(?: gia)?)|(?:mot|1|co) minh|minh")
"""Households that are counted in words: a couple, somebody alone."""
ONLY = re.compile(rf"{COUNT}(?: (?:nguoi|khau|nhan khau|dua|lao dong|ld))?")
TWO = re.compile(r"(\d{1,2})(?: |/|, ?|-)(\d{1,2})")
NOBODY = re.compile(r"\b(?:khong|k|ko|hong|chua)(?: co)? (?:ai|nguoi nao)|\b(?:khong|ko) co lao dong|^(?:khong|ko)$")


def members_in(text: str) -> tuple[int, int | None] | None:
    """
    How many people, and how many of them work where it was said too: "nhà 4 người 2 lao động" → (4, 2).
    """
    folded = _said(text)
    if few := FEW.fullmatch(_unled(folded)):
        return (2 if few["pair"] else 1), None
    if two := TWO.fullmatch(folded):
        return int(two[1]), int(two[2])
    people, work = MEMBERS.search(folded), WORKERS.search(folded)
    if people:
        return _count(people[1]), _count(work[1]) if work else None
    only = ONLY.fullmatch(_unled(folded))
    return (_count(only[1]), None) if only else None


def workers_in(text: str) -> int | None:
    """
    How many people work: "2", "hai lao động", "không có ai".
    """
    folded = _said(text)
    if NOBODY.search(folded) or holds(text, "không có ai"):
        return 0
    found = WORKERS.search(folded) or ONLY.fullmatch(_unled(folded))
    return _count(found[1]) if found else None


def _said(text: str) -> str:
    return re.sub(r"[.,;:!]+(?!\d)", " ", _undoubled(fold(clean(text)))).strip()


def _unled(folded: str) -> str:
    words = [word for word in folded.split() if word not in POLITE | {"nha", "co", "chi", "duoc", "het", "tat", "ca"}]
    return " ".join(words)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else NUMBERS[words]


YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)")
YEARS_AGO = re.compile(rf"\b{COUNT} (?:nam|namw)(?: nay| roi| lien| qua)?\b(?! \d)")
FORGOT = re.compile(
    r"\b(?:khong|ko|k|hong|hok|chang|chua) (?:nho|ro|biet|chac)|\bquen (?:roi|mat)|^quen$|\blau (?:lam )?roi$"
)
THIS_YEAR, LAST_YEAR = re.compile(r"\bnam nay$|^nam nay\b|\bmoi nam nay"), re.compile(r"\bnam (?:ngoai|truoc|roi)\b")
EARLIEST = 1990


def since_in(text: str, today: date) -> int | None:
    """
    The year since when, not in the future: "từ 2019", "3 năm nay", "năm ngoái".
    """
    folded = _said(text)
    years = [int(year) for year in YEAR.findall(folded)]
    if ago := YEARS_AGO.search(folded):
        years.append(today.year - _count(ago[1]))
    elif THIS_YEAR.search(folded):
        years.append(today.year)
    elif LAST_YEAR.search(folded):
        years.append(today.year - 1)
    fitting = [year for year in years if EARLIEST <= year <= today.year]
    return fitting[0] if len(set(fitting)) == 1 else None


def forgot(text: str) -> bool:
    """
    Whether somebody says that they do not remember.
    """
    return bool(FORGOT.search(_said(text))) or holds(text, "không nhớ") or holds(text, "không biết")


DAY = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?\b")


TODAYS = "(?:hom|bua|sang|trua|chieu|hoi|luc) nay|hnay|vua (?:xong|moi|roi)"


def day_in(text: str, today: date) -> date | None:
    """
    A day that has come, of this year unless another is said: "hôm qua", "12/11", "3/11/2026".
    """
    folded = _said(text)
    for words, ago in ((TODAYS, 0), ("(?:hom|bua|toi|chieu|sang) qua|hqua", 1), ("hom kia|bua kia", 2)):
        if re.search(rf"\b(?:{words})\b", folded):
            return today - timedelta(days=ago)
    found = DAY.search(folded)
    day = _date(int(found[3] or today.year), int(found[2]), int(found[1])) if found else None
    return day if day and day <= today else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


SEVERAL = re.compile(r"\d{1,2}(?:(?:\s*[,;.+&/]\s*|\s+(?:va |voi )?)\d{1,2})*")


def several_in(text: str, highest: int) -> tuple[int, ...] | None:
    """
    The numbers of several choices: "1 3", "1, 3 và 4". None unless each is one of 1 … `highest`, or all is "0": ().
    """
    said = _undoubled(fold(clean(text))).strip(" .")
    if not SEVERAL.fullmatch(said):
        return None
    numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", said)))
    if numbers == (0,):
        return ()
    return numbers if all(1 <= number <= highest for number in numbers) else None


def says_one_of(text: str, phrases: Collection[str]) -> bool:
    """
    Whether a message is one of these folded phrases and nothing else but politeness.
    """
    return bare(text) in phrases
