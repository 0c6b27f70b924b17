"""
The catalogue of the whole country, read from the data files of the package vietnamadminunits and corrected.

The package is optional and never imported: only three of its JSON files are read. `python -m knowledge.country` makes
the seed anew from it, with the places of the five plans. docs/adr/0011 tells what is corrected and why.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from knowledge.catalogue import KINDS, SEED, Area, Catalogue, Former

PACKAGE = "vietnamadminunits"

CITIES = frozenset({"22", "24", "75"})
"""
Provinces that became cities in 2026: Quảng Ninh (36/2026/QH16), Bắc Ninh (39/2026/QH16), Đồng Nai (30/2026/QH16).
"""
WARDS = frozenset(
    {"25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"}
    | {"07294", "07375", "07399", "07444", "07840", "09193", "09292", "09313", "09319", "09454", "09475", "09496"}
)
"""
Xã that became phường in 2026: ten in Đồng Nai (237/NQ-UBTVQH16), twelve in Bắc Ninh (388/NQ-UBTVQH16).
"""
RESOLUTIONS = {
    "25": "1676/NQ-UBTVQH15",
    "38": "1686/NQ-UBTVQH15",
    "75": "1662/NQ-UBTVQH15, 237/NQ-UBTVQH16",
    "86": "1687/NQ-UBTVQH15",
    "92": "1668/NQ-UBTVQH15",
}
"""Which resolutions made the communes of the seed, by province; the provinces themselves: 202/2025/QH15."""

WHOLE = {
    "tinhhaugiang_huyenchauthanh_xaphutan": "xaphuhuu",
    "tinhsoctrang_huyenchauthanh_xaphutan": "xathuanhoa",
    "tinhvinhlong_huyenmangthit_xamyan": "xanhonphu",
}
"""
Communes that the package has as split because a namesake lies in the same new province, and what they became
(1668 and 1687/NQ-UBTVQH15). Other namesakes are told apart by `_parted`.
"""

SEED_PROVINCES = ("tỉnh Sóc Trăng", "tỉnh Bến Tre", "tỉnh Đồng Nai", "tỉnh Bình Phước", "tỉnh Vĩnh Phúc")
SEED_DISTRICT = ("huyện Cẩm Thủy", "tỉnh Thanh Hóa")


def installed() -> Catalogue | None:
    """
    All communes of the country; none when the package is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return _country(Path(found.submodule_search_locations[0]) / "data")


def tidy(name: str) -> str:
    """
    "Phường Mỹ Xuyên" → "phường Mỹ Xuyên".
    """
    kind = next((kind for kind in KINDS if name.lower().startswith(f"{kind} ")), "")
    return kind + name[len(kind) :]


def _country(folder: Path) -> Catalogue:
    today, before, changes = (
        json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("parser_from_2025", "parser_legacy", "converter_2025")
    )
    names = {key: tidy(entry["province"]) for key, entry in before["DICT_PROVINCE"].items()}
    code = {key: entry["provinceCode"] for key, entry in today["DICT_PROVINCE"].items()}
    provinces = {entry["provinceCode"]: _province(entry) for entry in today["DICT_PROVINCE"].values()}
    communes = {(province, key): entry for province, key, entry in _communes(today)}
    became = _became(changes, communes)
    return Catalogue(
        provinces,
        {names[old]: code[new] for new, olds in changes["DICT_PROVINCE"].items() for old in olds},
        tuple(sorted((_area(entry, code[at], provinces) for (at, _), entry in communes.items()), key=_by_code)),
        (*_former(before, names, became), *_upgraded(communes, today)),
    )


def _by_code(area: Area) -> str:
    return area.code


def _province(entry: Mapping[str, Any]) -> str:
    name = tidy(entry["province"])
    return name.replace("tỉnh", "thành phố", 1) if entry["provinceCode"] in CITIES else name


def _area(entry: Mapping[str, Any], province: str, provinces: Mapping[str, str]) -> Area:
    code, name = entry["wardCode"], tidy(entry["ward"])
    return Area(code, name.replace("xã", "phường", 1) if code in WARDS else name, province, provinces[province])


