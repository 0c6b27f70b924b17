"""
The wire: what an answer of the OpenAPI means for a message. HTTP 200 with another `error` than 0 is a no.

-230, -232 → Closed: the person has not written for 7 days · -213 → Blocked: follows the account no more ·
-201 → Refused · -211 (quota), -32 (4,000 a minute), -204, -205, -242 (the account, the proof) → Throttled ·
-216, -220 → TokenRefused: renewed, then once more · -218, other codes, 4xx, 5xx → Unreachable: certainly not sent
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.channels.base import Blocked, Closed, Refused, SendError, Throttled, Unknown, Unreachable, object_of
from handlers.messages import Json

MOMENT = timedelta(minutes=1)
STANDSTILL = timedelta(minutes=10)
QUOTA_WAIT = timedelta(hours=1)
WAITS: Mapping[int, timedelta] = {
    -32: MOMENT,
    -204: STANDSTILL,
    -205: STANDSTILL,
    -211: QUOTA_WAIT,
    -216: STANDSTILL,
    -220: STANDSTILL,
    -242: STANDSTILL,
}
"""Codes that concern the whole account, and how long it then keeps quiet."""
TOKEN = frozenset({-216, -220})


class TokenRefused(Throttled):
    """
    The access token is not taken, although it should still be good.
    """


class ApiError(Exception):
    """
    Zalo said no, with this code.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"error {code}")
        self.code = code


def data_of(status: int, answer: Json) -> Mapping[str, Json]:
    """
    What a call led to. Raises ApiError, Unreachable, Unknown.
    """
    told = object_of(answer)
    code = told.get("error")
    if type(code) is int and code != 0:
        raise ApiError(code)
    if status >= 300:
        raise Unreachable(f"Zalo answered {status}")
    if code != 0:
        raise Unknown("Zalo's answer cannot be read")
    return object_of(told.get("data"))


def send_error(error: ApiError) -> SendError:
    """
    What a no means for the message.
    """
    match error.code:
        case -230 | -232:
            return Closed(str(error))
        case -213:
            return Blocked(str(error))
        case -201:
            return Refused(str(error))
        case code if code in TOKEN:
            return TokenRefused(WAITS[code])
        case code if code in WAITS:
            return Throttled(WAITS[code])
        case _:
            return Unreachable(str(error))
