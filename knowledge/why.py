"""
Why an answer was given, in plain words for an officer: how the question was understood, what was quoted and where it
stands, why this clause, which ones stood nearby, and what has changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from knowledge import compose
from knowledge.parse import Plan
from knowledge.units import Unit

URGENT = "urgent"
REASONS = {
    URGENT: "Tin nhắn nói đến chuyện nguy cấp, nên tôi chỉ nói việc cần làm ngay. Lời này không lấy từ kế hoạch.",
    "decline": "Không trích gì: tôi không thấy chỗ nào trong kế hoạch trả lời đúng câu này.",
    "clarify": "Chưa trả lời: tôi chưa rõ bà con hỏi về nơi nào hoặc việc gì.",
    "smalltalk": "Đây là lời thưa chuyện, không lấy từ kế hoạch.",
}


def told(
    evidence: Mapping[str, Any], cited: Sequence[tuple[Plan, Unit]], near: Sequence[tuple[Plan, Unit]], today: date
) -> str:
    """
    The explanation, a line each; clauses that are gone since are left out.
    """
    return "\n".join([*_question(evidence), *_quoted(evidence, cited, near, today), *_changes(cited)])


def _question(evidence: Mapping[str, Any]) -> Iterator[str]:
    if asked := evidence.get("asked"):
        yield f"Câu hỏi: “{asked}”"
    understood = evidence.get("understood", "")
    if understood and understood.casefold() != str(asked).casefold():
        yield f"Tôi hiểu là: “{understood}”"
    if after := evidence.get("after"):
        yield f"Hỏi tiếp theo câu trước: “{after}”"
    if "place" in evidence:
        yield f"Nơi: {evidence['place'] or 'chưa rõ'}"


def _quoted(
    evidence: Mapping[str, Any], cited: Sequence[tuple[Plan, Unit]], near: Sequence[tuple[Plan, Unit]], today: date
) -> Iterator[str]:
    if not cited:
        yield REASONS.get(evidence.get("kind", ""), REASONS["decline"])
        return
    yield from (f"Đã trích: {_address(plan, unit, today)}" for plan, unit in cited)
    if like := evidence.get("like"):
        yield f"Vì sao chỗ này: người ta hay hỏi về nó như “{like}”."
    if common := evidence.get("common"):
        yield f"Chữ có cả trong câu hỏi và đoạn trích: {', '.join(common)}."
    yield from (f"Gần đó nhưng không chọn: {_address(plan, unit, today)}" for plan, unit in near)


def _address(plan: Plan, unit: Unit, today: date) -> str:
    return compose.source_line(plan, unit.path, unit.headings, today).removeprefix("Nguồn: ")


def _changes(cited: Sequence[tuple[Plan, Unit]]) -> Iterator[str]:
    plans = {plan.id: plan for plan, _ in cited}
    for note in dict.fromkeys(note for plan in plans.values() for note in plan.meta.notes):
        yield f"Từ đó đến nay: {note.text} (Theo: {note.source}.)"
