"""
The loaded plans, ready to be asked: understand → find → judge → decide → compose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import lru_cache
from typing import Any

from knowledge import compose, exemplars, spelling
from knowledge.answer import PAGE_ASK, Answer, Option, Question
from knowledge.decide import Verdict
from knowledge.exemplars import Aside, Exemplars, Gap, Kind
from knowledge.finding import Finder, Found, plainly_elsewhere
from knowledge.followup import core, leans, resolved
from knowledge.judge import Judge
from knowledge.numbers import figures_in
from knowledge.parse import Note, Plan, shipped
from knowledge.places import Gazetteer, Place
from knowledge.quoting import BESIDE_CLOSE, Quoter
from knowledge.search import Evidence, Shelves
from knowledge.text import clean, fold, squash
from knowledge.understand import Query, Understanding
from knowledge.units import Unit
from knowledge.weights import Weights

LITTLE_ELSE = 4
"""Words that may stand beside the name of a place for the text to be an answer to "where are you from?"."""
FOLLOWS_LEAD, STANDS_LEAD = 0.1, -0.15
"""How much likelier to be answered a question must be alone than as a follow-up, where it says that it follows and
where it is merely short."""
MAYBE = 0.2
"""From this probability on, a question without a place is asked back instead of declined."""
NEIGHBOUR = 0.4
"""Share of the best unit's score from which another one is offered as a way on."""
BESIDE = 0.5
OTHERS = 0.35
"""What words count that belong to another place of a comparison."""
COMPARED = 2_200
"""Characters that the quotes of a comparison may have together."""


