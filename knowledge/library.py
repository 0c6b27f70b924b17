"""
The loaded plans, ready to be asked: understand → find → judge → decide → compose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge import compose, exemplars, spelling
from knowledge.answer import Answer, Option, Question
from knowledge.compose import Nearby
from knowledge.decide import Verdict, decide
from knowledge.exemplars import Aside, Exemplars, Gap
from knowledge.judge import Judge
from knowledge.parse import Plan, shipped
from knowledge.places import Gazetteer, Place
from knowledge.search import Elsewhere, Evidence, Shelves
from knowledge.text import clean, squash, tokens
from knowledge.understand import Query, Understanding, joined, substance
from knowledge.units import Unit

PAGE_ASK = "muc:"
"""Begins the question that a "whole section" choice asks: muc:<unit key>:<page>."""
CARRIED = 0.6
"""How much the words of the last question count in a follow-up that leans on it."""
SHORT = 4
"""A question of at most this many words of substance may lean on the last one without saying so."""
CLEAR_LEAD = 0.12
"""Without a place: by how much the best unit must lead the best one of another plan."""


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found for one question in one scope.
    """

    query: Query
    evidence: Sequence[Evidence]
    elsewhere: Sequence[Elsewhere]
    verdict: Verdict


class Library:
    """
    All plans and what is known about how people ask.
    """

    def __init__(self, plans: Sequence[Plan], known: Exemplars) -> None:
        self._plans = {plan.id: plan for plan in plans}
        self._sources = {plan.id: squash(plan.source) for plan in plans}
        self._shelves = Shelves(plans, known)
        self._gazetteer = Gazetteer(plans)
        vocabulary = spelling.vocabulary_of(self._texts(plans, known))
        speller = spelling.Speller(spelling.load(), vocabulary)
        self._understanding = Understanding(speller, self._gazetteer, vocabulary, self._shelves.vocabulary)
        self._judge = Judge(self._understanding.groups)
        self._open_gaps = {plan.id: _open_gaps(plan, known.gaps) for plan in plans}

    @classmethod
    def shipped(cls) -> Library:
        """
        The library of the plans that come with the bot. Raises PlanError.
        """
        return cls(shipped(), exemplars.load())

    @staticmethod
    def _texts(plans: Iterable[Plan], known: Exemplars) -> list[str]:
        others = (*known.kinds, *known.gaps, *known.topics, *known.talks)
        return [plan.source for plan in plans] + [ask for other in others for ask in other.asks]

    @property
    def places(self) -> tuple[Place, ...]:
        """
        The places that a plan is held for.
        """
        return self._gazetteer.places

    def find_place(self, text: str) -> Place | None:
        """
        The one place that a text names, by any of its names.
        """
        places = self._gazetteer.named(clean(text)).places
        return places[0] if len(places) == 1 else None

    def holds(self, document: str, quote: str) -> bool:
        """
        Whether the quote stands in the document word for word (blanks and Markdown marks aside).
        """
        return bool(quote) and squash(quote) in self._sources.get(document, "")

    def answer(self, question: Question) -> Answer:
        """
        Answer one question. Every citation of the answer is verbatim: anything else would be a defect, and raises.
        """
        answer = self._page(question) if question.text.startswith(PAGE_ASK) else self._answer(question)
        for cited in answer.citations:
            if not self.holds(cited.document, cited.quote):
                raise AssertionError(f"a quote of {cited.document} {cited.path} is not verbatim")
        return answer

    def _answer(self, question: Question) -> Answer:
        context = question.context
        profile = self._gazetteer.by_slug(question.place) or self._gazetteer.by_slug(context.get("told"))
        query = self._understanding.read(question.text, profile)
        if context.get("chosen_place") and profile:
            query = replace(query, places=(profile,), named=True)
        query = self._in_context(query, context, question)
        if query.elsewhere and not query.places:
            return self._no_such_plan(query.elsewhere[0], query, context)
        if len(query.places) > 1:
            return self._compare(query, question)
        return self._single(query, question)

    def _in_context(self, query: Query, context: Mapping[str, Any], question: Question) -> Query:
        """
        A follow-up takes over what it does not say itself: its subject, its place.
        """
        before = context.get("before")
        if not before:
            return query
        earlier = [place for slug in context.get("places", ()) if (place := self._gazetteer.by_slug(slug))]
        recent = [place for slug in context.get("recent", ()) if (place := self._gazetteer.by_slug(slug))]
        named = self._gazetteer.named(query.spelled)
        words = substance(tokens(named.rest))
        leans = query.follows or len(words) <= SHORT
        if named.both and len(query.places) < 2 and len(recent) > 1:
            return replace(joined(query, self._carried(query, before), 1.0), places=tuple(recent[-2:]), named=True)
        if not leans:
            return query
        places = query.places if query.named else tuple(earlier) or query.places
        return replace(joined(query, self._carried(query, before), CARRIED), places=places, follows=True)

    def _carried(self, query: Query, before: str) -> dict[str, float]:
        """
        The last question's terms, without the group or number that this one replaces.
        """
        earlier = self._understanding.read(before, None)
        words = tokens(self._gazetteer.named(earlier.spelled).rest)
        if query.groups:
            words = self._understanding.without_groups(words)
        if query.percents:
            words = [word for word in words if not word[0].isdigit()]
        return self._understanding.terms(words)

    def _find(self, query: Query, plan: str | None) -> Found:
        evidence, elsewhere = self._shelves.evidence(query.terms, plan)
        judged = sorted(
            (replace(one, structure=self._judge.adjust(query, one.unit)) for one in evidence),
            key=lambda one: -one.score,
        )
        open_gaps = self._open_gaps[plan] if plan else None
        live = [
            one
            for one in elsewhere
            if open_gaps is None or not isinstance(one.target, Gap) or one.target.id in open_gaps
        ]
        return Found(query, judged, live, decide(query, judged, live))

    def _single(self, query: Query, question: Question) -> Answer:
        place = query.places[0] if query.places else None
        found = self._find(query, place.plan if place else None)
        context = self._context(query, question, found)
        if found.verdict is not Verdict.ANSWER:
            return self._decline(found, question, context)
        best = found.evidence[0]
        if place is None and not self._stands_out(found):
            return compose.which_place(self.places, query.typed, context)
        plan = self._plans[best.unit.plan]
        context["places"] = [plan.meta.place]
        return compose.one(plan, best.unit, question.today, self._ways_on(best.unit, found), context)

    def _stands_out(self, found: Found) -> bool:
        best = found.evidence[0]
        rival = next((one.score for one in found.evidence if one.unit.plan != best.unit.plan), 0.0)
        return best.score - rival >= CLEAR_LEAD

    def _compare(self, query: Query, question: Question) -> Answer:
        founds = [self._find(query, place.plan) for place in query.places]
        context = self._context(query, question, founds[0])
        context["places"] = [place.slug for place in query.places]
        answered = [found for found in founds if found.verdict is Verdict.ANSWER]
        if not answered:
            return self._decline(founds[0], question, context)
        parts = [
            (self._plans[place.plan], found.evidence[0].unit if found in answered else None)
            for place, found in zip(query.places, founds, strict=True)
        ]
        return compose.side_by_side(parts, question.today, (), context)

    def _decline(self, found: Found, question: Question, context: dict[str, Any]) -> Answer:
        nearest = found.elsewhere[0].target if found.elsewhere else None
        match found.verdict:
            case Verdict.TALK if isinstance(nearest, Aside):
                if found.query.named and found.query.places:
                    context["told"] = found.query.places[0].slug
                return compose.small_talk(nearest, len(question.text), {**question.context, **context})
            case Verdict.OFF_TOPIC:
                return compose.off_topic(nearest if isinstance(nearest, Aside) else None, context)
            case Verdict.GAP if isinstance(nearest, Gap):
                return compose.gap(nearest, self._neighbours(found), context)
            case _:
                return compose.not_found(self._neighbours(found), context)

    def _no_such_plan(self, name: str, query: Query, context: Mapping[str, Any]) -> Answer:
        options = [Option(place.name, query.typed, place.slug) for place in self.places]
        return compose.no_such_plan(name, self.places, options, dict(context))

    def _context(self, query: Query, question: Question, found: Found) -> dict[str, Any]:
        """
        What the next question may lean on.
        """
        old = question.context
        slugs = [place.slug for place in query.places]
        kept = found.verdict in {Verdict.ANSWER, Verdict.GAP, Verdict.UNKNOWN}
        recent = [slug for slug in old.get("recent", ()) if slug not in slugs]
        carried = f"{old['before']} {query.spelled}" if query.follows and old.get("before") else query.spelled
        context: dict[str, Any] = {
            "before": carried[-400:] if kept else old.get("before"),
            "places": slugs if kept else old.get("places", []),
            "recent": [*recent, *slugs][-3:],
        }
        if old.get("told"):
            context["told"] = old["told"]
        return context

    def _ways_on(self, unit: Unit, found: Found) -> list[Option]:
        options = []
        whole = self._list_around(unit)
        if whole is not None:
            options.append(Option(compose.WHOLE_LIST, f"{PAGE_ASK}{whole.key}:1"))
        return [*options, *self._neighbours(found, skip=unit)[:2]]

    def _neighbours(self, found: Found, skip: Unit | None = None) -> list[Option]:
        places = {place.plan: place.slug for place in self.places}
        nearby, seen = list[Nearby](), set[str]()
        for one in found.evidence[:12]:
            if one.unit is skip or not one.example or one.example in seen or (skip and one.unit.plan != skip.plan):
                continue
            seen.add(one.example)
            nearby.append(Nearby(one.unit, one.example))
        return compose.nearby_options(nearby, places)

    def _list_around(self, unit: Unit) -> Unit | None:
        """
        The list that a unit stands in, or the unit itself where only a part of it was shown.
        """
        if unit.form == "list":
            return unit if unit.shown < len(unit.items) else None
        id = unit.key.split("#")[0]
        lists = [one for one in self._shelves.units(unit.plan) if one.form == "list" and id in one.members]
        return min(lists, key=lambda one: len(one.members), default=None)

    def _page(self, question: Question) -> Answer:
        key, _, page = question.text.removeprefix(PAGE_ASK).rpartition(":")
        plan = self._plans.get(key.split("/")[0])
        unit = plan and next((one for one in self._shelves.units(plan.id) if one.key == key), None)
        if plan is None or unit is None or not page.isdigit():
            return compose.not_found((), dict(question.context))
        answer = compose.page_of(plan, unit, unit.items, int(page), question.today)
        return replace(answer, context=dict(question.context))

    def explain(self, question: Question) -> str:
        """
        For officers: the evidence behind an answer, clause by clause.
        """
        profile = self._gazetteer.by_slug(question.place)
        query = self._understanding.read(question.text, profile)
        found = self._find(query, query.places[0].plan if query.places else None)
        lines = [
            f"Hiểu là: {query.spelled}",
            f"Nơi: {', '.join(place.name for place in query.places) or 'chưa rõ'}",
            f"Quyết định: {found.verdict}",
        ]
        lines.extend(
            f"• {one.unit.plan} {one.unit.path}: {one.score:.2f} (câu hỏi tương tự {one.asked:.2f}, "
            f"lời văn {one.own:.2f}, đề mục {one.headings:.2f}, cấu trúc {one.structure:+.2f})"
            for one in found.evidence[:4]
        )
        lines.extend(f"• ngoài kế hoạch, {one.target.id}: {one.asked:.2f}" for one in found.elsewhere[:2])
        return "\n".join(lines)


def _open_gaps(plan: Plan, gaps: Iterable[Gap]) -> frozenset[str]:
    """
    The gaps that this plan does not fill: none of its clauses matches their `unless`.
    """
    return frozenset(
        gap.id
        for gap in gaps
        if gap.unless is None or not any(gap.unless.search(clause.text) for clause in plan.clauses)
    )
