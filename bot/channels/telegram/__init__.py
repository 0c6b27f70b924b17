"""
Telegram as a channel.
"""

from __future__ import annotations

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
