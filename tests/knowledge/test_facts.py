"""
Facts stand in the text word for word, the five plans' facts are complete, and no date is invented.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from knowledge.facts import Deadline, PlanError, Rule, Threshold, candidates, last_day, read_facts
from knowledge.parse import Plan, parse, shipped

PLANS = {plan.id: plan for plan in shipped()}
TEXT = "I. TIẾN ĐỘ\n1. Trước ngày 15 tháng 6 hằng năm, các xã báo cáo về huyện.\n2. Giảm nghèo 2%/năm."
DEADLINE = """
[[deadline]]
title = "Báo cáo"
duty = "report"
who = "các xã"
to_whom = "huyện"
rule = { kind = "before", day = 15, month = 6 }
recurrence = "yearly"
quote = "Trước ngày 15 tháng 6 hằng năm"
path = "I.1"
"""
THRESHOLD = """
[[threshold]]
group = "xã"
measure = "giảm nghèo"
value = "2%/năm"
quote = "Giảm nghèo 2%/năm."
path = "I.2"
"""


@pytest.fixture(params=sorted(PLANS))
def plan(request: pytest.FixtureRequest) -> Plan:
    return PLANS[str(request.param)]


def deadlines(plan: Plan) -> list[Deadline]:
    return [fact for fact in plan.facts if isinstance(fact, Deadline)]


def thresholds(plan: Plan) -> list[Threshold]:
    return [fact for fact in plan.facts if isinstance(fact, Threshold)]


def test_a_plan_carries_its_reviewed_facts() -> None:
    plan = parse("x-2024", TEXT, DEADLINE + THRESHOLD)
    deadline, threshold = plan.facts
    assert isinstance(deadline, Deadline)
    assert deadline.rule == Rule("before", day=15, month=6)
    assert not deadline.carried_over
    assert threshold == Threshold("xã", "giảm nghèo", "2%/năm", "", "Giảm nghèo 2%/năm.", "I.2")


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("Trước ngày 15", "Trước ngày 16", "clause I.1 does not hold the quote"),
        ("hằng năm", "hàng năm", "clause I.1 does not hold the quote"),
        ('path = "I.1"', 'path = "I.2"', "clause I.2 does not hold the quote"),
        ('path = "I.1"', 'path = "IX.1"', "no clause IX.1"),
        ('kind = "before"', 'kind = "soon"', "`kind` is 'soon'"),
        ("day = 15, month = 6", "day = 31, month = 6", "is no date"),
        ("day = 15, month = 6", "day = 15", "is no date"),
        ("day = 15", 'day = "15"', "`day` is '15'"),
        ('duty = "report"', 'duty = "song"', "`duty` is 'song'"),
        ('recurrence = "yearly"', "", "`recurrence` is None"),
        ('who = "các xã"', 'who = ""', "`who` is missing"),
        ('who = "các xã"', 'owner = "các xã"', "unknown field `owner`"),
        ('to_whom = "huyện"', 'successor = "xã"', "go together"),
        ('to_whom = "huyện"', 'owed_by = ["district"]', "`owed_by` is"),
        ('to_whom = "huyện"', 'received_by = "district"', "`received_by` is 'district'"),
        ('to_whom = "huyện"', "carried_over = 1", "`carried_over` is 1"),
        ('rule = { kind = "before", day = 15, month = 6 }', "rule = 3", "`rule` of"),
        ("[[deadline]]", "[deadline]", "`deadline` is not a list of tables"),
    ],
)
def test_a_fact_that_the_text_does_not_prove_is_refused(right: str, wrong: str, sentence: str) -> None:
    assert right in DEADLINE
    with pytest.raises(PlanError, match=sentence):
        parse("x-2024", TEXT, DEADLINE.replace(right, wrong))


def test_a_value_must_stand_in_its_quote() -> None:
    with pytest.raises(PlanError, match=r'the quote of I\.2 does not hold the value "3%/năm"'):
        parse("x-2024", TEXT, THRESHOLD.replace('"2%/năm"', '"3%/năm"'))


def test_facts_stand_in_the_clause_that_they_name(plan: Plan) -> None:
    texts = {clause.path: clause.text for clause in plan.clauses}
    assert plan.facts
    assert all(fact.quote in texts[fact.path] for fact in plan.facts)


def test_exactly_one_recurring_report_has_a_calendar_date() -> None:
    dated = [
        (plan.id, fact)
        for plan in PLANS.values()
        for fact in deadlines(plan)
        if fact.recurrence != "once" and fact.rule.day is not None
    ]
    assert [(plan_id, fact.path, fact.rule) for plan_id, fact in dated] == [
        ("vinh-phuc-2021", "V.4", Rule("before", day=1, month=12))
    ]
    assert dated[0][1].carried_over
    assert dated[0][1].caveat


def test_before_1_december_means_30_november() -> None:
    assert last_day(Rule("before", day=1, month=12), 2026) == date(2026, 11, 30)
    assert last_day(Rule("before", day=1, month=3), 2028) == date(2028, 2, 29)
    assert last_day(Rule("on", day=11, month=6, year=2020), 2020) == date(2020, 6, 11)
    assert last_day(Rule("on", day=11, month=6, year=2020), 2021) is None
    assert last_day(Rule("yearly"), 2026) is None
    assert last_day(Rule("once", year=2025), 2025) is None


def test_no_date_is_invented(plan: Plan) -> None:
    for fact in deadlines(plan):
        rule = fact.rule
        written = {int(number) for number in re.findall(r"\d+", fact.quote)}
        assert {number for number in (rule.day, rule.month, rule.year, rule.to_year) if number} <= written


def test_a_recurrence_is_what_the_quote_says(plan: Plan) -> None:
    clauses = {clause.path: clause for clause in plan.clauses}
    for fact in deadlines(plan):
        says_yearly = re.search(r"h[àằ]ng năm", fact.quote, re.IGNORECASE)
        if fact.recurrence == "yearly":
            assert says_yearly, fact.quote
        else:
            assert fact.rule.kind != "yearly"
        assert clauses[fact.path].kind == "body"


REPORTS = {
    "ben-tre-2022": [],
    "cam-thuy-2018": ["III.1", "IV.2.2.3", "VI.1"],
    "dong-nai-2016": ["IV.1", "VI.4", "VI.5"],
    "soc-trang-2021": ["IV.1.a.2", "IV.1.c.2", "V.1", "V.6"],
    "vinh-phuc-2021": ["III.1.b.3", "III.1.c.3", "V.4", "V.4", "V.6", "V.7"],
}


def test_every_reporting_duty_is_there(plan: Plan) -> None:
    assert [fact.path for fact in deadlines(plan) if fact.duty == "report"] == REPORTS[plan.id]


MILESTONES = {
    "ben-tre-2022": {("review", 2023), ("closing", 2025)},
    "cam-thuy-2018": {("closing", 2020)},
    "dong-nai-2016": {("review", 2018), ("closing", 2020), ("stage", 2017)},
    "soc-trang-2021": {("stage", 2021)},
    "vinh-phuc-2021": {
        *(("review", 2023), ("nomination", 2023), ("closing", 2025), ("nomination", 2025)),
        *(("stage", 2021), ("stage", 2022)),
    },
}
NO_DUTIES = {
    "ben-tre-2022": [],
    "cam-thuy-2018": [
        "I.2.1",  # the plan's own period
        "IV.1.1",  # whom the awards are for
        "IV.2.2.7",  # a target
    ],
    "dong-nai-2016": ["IV.3"],  # the press reports until the plan's end
    "soc-trang-2021": ["I.1.b", "IV.1.a.4", "IV.1.c.4"],  # targets
    "vinh-phuc-2021": [],
}
"""Clauses with a day, a year or a recurrence that set nobody a time to do something by."""


def test_every_milestone_is_there(plan: Plan) -> None:
    found = {(fact.duty, fact.rule.year) for fact in deadlines(plan) if fact.recurrence == "once"}
    assert found == MILESTONES[plan.id]


def test_every_clause_that_says_when_is_a_duty_or_known_to_be_none(plan: Plan) -> None:
    lines = [
        (clause.path, line.text) for clause in plan.clauses if clause.kind == "body" for line in clause.sentences
    ]
    says_when = {found.path for found in candidates(lines) if found.signal != "number"}

    assert sorted(says_when - {fact.path for fact in plan.facts}) == sorted(NO_DUTIES[plan.id])


def test_districts_owe_and_receive_nothing_any_more_without_saying_so() -> None:
    for plan in PLANS.values():
        for fact in deadlines(plan):
            if fact.owed_by == ("commune",) and re.search("huyện", f"{fact.who} {fact.to_whom}"):
                assert "không còn cấp huyện" in fact.successor, (plan.id, fact.path)


def test_every_percentage_is_in_a_threshold(plan: Plan) -> None:
    lines = [(clause.path, line.text) for clause in plan.clauses for line in clause.sentences]
    numbers = {(found.path, found.value) for found in candidates(lines) if found.signal == "number"}
    held = [(fact.path, f"{fact.value} {fact.condition} {fact.quote}") for fact in thresholds(plan)]
    missing = [(path, value) for path, value in numbers if not any(path == at and value in text for at, text in held)]
    assert numbers
    assert missing == []


def test_candidates_are_proposed_from_the_text_alone() -> None:
    plan = parse("x-2024", TEXT)
    lines = [(clause.path, line.text) for clause in plan.clauses for line in clause.sentences]
    assert plan.facts == ()
    assert [(found.signal, found.value, found.path) for found in candidates(lines)] == [
        ("date", "ngày 15 tháng 6", "I.1"),
        ("recurring", "hằng năm", "I.1"),
        ("number", "2%/năm", "I.2"),
    ]


def test_no_facts_means_no_facts() -> None:
    assert read_facts("x-2024", {}, {"I.1": "Giảm nghèo."}) == ()
