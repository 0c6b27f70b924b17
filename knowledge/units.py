"""
What can be quoted: a clause, a sentence of a long clause, or a whole list under its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.parse import Clause, Node, Plan, is_formula
from knowledge.text import clean

WHOLE = 600
"""Characters. A clause up to this length is quoted whole; a longer one sentence by sentence, so that an answer can be
read on a phone."""
OWN_MARK = re.compile(r"(?:[-+]|[^\W_]{1,4}[.)])\s*$")
ENDED = re.compile(r"[.;:…)”]$")
LETTERED = re.compile(r"[^\W\d_]\)")
LIST_LIMIT = 1_150
"""Characters of a list that one answer may quote."""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    One quotable thing. `text` is what people see, `quote` the same stretch of the document for the citation;
    `items` are the clauses of a list, `shown` how many of them `quote` holds.
    """

    key: str
    plan: str
    path: str
    form: Literal["clause", "sentence", "list"]
    text: str
    quote: str
    headings: tuple[str, ...]
    items: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    shown: int = 1


def is_apart(path: str) -> bool:
    """
    Whether the path is one of the head or the foot of the document, which has no section.
    """
    return path.split(".")[0] in {"header", "preamble", "closing", "recipients", "signature"}


def units_of(plan: Plan) -> Iterator[Unit]:
    """
    All that can be quoted from a plan: clauses or their sentences, and every list; not what every document has.
    """
    for clause in plan.clauses:
        if not is_formula(clause.text):
            yield from _of_clause(clause)
    yield from _lists(plan, plan.tree, ())
    signature = [clause for clause in plan.clauses if clause.path.startswith("signature")]
    if len(signature) > 1:
        yield _list(plan, "signature", (), signature)


def _of_clause(clause: Clause) -> Iterator[Unit]:
    if len(clause.text) <= WHOLE or len(clause.sentences) < 2:
        yield Unit(clause.id, clause.plan, clause.path, "clause", clause.text, clause.text, clause.headings)
        return
    for n, sentence in enumerate(clause.sentences, 1):
        yield Unit(
            f"{clause.id}#{n}", clause.plan, clause.path, "sentence", sentence.text, sentence.text, clause.headings
        )


def _lists(plan: Plan, nodes: Iterable[Node], above: tuple[str, ...]) -> Iterator[Unit]:
    for node in nodes:
        if node.heading is None:
            continue
        inside = list(clauses_below(node))
        if len(inside) > 1:
            yield _list(plan, _path_above(inside, len(above) + 1), (*above, node.heading), inside)
        yield from _lists(plan, node.children, (*above, node.heading))


def clauses_below(node: Node) -> Iterator[Clause]:
    """
    The clauses under a node, in order.
    """
    if node.clause is not None:
        yield node.clause
    for child in node.children:
        yield from clauses_below(child)


def _path_above(inside: list[Clause], depth: int) -> str:
    """
    The path that all these clauses share: "III.1.đ.1", "III.1.đ.2" → "III.1.đ".
    """
    split = [clause.path.split("~")[0].split(".") for clause in inside]
    common = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common) or inside[0].path


def _list(plan: Plan, path: str, headings: tuple[str, ...], inside: list[Clause]) -> Unit:
    shown = _that_fit(inside)
    lines = source_lines(plan, inside[0].start, inside[shown - 1].end)
    return Unit(
        key=f"{plan.id}/{path}[{inside[0].path}]",
        plan=plan.id,
        path=path,
        form="list",
        text="\n".join(lines),
        quote=" ".join(lines),
        headings=headings,
        items=tuple(clause.text for clause in inside),
        members=tuple(clause.id for clause in inside),
        shown=shown,
    )


def _that_fit(inside: list[Clause]) -> int:
    used, shown = 0, 0
    for clause in inside:
        used += len(clause.text) + 3
        if used > LIST_LIMIT and shown:
            break
        shown += 1
    return shown


def source_lines(plan: Plan, start: int, end: int) -> list[str]:
    """
    A stretch of the document line by line, from the mark of its first clause on: Markdown marks gone, page breaks
    healed, not a word changed.
    """
    lines: list[str] = []
    begun = OWN_MARK.search(plan.source, plan.source.rfind("\n", 0, start) + 1, start)
    for raw in plan.source[begun.start() if begun else start : end].split("\n"):
        line = clean(raw.replace("*", "").replace("#", ""))
        if not line:
            continue
        if lines and line[0].islower() and not ENDED.search(lines[-1]) and not LETTERED.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines
