"""
The loaded plans, ready to be asked: understand → find → judge → decide → compose.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from knowledge import compose, exemplars, pages, spelling, why
from knowledge.answer import PAGE_ASK, Answer, Option, Question
from knowledge.decide import Verdict
from knowledge.exemplars import Aside, Exemplars, Gap, Kind, unit_of
from knowledge.finding import SAME_WORDS, Finder, Found, plainly_elsewhere
from knowledge.followup import asks_bare, core, leans, resolved, says_nothing
from knowledge.judge import Judge, for_one_group
from knowledge.numbers import document_numbers, figures_in
from knowledge.parse import Plan, shipped
from knowledge.paths import asks_nothing_else, path_in
from knowledge.places import Gazetteer, Named, Place, Whereabouts
from knowledge.quoting import BESIDE_CLOSE, Quoter, overlap
from knowledge.search import Evidence, Shelves
from knowledge.text import clean, fold, squash, tokens
from knowledge.understand import Query, Understanding, asks_something
from knowledge.units import Unit
from knowledge.urgent import Alarm
from knowledge.ways import Ways
from knowledge.weights import Weights

LONGEST_NAME = 8
"""Words of a place with its district and province; half of it without a word such as "xã"."""
LITTLE_ELSE = 4
"""Words that may stand beside the name of a place for the text to be an answer to "where are you from?"."""
FOLLOWS_LEAD, STANDS_LEAD = 0.1, -0.15
"""How much likelier to be answered a question must be alone than as a follow-up, where it says that it follows and
where it is merely short."""
MAYBE = 0.2
"""From this probability on, a question without a place is asked back instead of declined."""
NEARBY = 0.15
"""From this probability on, what stands nearest is offered with a no: below it is off the subject or gibberish."""
BESIDE = 0.5
GROUPS_NEAR, GROUPS_ASKED = 5, 8
"""Among how many of the best units two for groups make the bot ask which group, and how many it offers."""
ANYWHERE = 5
"""Words of a question without a place that says nothing by which it could be told which place it is about."""
TERSE = 5
"""Words of a question that says so little that, without a group, the list of one group would be a guess."""
RATHER, RESEMBLES, LOOKED_AT = 1.35, 0.3, 5
"""How much more such a question must be like those about something that no plan holds than like those of a clause, so
that no clause can be meant; how much like those of a clause, so that it may be; how many clauses are looked at."""
HALF = 0.5
"""Share of a follow-up's own words, by weight, that a quote must account for to be given twice."""
OTHERS = 0.35
"""What words count that belong to another place of a comparison."""
COMPARED = 2_200
"""Characters that the quotes of a comparison may have together."""
PAGE_NUMBER = re.compile(r"-?\d{1,4}", re.ASCII)


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
        written = Counter(vocabulary) + Counter(spelling.vocabulary_of(self._gazetteer.names))
        speller = spelling.Speller(spellings, {} if "spelling" in without else written)
        self._speller = speller
        self._understanding = Understanding(speller, self._gazetteer, vocabulary, self._shelves.vocabulary)
        self._menus = {(menu.plan, fold(menu.question)): menu for menu in known.menus}
        self._alarm = Alarm(known.topics, speller.spell_out)
        self._finder = Finder(plans, self._shelves, Judge(self._understanding.groups), without)
        self._quoter = Quoter(self._shelves, self._finder, without)
        self._ways = Ways(self._shelves, self._gazetteer)
        self._document_numbers = {plan.id: document_numbers(fold(plan.source)) for plan in plans}
        self._held = lru_cache(maxsize=10_000)(self._holds_about)

    @classmethod
    def shipped(cls, today: date | None = None) -> Library:
        """
        The library of the plans that come with the bot; of several for one place, the one in force today, else the
        newest, is asked. Raises PlanError.
        """
        with _nothing_becomes_garbage():
            return cls(shipped(today), exemplars.load())

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
    def plans(self) -> tuple[Plan, ...]:
        """
        The loaded plans.
        """
        return tuple(self._plans.values())

    @property
    def places(self) -> tuple[Place, ...]:
        """
        The places that a plan is held for.
        """
        return self._gazetteer.places

    def whereabouts(self, text: str) -> Whereabouts | None:
        """
        What a text answers to "where are you from?"; None if it is no answer to it but something else.

        A place is known by any of its names where little else is said. What reads like a name and is none that is
        known, is taken for a place that no plan is held for.
        """
        typed = clean(text)
        named = self._gazetteer.named(typed)
        if len(named.places) == 1 and len(named.rest.split()) <= LITTLE_ELSE and not asks_something(typed):
            return Whereabouts(named.places[0])
        known = self._gazetteer.whereabouts(typed)
        return known or (Whereabouts(area=typed) if self._reads_like_a_name(typed) else None)

    def named(self, text: str) -> Named:
        """
        The places that a text names, whatever else it says.
        """
        return self._gazetteer.named(clean(text))

    def _reads_like_a_name(self, typed: str) -> bool:
        """
        "xã Tân Hưng", "Krông Pắc", "nam po": short, asks for nothing, and the plans know nothing of it.
        """
        query = self._understanding.read(typed, None)
        if not query.words or query.wants or len(query.words) > LONGEST_NAME or asks_something(typed):
            return False
        verdict = self._finder.find(query, None).verdict
        if self._gazetteer.begins_as_a_unit(typed):
            return verdict is Verdict.UNKNOWN or self._gazetteer.is_capitalised(typed.partition(" ")[2])
        if query.groups or len(query.words) > LONGEST_NAME // 2:
            return False
        return verdict is Verdict.UNKNOWN or self._gazetteer.is_capitalised(typed)

    def spell_out(self, text: str) -> str:
        """
        The text with short forms spelled out and typos mended, lower-case, punctuation gone.
        """
        return self._speller.spell_out(text)

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
        answer = self._chosen(question) if question.text.startswith(PAGE_ASK) else self._answer(question)
        for cited in answer.citations:
            if not self.holds(cited.document, cited.quote):
                raise AssertionError(f"a quote of {cited.document} {cited.path} is not verbatim")
        return replace(answer, evidence=self._evidence(answer, question.text))

    def alarm(self, text: str) -> Answer | None:
        """
        What to say where a text tells of an emergency in so many words; None mostly.
        """
        topics = self._alarm.heard(text)
        if not topics:
            return None
        alarm = compose.emergency(topics, {})
        return replace(alarm, evidence=self._evidence(alarm, text))

    def _answer(self, question: Question) -> Answer:
        context = question.context
        if alarm := self.alarm(question.text):
            return replace(alarm, context=dict(context))
        profile = self._gazetteer.by_slug(question.place)
        query = self._understanding.read(question.text, profile)
        if context.get("chosen_place") and profile:
            query = replace(query, places=(profile,), named=True)
        query = self._placed(query, context)
        where = self._gazetteer.whereabouts(query.spelled)
        if where is not None and (where.told or query.introduces or not context.get("before")):
            return self._settled(where, query, question)
        if query.elsewhere and not query.places:
            return self._no_such_plan(query.elsewhere[0], query, context)
        if query.introduces:
            return self._introduced(query.places[0] if query.named and query.places else None, question)
        if len(query.places) > 1:
            return self._compare(query, question)
        return self._by_address(query, question) or self._single(query, question)

    def _by_address(self, query: Query, question: Question) -> Answer | None:
        """
        What stands at the address that a question names; None where it names none, or asks more than to read it.
        """
        path, rest = path_in(question.text)
        if not path or not query.places or not asks_nothing_else(self._gazetteer.named(clean(rest)).rest):
            return None
        there = [unit for unit in self._shelves.units(query.places[0].plan) if unit.path == path]
        if not there:
            return compose.no_such_section(dict(question.context))
        section = next((unit for unit in there if unit.form == "list"), None)
        answer = self._shown(section, question) if section else self._all_of(there, question)
        return replace(answer, context=self._leaning_on(section or there[0], question.context))

    def _all_of(self, units: Sequence[Unit], question: Question) -> Answer:
        plan = self._plans[units[0].plan]
        return compose.some(plan, units, question.today, self._ways.from_unit(units[0]), {})

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
        if earlier and (leans(query) or not query.places):
            return replace(query, places=earlier)
        return query if query.places else replace(query, places=self._only_place_with(query.numbers))

    def _only_place_with(self, numbers: AbstractSet[str]) -> tuple[Place, ...]:
        """
        The place whose plan alone names a document of one of these numbers.
        """
        naming = [plan for plan, named in self._document_numbers.items() if named & numbers]
        place = self._gazetteer.by_plan(naming[0]) if len(naming) == 1 else None
        return (place,) if place else ()

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
        if not core(query.words) or asks_bare(query):
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
        if menu := self._from_menu(place, query, question):
            return menu
        plan = place.plan if place else None
        found = self._best_reading(query, plan, question.context)
        nothing = not question.context.get("before") if asks_bare(query) else says_nothing(query)
        if nothing or self._echoes(found, query, question.context):
            found = self._finder.find(query, plan)
            if found.verdict is not Verdict.TALK:
                return self._unclear(question)
        if query.supposed and not query.names_a_sum:
            found = self._unsupposing(found, place)
        answer = self._said(found, place, question)
        after = question.context.get("why", {}).get("asked", "") if found.query.words != query.words else ""
        return replace(answer, seen=found.features, evidence=self._why(found, answer) | {"after": after})

    def _from_menu(self, place: Place | None, query: Query, question: Question) -> Answer | None:
        """
        One of the bot's own first questions, where the plan's reviewed answer to it is known.
        """
        menu = self._menus.get((place.plan, fold(query.typed))) if place else None
        if menu is None:
            return None
        plan, units = self._plans[menu.plan], self._shelves.units(menu.plan)
        kinds = [Kind(menu.plan, quote, "", False, ()) for quote in menu.quotes]
        found = [unit for kind in kinds if (unit := unit_of(kind, plan, units))]
        if not found:
            return None
        words = " ".join(query.words)
        kept = {"before": words, "answered": words, "places": [plan.meta.place], "unit": found[0].key}
        answer = compose.some(
            plan, found, question.today, self._ways.from_unit(found[0]), dict(question.context) | kept
        )
        return replace(answer, text=f"{menu.say}\n\n{answer.text}") if menu.say else answer

    def _echoes(self, found: Found, query: Query, context: Mapping[str, Any]) -> bool:
        """
        Whether a follow-up would only get the last quote again, which says nothing of the words that it adds.
        """
        if found.verdict is not Verdict.ANSWER or found.query.words == query.words or query.named:
            return False
        best = found.evidence[0].unit
        return best.key == context.get("unit") and self._shelves.covered(core(query.words), best)[0] < HALF

    def _unclear(self, question: Question) -> Answer:
        """
        Ask what is meant, with the ways on from the last answer, if there was one.
        """
        last = self._shelves.unit(question.context.get("unit", ""))
        return compose.unclear(self._ways.from_unit(last) if last else (), dict(question.context))

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
            return compose.which_place(self.places, query.typed, context | {"waiting": query.typed})
        if found.verdict is not Verdict.ANSWER:
            return self._decline(found, question, context)
        best = found.evidence[0]
        if len(query.words) <= TERSE and best.unit.form == "list" and (groups := self._groups_near(found, 1)):
            return self._which_group(groups, context)
        plan = self._plans[best.unit.plan]
        context |= {"places": [plan.meta.place], "unit": best.unit.key}
        units = self._quoter.quoted(found, self.weights.close)
        answer = compose.some(plan, units, question.today, self._ways.from_answer(units, found), context)
        return compose.otherwise(answer) if _contradicts(found) else answer

    def _depends_on_place(self, found: Found) -> bool:
        """
        Whether some plan may well answer, but which one cannot be told without a place.
        """
        if found.verdict is Verdict.ANSWER:
            return len(found.query.words) <= ANYWHERE or not self._quoter.stands_out(found)
        gap = found.elsewhere[0].target if found.verdict is Verdict.GAP else None
        if isinstance(gap, Gap) and len(self._lacking(gap, ())) < len(self._plans):
            return True
        return found.verdict in {Verdict.GAP, Verdict.UNKNOWN} and found.likely >= MAYBE

    def _settled(self, where: Whereabouts, query: Query, question: Question) -> Answer:
        """
        "Tôi ở …", "đổi qua …" or a mere name at the beginning: whether a plan is held for there, all of it or a part.
        """
        if where.place is not None:
            return self._introduced(where.place, question)
        if where.within:
            return compose.partly(where.area, where.within, dict(question.context))
        return self._no_such_plan(where.area, query, question.context)

    def _introduced(self, place: Place | None, question: Question) -> Answer:
        """
        "Tôi là trưởng thôn ở …" is no question: the place is to be remembered. What was asked before the bot asked
        where is answered there; else say how to go on.
        """
        context = dict(question.context)
        waiting = context.pop("waiting", None)
        if place is None:
            return compose.introduced(None, context)
        context["places"] = [place.slug]
        if waiting is None:
            return compose.introduced(place, context)
        there = replace(question, text=waiting, place=place.slug, context=context)
        return replace(self._answer(there), place=place.slug)

    def _compare(self, query: Query, question: Question) -> Answer:
        context = question.context if query.follows or not core(query.words) else {}
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
        return compose.side_by_side(parts, question.today, self._ways_beside(query, parts), kept)

    def _ways_beside(self, query: Query, parts: Sequence[tuple[Plan, Sequence[Unit]]]) -> list[Option]:
        """
        The whole section of each compared place, and the same question in a further place that answers it.
        """
        quoted = [units[0] for _, units in parts if units]
        options = self._ways.sections(quoted)
        further = next(
            (place for place in self.places if place not in query.places and self._answers(query, place)), None
        )
        if further is not None:
            options.append(Option(compose.ANOTHER_PLACE.format(place=further.name), query.typed, further.slug))
        return options or self._ways.from_unit(quoted[0])

    def _answers(self, query: Query, place: Place) -> bool:
        return self._finder.find(replace(query, places=(place,)), place.plan).verdict is Verdict.ANSWER

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
            case Verdict.OFF_TOPIC if not (self._no_emergency(nearest, question) or _may_mean_a_clause(found)):
                return compose.off_topic(nearest if isinstance(nearest, Aside) else None, context)
            case Verdict.GAP if isinstance(nearest, Gap) and not _may_mean_a_clause(found):
                return self._missing(nearest, found, context)
            case _:
                return self._not_found(found, context)

    def _missing(self, gap: Gap, found: Found, context: dict[str, Any]) -> Answer:
        """
        Which of the plans asked about do not say it, and what the first of them does hold nearby.
        """
        lacking = self._lacking(gap, context["places"])
        of_all = len(lacking) == len(self._plans)
        if not found.query.places:
            known = (phrase for phrase in gap.near if any(self._held(plan, phrase) for plan in self._plans))
            return compose.gap(gap, lacking, of_all, (), [compose.about(phrase) for phrase in known], context)
        place = found.query.places[0]
        held = {phrase: unit for phrase in gap.near if (unit := self._held(place.plan, phrase))}
        return compose.gap(gap, lacking, of_all, list(held), self._ways.to(held.values()), context)

    def _lacking(self, gap: Gap, slugs: Iterable[str]) -> list[Plan]:
        """
        The plans of these places (of none: all plans) that do not say what the gap is about.
        """
        asked = [place.plan for place in self._places_of(slugs)] or list(self._plans)
        return [self._plans[plan] for plan in asked if gap.id in self._finder.open_gaps[plan]]

    def _not_found(self, found: Found, context: dict[str, Any]) -> Answer:
        if groups := self._groups_near(found):
            return self._which_group(groups, context)
        near = self._ways.to(self._ways.near(found))
        if near and found.query.places and _may_mean_a_clause(found):
            return compose.which_clause(found.query.places[0].name, near, context)
        asked = [self._plans[place.plan] for place in self._places_of(context["places"])] or list(
            self._plans.values()
        )
        plan = self._plans[found.evidence[0].unit.plan] if found.evidence else None
        offered = near if found.likely >= NEARBY else []
        return compose.not_found(asked, len(asked) == len(self._plans), plan, offered, context)

    def _which_group(self, groups: Sequence[Unit], context: dict[str, Any]) -> Answer:
        place = self._gazetteer.by_plan(groups[0].plan)
        return compose.which_group(place.name, self._ways.to(groups, GROUPS_ASKED), context)

    def _groups_near(self, found: Found, near: int = GROUPS_NEAR) -> list[Unit]:
        """
        What the plan says for each group, where a question names no group and comes near one of them.
        """
        if found.query.groups or not found.query.places or found.likely < MAYBE:
            return []
        lists = [unit for unit in self._shelves.units(found.query.places[0].plan) if for_one_group(unit)]
        best, shown = found.evidence[0].unit, [one.unit for one in found.evidence[:near]]
        holds_one = best.form == "list" and any(best is unit or overlap(best, unit) for unit in lists)
        return lists if holds_one or sum(one is unit for one in shown for unit in lists) > 1 else []

    def _no_emergency(self, nearest: Gap | Aside | None, question: Question) -> bool:
        return isinstance(nearest, Aside) and self._alarm.speaks_against(nearest, question.text)

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
        context = {name: old[name] for name in ("unit",) if name in old}
        return context | {
            "before": words if kept else old.get("before"),
            "answered": words if found.verdict is Verdict.ANSWER else old.get("answered"),
            "places": slugs if kept else old.get("places", []),
            "recent": [*recent, *slugs][-3:],
        }

    def _holds_about(self, plan: str, phrase: str) -> Unit | None:
        place = self._gazetteer.by_plan(plan)
        found = self._finder.find(self._understanding.read(phrase, place), plan)
        return found.evidence[0].unit if found.verdict is Verdict.ANSWER else None

    def _chosen(self, question: Question) -> Answer:
        """
        What a choice leads to that is bound to a unit, whatever its label would lead to if somebody typed it: the
        unit's words, or a page of a section.
        """
        bound = question.text.removeprefix(PAGE_ASK)
        unit = self._shelves.unit(bound)
        if unit is not None:
            return replace(self._shown(unit, question), context=self._leaning_on(unit, question.context))
        key, _, page = bound.rpartition(":")
        section = self._shelves.unit(key)
        if section is None or not section.members or not PAGE_NUMBER.fullmatch(page):
            return compose.no_such_section(dict(question.context))
        return replace(self._page(section, int(page), question), context=dict(question.context))

    def _shown(self, unit: Unit, question: Question) -> Answer:
        if unit.members:
            return self._page(unit, 1, question)
        return self._all_of([unit], question)

    def _page(self, section: Unit, page: int, question: Question) -> Answer:
        plan = self._plans[section.plan]
        return pages.page_of(plan, section, page, question.today, self._ways.from_section(section))

    def _leaning_on(self, unit: Unit, old: Mapping[str, Any]) -> dict[str, Any]:
        """
        What the next question may lean on after a unit was chosen: its label stands for the question.
        """
        place = self._gazetteer.by_plan(unit.plan)
        words = " ".join(self._understanding.read(self._shelves.label(unit) or "", place).words)
        recent = [*(slug for slug in old.get("recent", ()) if slug != place.slug), place.slug][-3:]
        asked = {"before": words, "answered": words, "unit": unit.key}
        return {**old, **asked, "places": [place.slug], "recent": recent}

    def _evidence(self, answer: Answer, asked: str) -> dict[str, Any]:
        """
        What is to be known later of an answer to say why it was given; small.
        """
        cited = dict.fromkeys((one.document, one.path) for one in answer.citations)
        kind = why.URGENT if answer.urgent else str(answer.kind)
        text = "" if asked.startswith(PAGE_ASK) else clean(asked)[:300]
        return {"asked": text, "kind": kind, "cited": [list(one) for one in cited], **answer.evidence}

    def _why(self, found: Found, answer: Answer) -> dict[str, Any]:
        """
        How a question was understood, what spoke for the best unit, and which units came next.
        """
        cited = {(one.document, one.path) for one in answer.citations}
        near = [one.unit for one in found.evidence[:6] if (one.unit.plan, one.unit.path) not in cited]
        places = ", ".join(place.name for place in found.query.places)
        kept = {"understood": found.query.spelled[:300], "place": places}
        if not cited:
            return kept
        best = found.evidence[0]
        own = set(tokens(best.unit.text))
        common = [word for word in found.query.spelled.split() if len(word) > 1 and fold(word) in own]
        return kept | {
            "like": best.example,
            "common": list(dict.fromkeys(common))[:8],
            "near": [list(one) for one in dict.fromkeys((unit.plan, unit.path) for unit in near)][:2],
        }

    def explain(self, evidence: Mapping[str, Any], today: date) -> str:
        """
        For officers: why an answer was given, from the evidence that came with it, in plain words.
        """
        cited = [found for one in evidence.get("cited", ()) if (found := self._clause(*one))]
        near = [found for one in evidence.get("near", ()) if (found := self._clause(*one))]
        return why.told(evidence, cited, near, today)

    def _clause(self, plan: str, path: str) -> tuple[Plan, Unit] | None:
        units = self._shelves.units(plan) if plan in self._plans else ()
        unit = next((unit for unit in units if unit.path == path), None)
        return (self._plans[plan], unit) if unit else None


@contextmanager
def _nothing_becomes_garbage() -> Iterator[None]:
    """
    While a library loads, millions of objects are made that all stay: looking among them for garbage takes a fifth of
    the time then, and a long pause in the middle of some answer later.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _may_mean_a_clause(found: Found) -> bool:
    """
    Whether a question says little, resembles what people ask about some clause, and not much more what they ask
    about something that no plan holds; never where it asks for a day, say, and the clause names none.
    """
    if found.features.get("kind", 0.0) < 0:
        return False
    like = max((one.asks.best for one in found.evidence[:LOOKED_AT]), default=0.0)
    other = found.elsewhere[0].asks.best if found.elsewhere else 0.0
    return len(found.query.words) <= TERSE and like >= RESEMBLES and other < min(RATHER * like, SAME_WORDS)


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
