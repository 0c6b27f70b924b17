"""
Answer, or not: the calibrated decision between the plans' clauses and everything else that people say.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from knowledge.exemplars import Aside, Gap
from knowledge.search import Elsewhere, Evidence
from knowledge.understand import Query


class Verdict(StrEnum):
    """
    What to do with a question.
    """

    ANSWER = "answer"
    GAP = "gap"
    TALK = "talk"
    OFF_TOPIC = "off_topic"
    UNKNOWN = "unknown"


ENOUGH = 0.45
GAP_LEAD = 0.0
ASIDE_LEAD = 0.0


def decide(query: Query, evidence: Sequence[Evidence], elsewhere: Sequence[Elsewhere]) -> Verdict:
    """
    The verdict on the best evidence of each side.
    """
    best = evidence[0] if evidence else None
    other = elsewhere[0] if elsewhere else None
    ask = best.asked if best else 0.0
    if other is not None and isinstance(other.target, Aside) and other.asked > ask + ASIDE_LEAD:
        return Verdict.TALK if other.target.say and not other.target.urgent else Verdict.OFF_TOPIC
    if other is not None and isinstance(other.target, Gap) and other.asked > ask + GAP_LEAD:
        return Verdict.GAP
    if best is None or best.score < ENOUGH:
        return Verdict.UNKNOWN
    return Verdict.ANSWER
