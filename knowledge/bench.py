"""
Search over very many made-up plans.
"""

from __future__ import annotations


def report(places: int, seed: int) -> int:
    """
    Print the figures.
    """
    raise NotImplementedError
