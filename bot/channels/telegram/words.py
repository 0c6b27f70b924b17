"""
What goes out: text in pieces, choices as an inline keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.base import (
    Limits,
    choice_ref,
)
from handlers.messages import Choice, Reply

PACE = timedelta(seconds=1 / 25)
"""Between two messages of a bot: Telegram allows about 30 a second; 25 leave room for what else the token does."""
LIMITS = Limits(text=4096, buttons=True, label=64, pace=PACE)
"""Bot API: 1-4096 characters a message, counted here in UTF-16 units to be safe; 64 keeps a button readable."""


def written(reply: Reply) -> str:
    """
    The text of a reply; choices too long for a button stand in it in full, by their number.
    """
    long = [f"{n}. {choice.label}" for n, choice in _numbered(reply) if len(choice.label) > LIMITS.label]
    return "\n".join([reply.text, "", *long]) if long else reply.text


def keyboard(reply: Reply, ref: int) -> InlineKeyboardMarkup | None:
    """
    The choices as buttons, one a row; a cut label carries the number of its full line.
    """
    rows = [
        [InlineKeyboardButton(button_label(choice.label, n), callback_data=choice_ref(ref, n - reply.first))]
        for n, choice in _numbered(reply)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _numbered(reply: Reply) -> Iterator[tuple[int, Choice]]:
    return enumerate(reply.choices, reply.first)


def button_label(label: str, n: int) -> str:
    """
    A label of at most 64 characters, cut at a blank where it is longer.
    """
    if len(label) <= LIMITS.label:
        return label
    cut = f"{n}. {label}"[: LIMITS.label - 1]
    at_blank, blank, _ = cut.rpartition(" ")
    return f"{at_blank.rstrip(' ,;:–-') if blank and len(at_blank) > LIMITS.label // 2 else cut}…"
