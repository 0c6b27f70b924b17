"""
Text of a plan → Plan: a numbered tree of clauses with heading paths.

The way down: lines → web chrome dropped → page breaks healed into blocks → marks read → header, preamble, body,
closing told apart → tree → clauses with sentences. Every character of the text that is not a blank, a Markdown mark
or part of `Plan.dropped` comes out once, in a heading or in a clause, in the order of the text.

No rule names a document. What no rule can know (the chrome of one site, the facts) stands in the plan's .toml.

PlanError is the only error: a file that is not a plan, or a .toml that does not fit its plan.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar

from knowledge.facts import Fact, PlanError, read_facts, refuse_unknown

T = TypeVar("T")
Kind = Literal["header", "preamble", "body", "closing"]

__all__ = [
    "Clause",
    "Dropped",
    "Kind",
    "Node",
    "Note",
    "Plan",
    "PlanError",
    "PlanMeta",
    "Sentence",
    "coverage",
    "in_force_first",
    "load",
    "load_one",
    "parse",
    "refuse_mixed_up",
    "shipped",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One sentence on one line: verbatim but for healed page breaks and Markdown marks.

    `source[start:end]` of the plan holds it, with the page break and what was dropped there (a page number).
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """
    The smallest unit that can be quoted: a bullet, a numbered or lettered paragraph, a paragraph in a list.

    `path` is the printable address ("III.1.đ.2"); a bullet or unmarked paragraph counts as its ordinal, one that
    opens a numbered list as 0. A number that the plan uses twice gives "…~2". `label` is the run-in heading with
    which the text begins ("Năm 2018" of "Năm 2018: Tiến hành sơ kết"), or empty; it stays part of `text`.
    """

    id: str
    plan: str
    path: str
    marks: tuple[str, ...]
    headings: tuple[str, ...]
    text: str
    sentences: tuple[Sentence, ...]
    kind: Kind
    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """
    A heading with children, or a leaf that holds one clause.

    A clause has children of its own only where a finished paragraph goes on in unnumbered ones below it.
    """

    heading: str | None
    mark: str
    clause: Clause | None
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that belongs to the page and not to the plan."""

    text: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """
    What changed since the plan was issued, with the source that says so.

    `when` is a pattern: the note goes with quotes that it is found in; without one it is told on request only.
    """

    text: str
    source: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class PlanMeta:
    """What the document is; `number`, `issued` and the period are None where the document does not show them."""

    number: str | None
    issued: date | None
    issuer: str
    place: str
    place_name: str
    title: str
    period_start: int | None
    period_end: int | None
    document_kind: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A parsed plan. `source` is the text in NFC, which all offsets cut."""

    id: str
    source: str
    meta: PlanMeta
    tree: tuple[Node, ...]
    clauses: tuple[Clause, ...]
    dropped: tuple[Dropped, ...]
    facts: tuple[Fact, ...]


def parse(plan_id: str, source: str, toml: str | None = None) -> Plan:
    """Parse a plan's text with its reviewed facts; raises PlanError where either is corrupt."""
    table = _table(plan_id, toml)
    source = unicodedata.normalize("NFC", source)
    _refuse_corrupt(plan_id, source)
    lines, dropped = _without_chrome(source, _lines(source), _chrome(plan_id, table))
    parts = _parts(list(_split_run_on(_healed(lines))))
    tree = _tree(plan_id, parts)
    clauses = tuple(node.clause for node in walk(tree) if node.clause)
    if not any(clause.kind == "body" for clause in clauses):
        raise PlanError(f"{plan_id}: no clause found. Give the text of a plan, one paragraph a line.")
    facts = read_facts(plan_id, table, {clause.path: clause.text for clause in clauses})
    return Plan(plan_id, source, _meta(plan_id, table, clauses), tree, clauses, dropped, facts)


def load(directory: Path) -> tuple[Plan, ...]:
    """Load every *.txt of a directory with its optional *.toml, sorted by id; two places of one name are refused."""
    plans = tuple(load_one(path) for path in sorted(directory.glob("*.txt"), key=lambda path: path.stem))
    refuse_mixed_up(plans)
    return plans


def load_one(path: Path) -> Plan:
    """Load one plan file with the .toml beside it, if any; PlanError where they don't say which place it is for."""
    if not _PLAN_NAME.fullmatch(path.stem):
        raise PlanError(
            f"{path.name}: the name does not say place and year. Name it like phu-loi-2026.txt: small letters "
            "without diacritics, dashes, the year."
        )
    review = path.with_suffix(".toml")
    plan = parse(path.stem, _read(path), _read(review).removeprefix("\ufeff") if review.exists() else None)
    if not plan.meta.place_name:
        raise PlanError(
            f"{path.name}: the text does not say which place the plan is for. Write it into {review.name} beside it, "
            'such as [plan] and on the next line place_name = "phường Phú Lợi".'
        )
    return plan


