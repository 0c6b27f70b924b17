"""
Which place a person means: the places of the loaded plans, by every name that people use for them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place that a plan is about: its slug ("ben-tre"), its full name ("tỉnh Bến Tre"), and the plan's id.
    """

    slug: str
    name: str
    plan: str
