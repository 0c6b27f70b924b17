"""
A question of the registration form, as a value: how it is asked, and how words and choices are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from handlers import texts_household as say
from handlers.flow import Tools
from handlers.flows.drafts import Slots
from handlers.messages import Choice, Reply

Taken: TypeAlias = Mapping[str, Any] | str
"""What an answer gives: slots to set (`GONE` takes one away), or a sentence that says what is wrong with it."""
GONE = object()
"""The value of a slot that is to be taken away."""


@dataclass(frozen=True, slots=True)
class Field:
    """
    One question. `done` and `due` look at the slots; `take` reads typed words, `pick` the value of a choice.

    `strict` answers are recognised for what they are even inside a question; a `passing` question is on the way to
    another one and is not come back to.
    """

    name: str
    ask: Callable[[Slots, Tools], Reply]
    take: Callable[[Slots, str, Tools], Taken]
    pick: Callable[[Slots, str, Tools], Taken]
    done: Callable[[Slots], bool]
    due: Callable[[Slots], bool] = lambda slots: True
    strict: bool = False
    passing: bool = False
    bare: bool = False
    """No choice but its own: any other number is an answer."""


def choices(name: str, *pairs: tuple[str, str]) -> tuple[Choice, ...]:
    """
    The choices of a question, as (value, label).
    """
    return tuple(Choice(f"reg:{name}:{value}", label) for value, label in pairs)


def typed_only(slots: Slots, value: str, tools: Tools) -> Taken:
    return say.CHOOSE_ONE


def choose_one(slots: Slots, text: str, tools: Tools) -> Taken:
    return say.CHOOSE_ONE


def has(*names: str) -> Callable[[Slots], bool]:
    return lambda slots: all(name in slots for name in names)


def helps(slots: Slots) -> bool:
    """
    Whether somebody fills in for another household.
    """
    return slots.get("who") == "help"


def never(slots: Slots) -> bool:
    return False


def always(slots: Slots) -> bool:
    return True
