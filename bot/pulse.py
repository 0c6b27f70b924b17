"""
The pulse: when each part of this process was last seen at work. A part that was started and hangs is found by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

Beat: TypeAlias = Callable[[str], None]
"""What a part calls with its name when it got something done."""


PORTER = "porter"
SERVER = "server "
"""Begins the name of a part that is not ours: a channel's server."""


def unheard(part: str) -> None:
    """
    A beat that nobody listens to.
    """


@dataclass(frozen=True, slots=True)
class Part:
    """
    A part that should be seen every `within` seconds; `at` is when it was seen last, or since when it is expected.
    """

    within: float
    at: float
    seen: bool


def server_of(channel: str) -> str:
    """
    The server of a channel, heard when it answers or calls.
    """
    return f"{SERVER}{channel}"


def courier_of(channel: str) -> str:
    """
    The courier's rounds on a channel.
    """
    return f"courier {channel}"


def tick_of(name: str) -> str:
    """
    A tick of the metronome.
    """
    return f"tick {name}"


class Pulse:
    """
    The parts that are expected to be at work, and when they last were. `now` counts seconds and is never set back.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._parts: dict[str, Part] = {}

    def expect(self, part: str, within: timedelta, seen: bool = False) -> None:
        """
        From now on this part is to be seen at least so often; unless it was `seen` just now, it is still until it is.
        """
        self._parts[part] = Part(within.total_seconds(), self._now(), seen)

    def beat(self, part: str) -> None:
        """
        A part was at work just now. One that nobody expects is not noted.
        """
        if part in self._parts:
            self._parts[part] = replace(self._parts[part], at=self._now(), seen=True)

    def ages(self) -> Mapping[str, float]:
        """
        Seconds since each part was last seen, or since it is expected.
        """
        now = self._now()
        return {name: now - part.at for name, part in self._parts.items()}

    def still(self) -> Mapping[str, str]:
        """
        The parts that are not at work, and what is known of each.
        """
        ages = self.ages()
        return {
            name: f"{'không' if part.seen else 'chưa'} thấy hoạt động, đã {ages[name]:.0f} giây"
            for name, part in self._parts.items()
            if not part.seen or ages[name] > part.within
        }
