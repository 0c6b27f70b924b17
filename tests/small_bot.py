"""
The bot's own command line with the small library, which is there at once: `python -m tests.small_bot chat --json`.

"treo" hangs in the middle of its turn, once the line "hanging" is on standard error.
"""

from __future__ import annotations

import signal
import sys

from bot.__main__ import main
from knowledge.answer import Answer, Question
from knowledge.library import Library
from tests.fakes import SmallLibrary


class Hanging(SmallLibrary):
    """
    The small library, and a question that it never answers.
    """

    def answer(self, question: Question) -> Answer:
        if question.text == "treo":
            print("hanging", file=sys.stderr, flush=True)
            signal.pause()
        return super().answer(question)


if __name__ == "__main__":
    setattr(Library, "shipped", lambda today: Hanging())  # noqa: B010  the type checker minds the plain assignment
    sys.exit(main())
