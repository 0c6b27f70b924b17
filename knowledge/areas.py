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
