"""
The project's own gold questions: one half to work on, one half only to measure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

HERE = Path(__file__).parent
Split: TypeAlias = Literal["work", "measure"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    A clause that answers: the plan and the verbatim words.
    """

    plan: str
    quote: str


@dataclass(frozen=True, slots=True)
class Item:
    """
    One question with what a right answer quotes. `turn` counts from 1 in a dialogue and is 0 outside one.
    """

    id: str
    question: str
    place: str | None
    kind: str
    style: str
    answerable: bool
    gold: tuple[Wanted, ...]
    alternatives: tuple[Wanted, ...]
    must_include: tuple[str, ...]
    split: Split
    turn: int = 0

    @property
    def several(self) -> bool:
        """
        Whether every gold clause must be quoted, not just one of them.
        """
        return self.kind in {"compare", "multi"}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """
    Questions that lean on one another.
    """

    id: str
    place: str | None
    turns: tuple[Item, ...]
    split: Split


def questions(path: Path = HERE / "gold.jsonl") -> tuple[Item, ...]:
    """
    All single questions.
    """
    return tuple(_item(row, row["id"], row.get("locality"), row["split"]) for row in _rows(path))


def dialogues(path: Path = HERE / "dialogues.jsonl") -> tuple[Dialogue, ...]:
    """
    All dialogues.
    """
    return tuple(
        Dialogue(
            id=row["id"],
            place=row.get("locality"),
            turns=tuple(
                _item(turn, f"{row['id']}#{n}", row.get("locality"), row["split"], n)
                for n, turn in enumerate(row["turns"], 1)
            ),
            split=row["split"],
        )
        for row in _rows(path)
    )


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _item(row: Mapping[str, Any], id: str, place: str | None, split: Split, turn: int = 0) -> Item:
    return Item(
        id=id,
        question=row["user"] if turn else row["question"],
        place=place,
        kind=row.get("kind", "dialogue"),
        style=row.get("style", "dialogue"),
        answerable=row["answerable"],
        gold=_wanted(row.get("gold", ())),
        alternatives=_wanted(row.get("alt", ())),
        must_include=tuple(row.get("must_include", ())),
        split=split,
        turn=turn,
    )


def _wanted(rows: Sequence[Mapping[str, str]]) -> tuple[Wanted, ...]:
    return tuple(Wanted(row["doc"], row["quote"]) for row in rows)
