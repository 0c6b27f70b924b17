"""
What searching very many plans costs: `python -m knowledge bench`.

The plans are made up from the shipped ones: other place names and other numbers, the same for the same seed. The
archive, tantivy alone and bm25s alone each run in a process of their own, so that peak memory is theirs. bm25s is
installed into a folder that is thrown away; where that fails, the report says so.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import random
import re
import resource
import sqlite3
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby, islice
from multiprocessing.connection import Connection
from pathlib import Path

from knowledge import exemplars, spelling, weights
from knowledge.archive import ROOM, Archive, PlanText, unpacked
from knowledge.decide import features, probability
from knowledge.index import Index
from knowledge.judge import Judge
from knowledge.parse import Plan, parse, shipped
from knowledge.places import Gazetteer
from knowledge.text import tokens, with_bigrams
from knowledge.understand import Understanding
from knowledge.units import units_of

AT_ONCE = 250
"""Plans that are put in one step."""
ASKED = 400
"""Questions that are timed in each scope."""
SYLLABLES = re.findall(
    r"\w+", "Tân Phú Bình Long An Thạnh Hòa Lộc Mỹ Đông Thới Vĩnh Sơn Trung Yên Hưng Phước Hải Kim"
)
LEVELS = "tỉnh|thành phố|huyện|thị xã"
NUMBER = re.compile(r"(?<![\d/.,-])\d{1,3}(?=(?:,\d+)?\s*(?:%|hộ|triệu|người|nhà|xã|thôn|mô hình))")

BM25S = Path(__file__).with_name("bench_bm25s.py")
"""Runs outside the project's environment, where bm25s is not installed."""

Figures = dict[str, float]


