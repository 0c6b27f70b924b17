"""
The catalogue of administrative units: today's communes, and what they were before 1 July 2025.

`Catalogue.seed()` reads `areas.json` beside this file: the places of the five plans and what lies around them. The
rest of the country comes from knowledge/country.py, which also makes the seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SEED = Path(__file__).parent / "areas.json"

KINDS = ("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")
"""The kinds of units, as they lead a name."""

PLANS = {
    "soc-trang": "thành phố Sóc Trăng, tỉnh Sóc Trăng",
    "ben-tre": "tỉnh Bến Tre",
    "cam-thuy": "huyện Cẩm Thủy, tỉnh Thanh Hóa",
    "dong-nai": "tỉnh Đồng Nai",
    "vinh-phuc": "tỉnh Vĩnh Phúc",
}
"""The area of each plan, as it was called when the plan was issued."""


@dataclass(frozen=True, slots=True)
class Area:
    """
    A commune-level unit of today: its code in the catalogue of the statistics office ("31684"), its name with its
    kind ("phường Mỹ Xuyên"), and the province that it lies in.
    """

    code: str
    name: str
    province_code: str
    province: str

    @property
    def full(self) -> str:
        """
        "phường Mỹ Xuyên, thành phố Cần Thơ".
        """
        return f"{self.name}, {self.province}"


@dataclass(frozen=True, slots=True)
class Former:
    """
    A unit that is no more: its last name, the codes of the communes that took it over (several when it was split),
    and folded names with their kinds ("xacamson") of units that had been merged into it before 2025.
    """

    name: str
    district: str
    province: str
    codes: tuple[str, ...]
    earlier: tuple[str, ...] = ()

    @property
    def full(self) -> str:
        """
        "phường 10, thành phố Sóc Trăng".
        """
        return f"{self.name}, {self.district or self.province}"

    def inside(self, area: str) -> bool:
        """
        Whether it lay in "thành phố Sóc Trăng, tỉnh Sóc Trăng" or "tỉnh Bến Tre".
        """
        return area in (self.province, f"{self.district}, {self.province}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """
    Provinces of today by code, provinces before 2025 with today's code, communes of today, and former units.
    """

    provinces: Mapping[str, str]
    merged: Mapping[str, str]
    areas: tuple[Area, ...]
    former: tuple[Former, ...]

    @classmethod
    def seed(cls, path: Path = SEED) -> Catalogue:
        """
        The places of the five plans and around them.
        """
        table = json.loads(path.read_text("utf-8"))
        provinces = table["provinces"]
        return cls(
            provinces,
            table["merged"],
            tuple(Area(code, name, province, provinces[province]) for code, name, province in table["communes"]),
            tuple(
                Former(name, district, province, tuple(codes), tuple(earlier))
                for name, district, province, codes, *earlier in table["former"]
            ),
        )
