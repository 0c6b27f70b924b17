"""
How people ask: about each clause, about what no plan answers, about other things, and in passing.

The files in `asks/` hold questions in proper Vietnamese. A clause that nobody annotated takes the questions of the
most similar annotated clause, so that a new plan of the same kind is understood from its first day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from knowledge.facts import refuse_unknown
from knowledge.parse import Plan, PlanError
from knowledge.text import key
from knowledge.units import Unit

ASKS = Path(__file__).parent / "asks"
T = TypeVar("T")

CLAUSE = ("quote", "under", "list", "asks", "label")
GAP = ("id", "asks", "say", "near", "unless")
MENU = ("question", "quotes", "say")
ASIDE = ("id", "asks", "say", "urgent", "words", "unless")
OF_A_PLAN = ("clause", "menu")
"""What the entries of each kind may hold."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    Questions that people ask about one clause (or list) of an annotated plan. `label`: what a choice says that leads
    there, where somebody wrote one.
    """

    plan: str
    quote: str
    under: str
    whole_list: bool
    asks: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """
    What one of the bot's own first questions is answered with in a plan: reviewed quotes, and a sentence before them
    where they do not answer all of it.
    """

    plan: str
    question: str
    quotes: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Something that people ask and the plans do not say: what to say instead, and what stands nearby.

    `unless`: where a clause of the person's plan matches, that plan does say it.
    """

    id: str
    asks: tuple[str, ...]
    say: str
    near: tuple[str, ...]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Aside:
    """
    Something that has nothing to do with the plans. `say` holds the lines to choose from, none for off topic.

    An `urgent` one is an emergency; `words` are the patterns that it is heard by, `unless` those that speak against
    it: see `knowledge.urgent`.
    """

    id: str
    asks: tuple[str, ...]
    say: tuple[str, ...]
    urgent: bool = False
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exemplars:
    """
    All that is known about how people ask.
    """

    kinds: tuple[Kind, ...]
    gaps: tuple[Gap, ...]
    topics: tuple[Aside, ...]
    talks: tuple[Aside, ...]
    menus: tuple[Menu, ...] = ()


def load(folder: Path = ASKS) -> Exemplars:
    """
    Read the folder. Raises PlanError with the file and what is wrong.
    """
    plans = sorted(folder.glob("*-[0-9][0-9][0-9][0-9].toml"))
    kinds = [kind for path in plans for kind in _entries(path, "clause", CLAUSE, partial(_kind, path.stem))]
    menus = [menu for path in plans for menu in _entries(path, "menu", MENU, partial(_menu, path.stem), ())]
    return Exemplars(
        kinds=tuple(kinds),
        gaps=_entries(folder / "gaps.toml", "gap", GAP, _gap),
        topics=_entries(folder / "offtopic.toml", "topic", ASIDE, _aside),
        talks=_entries(folder / "smalltalk.toml", "talk", ASIDE, _aside),
        menus=tuple(menus),
    )


def _entries(
    path: Path,
    name: str,
    fields: Sequence[str],
    read: Callable[[Mapping[str, Any]], T],
    missing: tuple[Any, ...] | None = None,
) -> tuple[T, ...]:
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
        refuse_unknown(path.name, table, OF_A_PLAN if name in OF_A_PLAN else (name,))
        entries = table[name] if missing is None else table.get(name, missing)
        for entry in entries:
            refuse_unknown(path.name, entry, fields, f"[[{name}]]")
        return tuple(read(entry) for entry in entries)
    except FileNotFoundError:
        return ()
    except KeyError as error:
        raise PlanError(f"{path.name}: an entry lacks {error}. Add it there.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, re.error) as error:
        raise PlanError(f"{path.name} cannot be read: {error}. Correct it there.") from error


def _kind(plan: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        plan=plan,
        quote=entry["quote"],
        under=entry.get("under", ""),
        whole_list=entry.get("list", False),
        asks=_texts(entry, "asks"),
        label=entry.get("label", ""),
    )


def _menu(plan: str, entry: Mapping[str, Any]) -> Menu:
    return Menu(plan, entry["question"], tuple(entry["quotes"]), entry.get("say", ""))


def _gap(entry: Mapping[str, Any]) -> Gap:
    unless = entry.get("unless")
    return Gap(
        id=entry["id"],
        asks=_texts(entry, "asks"),
        say=entry["say"],
        near=_texts(entry, "near") if "near" in entry else (),
        unless=re.compile(unless, re.IGNORECASE) if unless else None,
    )


def _aside(entry: Mapping[str, Any]) -> Aside:
    say = entry.get("say", ())
    return Aside(
        id=entry["id"],
        asks=_texts(entry, "asks"),
        say=(say,) if isinstance(say, str) else tuple(say),
        urgent=entry.get("urgent", False),
        words=tuple(entry.get("words", ())),
        unless=tuple(entry.get("unless", ())),
    )


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = entry[name]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f'`{name}` of an entry is no list of texts, such as {name} = ["…", "…"]')
    return tuple(texts)


def unit_of(kind: Kind, plan: Plan, units: Iterable[Unit]) -> Unit | None:
    """
    The unit that a kind's quote stands in; for a list, the list whose heading it names, of
    several the one whose heading says the least else. None if there is none.
    """
    quote, under = key(kind.quote), key(kind.under)
    candidates = [unit for unit in units if unit.plan == plan.id]
    if under:
        below = [unit for unit in candidates if any(under in key(heading) for heading in unit.headings)]
        candidates = below or candidates
    lists = sorted(
        (unit for unit in candidates if unit.form == "list" and _names(quote, unit)),
        key=lambda unit: len(unit.headings[-1]),
    )
    singles = [unit for unit in candidates if unit.form != "list" and quote in key(unit.text)]
    blocks = [unit for unit in candidates if unit.form == "list" and quote in key(unit.quote)]
    starts = [unit for unit in candidates if unit.form != "list" and key(unit.text) in quote]
    order = [*lists, *singles] if kind.whole_list else [*singles, *lists]
    headed = [unit for unit in candidates if _names(quote, unit)]
    return next(iter([*order, *blocks, *headed, *starts]), None)


def _names(quote: str, unit: Unit) -> bool:
    return bool(unit.headings) and quote in key(unit.headings[-1])
