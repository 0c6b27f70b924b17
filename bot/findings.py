"""
One thing that `doctor` looked at: its state, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from handlers import texts_doctor as say

State: TypeAlias = Literal["fine", "note", "wrong", "off"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What was found, and what to do; `rehearsed`: the part was only ever tested against a fake server of our own.
    """

    check: str
    state: State
    says: str
    do: str = ""
    rehearsed: bool = False

    def as_json(self) -> Mapping[str, Any]:
        """
        The line that `doctor --json` prints.
        """
        return {
            "check": self.check,
            "state": self.state,
            "says": self.says,
            "do": self.do,
            "only_rehearsed": self.rehearsed,
        }

    def lines(self) -> Iterator[str]:
        """
        The lines that `doctor` prints.
        """
        yield f"{say.STATES[self.state]:<7} {say.NAMES[self.check]}: {self.says}"
        if self.do:
            yield " " * 8 + say.TO_DO.format(do=self.do)
        if self.rehearsed:
            yield " " * 8 + say.REHEARSED


def fine(check: str, says: str, rehearsed: bool = False) -> Finding:
    return Finding(check, "fine", says, rehearsed=rehearsed)


def note(check: str, says: str, do: str = "", rehearsed: bool = False) -> Finding:
    return Finding(check, "note", says, do, rehearsed)


def wrong(check: str, says: str, do: str, rehearsed: bool = False) -> Finding:
    return Finding(check, "wrong", says, do, rehearsed)


def off(check: str, says: str) -> Finding:
    return Finding(check, "off", says)
