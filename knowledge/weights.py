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
class Weights:
    """
    `rank`: what each piece of evidence for a unit counts. `decide`: the same for "these words answer the question",
    with `bias`; `answer_from` is the probability from which the bot answers, `close` the lead under which the
    runner-up is quoted as well.
    """

    rank: Mapping[str, float]
    decide: Mapping[str, float]
    answer_from: float
    close: float


def load(path: Path = WEIGHTS) -> Weights:
    """
    Read the weights.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    return Weights(rank=table["rank"], decide=table["decide"], answer_from=table["answer_from"], close=table["close"])


def dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """
    The weighted sum of the features that have a weight.
    """
    return sum(weights[name] * value for name, value in features.items() if name in weights)
