"""
Questions that lean on the last one: what they take over, and what they put in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
SHORT = 5
"""A question of at most this many words of substance may lean on the last one without saying so."""
CARRIED = 0.6
"""What a word taken over from the last question counts beside a new one."""


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
    if query.groups:
        earlier = understanding.replacing_groups(earlier, mine)
    if query.percents:
        earlier = [word for word in earlier if not word[0].isdigit()]
    words = earlier if mine and " ".join(mine) in " ".join(earlier) else [*earlier, *mine]
    whole = understanding.of_words(words, query)
    fresh = understanding.terms(mine) if mine else {}
    terms = {term: (1.0 if term in fresh else CARRIED) * factor for term, factor in whole.terms.items()}
    groups = query.groups or whole.groups
    return replace(whole, terms=terms, groups=groups, fresh=bool(query.groups or query.percents))


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
