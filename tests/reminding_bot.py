"""
The bot's own command line with the real plans and the small library's answers, so that it is there at once:
`python -m tests.reminding_bot serve`.
"""

from __future__ import annotations

import sys
from datetime import date

from bot.__main__ import main
from knowledge.library import Library
from knowledge.parse import shipped
from knowledge.text import squash
from tests.fakes import SmallLibrary


class Planned(SmallLibrary):
    """
    The small library, with the plans that come with the bot.
    """

    def __init__(self, today: date | None) -> None:
        self.plans = shipped(today)

    def holds(self, document: str, quote: str) -> bool:
        return any(plan.id == document and squash(quote) in squash(plan.source) for plan in self.plans)


if __name__ == "__main__":
    setattr(Library, "shipped", Planned)  # noqa: B010  the type checker minds the plain assignment
    sys.exit(main())
