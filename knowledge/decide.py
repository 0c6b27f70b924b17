"""
Answer, or not: the calibrated decision between the plans' clauses and everything else that people say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

from knowledge.exemplars import Aside, Gap
from knowledge.search import Elsewhere, Evidence, Likeness
from knowledge.understand import Query
from knowledge.weights import dot


class Verdict(StrEnum):
    """
    What to do with a question.
    """

    ANSWER = "answer"
    GAP = "gap"
    TALK = "talk"
    OFF_TOPIC = "off_topic"
    UNKNOWN = "unknown"


NEARLY, NEARLY_GAP = 0.25, 0.28
"""Likeness of its questions from which a topic or small talk is taken to be meant, and a gap, whose sentence must not
deny what was not asked."""
LITTLE = 0.03
"""Added before a logarithm is taken, so that nothing is not infinitely little."""
NOTHING = Likeness(0.0, 0.0, 0.0)


def features(
    query: Query,
    evidence: Sequence[Evidence],
    elsewhere: Sequence[Elsewhere],
    covered: tuple[float, float],
    covered_elsewhere: tuple[float, float],
    structure: Mapping[str, float],
    leaning: float,
) -> dict[str, float]:
    """
    All that the decision looks at, by name. `covered` is what the best unit accounts for of the question,
    `covered_elsewhere` the same for the most similar question that no plan answers; `structure` is the judge's;
    `leaning` says whether the words are rather those of questions that plans answer.
    """
    best = evidence[0]
    second = evidence[1].score if len(evidence) > 1 else 0.0
    gap = _most(elsewhere, Gap)
    aside = _most(elsewhere, Aside)
    other = max(gap.asked, aside.asked)
    gap_profile, aside_profile = _profile(elsewhere, Gap), _profile(elsewhere, Aside)
    length = min(len(query.words), 16) / 16
    return {
        "bias": 1.0,
        "best": best.asks.best,
        "asked": best.asks.asked,
        "profile": best.profile,
        "profile_gap": gap_profile,
        "profile_aside": aside_profile,
        "profile_against_gap": _ratio(best.profile, gap_profile),
        "profile_against_aside": _ratio(best.profile, aside_profile),
        "leaning": leaning,
        "own": best.own,
        "headings": best.headings,
        "gap": gap.asked,
        "aside": aside.asked,
        "elsewhere": other,
        "beyond_gap": best.asks.best - gap.best,
        "against_elsewhere": _ratio(best.asks.asked, other),
        "best_against": _ratio(best.asks.best, max(gap.best, aside.best)),
        "asked_at_all": math.log(best.asks.asked + LITTLE),
        "own_at_all": math.log(best.own + LITTLE),
        "clear": math.log((best.score + 1.0) / (max(second, 0.0) + 1.0)) if best.score > 0 else 0.0,
        "covered": covered[0],
        "well_covered": covered[0] ** 2,
        "missing": covered[1],
        "covered_elsewhere": covered_elsewhere[0],
        "missing_elsewhere": covered_elsewhere[1],
        "covered_more": covered[0] - covered_elsewhere[0],
        "group": structure["group"],
        "kind": structure["kind"],
        "number": structure["number"],
        "year": structure["year"],
        "money": structure["money"],
        "contained": best.asks.contained,
        "known": query.known,
        "length": length,
        "short": math.log(length + LITTLE),
        **{f"wants_{name}": float(name in query.wants) for name in ("money", "when", "percent", "who", "list")},
    }


def _ratio(first: float, second: float) -> float:
    return math.log((first + LITTLE) / (second + LITTLE))


def _most(elsewhere: Sequence[Elsewhere], kind: type[Gap] | type[Aside]) -> Likeness:
    found = [one.asks for one in elsewhere if isinstance(one.target, kind)]
    return max(found, key=lambda asks: asks.asked, default=NOTHING)


def _profile(elsewhere: Sequence[Elsewhere], kind: type[Gap] | type[Aside]) -> float:
    return max((one.profile for one in elsewhere if isinstance(one.target, kind)), default=0.0)


def decide(likely_enough: bool, elsewhere: Sequence[Elsewhere]) -> Verdict:
    """
    The verdict: an answer where it is likely enough, else what the person most likely meant.
    """
    if likely_enough:
        return Verdict.ANSWER
    nearest = elsewhere[0] if elsewhere else None
    if nearest is None:
        return Verdict.UNKNOWN
    if isinstance(nearest.target, Gap):
        return Verdict.GAP if nearest.like >= NEARLY_GAP else Verdict.UNKNOWN
    if nearest.asks.asked < NEARLY:
        return Verdict.UNKNOWN
    return Verdict.TALK if nearest.target.say and not nearest.target.urgent else Verdict.OFF_TOPIC


def probability(found: Mapping[str, float], table: Mapping[str, float]) -> float:
    """
    How likely it is that the best unit answers the question, 0 to 1, by one table of weights.
    """
    return 1.0 / (1.0 + math.exp(-dot(table, found)))
