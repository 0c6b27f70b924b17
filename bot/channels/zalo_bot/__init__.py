"""
The Zalo Bot Platform as a channel.
"""

from __future__ import annotations

from bot.channels.zalo_bot.channel import ZaloBot

__all__ = ["ZaloBot"]
