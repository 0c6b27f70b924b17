"""
What is typical of the questions about one thing, and which side their words lean to.
"""

from __future__ import annotations

from knowledge.profiles import NO_SHELF, Profiles, Sides

ASKED = [
    ("loan", 1.0, ("vay", "von", "ho")),
    ("loan", 1.0, ("tra", "lai", "ho")),
    ("water", 1.0, ("nuoc", "sach", "ho")),
    ("other", 1.0, ("mua", "gao", "ho")),
]


def test_words_that_only_one_thing_is_asked_with_speak_for_it() -> None:
    profiles = Profiles(ASKED, {"loan": "a", "water": "a"})
    like = profiles.likeness({"vay": 1.0, "lai": 1.0}, ["a"])
    assert like["loan"] > like.get("water", 0.0)


def test_only_the_shelves_that_are_asked_answer() -> None:
    profiles = Profiles(ASKED, {"loan": "a", "water": "b"})
    assert set(profiles.likeness({"vay": 1.0, "nuoc": 1.0, "gao": 1.0}, ["b"])) == {"water"}
    assert set(profiles.likeness({"vay": 1.0, "nuoc": 1.0, "gao": 1.0}, [NO_SHELF])) == {"other"}


def test_words_lean_to_the_side_that_uses_them() -> None:
    sides = Sides([("tieu", "chi"), ("tieu", "chuan")], [("gia", "vang"), ("gia", "gao")])
    assert sides.leaning({"tieu": 1.0}) > 0 > sides.leaning({"gia": 1.0})
    assert sides.leaning({"la": 1.0}) == 0
