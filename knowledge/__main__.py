"""
python -m knowledge: look at the plans, check them, and measure the answers.

show PLAN   the tree of a plan as an outline: marks, first words, address
check       every plan with its facts, a line each; exit 1 with the sentence of each PlanError
eval        ask all gold questions: figures by style, kind and place, the misses, the floors
ablate      the same figures with each stage switched off in turn
fit         learn the weights from the working half of the gold questions
rank        answer questions (JSON lines) from any corpus (JSON lines) with the ids of its best documents
bench       600,000 clauses of 10,000 places: build, memory, disk, cold start, latency, live changes
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from knowledge import bench, exemplars, rank
from knowledge.eval import ablate, gate
from knowledge.eval.fit import fit
from knowledge.facts import candidates
from knowledge.library import Library
from knowledge.parse import Clause, Node, Plan, PlanError, coverage, load_one, refuse_mixed_up

PLANS = Path(__file__).parent / "plans"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; the sentence of a PlanError goes to stderr."""
    chosen = _parser().parse_args(arguments)
    match chosen.command:
        case "show":
            return _show(chosen.plans, chosen.plan)
        case "eval":
            return _eval(chosen.misses, chosen.floors)
        case "fit":
            return _fit()
        case "ablate":
            for row in ablate.table():
                print(row, flush=True)
            return 0
        case "rank":
            return _rank(chosen.corpus, chosen.queries, chosen.k)
        case "bench":
            return bench.report(chosen.places, chosen.seed)
        case _:
            return _check(chosen.plans)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="Look at the plans and check them.")
    parser.add_argument("--plans", type=Path, default=PLANS, help="directory of *.txt with their *.toml")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="print a plan as an outline")
    show.add_argument("plan", help="id of a plan: its file name without .txt")
    commands.add_parser("check", help="validate every plan and its facts")
    measure = commands.add_parser("eval", help="ask all gold questions and print the figures")
    measure.add_argument("--misses", choices=("work", "measure"), help="list what went wrong in one half")
    measure.add_argument("--floors", action="store_true", help="exit 1 with a sentence for each floor that is broken")
    commands.add_parser("ablate", help="the figures with each stage switched off in turn (minutes)")
    commands.add_parser("fit", help="learn the weights from the working half of the gold questions")
    _measuring_parsers(commands)
    return parser


def _measuring_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ranking = commands.add_parser("rank", help="find the documents of any corpus that answer questions best")
    ranking.add_argument("--corpus", type=Path, required=True, help='JSON lines with "id" and "text"')
    ranking.add_argument("--queries", type=Path, required=True, help='JSON lines with "id" and "question"')
    ranking.add_argument("--k", type=int, default=10, help="how many ids a question gets")
    many = commands.add_parser("bench", help="measure the search over very many made-up plans")
    many.add_argument("--places", type=int, default=10_000, help="how many plans, of about 60 clauses each")
    many.add_argument("--seed", type=int, default=1, help="what the made-up plans depend on")


def _rank(corpus: Path, queries: Path, count: int) -> int:
    try:
        rank.run(corpus, queries, count, sys.stdout)
    except rank.LineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _show(directory: Path, plan_id: str) -> int:
    path = directory / f"{plan_id}.txt"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in directory.glob("*.txt")))
        print(f"No plan {plan_id} here. Known: {known}.", file=sys.stderr)
        return 1
    try:
        plan = load_one(path)
    except PlanError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(outline(plan)))
    return 0


def outline(plan: Plan) -> Iterator[str]:
    """Yield a plan's lines: its title, then each heading and clause, indented as they stand in the tree."""
    yield f"{plan.id}: {plan.meta.title}"
    yield from _branch(plan.tree, 1)


def _branch(nodes: Iterable[Node], depth: int) -> Iterator[str]:
    for node in nodes:
        if node.clause:
            yield f"{'  ' * depth}{node.mark or '·'} {_first_words(node.clause.text)}  [{node.clause.path}]"
        else:
            yield f"{'  ' * depth}{node.heading}"
        yield from _branch(node.children, depth + 1)


def _first_words(text: str, count: int = 10) -> str:
    words = text.split()
    return " ".join(words[:count]) + (" …" if len(words) > count else "")


def _check(directory: Path) -> int:
    paths = sorted(directory.glob("*.txt"))
    if not paths:
        print(f"{directory}: no *.txt there. Put the plans into it.", file=sys.stderr)
        return 1
    plans = [plan for path in paths if (plan := _sound(path))]
    sound = len(plans) == len(paths) and _goes_together(directory, plans)
    return 0 if sound else 1


def _sound(path: Path) -> Plan | None:
    try:
        plan = load_one(path)
    except PlanError as error:
        print(error, file=sys.stderr)
        return None
    print(_summary(plan))
    return plan


def _goes_together(directory: Path, plans: Sequence[Plan]) -> bool:
    """Whether no two plans are mixed up, no .toml is alone, and the questions of knowledge/asks can be read."""
    lonely = sorted(path.name for path in directory.glob("*.toml") if not path.with_suffix(".txt").exists())
    for name in lonely:
        print(f"{name}: there is no {Path(name).stem}.txt beside it. Rename it, or delete it.", file=sys.stderr)
    try:
        refuse_mixed_up(plans)
        exemplars.load()
    except PlanError as error:
        print(error, file=sys.stderr)
        return False
    return not lonely


def _eval(misses: str | None, floors: bool) -> int:
    report = gate.run(Library.shipped(), gate.TODAY)
    print("\n".join(gate.table(report)))
    if misses:
        print("\n" + "\n".join(gate.misses(report, misses)))
    broken = gate.broken_floors(report)
    for sentence in broken:
        print(f"floor broken: {sentence}", file=sys.stderr)
    return 1 if broken and floors else 0


def _fit() -> int:
    learnt = fit(Library.shipped())
    for name, table in (("annotated", learnt.annotated), ("plain", learnt.plain)):
        for part, figures in (("rank", table.rank), ("decide", table.decide)):
            print(f"{name} {part}: " + ", ".join(f"{key} {value:+.2f}" for key, value in figures.items()))
    return 0


def _summary(plan: Plan) -> str:
    unreviewed = sum(clause.kind == "body" for clause in _without_fact(plan))
    return (
        f"{plan.id}: {plan.meta.place_name}, {len(plan.clauses)} clauses, {len(plan.facts)} facts, "
        f"{len(plan.dropped)} dropped lines, coverage {coverage(plan):.1%}, "
        f"{unreviewed} clauses with a date or number but no fact"
    )


def _without_fact(plan: Plan) -> list[Clause]:
    """Return the clauses that look as if they held a fact and hold none: a reviewer should know why."""
    lines = ((clause.path, line.text) for clause in plan.clauses for line in clause.sentences)
    open_paths = {found.path for found in candidates(lines)} - {fact.path for fact in plan.facts}
    return [clause for clause in plan.clauses if clause.path in open_paths]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(0)
