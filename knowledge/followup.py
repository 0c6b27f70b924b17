"""
Questions that lean on the last one: what they take over, and what they put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.text import tokens
from knowledge.understand import Query, Understanding, substance

EDGES = frozenset(
    word
    for line in (
        "the con thi sao vay roi nua cung neu o ben ha a ma va hay nhu ra no do nay hoi them rua u uh ok",
        "cai may y khoan dieu",
    )
    for word in line.split()
)
"""Words that only tie a follow-up to what came before; dropped at its beginning and end."""
YEAR = re.compile(r"(?:19|20)\d\d")
SHORT = 5
"""A question of at most this many words of substance may lean on the last one without saying so."""
CARRIED = 0.4
"""What a word taken over from the last question counts beside a new one."""


EMPTY = EDGES.union(
    ["gi", "la", "sao", "nao", "co", "chua", "khong", "hm", "hmm", "hmmm", "um", "uhm", "oke", "oki", "okie"],
    ["chi", "dau", "ta", "day"],
)
"""Words that ask nothing by themselves."""


def says_nothing(query: Query) -> bool:
    """
    Whether a message holds nothing to look for: "ừ", "rồi sao", "cái gì". A place, a number or a group is something.
    """
    if query.named or query.groups or query.percents:
        return False
    return EMPTY.issuperset(core(query.words)) or EMPTY.issuperset(tokens(query.typed))


ASKING = frozenset(["ai", "khi", "bao", "gio", "nhieu", "luc", "dau", "may"])
"""Words that ask, and leave out what about."""


def asks_bare(query: Query) -> bool:
    """
    Whether a message is a question word and nothing else: "khi nào", "ai", "ở đâu", "bao nhiêu".
    """
    words = frozenset(query.words)
    return not query.named and words <= EMPTY | ASKING and bool(words & ASKING)


def leans(query: Query) -> bool:
    """
    Whether a question may be a follow-up: it says so, or is too short to stand alone.
    """
    return query.follows or len(query.words) <= SHORT


def resolved(understanding: Understanding, query: Query, before: str) -> Query:
    """
    The question with what it leaves out taken from the last one; its own group or number replaces the old one.
    """
    earlier = before.split()
    mine = core(query.words)
    if query.percents:
        earlier = [word for word in earlier if not word[0].isdigit()]
    if query.named:
        earlier = [word for word in earlier if not YEAR.fullmatch(word)]  # another plan has another period
    replaced = _replacing_alike(earlier, mine)
    if replaced == earlier and query.groups:
        replaced = understanding.replacing_groups(earlier, mine)
    words = replaced if mine and f" {' '.join(mine)} " in f" {' '.join(replaced)} " else [*replaced, *mine]
    whole = understanding.of_words(words, query)
    if asks_bare(query):
        return replace(whole, follows=True)
    fresh = understanding.terms(mine) if mine else {}
    terms = {term: (1.0 if term in fresh else CARRIED) * factor for term, factor in whole.terms.items()}
    groups = query.groups or whole.groups
    return replace(whole, terms=terms, groups=groups, follows=True, fresh=bool(query.groups or query.percents))


def _replacing_alike(earlier: list[str], mine: Sequence[str]) -> list[str]:
    """
    "khu vực II" gives way to "khu vực I": what begins alike and ends otherwise is the same thing, named anew.
    """
    head = list(mine[:-1])
    if len(head) < 2:
        return earlier
    for at in range(len(earlier) - len(head)):
        if earlier[at : at + len(head)] == head:
            return [*earlier[:at], *mine, *earlier[at + len(mine) :]]
    return earlier


def core(words: Sequence[str]) -> list[str]:
    """
    What a follow-up says itself.
    """
    kept = list(substance(words))
    while kept and kept[0] in EDGES:
        kept.pop(0)
    while kept and kept[-1] in EDGES:
        kept.pop()
    return kept
