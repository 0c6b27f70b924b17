"""
The figures that `python -m knowledge fit` learns from the working half of the gold questions, kept as data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights.toml"


@dataclass(frozen=True, slots=True)
class Table:
    """
    `rank`: what each piece of evidence for a unit counts. `decide`: the same for "these words answer the question",
    with `bias`.
    """

    rank: Mapping[str, float]
    decide: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """
    One table for units that questions were written for, one for plain units of a plan that nobody annotated.

    `answer_from` is the probability from which the bot answers, `close` the lead (as a share of the score) under
    which the runner-up is quoted as well.
    """

    annotated: Table
    plain: Table
    answer_from: float
    close: float

    def of(self, annotated: bool) -> Table:
        """
        The table for a unit.
        """
        return self.annotated if annotated else self.plain


def load(path: Path = WEIGHTS) -> Weights:
    """
    Read the weights.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    return Weights(
        annotated=Table(**table["annotated"]),
        plain=Table(**table["plain"]),
        answer_from=table["answer_from"],
        close=table["close"],
    )


def dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """
    The weighted sum of the features that have a weight.
    """
    return sum(weights[name] * value for name, value in features.items() if name in weights)
