"""
Telegram as a channel.
"""

from __future__ import annotations

from bot.channels.telegram.channel import CannotListen, Telegram

__all__ = ["CannotListen", "Telegram"]