class Library:
    """
    All plans and what is known about how people ask.
    """

    def __init__(self, plans: Sequence[Plan], known: Exemplars, without: frozenset[str] = frozenset()) -> None:
        """
        `without` names stages that are switched off, to measure what each is worth: see `knowledge.eval.ablate`.
        """
        self._without = without
        self._plans = {plan.id: plan for plan in plans}
        self._sources = {plan.id: squash(plan.source) for plan in plans}
        self._shelves = Shelves(plans, known, without)
        self._gazetteer = Gazetteer(plans)
        vocabulary = spelling.vocabulary_of(self._texts(plans, known))
        spellings = spelling.Spellings({}, {}) if "spelling" in without else spelling.load()
        speller = spelling.Speller(spellings, {} if "spelling" in without else vocabulary)
        self._understanding = Understanding(speller, self._gazetteer, vocabulary, self._shelves.vocabulary)
        self._finder = Finder(plans, self._shelves, Judge(self._understanding.groups), without)
        self._quoter = Quoter(self._shelves, self._finder, without)
        self._held = lru_cache(maxsize=10_000)(self._holds_about)

    @classmethod
    def shipped(cls) -> Library:
        """
        The library of the plans that come with the bot. Raises PlanError.
        """
        return cls(shipped(), exemplars.load())

    @staticmethod
    def _texts(plans: Iterable[Plan], known: Exemplars) -> list[str]:
        asked: list[Kind | Gap | Aside] = [*known.kinds, *known.gaps, *known.topics, *known.talks]
        return [plan.source for plan in plans] + [ask for one in asked for ask in one.asks]

    @property
    def weights(self) -> Weights:
        """
        The weights in use; fitting tries others.
        """
        return self._finder.weights

    @weights.setter
    def weights(self, other: Weights) -> None:
        self._finder = copy(self._finder)
        self._finder.weights = other
        self._quoter = Quoter(self._shelves, self._finder, self._without)

    @property
    def places(self) -> tuple[Place, ...]:
        """
        The places that a plan is held for.
        """
        return self._gazetteer.places

    def find_place(self, text: str) -> Place | None:
        """
        The one place that a text names, by any of its names, where it says little else: "em ở Bến Tre ạ".
        """
        named = self._gazetteer.named(clean(text))
        alone = len(named.places) == 1 and len(named.rest.split()) <= LITTLE_ELSE
        return named.places[0] if alone else None

    def lacks(self, plan: str, gap: Gap) -> bool:
        """
        Whether a plan leaves out what people ask there.
        """
        return gap.id in self._finder.open_gaps[plan]

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
        query = self._placed(query, context)
        if query.elsewhere and not query.places:
            return self._no_such_plan(query.elsewhere[0], query, context)
        if query.introduces:
            return self._introduced(query, question)
        if len(query.places) > 1:
            return self._compare(query, question)
        return self._single(query, question)

    def _placed(self, query: Query, context: Mapping[str, Any]) -> Query:
        """
        A question that names no place is about the last turn's where it leans on it, or where none is known at all.
        """
        if query.named and not query.both:
            return query
        if query.both and len(query.places) < 2:
            recent = self._places_of(context.get("recent", ()))[-2:]
            return replace(query, places=recent, named=True) if len(recent) > 1 else query
        earlier = self._places_of(context.get("places", ()))
        return replace(query, places=earlier) if earlier and (leans(query) or not query.places) else query

    def _places_of(self, slugs: Iterable[str]) -> tuple[Place, ...]:
        return tuple(place for slug in slugs if (place := self._gazetteer.by_slug(slug)))

    def _readings(self, query: Query, context: Mapping[str, Any]) -> list[Query]:
        """
        The ways to take a question: alone, and as a follow-up of the last one asked or the last one answered.
        """
        earlier = dict.fromkeys(before for name in ("before", "answered") if (before := context.get(name)))
        if not leans(query) or "follow-ups" in self._without:
            return [query]
        return [query, *(resolved(self._understanding, query, before) for before in earlier)]

    def _best_reading(self, query: Query, plan: str | None, context: Mapping[str, Any]) -> Found:
        """
        The reading that is likelier to be answered; what is plainly about something else stands alone.
        """
        last = self._shelves.unit(context.get("unit", ""))
        alone, *leaning = [self._finder.find(one, plan, last) for one in self._readings(query, context)]
        if not leaning or plainly_elsewhere(alone):
            return alone
        follow = max(leaning, key=lambda found: found.likely)
        if not core(query.words):
            return follow
        if alone.verdict is Verdict.ANSWER and not query.follows:
            return alone
        lead = FOLLOWS_LEAD if query.follows else STANDS_LEAD
        return follow if follow.likely + lead >= alone.likely else alone

    def candidates(self, text: str, place: str | None) -> list[tuple[Unit, dict[str, float]]]:
        """
        For fitting: the units found for a question on its own, best first, with their features.
        """
        found = self._alone(text, place)
        return [
            (one.unit, {**one.features(), **self._finder.structure(found.query, one.unit)}) for one in found.evidence
        ]

    def _alone(self, text: str, place: str | None) -> Found:
        query = self._understanding.read(text, self._gazetteer.by_slug(place))
        return self._finder.find(query, query.places[0].plan if query.places else None)

    def _single(self, query: Query, question: Question) -> Answer:
        place = query.places[0] if query.places else None
        found = self._best_reading(query, place.plan if place else None, question.context)
        if query.supposed and not query.names_a_sum:
            found = self._unsupposing(found, place)
        return replace(self._said(found, place, question), seen=found.features)

    def _unsupposing(self, found: Found, place: Place | None) -> Found:
        """
        A question that supposes a figure, without it, where words that state such a figure answer it then.
        """
        bare = self._finder.find(self._understanding.without_figures(found.query), place.plan if place else None)
        states = bare.verdict is Verdict.ANSWER and found.query.supposed.keys() <= _figures(bare.evidence[0]).keys()
        return bare if states and (found.verdict is not Verdict.ANSWER or bare.likely > found.likely) else found

    def _said(self, found: Found, place: Place | None, question: Question) -> Answer:
        query = found.query
        context = self._context(query, question, found)
        if place is None and self._depends_on_place(found):
            return compose.which_place(self.places, query.typed, context)
        if found.verdict is not Verdict.ANSWER:
            return self._decline(found, question, context)
        best = found.evidence[0]
        plan = self._plans[best.unit.plan]
        context |= {"places": [plan.meta.place], "unit": best.unit.key}
        units = self._quoter.quoted(found, self.weights.close)
        answer = compose.some(plan, units, question.today, self._ways_on(best.unit, found), context)
        return compose.otherwise(answer) if _contradicts(found) else answer

    def _depends_on_place(self, found: Found) -> bool:
        """
        Whether some plan may well answer, but which one cannot be told without a place.
        """
        if found.verdict is Verdict.ANSWER:
            return not self._quoter.stands_out(found)
        return found.verdict in {Verdict.GAP, Verdict.UNKNOWN} and found.likely >= MAYBE

    def _introduced(self, query: Query, question: Question) -> Answer:
        """
        "Tôi là trưởng thôn ở …" is no question: remember the place and say how to go on.
        """
        context = dict(question.context)
        if query.named and query.places:
            context |= {"told": query.places[0].slug, "places": [query.places[0].slug]}
        return compose.introduced(query.places[0] if query.places else None, context)

    def _compare(self, query: Query, question: Question) -> Answer:
        context = question.context if query.follows else {}
        founds = [
            self._best_reading(one, place.plan, context)
            for place, one in zip(query.places, self._parts(query), strict=True)
        ]
        kept = self._context(founds[0].query, question, founds[0])
        kept["places"] = [place.slug for place in query.places]
        surest = max(founds, key=lambda found: found.likely)
        if surest.likely < self.weights.answer_from * BESIDE or surest.verdict is Verdict.TALK:
            return self._decline(surest, question, kept)
        room = COMPARED // len(founds)
        parts = [
            (
                self._plans[place.plan],
                self._quoter.quoted(found, BESIDE_CLOSE, room) if self._answers_beside(found) else [],
            )
            for place, found in zip(query.places, founds, strict=True)
        ]
        return compose.side_by_side(parts, question.today, (), kept)

    def _answers_beside(self, found: Found) -> bool:
        """
        Beside a sure answer of another place, a little less is enough.
        """
        return bool(found.evidence) and found.likely >= self.weights.answer_from * BESIDE

    def _parts(self, query: Query) -> list[Query]:
        """
        The question for each place: where each place has words of its own, those of the others count less.
        """
        own = self._gazetteer.split(query.spelled)
        if len(own) < len(query.places) or not self._understanding.set_apart(own.values()):
            return [replace(query, places=(place,)) for place in query.places]
        parts = []
        for place in query.places:
            others = {word for slug, words in own.items() if slug != place.slug for word in words}
            mine = set(own.get(place.slug, ()))
            terms = {
                term: (OTHERS if set(term.split("_")) & (others - mine) else factor)
                for term, factor in query.terms.items()
            }
            parts.append(replace(query, places=(place,), terms=terms))
        return parts

    def _decline(self, found: Found, question: Question, context: dict[str, Any]) -> Answer:
        nearest = found.elsewhere[0].target if found.elsewhere else None
        match found.verdict:
            case Verdict.TALK if isinstance(nearest, Aside):
                return compose.small_talk(nearest, len(question.text), {**question.context, **context})
            case Verdict.OFF_TOPIC:
                return compose.off_topic(nearest if isinstance(nearest, Aside) else None, context)
            case Verdict.GAP if isinstance(nearest, Gap):
                place = found.query.places[0] if found.query.places else None
                held = [phrase for phrase in nearest.near if place and self._held(place.plan, phrase)]
                return compose.gap(nearest, held, compose.options_of(held, place.slug if place else None), context)
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
        words = " ".join(query.words)[-400:]
        context = {name: old[name] for name in ("told", "unit") if name in old}
        return context | {
            "before": words if kept else old.get("before"),
            "answered": words if found.verdict is Verdict.ANSWER else old.get("answered"),
            "places": slugs if kept else old.get("places", []),
            "recent": [*recent, *slugs][-3:],
        }

    def _ways_on(self, unit: Unit, found: Found) -> list[Option]:
        options = []
        whole = self._quoter.list_around(unit)
        if whole is not None:
            options.append(Option(compose.WHOLE_LIST, f"{PAGE_ASK}{whole.key}:1"))
        return [*options, *self._neighbours(found, skip=unit)[:2]]

    def _neighbours(self, found: Found, skip: Unit | None = None) -> list[Option]:
        """
        Questions that the nearest other units answer, each put as people put it.
        """
        floor = found.evidence[0].score * NEIGHBOUR if found.evidence else 0.0
        near = [one.unit for one in found.evidence[:8] if one.score >= floor and one.unit is not skip]
        plan = skip.plan if skip is not None else near[0].plan if near else ""
        asks = [self._shelves.typical_ask(unit) for unit in near if unit.plan == plan]
        place = next((place.slug for place in self.places if place.plan == plan), None)
        return compose.options_of(list(dict.fromkeys(filter(None, asks))), place)

    def _holds_about(self, plan: str, phrase: str) -> bool:
        place = self._gazetteer.by_plan(plan)
        return self._finder.find(self._understanding.read(phrase, place), plan).verdict is Verdict.ANSWER

    def _page(self, question: Question) -> Answer:
        key, _, page = question.text.removeprefix(PAGE_ASK).rpartition(":")
        plan = self._plans.get(key.split("/")[0])
        unit = self._shelves.unit(key)
        if plan is None or unit is None or not page.isdigit():
            return compose.not_found((), dict(question.context))
        answer = compose.page_of(plan, unit, unit.items, int(page), question.today)
        return replace(answer, context=dict(question.context))

    def _notes(self, query: Query) -> tuple[Note, ...]:
        return self._plans[query.places[0].plan].meta.notes if query.places else ()

    def explain(self, question: Question) -> str:
        """
        For officers: the evidence behind an answer, clause by clause.
        """
        profile = self._gazetteer.by_slug(question.place)
        query = self._understanding.read(question.text, profile)
        found = self._finder.find(query, query.places[0].plan if query.places else None)
        lines = [
            f"Hiểu là: {query.spelled}",
            f"Nơi: {', '.join(place.name for place in query.places) or 'chưa rõ'}",
            f"Quyết định: {found.verdict}",
        ]
        lines.extend(
            f"• {one.unit.plan} {one.unit.path}: {one.score:.2f} (câu hỏi tương tự {one.asks.asked:.2f}, "
            f"lời văn {one.own:.2f}, đề mục {one.headings:.2f})"
            for one in found.evidence[:4]
        )
        lines.extend(f"• {note.text} (Theo: {note.source}.)" for note in self._notes(query))
        lines.extend(f"• ngoài kế hoạch, {one.target.id}: {one.asks.asked:.2f}" for one in found.elsewhere[:2])
        return "\n".join(lines)


def _figures(evidence: Evidence) -> Mapping[str, frozenset[str]]:
    return figures_in(fold(evidence.unit.text))


def _contradicts(found: Found) -> bool:
    """
    Whether the question supposes a figure of which the words that answer it state only others.
    """
    stated = _figures(found.evidence[0])
    return any(
        stated.get(measure, supposed).isdisjoint(supposed) for measure, supposed in found.query.supposed.items()
    )