def refuse_mixed_up(plans: Iterable[Plan]) -> None:
    """Raise PlanError where one file name stands for two places, or one place has two file names."""
    by_slug: dict[str, Plan] = {}
    by_name: dict[str, Plan] = {}
    for plan in plans:
        same_slug = by_slug.setdefault(plan.meta.place, plan)
        same_name = by_name.setdefault(plan.meta.place_name.casefold(), plan)
        if same_slug.meta.place_name.casefold() != plan.meta.place_name.casefold():
            raise PlanError(
                f"{plan.id} is for {plan.meta.place_name}, but {same_slug.id} is for {same_slug.meta.place_name}. "
                "Give one of them another file name, such as xa-cam-thuy-2026.txt."
            )
        if same_name.meta.place != plan.meta.place:
            raise PlanError(
                f"{plan.id} and {same_name.id} are both for {plan.meta.place_name}. Give both the same name before "
                'the year, or tell them apart in their .toml, such as place_name = "xã Tân Tiến, tỉnh Đồng Nai".'
            )


def shipped(today: date | None = None) -> tuple[Plan, ...]:
    """Load the plans that come with the bot, by place; of several for one place first the one in force today."""
    return in_force_first(load(Path(__file__).parent / "plans"), today)


def in_force_first(plans: Iterable[Plan], today: date | None) -> tuple[Plan, ...]:
    """Sort plans by place, and those of one place so that the one in force comes first, else the newest one."""
    year = today.year if today else date.max.year
    return tuple(sorted(plans, key=lambda plan: (plan.meta.place, *_out_of_force(plan, year))))


def _out_of_force(plan: Plan, year: int) -> tuple[bool, bool, int]:
    """Return a key that is small for a plan in force; after it come those that ran out, the newest first."""
    start = plan.meta.period_start or int(plan.id[-4:])
    begun = start <= year
    return not (begun and year <= (plan.meta.period_end or year)), not begun, -start if begun else start


def walk(tree: Iterable[Node]) -> Iterator[Node]:
    """Yield every node, parents first, in the order of the text."""
    for node in tree:
        yield node
        yield from walk(node.children)


def coverage(plan: Plan) -> float:
    """
    Return the share of the text's characters that stand in a heading or a clause, between 0 and 1.

    Blanks, Markdown marks and what was dropped do not count; anything below 1 is a fault of the parser.
    """
    wanted = len(_squashed(plan.source)) - sum(len(_squashed(line.text)) for line in plan.dropped)
    found = sum(len(_squashed(_printed(node))) for node in walk(plan.tree))
    return found / wanted if wanted else 1.0


_PLAN_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-\d{4}")


def _printed(node: Node) -> str:
    return node.heading or f"{node.mark} {node.clause.text if node.clause else ''}"


