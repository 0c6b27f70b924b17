"""
The bot's own command line with the small library, which is there at once: `python -m tests.small_bot chat --json`.

"treo" hangs in the middle of its turn, once the line "hanging" is on standard error; "treo một lần" only in the first
process of its folder, which leaves its number in the file `hanging`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

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
        if question.text == "treo một lần" and _is_first():
            signal.pause()
        return super().answer(question)


def _is_first() -> bool:
    try:
        with Path("hanging").open("x", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
    except FileExistsError:
        return False
    return True


if __name__ == "__main__":
    setattr(Library, "shipped", lambda today: Hanging())  # noqa: B010  the type checker minds the plain assignment
    sys.exit(main())
