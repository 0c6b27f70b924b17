"""placeholder until merged"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    province_code: str
    province: str

    @property
    def full(self) -> str:
        return f"{self.name}, {self.province}"


@dataclass(frozen=True, slots=True)
class Match:
    area: Area
    was: str | None
    hamlet: str | None
    plan_place: str | None


class Areas:
    @classmethod
    def load(cls) -> Areas:
        return cls()

    def find(self, text: str, near: str | None = None) -> tuple[Match, ...]:
        return ()

    def by_code(self, code: str) -> Area | None:
        return None

    def province(self, code: str) -> str | None:
        return None

    def communes(self, province_code: str) -> tuple[Area, ...]:
        return ()

    def covers(self, upper: str, lower: str) -> bool:
        return upper == lower
