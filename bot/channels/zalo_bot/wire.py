"""
The wire: a call of a bot, and what Zalo's answer means. HTTP 200 may carry `ok: false`, so `ok` is always read.

429 → Throttled: the quota of the plan is used up · 401 → Throttled: the token · 400, 404 and other 4xx → Refused ·
403 ("Internal server error"), 5xx, no connection → Unreachable · 408, a connection that died later, an unreadable
answer → Unknown
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.channels.base import Refused, SendError, Throttled, Unknown, Unreachable, object_of
from handlers.messages import Json

QUOTA_WAIT = timedelta(hours=1)
TOKEN_WAIT = timedelta(minutes=10)
BAD_TOKEN, TRANSIENT, NOT_FOUND, TIMEOUT, QUOTA = 401, 403, 404, 408, 429


class ApiError(Exception):
    """
    Zalo said no; `code` is its error code, or the HTTP status, or 0 where there is neither.
    """

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


def result_of(status: int, answer: Json) -> Json:
    """
    What a call led to. Raises ApiError, Unknown.
    """
    told = object_of(answer)
    if status < 300 and told.get("ok") is True:
        return told.get("result")
    if status < 300 and told.get("ok") is not False:
        raise Unknown("Zalo's answer cannot be read")
    raise ApiError(_code(status, told), str(told.get("description", ""))[:200])


def _code(status: int, told: Mapping[str, Json]) -> int:
    code = told.get("error_code")
    return code if type(code) is int else (status if status >= 300 else 0)


def send_error(error: ApiError) -> SendError:
    """
    What a no means for the message.
    """
    match error.code:
        case 401:
            return Throttled(TOKEN_WAIT)
        case 429:
            return Throttled(QUOTA_WAIT)
        case 408:
            return Unknown(str(error))
        case code if 400 <= code < 500 and code != TRANSIENT:
            return Refused(str(error))
        case _:
            return Unreachable(str(error))