def report(places: int, seed: int) -> int:
    """
    Measure and print, a line each engine; 1 if bm25s could not be measured.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(_heading(_apart(_build, folder, places, seed)), flush=True)
        asked = _apart(_ask, folder, places, seed)
        print(
            _line("archive, full", asked | _figures(folder / "archive.json")),
            f"; answering {asked['serving']:.0f} MB",
        )
        _write_terms(folder, places, seed)
        print(_line("tantivy alone", _apart(_run_tantivy, folder, places, seed)))
        beside = _run_bm25s(folder)
        print(beside if isinstance(beside, str) else _line("bm25s alone", beside))
        print(_changes(folder, places, seed))
    return int(isinstance(beside, str))


def _heading(built: Figures) -> str:
    return (
        f"{built['plans']:,.0f} plans, {built['clauses']:,.0f} clauses, {built['units']:,.0f} units; of the "
        f"archive's build, making up and parsing the plans took about {built['parsing']:.0f} s\n"
        f"{'':14} {'build':>7} {'peak':>8} {'disk':>8} {'cold start':>10} {'in a place p50/p99':>21} {'anywhere':>21}"
    )


def _line(name: str, seen: Figures) -> str:
    return (
        f"{name:14} {seen['build']:5.0f} s {seen['peak']:5.0f} MB {seen['disk']:5.0f} MB {seen['cold']:8.2f} s "
        f"{seen['place50']:9.2f} / {seen['place99']:6.2f} ms {seen['all50']:7.2f} / {seen['all99']:6.2f} ms"
    )


# ── plans that nobody wrote ──


def made_up(count: int, seed: int) -> Iterator[PlanText]:
    """
    So many plans, each a shipped one with another place and other numbers; the same ones for the same seed.
    """
    plans = shipped()
    for n in range(count):
        yield _made_up(plans[n % len(plans)], n, seed)


def _made_up(plan: Plan, n: int, seed: int) -> PlanText:
    chance = random.Random(f"{seed}-{n}")  # noqa: S311 (made-up plans keep no secret)
    name = " ".join(chance.sample(SYLLABLES, 3))
    old = re.sub(rf"^(?:{LEVELS}) ", "", plan.meta.place_name)
    text = re.sub(rf"(?i:{LEVELS}) {re.escape(old)}", f"xã {name}", plan.source)
    text = text.replace(old, name).replace(old.upper(), name.upper())
    text = NUMBER.sub(lambda found: f"{max(1, int(found[0]) + chance.randint(-9, 9)):0{len(found[0])}d}", text)
    return PlanText(_id(n), text, f'[plan]\nplace_name = "xã {name}"\n')


def _id(n: int) -> str:
    return f"xa-{n:05d}-2026"


# ── the archive ──


def _build(folder: Path, places: int, seed: int) -> Figures:
    archive = Archive(shipped(), exemplars.load(), folder / "archive")
    plans = made_up(places, seed)
    begun = time.perf_counter()
    while batch := list(islice(plans, AT_ONCE)):
        archive.put(batch)
    build = time.perf_counter() - begun
    forms = [unpacked(row).form for _, row in _rows(folder)]
    seen = {"build": build, "peak": _peak(), "disk": _size(folder / "archive")}
    (folder / "archive.json").write_text(json.dumps(seen), "utf-8")
    return {
        "plans": places,
        "units": len(forms),
        "clauses": sum(form != "list" for form in forms),
        "parsing": _parsing(seed) * places,
    }


def _parsing(seed: int, sample: int = 50) -> float:
    begun = time.perf_counter()
    for text in made_up(sample, seed):
        list(units_of(parse(text.id, text.source, text.review)))
    return (time.perf_counter() - begun) / sample


def _ask(folder: Path, places: int, seed: int) -> Figures:
    """
    The whole way from the typed question to the decision; only the wording of the answer is left out.

    What was loaded at the start is kept from the garbage collector, which would look through it for 0.4 s at a time.
    """
    plans, known = shipped(), exemplars.load()
    begun = time.perf_counter()
    archive = Archive(plans, known, folder / "archive")
    answer = _answering(archive, plans)
    questions = _questions(places, seed)
    answer(*questions[0])
    cold = time.perf_counter() - begun
    gc.freeze()
    place = [_spent(answer, text, plan) for text, plan in questions]
    everywhere = [_spent(answer, text, None) for text, _ in questions]
    return {"cold": cold, "serving": _peak(), **_percentiles("place", place), **_percentiles("all", everywhere)}


def _answering(archive: Archive, plans: Sequence[Plan]) -> Callable[[str, str | None], float]:
    vocabulary = spelling.vocabulary_of(plan.source for plan in plans)
    vocabulary |= spelling.vocabulary_of(ask for kind in archive.exemplars.kinds for ask in kind.asks)
    speller = spelling.Speller(spelling.load(), vocabulary)
    understanding = Understanding(speller, Gazetteer(plans), vocabulary, archive.vocabulary)
    judge, weighed = Judge(understanding.groups), weights.load()

    def answer(text: str, plan: str | None) -> float:
        query = understanding.read(text, None)
        evidence, elsewhere = archive.evidence(query.terms, plan)
        structure = {one.unit.key: judge.features(query, one.unit) for one in evidence}
        scores = {
            one.unit.key: weights.dot(weighed.of(one.annotated).rank, {**one.features(), **structure[one.unit.key]})
            for one in evidence
        }
        order = sorted(evidence, key=lambda one: -scores[one.unit.key])
        elsewhere.sort(key=lambda one: -one.like)
        covered = archive.covered(query.words, order[0].unit)
        beside = archive.covered_elsewhere(query.words, elsewhere[0].target) if elsewhere else (0.0, 1.0)
        leaning = archive.leaning(query.terms)
        seen = features(query, order, elsewhere, covered, beside, structure[order[0].unit.key], leaning)
        return probability(seen, weighed.of(order[0].annotated).decide)

    return answer


def _questions(places: int, seed: int) -> list[tuple[str, str]]:
    """
    Questions that people ask, each to the made-up plan of a place that was made from the plan they ask about.
    """
    chance = random.Random(seed)  # noqa: S311
    ids = [plan.id for plan in shipped()]
    kinds = [kind for kind in exemplars.load().kinds if kind.plan in ids]
    chosen = [(chance.choice(kind.asks), kind.plan) for kind in chance.choices(kinds, k=ASKED)]
    steps = max(places // len(ids), 1)
    return [(ask, _id(min(chance.randrange(steps) * len(ids) + ids.index(plan), places - 1))) for ask, plan in chosen]


# ── others ──


def _write_terms(folder: Path, places: int, seed: int) -> None:
    """
    What the other engines get: each unit's folded words and pairs, and the questions with the shelf of their place.
    """
    with (folder / "terms.tsv").open("w", encoding="utf-8") as out:
        for number, row in _rows(folder):
            out.write(f"{number // ROOM}\t{' '.join(with_bigrams(tokens(unpacked(row).text)))}\n")
    database = sqlite3.connect(folder / "archive" / "plans.sqlite")
    shelves = dict(database.execute("select id, shelf from plans"))
    database.close()
    asked = [{"terms": with_bigrams(tokens(text)), "shelf": shelves[plan]} for text, plan in _questions(places, seed)]
    (folder / "questions.json").write_text(json.dumps(asked), "utf-8")


def _run_tantivy(folder: Path, places: int, seed: int) -> Figures:
    begun = time.perf_counter()
    index = Index(folder / "tantivy")
    with (folder / "terms.tsv").open(encoding="utf-8") as lines:
        rows = enumerate(line.rstrip("\n").split("\t") for line in lines)
        index.put(_OneByOne((int(shelf), n, terms.split(" ")) for n, (shelf, terms) in rows))
    build = time.perf_counter() - begun
    peak = _peak()
    asked = [
        (dict.fromkeys(one["terms"], 1.0), int(one["shelf"]))
        for one in json.loads((folder / "questions.json").read_text("utf-8"))
    ]
    begun = time.perf_counter()
    index = Index(folder / "tantivy")
    index.search(asked[0][0], 10)
    cold = time.perf_counter() - begun
    place = [_spent(index.search, terms, 10, shelf) for terms, shelf in asked]
    everywhere = [_spent(index.search, terms, 10) for terms, _ in asked]
    seen = {"build": build, "peak": peak, "disk": _size(folder / "tantivy"), "cold": cold}
    return seen | _percentiles("place", place) | _percentiles("all", everywhere)


class _OneByOne(dict[int, Iterable[tuple[int, Sequence[str]]]]):
    """
    Shelves for `Index.put` that are read from a stream: rows of one shelf stand together.
    """

    def __init__(self, rows: Iterable[tuple[int, int, Sequence[str]]]) -> None:
        super().__init__()
        self._rows = rows

    def items(self) -> Iterator[tuple[int, Iterable[tuple[int, Sequence[str]]]]]:  # type: ignore[override]
        """
        Each shelf with its documents.
        """
        for shelf, rows in groupby(self._rows, key=lambda row: row[0]):
            yield shelf, ((number, terms) for _, number, terms in rows)


def _run_bm25s(folder: Path) -> Figures | str:
    python = folder / "venv" / "bin" / "python"
    try:
        venv.create(folder / "venv", with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "bm25s"])
        files = [str(folder / name) for name in ("terms.tsv", "questions.json", "bm25s")]
        seen = json.loads(_run([str(python), "-P", str(BM25S), *files]))
    except (OSError, subprocess.CalledProcessError) as error:
        return f"bm25s alone: not measured, for it could not be installed or run here ({error})."
    disk = {"disk": _size(folder / "bm25s")}
    times = _percentiles("place", seen["place"]) | _percentiles("all", seen["all"])
    return {name: seen[name] for name in ("build", "peak", "cold")} | disk | times


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own)


# ── changes ──


def _changes(folder: Path, places: int, seed: int) -> str:
    """
    A second process asks again and again while plans change; how long until it sees each change.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    reader = context.Process(target=_watch, args=(folder, theirs))
    reader.start()
    archive = Archive(shipped(), exemplars.load(), folder / "archive")
    new, other = islice(made_up(places + 2, seed + 1), places, places + 2)
    ours.recv()
    said = []
    for what, text in (
        ("added", new),
        ("replaced", PlanText(new.id, other.source, other.review)),
        ("withdrawn", None),
    ):
        begun = time.monotonic()
        ours.send(new.id)
        if text is None:
            archive.withdraw(new.id)
        else:
            archive.put([text])
        done = time.monotonic() - begun
        said.append(
            f"{what} in {done * 1000:.0f} ms, seen by a second process after {(ours.recv() - begun) * 1000:.0f} ms"
        )
    ours.send("")
    reader.join()
    return "one plan " + "; ".join(said)


