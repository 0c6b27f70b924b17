"""
Finding for one question in one plan (or all): evidence, judged and weighed, with the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge import weights
from knowledge.decide import Verdict, decide, features, probability
from knowledge.exemplars import Gap
from knowledge.followup import core
from knowledge.judge import Judge
from knowledge.numbers import years_in
from knowledge.parse import Plan
from knowledge.search import Elsewhere, Evidence, Shelves
from knowledge.understand import Query
from knowledge.units import Unit

PLAINLY, PLAINLY_MORE, ENOUGH_WORDS = 0.22, 1.4, 3
"""From which likeness on, how much above the best unit's, and with how many words of its own a short question is
taken for one about something else and not for a follow-up."""
FRESH_GROUP = 1.0
"""What the group counts that a follow-up names anew."""
OPPOSED = 100.0
"""Taken from a unit for the other kind of household: more than any rank score, so that nothing makes up for it."""
FOLLOWED = 0.3
"""How much less sure an answer need be where it follows another one: who goes on asking seldom leaves the subject."""
SAME_WORDS = 0.95
"""Likeness from which a question is one that was written for the unit."""
NEAR = 2.2
"""What standing by the last answer counts for a follow-up (rank scores run to about 30)."""


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found for one question in one scope.
    """

    query: Query
    evidence: Sequence[Evidence]
    elsewhere: Sequence[Elsewhere]
    features: Mapping[str, float]
    likely: float
    verdict: Verdict


class Finder:
    """
    Asks the shelves, lets the judge look at what they give, and decides.
    """

    def __init__(
        self, plans: Sequence[Plan], shelves: Shelves, judge: Judge, without: frozenset[str] = frozenset()
    ) -> None:
        self.weights = weights.load()
        self._shelves = shelves
        self._judge = judge
        self._without = without
        self.open_gaps: dict[str | None, frozenset[str]] = {
            plan.id: _open_gaps(plan, shelves.exemplars.gaps) for plan in plans
        }
        self._years = {plan.id: _years(plan) for plan in plans}
        self.open_gaps[None] = frozenset.intersection(*self.open_gaps.values()) if plans else frozenset()

    def find(self, query: Query, plan: str | None, last: Unit | None = None) -> Found:
        """
        What the plan (any plan: None) holds on a question; `last` is the unit that the answer before quoted.
        """
        evidence, elsewhere = self._shelves.evidence(query.terms, plan)
        judged = sorted((self._scored(query, one, last) for one in evidence), key=_written_for_it_first)
        open_gaps = self.open_gaps[plan]
        live = [one for one in elsewhere if not isinstance(one.target, Gap) or one.target.id in open_gaps]
        live.sort(key=lambda one: -one.like)
        if not judged:
            return Found(query, (), live, {}, 0.0, decide(False, live))
        best = judged[0].unit
        covered = self._shelves.covered(query.words, best)
        other = self._shelves.covered_elsewhere(query.words, live[0].target) if live else (0.0, 1.0)
        leaning = self._shelves.leaning(query.terms)
        seen = features(query, judged, live, covered, other, self.structure(query, best), leaning)
        sensible = query.known and not self._of_another_time(query, plan)
        likely = probability(seen, self.weights.of(judged[0].annotated).decide) if sensible else 0.0
        if sensible and plan is not None and _asked_in_these_words(judged[0], live):
            likely = max(likely, self.weights.answer_from)
        enough = self.weights.answer_from - (FOLLOWED if query.follows and last is not None else 0.0)
        return Found(query, judged, live, seen, likely, decide(likely >= enough, live))

    def _of_another_time(self, query: Query, plan: str | None) -> bool:
        """
        Whether a question names only years that the plan (any plan: None) neither spans nor writes.
        """
        spanned = self._years[plan] if plan else frozenset[str]().union(*self._years.values())
        return bool(query.years) and query.years.isdisjoint(spanned)

    def _scored(self, query: Query, one: Evidence, last: Unit | None) -> Evidence:
        structure = self.structure(query, one.unit)
        near = self._shelves.nearness(one.unit, last, query.fresh) if last is not None and query.follows else 0.0
        named = FRESH_GROUP * structure["group"] if query.fresh else 0.0
        opposed = OPPOSED * self.opposed(query, one.unit)
        table = self.weights.of(one.annotated).rank
        return replace(one, score=weights.dot(table, {**one.features(), **structure}) + NEAR * near + named - opposed)

    def opposed(self, query: Query, unit: Unit) -> bool:
        """
        Whether the unit is for the other kind of household than the question is about, poor or not.
        """
        return "structure" not in self._without and self._judge.opposed(query, unit)

    def structure(self, query: Query, unit: Unit) -> dict[str, float]:
        """
        What the judge sees of a unit; nothing where the stage is switched off.
        """
        seen = self._judge.features(query, unit)
        return dict.fromkeys(seen, 0.0) if "structure" in self._without else seen


def _written_for_it_first(one: Evidence) -> tuple[bool, float]:
    return one.asks.best < SAME_WORDS, -one.score


def _asked_in_these_words(best: Evidence, live: Sequence[Elsewhere]) -> bool:
    """
    Whether somebody wrote this very question for the unit, and for nothing that the plans leave out.
    """
    return best.asks.best >= SAME_WORDS and all(one.asks.best < best.asks.best for one in live)


def plainly_elsewhere(found: Found) -> bool:
    """
    Whether a question says enough by itself to be about something that the plans do not hold, or was written for it.
    """
    if found.verdict is Verdict.GAP and found.elsewhere[0].asks.best >= SAME_WORDS:
        return True
    if found.verdict in {Verdict.ANSWER, Verdict.UNKNOWN} or len(core(found.query.words)) < ENOUGH_WORDS:
        return False
    unit = found.evidence[0].asks.asked if found.evidence else 0.0
    return found.elsewhere[0].asks.asked >= max(PLAINLY, PLAINLY_MORE * unit)


def _open_gaps(plan: Plan, gaps: Iterable[Gap]) -> frozenset[str]:
    """
    The gaps that this plan does not fill: none of its clauses matches their `unless`.
    """
    return frozenset(
        gap.id
        for gap in gaps
        if gap.unless is None or not any(gap.unless.search(clause.text) for clause in plan.clauses)
    )


def _years(plan: Plan) -> frozenset[str]:
    """
    The years of a plan's period and those that it writes.
    """
    start, end = plan.meta.period_start, plan.meta.period_end
    spanned = range(start or end or 0, (end or -1) + 1)
    return frozenset(map(str, spanned)).union(*(years_in(clause.text) for clause in plan.clauses))
