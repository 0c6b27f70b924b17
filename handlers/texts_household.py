"""
Every sentence that the bot says to a household about its registration, by name.
"""

from __future__ import annotations