def _watch(folder: Path, pipe: Connection) -> None:
    archive = Archive(shipped(), exemplars.load(), folder / "archive")
    pipe.send(0.0)
    while plan := pipe.recv():
        before = _state(archive, plan)
        while _state(archive, plan) == before:
            time.sleep(0.002)
        pipe.send(time.monotonic())


def _state(archive: Archive, plan: str) -> tuple[str, ...]:
    return tuple(unit.text for unit in archive.units(plan))


# ── measuring ──


def _apart(stage: Callable[[Path, int, int], Figures], folder: Path, places: int, seed: int) -> Figures:
    """
    Run a stage in a process of its own.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(stage, folder, places, seed).result()


def _figures(path: Path) -> Figures:
    figures: Figures = json.loads(path.read_text("utf-8"))
    return figures


def _rows(folder: Path) -> Iterator[tuple[int, bytes]]:
    database = sqlite3.connect(folder / "archive" / "plans.sqlite")
    yield from database.execute("select number, unit from units order by number")
    database.close()


def _spent(work: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begun


def _percentiles(name: str, seconds: Iterable[float]) -> Figures:
    ordered = sorted(seconds)
    return {f"{name}{part}": 1000 * ordered[min(len(ordered) * part // 100, len(ordered) - 1)] for part in (50, 99)}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
