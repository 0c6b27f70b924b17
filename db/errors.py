"""
What can go wrong with the database.

DatabaseError
├── Unusable             it cannot be opened: wrong address, no permission, server away
├── Away                 it was opened and does not answer now: try again later
└── Stale                somebody else changed it first, or the right to change it is gone: take the turn again
    └── StaleConversation
"""

from __future__ import annotations


class DatabaseError(Exception):
    """
    The database cannot do what was asked.
    """


class Unusable(DatabaseError):
    """
    The database cannot be opened; the sentence says which setting to look at.
    """


class Away(DatabaseError):
    """
    The database does not answer now: the connection broke, the disk is full, no connection is free. Nothing was
    stored, unless the connection broke while it was told to commit. Try again later.
    """


class Stale(DatabaseError):
    """
    What a turn was computed from changed since; nothing was stored, take the turn again.
    """


class StaleConversation(Stale):
    """
    The conversation changed since it was loaded; nothing was stored, take the turn again.
    """
