"""
A Zalo Official Account as a channel.
"""

from __future__ import annotations

from bot.channels.zalo_oa.channel import ZaloOa

__all__ = ["ZaloOa"]
