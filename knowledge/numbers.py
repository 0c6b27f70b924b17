"""
Numbers as people say and type them: "hai không hai lăm" is 2025, "bốn phẩy sáu phần trăm" is 4,6 %.
"""

from __future__ import annotations

import re

from knowledge.text import fold

DIGITS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
D = "(?:" + "|".join(DIGITS) + ")"
ONES = "(?:mot|hai|ba|bon|tu|lam|nam|sau|bay|tam|chin)"
TENS = rf"(?:{D} muoi(?: {ONES})?|muoi(?: {ONES})?)"
YEAR = re.compile(
    rf"\b(?:hai ngan|hai nghin) khong tram (?P<tens>{TENS}|le {D}|linh {D}|{D}(?: {D})?)\b"
    rf"|\bhai khong (?P<short>{TENS}|{D}(?: {D})?)\b"
)
DECIMAL = re.compile(rf"\b(?P<whole>{TENS}|{D}|\d+) phay (?P<part>{D} {D}(?= phan tram)|{D}|\d+)\b")
YEAR_FIGURE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DOCUMENT_NUMBER = re.compile(r"(?<![\d/,.])\d{3,5}(?![\d%,]|/\d)")
SUM = re.compile(r"\d[\d.,]* ?(?:dong|trieu|tr|nghin|ngan|ty|k)\b")
DATE = re.compile(r"\b0?(\d{1,2})(?:/| thang )0?(\d{1,2})\b")
SPAN = re.compile(r"\b0?(\d{1,2}) (nam|thang|ngay|lan)\b(?! \d)")
FIRST = "(?!nam)" + D
SPOKEN_NUMBER = re.compile(rf"\b(?:so|hoach) (?P<n>{FIRST}(?: {D}){{2,4}}|(?<=so ){FIRST} {FIRST})\b")
"""The number of a document, figure by figure: "số tám bảy", "kế hoạch một không sáu bảy"; not "số hai năm"."""
PERCENT = re.compile(rf"\b(?P<n>mot tram|{TENS}|{D}) phan tram\b")


def spell_numbers(text: str) -> str:
    """
    The text with spoken years, decimals and percentages as figures. Words are matched without diacritics.
    """
    folded = fold(text)
    if len(folded) != len(text):
        return text
    spans = [
        (found.start(), found.end(), f"20{_two(found['tens'] or found['short'])}") for found in YEAR.finditer(folded)
    ]
    spans += [
        (found.start(), found.end(), f"{_number(found['whole'])},{_number(found['part'])}")
        for found in DECIMAL.finditer(folded)
    ]
    spans += [
        (found.start("n"), found.end(), "".join(DIGITS[digit] for digit in found["n"].split()))
        for found in SPOKEN_NUMBER.finditer(folded)
    ]
    spans += [
        (found.start(), found.end(), f"{_number(found['n'])}%")
        for found in PERCENT.finditer(folded)
        if not any(start <= found.start() < end for start, end, _ in spans) and "may" not in found["n"]
    ]
    for start, end, figure in sorted(spans, reverse=True):
        text = text[:start] + figure + text[end:]
    return text


def _two(words: str) -> str:
    return _number(re.sub(r"^(?:le|linh) ", "", words)).zfill(2)


def _number(words: str) -> str:
    if words.isdigit():
        return words
    if words == "mot tram":
        return "100"
    parts = words.split()
    if "muoi" in parts:
        at = parts.index("muoi")
        tens = DIGITS[parts[at - 1]] if at else "1"
        ones = DIGITS[parts[at + 1]] if at + 1 < len(parts) else "0"
        return str(int(tens + ones))
    return "".join(DIGITS[part] for part in parts)


def percents_in(folded: str) -> tuple[float, ...]:
    """
    The percentages in folded text: "3,8%", "3.8 phan tram", "con 7,2 % ho ngheo".
    """
    found = re.findall(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|phan tram)", folded)
    return tuple(float(number.replace(",", ".")) for number in found)


def years_in(folded: str) -> frozenset[str]:
    """
    The years in folded text, 1900 to 2099.
    """
    return frozenset(YEAR_FIGURE.findall(folded))


def document_numbers(folded: str) -> frozenset[str]:
    """
    Numbers of three to five figures that may name a document ("1258", "12560") and are no years.
    """
    return frozenset(DOCUMENT_NUMBER.findall(folded)) - years_in(folded)


def names_a_sum(folded: str) -> bool:
    """
    Whether folded text names a sum of money: "5 trieu", "200 ngan".
    """
    return bool(SUM.search(folded))


def figures_in(folded: str) -> dict[str, frozenset[str]]:
    """
    The figures in folded text by what they measure: "%", "year", "date" (day/month), "nam" and other spans; no sums.
    """
    spans = SPAN.findall(folded)
    found = {
        "%": frozenset(f"{share:g}" for share in percents_in(folded)),
        "year": years_in(folded),
        "date": frozenset(f"{day}/{month}" for day, month in DATE.findall(folded)),
        **{unit: frozenset(count for count, other in spans if other == unit) for _, unit in spans},
    }
    return {measure: figures for measure, figures in found.items() if figures}