def _communes(table: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """
    Each commune of today with the keys of its province and its own.
    """
    for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, wards in table[part].items():
            for key, entry in wards.items():
                yield province, key, entry


def _became(
    changes: Mapping[str, Any], communes: Mapping[tuple[str, str], Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    """
    The codes of today's communes for each former unit, by its key "province_district_commune".
    """
    whole = {
        old: (communes[province, new]["wardCode"],)
        for province, wards in changes["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for new, olds in wards.items()
        for old in olds
    }
    split = {
        old: tuple(communes[province, new]["wardCode"] for new in parts)
        for province, wards in changes["DICT_PROVINCE_WARD_DIVIDED"].items()
        for old, parts in _parted(wards).items()
    }
    return whole | split


def _parted(wards: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[str]]:
    """
    The keys of today's communes for each split unit. Namesakes of one province that share their parts and differ in
    the nearest one weren't split: each became the nearest.
    """
    parts = {old: [part["newWardKey"] for part in entries] for old, entries in wards.items()}
    nearest = {
        old: [part["newWardKey"] for part in entries if part["isDefaultNewWard"]] for old, entries in wards.items()
    }
    namesakes: dict[tuple[str, ...], list[str]] = {}
    for old, keys in parts.items():
        namesakes.setdefault((old.rpartition("_")[2], *sorted(keys)), []).append(old)
    alone = {old for olds in namesakes.values() if len({str(nearest[old]) for old in olds}) > 1 for old in olds}
    return {
        old: [WHOLE[old]] if old in WHOLE else nearest[old] if old in alone else keys for old, keys in parts.items()
    }


def _former(
    before: Mapping[str, Any], names: Mapping[str, str], became: Mapping[str, tuple[str, ...]]
) -> Iterator[Former]:
    for province, district, key, entry in _communes_before(before):
        called = tidy(before["DICT_PROVINCE_DISTRICT"][province][district]["district"])
        if key == "NaN":
            yield Former(called, "", names[province], became[f"{province}_{district}_"])
            continue
        codes = became[f"{province}_{district}_{key}"]
        unit = Former(tidy(entry["ward"]), called, names[province], codes)
        yield from _with_earlier(unit, list(_earlier(key, entry["wardKeywords"])))


def _communes_before(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """
    Each commune of before with the keys of its province, its district and its own; "NaN" for an island that had none.
    """
    for part in ("DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED", "DICT_PROVINCE_DISTRICT_WARD_ACCENTED"):
        for province, districts in table[part].items():
            for district, wards in districts.items():
                for key, entry in wards.items():
                    yield province, district, key, entry


def _with_earlier(unit: Former, earlier: Sequence[str]) -> Iterator[Former]:
    """
    The unit with the names that went into it before; a numbered phường is shown by its own number.
    """
    numbered = [word for word in earlier if re.fullmatch(r"phuong\d+", word)]
    yield replace(unit, earlier=tuple(word for word in earlier if word not in numbered))
    for word in numbered:
        yield replace(unit, name=word.replace("phuong", "phường "))


def _earlier(key: str, keywords: Sequence[str]) -> Iterator[str]:
    """
    Names that are another unit's, not another spelling of this one's: "xacamson" for thị trấn Phong Sơn. The package
    lists such a name with and without its kind, but for numbers.
    """
    own = _bare(key) or key
    for word in sorted({re.sub(r"^(phuong)0+(?=\d)", r"\1", word) for word in keywords}):
        other = _bare(word)
        if other and other != own and (other.isdigit() or (other in keywords and OSA.distance(other, own) > 1)):
            yield word


def _bare(key: str) -> str | None:
    """
    A folded name without its kind; none when no kind leads it.
    """
    found = re.match(r"(?:phuong|xa|thitran)(.+)$", key)
    return found[1] if found else None


def _upgraded(communes: Mapping[tuple[str, str], Mapping[str, Any]], today: Mapping[str, Any]) -> Iterator[Former]:
    """
    The xã that were xã for some months only: people say the name that they learnt in 2025.
    """
    for (province, _), entry in communes.items():
        if entry["wardCode"] in WARDS:
            called = tidy(today["DICT_PROVINCE"][province]["province"])
            yield Former(tidy(entry["ward"]), "", called, (entry["wardCode"],))


def seed_of(country: Catalogue) -> Catalogue:
    """
    What belongs into the seed: each commune that has a part of the old provinces and the old district of the plans,
    with all that went into it.
    """
    core = {code for old in country.former if _in_seed(old) for code in old.codes}
    former = tuple(old for old in country.former if core.intersection(old.codes))
    kept = core.union(*(old.codes for old in former))
    return replace(country, areas=tuple(area for area in country.areas if area.code in kept), former=former)


def _in_seed(old: Former) -> bool:
    return old.province in SEED_PROVINCES or (old.district, old.province) == SEED_DISTRICT


def written(seed: Catalogue) -> str:
    """
    The seed as JSON, one unit a line.
    """
    head: dict[str, Any] = {
        "source": "MIT package vietnamadminunits 1.0.4 (10/2025), corrected for 2026; see docs/adr/0011",
        "resolutions": RESOLUTIONS,
        "provinces": seed.provinces,
        "merged": seed.merged,
    }
    tables: dict[str, list[list[Any]]] = {
        "communes": [[area.code, area.name, area.province_code] for area in seed.areas],
        "former": [[old.name, old.district, old.province, list(old.codes), *old.earlier] for old in seed.former],
    }
    parts = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in head.items()]
    for key, rows in tables.items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{key}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    whole = installed()
    if whole is None:
        sys.exit(f"Install {PACKAGE} first.")
    SEED.write_text(written(seed_of(whole)), "utf-8")
