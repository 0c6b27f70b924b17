"""
The web chat as a channel: replies lie on a shelf (the outbox) until the browser fetches them.
"""

from __future__ import annotations

from bot.channels.base import Limits
from handlers.messages import Reply


class WebShelf:
    """
    Sending to a browser is leaving the message where it can fetch it: it stands in the outbox already.
    """

    name = "web"
    limits = Limits(text=100_000, buttons=True)

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Nothing more to do; never fails.
        """
        return None