def _squashed(text: str) -> str:
    return re.sub(r"[\s*#\\\u200b\ufeff]", "", text)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise PlanError(f"{path.name}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from error


def _refuse_corrupt(plan_id: str, source: str) -> None:
    if "\0" in source:
        raise PlanError(f"{plan_id}: holds NUL bytes. Save the file as plain UTF-8 text.")
    if not source.strip("\ufeff \t\r\n"):
        raise PlanError(f"{plan_id}: the file is empty. Put the text of the plan into it or delete it.")


def _table(plan_id: str, toml: str | None) -> dict[str, Any]:
    try:
        table = tomllib.loads(unicodedata.normalize("NFC", toml or ""))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{plan_id}.toml: not valid TOML ({error}). Correct it there.") from error
    refuse_unknown(f"{plan_id}.toml", table, ("plan", "chrome", "note", "deadline", "threshold"))
    return table


def _chrome(plan_id: str, table: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    patterns = table.get("chrome", [])
    if not isinstance(patterns, list):
        raise PlanError(f"{plan_id}.toml: `chrome` is no list of regular expressions. Write chrome = ['…', '…'].")
    try:
        return tuple(re.compile(pattern) for pattern in patterns)
    except (TypeError, re.error) as error:
        raise PlanError(f"{plan_id}.toml: `chrome` is no list of regular expressions ({error}).") from error


# ── lines: text whose every character knows where it stands in the source ──


@dataclass(frozen=True, slots=True)
class _Span:
    """Text without Markdown marks, and for each character its offset in the source."""

    text: str
    at: tuple[int, ...]

    def cut(self, start: int, end: int | None = None) -> _Span:
        """Return the part from start to end without its outer blanks."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip(_BLANKS))
        return _Span(part.strip(_BLANKS), self.at[start : start + len(part.strip(_BLANKS))])


@dataclass(frozen=True, slots=True)
class _Line:
    span: _Span
    gap: bool  # a blank line stands before it


_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + "\u200b\ufeff"
_UPPER = "[" + "".join(char for char in map(chr, range(0x2000)) if char.isupper() and char.isalpha()) + "]"
_LINE = re.compile(r"([^\r\n\f]*)(\r\n|[\r\n\f]|\Z)")
_MARKDOWN = re.compile(r"^\s*#{1,6}(?=\s)|\\(?=[-*_#.+()\[\]!>])|\*")
_STAR_BULLET = re.compile(r"^\s*\*(?=\s+\S)")


def _lines(source: str) -> list[_Line]:
    lines: list[_Line] = []
    gap = False
    for found in _LINE.finditer(source):
        span = _clean(found.group(1), found.start())
        if span.text:
            lines.append(_Line(span, gap))
        gap = not span.text or found.group(2) == "\f"
    return lines


def _clean(raw: str, start: int) -> _Span:
    bullet = _STAR_BULLET.match(raw)
    gone = {i for found in _MARKDOWN.finditer(raw) for i in range(*found.span())}
    gone -= {bullet.end() - 1} if bullet else set()
    kept = [i for i in range(len(raw)) if i not in gone]
    return _Span("".join(raw[i] for i in kept), tuple(start + i for i in kept)).cut(0)


# ── chrome: what belongs to the page and not to the plan ──

_RULE = re.compile(r"[-–—_=•+·~#*.\s]+")
_CAPTION = re.compile(r"(?=.{1,200}$).*\bẢnh: .{2,40}")
_PAGE_NUMBER = re.compile(r"(?:Trang )?\d{1,3}(?:/\d{1,3})?")
_WEB = re.compile(
    r"đăng (?:nhập|xuất|ký)(?: thành viên)?|.{0,40}\bchưa đăng nhập\b.{0,80}|đang tải\b.{0,40}"
    r"|chia sẻ(?: bài viết)?|(?:viết )?bình luận(?: \(\d+\))?|gửi bình luận|in trang|về trang chủ|xem thêm"
    r"|lượt xem:? ?[\d.]*|ip: ?[\d.:a-f]+|dmca\.com\b.{0,40}|(?:bản quyền|copyright|©).{0,80}",
    re.IGNORECASE,
)


def _without_chrome(
    source: str, lines: Sequence[_Line], listed: Sequence[re.Pattern[str]]
) -> tuple[list[_Line], tuple[Dropped, ...]]:
    kept: list[_Line] = []
    dropped: list[Dropped] = []
    gap = False
    for i, line in enumerate(lines):
        gap_after = i + 1 == len(lines) or lines[i + 1].gap
        reason = _reason_to_drop(line, gap_after, listed)
        gap = gap or line.gap
        if reason:
            dropped.append(_dropped(line.span, reason))
        else:
            kept.append(_Line(line.span, gap))
            gap = False
    return kept, tuple(dropped)


def _reason_to_drop(line: _Line, gap_after: bool, listed: Sequence[re.Pattern[str]]) -> str | None:
    text = line.span.text
    if _RULE.fullmatch(text):
        return "rule or empty mark"
    if _CAPTION.fullmatch(text):
        return "photo caption"
    if _WEB.fullmatch(text.rstrip(" .!:")) or any(pattern.fullmatch(text) for pattern in listed):
        return "web chrome"
    if line.gap and gap_after and _PAGE_NUMBER.fullmatch(text):
        return "page number"
    return None


def _dropped(span: _Span, reason: str) -> Dropped:
    return Dropped(span.text, span.at[0], span.at[-1] + 1, reason)


# ── blocks: lines joined over page breaks, with their marks ──

_PART, _ROMAN, _UNNUMBERED, _DECIMAL, _LETTER = 0, 10, 15, 20, 30  # two- and three-part numbers are 21 and 22
_LEAD, _RUN_IN, _DASH, _NESTED, _PLUS, _PLAIN = 35, 36, 40, 45, 50, 99
_MARKS = (
    (_PART, re.compile(rf"(?:[A-HK]\.|(?:PHẦN|Phần) (?:[IVX]+|thứ \w+)[.:]?)\s+(?={_UPPER})")),
    (_ROMAN, re.compile(rf"(?=[IVX])X{{0,3}}(?:IX|IV|V?I{{0,3}})[./)]\s*(?={_UPPER})")),
    (_DECIMAL, re.compile(rf"(?:\d{{1,2}}(?:\.\d{{1,2}})*[.)/]\s*|\d{{1,2}}(?:\.\d{{1,2}})+\s+)(?=[“\"]?{_UPPER})")),
    (_DECIMAL, re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]\s+(?=\d[\d.,]*\s?%)")),
    (_LETTER, re.compile(r"[a-zđ](?:\.?\d)?\)\s*(?=\S)")),
    (_LETTER, re.compile(rf"[a-zđ]\.\s+(?={_UPPER})")),
    (_DASH, re.compile(r"[-–—•·*](?:\s+(?=\S)|(?=[^\W\d]))")),
    (_PLUS, re.compile(r"\+\s*(?=[^\W\d]|\d[\d.,]*\s?%)")),
)
_FINISHED = re.compile(r"[.;!?…][”\")’]*$")
_DANGLING = re.compile(
    r"\s(?:của|và|các|những|để|theo|về|với|trong|tại|từ|đến|cho|là|bởi|do|hoặc|trên|dưới|vào|ở|sẽ|đã|phải|bằng"
    r"|nhằm|cùng|giữa|như|khi|nếu|thì|mà|số|Quyết định|Kế hoạch số|,)$|,$"
)
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_LABEL = re.compile(rf"([^:;.?!]{{2,200}}):\s+(?=[“\"]?{_UPPER})")


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph: its mark ("" if none), the rank of the mark (small is high in the tree) and its own text."""

    mark: str
    rank: int
    span: _Span

    @property
    def text(self) -> str:
        """The text without the mark."""
        return self.span.text

    @property
    def words(self) -> int:
        """How many blank-separated words the text has."""
        return len(self.span.text.split())

    @property
    def finished(self) -> bool:
        """Whether the text ends as a sentence or a list item does."""
        return bool(_FINISHED.search(self.span.text))


def _block(span: _Span) -> _Block:
    for rank, pattern in _MARKS:
        found = pattern.match(span.text)
        if found and found.end() < len(span.text):
            mark = found.group().strip(_BLANKS)
            deeper = len(re.findall(r"\d+", mark)) - 1 if rank == _DECIMAL else 0
            return _Block(mark, rank + deeper, span.cut(found.end()))
    return _Block("", _PLAIN, span)


def _healed(lines: Sequence[_Line]) -> Iterator[_Block]:
    """Join each line to the block before it where that one breaks off in the middle of a sentence."""
    block, pieces = _Block("", _PLAIN, _Span("", ())), list[_Span]()
    for line in lines:
        read = _block(line.span)
        if pieces and not read.mark and _goes_on(" ".join(piece.text for piece in pieces[-_LOOK_BACK:]), line):
            pieces.append(line.span)
            continue
        if pieces:
            yield replace(block, span=_joined(pieces))
        block, pieces = read, [read.span]
    if pieces:
        yield replace(block, span=_joined(pieces))


_LOOK_BACK = 4  # lines in which an open quotation mark or bracket may stand


def _goes_on(text: str, line: _Line) -> bool:
    after = line.span.text
    if text.endswith((".", ";", ":", "!", "?")):
        return False
    if after[0].islower() or re.search(r"\w-$", text) or _DANGLING.search(text):
        return True
    if _closes_what_is_open(text, after):
        return True
    return not line.gap and len(text) >= 60 and not text.isupper()


def _closes_what_is_open(text: str, after: str) -> bool:
    for opening, closing in ("“”", "()"):
        is_open = text.count(opening) > text.count(closing)
        if is_open and closing in after.split(opening, 1)[0]:
            return True
    return False


def _joined(pieces: Sequence[_Span]) -> _Span:
    """Join lines with one blank, or with none where a word is cut at its hyphen ("289-" + "QĐ/TU")."""
    text, at = [pieces[0].text], [*pieces[0].at]
    for before, piece in pairwise(pieces):
        if not re.search(r"\w-$", before.text):
            text.append(" ")
            at.append(before.at[-1] + 1)
        text.append(piece.text)
        at.extend(piece.at)
    return _Span("".join(text), tuple(at))


def _split_run_on(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Split off a heading that runs on behind the sentence before it ("… so với đầu kỳ. c) Đối với cấp xã")."""
    expected: set[str] = set()
    for block in blocks:
        expected = _next_marks(block, expected)
        cut = _run_on_at(block, expected)
        if cut is None:
            yield block
            continue
        yield replace(block, span=block.span.cut(0, cut))
        heading = _block(block.span.cut(cut))
        expected = _next_marks(heading, expected)
        yield heading


def _next_marks(block: _Block, expected: set[str]) -> set[str]:
    if block.rank <= _ROMAN:
        return {"1."}
    if block.rank == _DECIMAL and block.mark[:-1].isdigit():
        return {f"{int(block.mark[:-1]) + 1}.", "a)"}
    if block.rank == _LETTER and block.mark[0] in _LETTERS + "f":
        numbers = {mark for mark in expected if mark[0].isdigit()}
        return numbers | {f"{letter})" for letter in _after(block.mark[0])}
    return expected


def _after(letter: str) -> str:
    """Return the letters that may follow: plans count d, đ, e, f, g as well as d, đ, e, g."""
    if letter in "ef":
        return "fg" if letter == "e" else "g"
    return _LETTERS[_LETTERS.index(letter) + 1 :][:1]


_RUN_ON = re.compile(rf"[.;]\s+((?:[a-zđ]\)|\d{{1,2}}\.)(?=\s+{_UPPER})[^.;:]+)$")


def _run_on_at(block: _Block, expected: set[str]) -> int | None:
    found = _RUN_ON.search(block.text)
    if found and found.group(1).split()[0] in expected and len(found.group(1).split()) <= 20:
        return found.start(1)
    return None


# ── parts: header, preamble, body and closing ──


@dataclass(frozen=True, slots=True)
class _Parts:
    header: list[_Block]
    preamble: list[_Block]
    body: list[_Block]
    closing: list[_Block]


_KIND_LINE = re.compile(r"KẾ HOẠCH|CHƯƠNG TRÌNH|HƯỚNG DẪN|QUYẾT ĐỊNH|CHỈ THỊ|ĐỀ ÁN|THÔNG BÁO|CÔNG VĂN")
_PREAMBLE = re.compile(r"(?:Căn cứ|Thực hiện|Nhằm|Theo|Để|Tiếp tục|Xét|Triển khai)\b")
_CLOSING = re.compile(r"Trong quá trình\b|Trên đây là\b")
_RECIPIENTS = re.compile(r"nơi nhận\b", re.IGNORECASE)
_SIGNATURE = re.compile(rf"(?:TM|KT|TL|TUQ|T/M|K/T|Q)\. ?{_UPPER}|(?:PHÓ )?CHỦ TỊCH\b|GIÁM ĐỐC\b|TRƯỞNG\b")
_NAME = re.compile(rf"{_UPPER}\w*(?: {_UPPER}\w*){{1,4}}")


def _parts(blocks: Sequence[_Block]) -> _Parts:
    first = _first_section(blocks)
    sectioned = any(block.rank < _LETTER for block in blocks)
    last = _first_closing(blocks, first)
    opening = blocks[:first]
    turn = next((i for i in range(len(opening)) if _opens_preamble(opening, i)), len(opening))
    body = list(_headed(blocks[first:last], sectioned))
    return _Parts(list(opening[:turn]), list(opening[turn:]), body, list(blocks[last:]))


def _first_section(blocks: Sequence[_Block]) -> int:
    ranks = [block.rank for block in blocks]
    for wanted in (_ROMAN, _DECIMAL):
        if any(rank <= wanted for rank in ranks):
            return next(i for i, rank in enumerate(ranks) if rank <= wanted)
    running = (i for i, block in enumerate(blocks) if _is_running_text(block) and not _PREAMBLE.match(block.text))
    return next(running, 0)


def _is_running_text(block: _Block) -> bool:
    return block.words >= 15 and block.text.endswith((".", ":", ";"))


def _opens_preamble(opening: Sequence[_Block], i: int) -> bool:
    if i and _KIND_LINE.fullmatch(opening[i - 1].text):
        return False
    return bool(_PREAMBLE.match(opening[i].text)) or _is_running_text(opening[i])


def _first_closing(blocks: Sequence[_Block], first: int) -> int:
    numbered = [i for i, block in enumerate(blocks) if block.rank <= _LETTER]
    earliest = max(first, numbered[-1]) + 1 if numbered else first + 1
    return next((i for i in range(earliest, len(blocks)) if _opens_closing(blocks, i)), len(blocks))


def _opens_closing(blocks: Sequence[_Block], i: int) -> bool:
    block = blocks[i]
    if block.mark:
        return False
    if _CLOSING.match(block.text) or _RECIPIENTS.match(block.text) or _SIGNATURE.match(block.text):
        return True
    ends_all = block.text.endswith("./.") and blocks[i - 1].finished
    byline = i == len(blocks) - 1 and _NAME.fullmatch(block.text) and blocks[i - 1].finished
    return ends_all or bool(byline)


# ── headings that carry no number ──


def _headed(body: Sequence[_Block], sectioned: bool) -> Iterator[_Block]:
    """Give a rank to blocks that head others without a number of their own."""
    nested = 0
    for i, block in enumerate(body):
        following = body[i + 1 :]
        nested = nested - 1 if nested else 0
        if nested and block.rank == _DASH:
            yield replace(block, rank=_NESTED)
        elif block.rank == _DASH:
            nested = _nested_below(block, following)
            nested = nested + 1 if nested else 0
            yield block
        elif block.rank == _PLAIN:
            yield from _plain(block, following, sectioned)
        else:
            yield block


def _nested_below(block: _Block, following: Sequence[_Block]) -> int:
    """
    Count the bullets that an unfinished bullet heads though they carry the same mark.

    They run to the one that ends with a full stop, or to the next one with a run-in heading of its own.
    """
    if block.finished or not following or following[0].mark != block.mark or not following[0].finished:
        return 0
    if not block.text.endswith(":") and (block.words > 12 or block.words >= following[0].words or ":" in block.text):
        return 0
    for count, item in enumerate(following):
        if item.mark != block.mark or (count and _label(item.text)):
            return count
        if item.text.endswith("."):
            return count + 1
    return len(following)


def _plain(block: _Block, following: Sequence[_Block], sectioned: bool) -> Iterator[_Block]:
    label = _LABEL.match(block.text)
    if label and (block.text.startswith("Về ") or _LABEL.match(block.text, label.end())):
        yield replace(block, rank=_RUN_IN, span=block.span.cut(0, label.end()))
        yield _Block("", _PLAIN, block.span.cut(label.end()))
    elif not sectioned and _heads_plain_text(block, following):
        yield replace(block, rank=_UNNUMBERED)
    elif block.text.endswith(":") and block.words <= 20 and following and following[0].rank in {_DASH, _PLUS}:
        yield replace(block, rank=_LEAD)
    else:
        yield block


def _heads_plain_text(block: _Block, following: Sequence[_Block]) -> bool:
    if block.finished or block.words > 14 or not following:
        return False
    return following[0].words > block.words or bool(following[0].mark)


def _label(text: str) -> str:
    found = _LABEL.match(text)
    return found.group(1).strip() if found and len(found.group(1).split()) <= 40 else ""


# ── tree ──


@dataclass(slots=True)
class _Draft:
    block: _Block
    children: list[_Draft] = field(default_factory=list)

    @property
    def is_heading(self) -> bool:
        """Whether it only heads what stands below it."""
        return bool(self.children) and not self.block.finished and self.block.words <= 40


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the tree we stand: the address so far, "~2" if a number came again, and all that stands above."""

    plan: str
    kind: Kind
    base: str
    again: str = ""
    outside_numbers: str = ""
    marks: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


def _tree(plan_id: str, parts: _Parts) -> tuple[Node, ...]:
    taken: set[str] = set()
    header = _nodes([_Draft(block) for block in parts.header], _Place(plan_id, "header", "header"), taken)
    preamble = _nodes([_Draft(block) for block in parts.preamble], _Place(plan_id, "preamble", "preamble"), taken)
    body = _nodes(_drafts(parts.body), _Place(plan_id, "body", ""), taken)
    return (*header, *preamble, *body, *_closing_nodes(plan_id, parts.closing, taken))


def _drafts(blocks: Iterable[_Block]) -> list[_Draft]:
    top: list[_Draft] = []
    above: list[_Draft] = []
    for block in blocks:
        while above and above[-1].block.rank >= block.rank:
            above.pop()
        draft = _Draft(block)
        (above[-1].children if above else top).append(draft)
        if block.rank != _PLAIN:
            above.append(draft)
    return top


def _closing_nodes(plan_id: str, blocks: Sequence[_Block], taken: set[str]) -> Iterator[Node]:
    place = _Place(plan_id, "closing", "")
    recipients = next((i for i, block in enumerate(blocks) if _RECIPIENTS.match(block.text)), None)
    signature = next((i for i, block in enumerate(blocks) if _signs(blocks, i)), len(blocks))
    end = signature if recipients is None else min(recipients, signature)
    for block in blocks[:end]:
        yield _leaf(block, replace(place, base="closing"), taken)
    if recipients is not None and recipients < signature:
        draft = _Draft(blocks[recipients], [_Draft(block) for block in blocks[recipients + 1 : signature]])
        yield _node(draft, replace(place, base="recipients"), taken)
    signing = [_Draft(block) for block in blocks[max(signature, end) :]]
    yield from _nodes(signing, replace(place, base="signature"), taken)


def _signs(blocks: Sequence[_Block], i: int) -> bool:
    text = blocks[i].text
    return not blocks[i].mark and bool(_SIGNATURE.match(text) or _NAME.fullmatch(text))


def _nodes(drafts: Sequence[_Draft], place: _Place, taken: set[str]) -> tuple[Node, ...]:
    numbered = any(_is_numbered(draft.block) for draft in drafts)
    ordinal = 0
    nodes: list[Node] = []
    for draft in drafts:
        counts = not _is_numbered(draft.block)
        ordinal += counts and not numbered
        nodes.append(_node(draft, _below(draft.block, place, str(ordinal) if counts else ""), taken))
    return tuple(nodes)


def _is_numbered(block: _Block) -> bool:
    return bool(block.mark) and block.rank <= _LETTER


def _below(block: _Block, place: _Place, ordinal: str) -> _Place:
    """Return the place of a block: "2.7.1." replaces the "2.7" above it, all else is added to the address."""
    step = ordinal or block.mark.rstrip("./):")
    is_number = _DECIMAL <= block.rank < _LETTER
    outside = place.outside_numbers if is_number and block.rank > _DECIMAL else place.base
    base = f"{outside}.{step}" if outside else step
    return replace(place, base=base, outside_numbers=outside if is_number else base)


def _node(draft: _Draft, place: _Place, taken: set[str]) -> Node:
    if not draft.is_heading:
        leaf = _leaf(draft.block, place, taken)
        return replace(leaf, children=_nodes(draft.children, place, taken)) if draft.children else leaf
    again = _free(place, taken)
    mark = draft.block.mark
    heading = f"{mark} {draft.block.text}".strip()
    inside = replace(
        place,
        again=again,
        marks=(*place.marks, mark) if mark else place.marks,
        headings=(*place.headings, heading),
    )
    return Node(heading, mark, None, _nodes(draft.children, inside, taken))


def _free(place: _Place, taken: set[str]) -> str:
    again, count = place.again, 1
    while f"{place.base}{again}" in taken:
        count += 1
        again = f"~{count}"
    taken.add(f"{place.base}{again}")
    return again


def _leaf(block: _Block, place: _Place, taken: set[str]) -> Node:
    path = place.base + _free(place, taken)
    sentences = _sentences(block.span)
    clause = Clause(
        id=f"{place.plan}/{path}",
        plan=place.plan,
        path=path,
        marks=(*place.marks, block.mark) if block.mark else place.marks,
        headings=place.headings,
        text=" ".join(sentence.text for sentence in sentences),
        sentences=sentences,
        kind=place.kind,
        start=sentences[0].start,
        end=sentences[-1].end,
        label=_label(block.text) if place.kind == "body" else "",
    )
    return Node(None, block.mark, clause, ())


# ── sentences ──

_STOP = re.compile(rf"[.!?…][”\")’]*\s+(?=[“\"(‘]*(?:{_UPPER}|\d))")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"./])(?:TP|Tp|TX|Tx|TT|KT|TM|TL|TUQ|VT|PGS|GS|TS|ThS|BS|KS|v\.v|tr|St|\d{1,2}|[A-ZĐ])\.\s+$"
)


def _sentences(span: _Span) -> tuple[Sentence, ...]:
    stops = [found.end() for found in _STOP.finditer(span.text) if _is_stop(span.text[: found.end()])]
    parts = [span.cut(start, end) for start, end in pairwise([0, *stops, len(span.text)])]
    return tuple(Sentence(part.text, part.at[0], part.at[-1] + 1) for part in parts if part.text)


def _is_stop(before: str) -> bool:
    return not _ABBREVIATION.search(before[-12:])


# ── what the document is ──

_NUMBER = re.compile(r"\bSố(?: hiệu)?: ?(\d+) ?/ ?([A-ZĐ]{2,}(?:-[A-ZĐ]{2,})*)")
_ISSUED = re.compile(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})")
_PERIOD = re.compile(r"giai đoạn (\d{4}) ?[-–] ?(\d{4})", re.IGNORECASE)
_LEVEL = r"tỉnh|thành phố|huyện|thị xã|thị trấn|quận|xã|phường|đặc khu"
_NAMED = rf"(?: {_UPPER}\w*){{1,4}}"
_ISSUER = re.compile(rf"(?:UBND|[ỦU][ỷy] ban nhân dân) ({_LEVEL})({_NAMED})? (?:ban hành|xây dựng)\b")
_MOTTO = re.compile(
    r"\s*(?:CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*-\s*Tự do\s*-\s*Hạnh phúc)\s*", re.IGNORECASE
)
_LETTERHEAD = re.compile(
    rf"^(?:UBND|(?:ỦY|UỶ) BAN NHÂN DÂN)\s+({_LEVEL})\s+([^\W\d][^\n\d,;:.]{{0,30}}|\d{{1,2}})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_AREA = re.compile(
    rf"(?i:trên địa bàn ({_LEVEL}))((?: {_UPPER}\w*){{1,4}}?)"
    rf"(?=\s*(?:$|[^\w\s])|\s+(?:(?i:giai đoạn|năm|đến|từ|thuộc|tỉnh|thành phố)\b|(?!{_UPPER})))",
    re.MULTILINE,
)
_PLACE_LINE = re.compile(rf"({_UPPER}[^,;:]{{1,30}}), ngày \d")
_META = ("number", "issued", "issuer", "place_name", "title", "period", "document_kind")


def _meta(plan_id: str, table: Mapping[str, Any], clauses: Sequence[Clause]) -> PlanMeta:
    given = table.get("plan", {})
    if not isinstance(given, dict):
        raise PlanError(f"{plan_id}.toml: `plan` is no table. Write [plan] on a line of its own.")
    refuse_unknown(f"{plan_id}.toml", given, _META, "[plan]")
    said = {**_guessed(plan_id, clauses, _optional(plan_id, given, "place_name", str)), **given}
    start, end = _period(plan_id, said["period"])
    return PlanMeta(
        number=_optional(plan_id, said, "number", str),
        issued=_optional(plan_id, said, "issued", date),
        issuer=_optional(plan_id, said, "issuer", str) or "",
        place=re.sub(r"-\d{4}$", "", plan_id),
        place_name=said["place_name"].strip(),
        title=_optional(plan_id, said, "title", str) or plan_id,
        period_start=start,
        period_end=end,
        document_kind=_optional(plan_id, said, "document_kind", str) or "Văn bản",
        notes=_notes(plan_id, table),
    )


def _guessed(plan_id: str, clauses: Sequence[Clause], given: str | None) -> dict[str, Any]:
    header = [clause.text for clause in clauses if clause.kind == "header"]
    opening = "\n".join(clause.text for clause in clauses if clause.kind in {"header", "preamble"})
    number = _NUMBER.search("\n".join(header))
    place_name = given or _place_name(header, opening, " ".join(clause.text for clause in clauses))
    period = _PERIOD.search(opening)
    return {
        "number": f"{number[1]}/{number[2]}" if number else None,
        "issued": _date("\n".join(header)),
        "issuer": f"UBND {place_name.partition(',')[0]}" if place_name else "",
        "place_name": place_name,
        "title": _title(header) or plan_id,
        "period": [int(period[1]), int(period[2])] if period else [],
        "document_kind": "Kế hoạch" if any(_KIND_LINE.fullmatch(line) for line in header) else "Văn bản",
    }


def is_formula(text: str) -> bool:
    """
    Whether a line stands so on every document and says nothing of this one: the motto, "KẾ HOẠCH".
    """
    return bool(_MOTTO.fullmatch(text) or _KIND_LINE.fullmatch(text))


def _place_name(header: Sequence[str], opening: str, text: str) -> str:
    """Guess "huyện Cẩm Thủy": from the letterhead, from who issues the plan, or from the title's "trên địa bàn"."""
    letterhead = _LETTERHEAD.search(_MOTTO.sub("\n", "\n".join(header)))
    if letterhead:
        return f"{letterhead[1].lower()} {_capitalised(letterhead[2])}"
    issuer = _ISSUER.search(opening)
    if issuer:
        return _name_of_issuer(issuer, header, text)
    area = _AREA.search("\n".join(header))
    return f"{area[1].lower()} {_capitalised(area[2])}" if area else ""


def _name_of_issuer(issuer: re.Match[str], header: Sequence[str], text: str) -> str:
    """Return the level from who issues the plan, and the name from there, the date line or the text."""
    level, name = issuer[1], (issuer[2] or "").strip()
    dated = next((found[1] for line in header if (found := _PLACE_LINE.match(line))), "")
    named = Counter(re.findall(rf"\b{level}({_NAMED})", text)).most_common(1)
    name = name or dated or (named[0][0].strip() if named else "")
    return f"{level} {name}" if name else ""


def _capitalised(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


def _date(header: str) -> date | None:
    found = _ISSUED.search(header)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _title(header: Sequence[str]) -> str:
    after_kind = (line for kind, line in pairwise(header) if _KIND_LINE.fullmatch(kind))
    return next(after_kind, header[0] if header else "")


def _period(plan_id: str, years: object) -> tuple[int | None, int | None]:
    if years == []:
        return None, None
    if (
        isinstance(years, list)
        and len(years) == 2
        and all(type(year) is int for year in years)
        and years[0] <= years[1]
    ):
        return years[0], years[1]
    raise PlanError(f"{plan_id}.toml: `period` is {years!r}. Write two years, such as [2021, 2025], or [].")


def _optional(plan_id: str, said: Mapping[str, Any], key: str, kind: type[T]) -> T | None:
    value = said.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise PlanError(f"{plan_id}.toml: `{key}` is {value!r}, which is no {kind.__name__}. Correct it or leave it out.")


def _notes(plan_id: str, table: Mapping[str, Any]) -> tuple[Note, ...]:
    try:
        for row in table.get("note", []):
            refuse_unknown(f"{plan_id}.toml", row, ("text", "source", "when"), "[[note]]")
            re.compile(row.get("when", ""))
        return tuple(
            Note(str(row["text"]), str(row["source"]), str(row.get("when", ""))) for row in table.get("note", [])
        )
    except re.error as error:
        raise PlanError(f"{plan_id}.toml: `when` of a [[note]] is no regular expression ({error}).") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise PlanError(f"{plan_id}.toml: each [[note]] needs `text` and `source`.") from error
