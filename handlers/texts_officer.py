"""
Every sentence that the bot says to an officer, by name.
"""

from __future__ import annotations
