"""
One call over HTTP, and what it means for a message that it fails: certainly not sent, or nobody knows.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from bot.channels.base import Unknown, Unreachable
from handlers.messages import Json

NOT_SENT = (
    httpx.PoolTimeout,
    httpx.ConnectTimeout,
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def client(read: float) -> httpx.AsyncClient:
    """
    A client that waits `read` seconds for an answer unless a call says otherwise. Nobody is followed elsewhere with a
    token.
    """
    return httpx.AsyncClient(timeout=httpx.Timeout(10, read=read, connect=5))


async def post(at: httpx.AsyncClient, url: str, **more: Any) -> tuple[int, Json]:
    """
    The status of an answer, and its JSON; None where it is none. Raises Unreachable, Unknown.
    """
    try:
        answer = await at.post(url, **more)
    except NOT_SENT as error:
        raise Unreachable(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise Unknown(type(error).__name__) from None
    return answer.status_code, _json(answer.content)


def _json(body: bytes) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
