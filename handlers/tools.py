"""
The tools that a step may use, made from the library of plans, the areas and the desk as of one moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from stdnum import damm

from handlers.flow import Registry
from handlers.messages import Json
from knowledge.answer import Answer, Question
from knowledge.areas import Area, Areas, Match
from knowledge.library import Library
from knowledge.places import Named, Place, Whereabouts

SECRET_DIGITS = 8
SIGNS = "34679CFGHJKMNPQRTVX"
"""No look-alikes (0 and O, 1 and I, 5 and S …); no vowels, D or W, which a Vietnamese keyboard turns into others."""
SIGNS_OF_A_CODE = 6


@dataclass(frozen=True, slots=True)
class LibraryTools:
    """
    What is known at one moment; `today` is the date where people live.
    """

    library: Library
    areas: Areas
    registry: Registry
    now: datetime
    today: date
    sites: Mapping[str, str] = field(default_factory=dict)
    """The address of the web side by channel; "" holds for all channels."""

    @property
    def places(self) -> tuple[Place, ...]:
        return self.library.places

    def whereabouts(self, text: str) -> Whereabouts | None:
        return self.library.whereabouts(text)

    def named(self, text: str) -> Named:
        return self.library.named(text)

    def alarm(self, text: str) -> Answer | None:
        return self.library.alarm(text)

    def answer(self, question: Question) -> Answer:
        return self.library.answer(question)

    def explain(self, evidence: Mapping[str, Json]) -> str:
        return self.library.explain(evidence, self.today)

    def spell_out(self, text: str) -> str:
        return self.library.spell_out(text)

    def find_area(self, text: str, near: str | None = None) -> tuple[Match, ...]:
        return self.areas.find(text, near)

    def area(self, code: str) -> Area | None:
        return self.areas.by_code(code)

    def unit_name(self, code: str) -> str | None:
        area = self.areas.by_code(code)
        return area.full if area else self.areas.province(code)

    def covers(self, upper: str, lower: str) -> bool:
        return self.areas.covers(upper, lower)

    def provinces(self) -> tuple[tuple[str, str], ...]:
        return self.areas.plan_provinces()

    def communes(self, province: str) -> tuple[Area, ...]:
        return self.areas.communes(province)

    def new_code(self) -> str:
        return new_code()

    def new_secret(self) -> str:
        return new_secret()

    def new_sign(self) -> str:
        return new_sign()

    def new_token(self) -> str:
        return new_token()

    def site(self, channel: str) -> str | None:
        return self.sites.get("") or self.sites.get(channel)


def new_code() -> str:
    """
    A receipt code: eight random digits and Damm's check digit, which catches every single wrong digit and every
    swap of neighbours. Digits alone are read out on a phone without a doubt.
    """
    digits = str(10_000_000 + secrets.randbelow(90_000_000))
    return digits + damm.calc_check_digit(digits)


def new_secret() -> str:
    """
    A one-time code: eight random digits.
    """
    return f"{secrets.randbelow(10**SECRET_DIGITS):0{SECRET_DIGITS}d}"


def new_sign() -> str:
    """
    A code that is typed within minutes: one of 47 million.
    """
    return "".join(secrets.choice(SIGNS) for _ in range(SIGNS_OF_A_CODE))


def new_token() -> str:
    """
    32 random bytes, as 43 characters that an address can carry.
    """
    return secrets.token_urlsafe(32)
