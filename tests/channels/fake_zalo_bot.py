"""
A Zalo Bot Platform of our own, in a process of its own: `python -m tests.channels.fake_zalo_bot --port 9001`.

Written from the wire facts (docs/zalo.md), not from our client. `getUpdates` gives one event and forgets it; idle is
error 408. An error comes by turns as HTTP status and as `ok: false` inside HTTP 200. The webhook is called once for
each event, whatever it answers. 3,000 messages are taken, then no more: 429. Method names are case-sensitive. Port 0
takes a free one; the first line on standard output is the address. `--until-eof` ends the process with its standard
input.

Control, all JSON:

POST /_control/events   {"event_name", "message"}                an event as it stands
POST /_control/say      {"chat_id", "text", "chat"?, "message"?, "event"?}   a person writes
POST /_control/again    {"message_id"}                           an event is delivered once more
POST /_control/quota    {"left"}                                 so many messages are still taken this month
POST /_control/faults   {"method", "kind", "times"?, …}          what the next calls of a method meet, see `Fault`
POST /_control/reset                                             forget all
GET  /_control/sent | /_control/calls | /_control/idle           what was sent, called; whether all was delivered
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.serving import Fault, Faults, cut, serve, through

Json = Any

TOKEN = "12345689:abc-FakeTokenOfTheRehearsal"
ME = {"id": "1459232241454765289", "account_name": "bot.chungtay", "account_type": "BASIC", "can_join_groups": False}
MOST_MESSAGES = 3000


@dataclass
class World:
    """
    All that this Zalo knows.
    """

    queue: list[Json] = field(default_factory=list)
    past: dict[str, Json] = field(default_factory=dict)
    sent: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    people: set[str] = field(default_factory=set)
    hook: dict[str, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    held: int = 0
    calling: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    left: int = MOST_MESSAGES
    turns: Iterator[bool] = field(default_factory=lambda: itertools.cycle((True, False)))


class ApiError(Exception):
    """
    An answer with `ok: false`; `http`: whether the code is the HTTP status too, None for by turns.
    """

    def __init__(self, code: int, description: str, http: bool | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.http = http


Params = Mapping[str, Json]
Method = Callable[[World, Params], Awaitable[Json]]


async def get_me(world: World, params: Params) -> Json:
    return ME


async def set_webhook(world: World, params: Params) -> Json:
    url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
    if not url.startswith(("https://", "http://127.0.0.1:")):  # the real one takes public https alone
        raise ApiError(400, "Bad Request: invalid url")
    if not 8 <= len(secret) <= 256:
        raise ApiError(400, "Bad Request: invalid secret_token")
    world.hook = {"url": url, "secret": secret}
    return {"url": url, "updated_at": now()}


async def delete_webhook(world: World, params: Params) -> Json:
    if not world.hook:
        raise ApiError(404, "Not Found")
    world.hook = {}
    return {"url": "", "updated_at": now()}


async def get_webhook_info(world: World, params: Params) -> Json:
    if not world.hook:
        raise ApiError(404, "Not Found")
    return {"url": world.hook["url"], "updated_at": now()}


async def send_message(world: World, params: Params) -> Json:
    chat, text = known(world, params), params.get("text")
    if not isinstance(text, str) or not 1 <= len(text.encode("utf-16-le")) // 2 <= 2000 or not text.strip():
        raise ApiError(400, "Bad Request: text must be 1-2000 characters")
    if not world.left:
        raise ApiError(429, "Quota exceeded")
    world.left -= 1
    sent = {"message_id": f"s{next(world.numbers)}", "date": now()}
    world.sent.append({**sent, "chat_id": chat, "text": text})
    return sent


async def send_chat_action(world: World, params: Params) -> Json:
    known(world, params)
    if params.get("action") != "typing":
        raise ApiError(400, "Bad Request: action is not supported")
    return None


METHODS: Mapping[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendChatAction": send_chat_action,
}


def known(world: World, params: Params) -> str:
    chat = params.get("chat_id")
    if chat not in world.people:
        raise ApiError(400, "Bad Request: chat_id is not valid")
    return str(chat)


def now() -> int:
    return int(time.time() * 1000)


async def get_updates(world: World, params: Params, gone: Callable[[], Awaitable[bool]]) -> Json:
    """
    One event and never again, unless a fault keeps it; 408 when there is none for `timeout` seconds.
    """
    if world.hook:
        raise ApiError(400, "Bad Request: a webhook is set")
    until = time.monotonic() + int(params.get("timeout") or 30)
    world.held += 1
    try:
        while not world.queue and time.monotonic() < until and not await gone():
            await until_news(world)
    finally:
        world.held -= 1
    if not world.queue:
        raise ApiError(408, "Request timeout")
    return world.queue[0]


async def until_news(world: World) -> None:
    world.news.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            await world.news.wait()


def taken(world: World, event: Json, fault: Fault | None) -> Json:
    """
    The event that a poll takes away.
    """
    kind = fault.kind if fault else ""
    if kind == "out_of_order":
        return world.queue.pop()
    return event if kind == "duplicate" else world.queue.pop(0)


async def bot_api(request: Request) -> Response:
    """
    One call of a bot, through whatever fault is set for its method.
    """
    world: World = request.app.state.world
    token, name = request.path_params["token"], request.path_params["method"]
    params = await read_params(request)
    request.app.state.calling = request.app.state.calling or asyncio.create_task(deliver(request.app))
    world.calls.append({"method": name, "params": params})
    try:
        check(token, name)
        event = await get_updates(world, params, request.is_disconnected) if name == "getUpdates" else None
        fault = world.faults.next(name)
        if fault is not None and fault.kind == "cut_before":
            return await cut(request)
        refuse(fault)
        result = await METHODS[name](world, params) if event is None else taken(world, event, fault)
    except ApiError as error:
        body = {"ok": False, "error_code": error.code, "description": str(error)}
        http = next(world.turns) if error.http is None else error.http
        return JSONResponse(body, status_code=error.code if http else 200)
    answer = {"ok": True} if result is None else {"ok": True, "result": result}
    return await through(request, fault, answer)


def refuse(fault: Fault | None) -> None:
    if fault is not None and fault.kind == "status":
        raise ApiError(fault.status, fault.description, fault.http)


def check(token: str, name: str) -> None:
    if token != TOKEN:
        raise ApiError(401, "Unauthorized")
    if name not in METHODS and name != "getUpdates":
        raise ApiError(404, "Not Found")


async def read_params(request: Request) -> dict[str, Json]:
    params: dict[str, Json] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        params.update(await request.json())
    else:
        params.update(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return params


async def deliver(site: Starlette) -> None:
    """
    Call the webhook with what waits, one after the other, each once.
    """
    async with httpx.AsyncClient(timeout=2, headers={"User-Agent": "Java/1.8.0_192"}) as client:
        while True:
            world: World = site.state.world
            if not world.hook or not world.queue:
                await asyncio.sleep(0.01)
                continue
            fault = world.faults.next("webhook")
            kind = fault.kind if fault else ""
            if fault is not None and kind == "slow":
                await asyncio.sleep(fault.seconds)
                continue
            world.calling += 1
            event = world.queue[-1 if kind == "out_of_order" else 0]
            secret = fault.description if fault and kind == "forged" else world.hook["secret"]
            for _ in range(2 if kind == "duplicate" else 1):
                world.answers.append(await call(world.hook["url"], client, event, secret))
            if kind != "forged":
                world.queue.remove(event)
            world.calling -= 1


async def call(url: str, client: httpx.AsyncClient, event: Json, secret: str) -> int:
    headers = {"X-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        answer = await client.post(url, json={"ok": True, "result": event}, headers=headers)
    except httpx.HTTPError:
        return 0
    return answer.status_code


# Control


def queue(world: World, event: Json) -> None:
    """
    Put an event where the bot will find it, and know its chat from now on.
    """
    message = event.get("message") or {}
    world.people.add(str((message.get("chat") or {}).get("id")))
    world.past[str(message.get("message_id"))] = event
    world.queue.append(event)
    world.news.set()


async def control_events(request: Request) -> Response:
    queue(request.app.state.world, await request.json())
    return JSONResponse({})


async def control_say(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await request.json()
    message = {
        "from": {"id": asked["chat_id"], "display_name": "Nguyễn Thị", "is_bot": False},
        "chat": {"id": asked["chat_id"], "chat_type": "PRIVATE", **asked.get("chat", {})},
        "text": asked.get("text", ""),
        "message_id": f"m{next(world.numbers)}",
        "date": now(),
        **asked.get("message", {}),
    }
    queue(world, {"event_name": asked.get("event", "message.text.received"), "message": message})
    return JSONResponse({"message_id": message["message_id"]})


async def control_again(request: Request) -> Response:
    world: World = request.app.state.world
    queue(world, world.past[(await request.json())["message_id"]])
    return JSONResponse({})


async def control_quota(request: Request) -> Response:
    request.app.state.world.left = (await request.json())["left"]
    return JSONResponse({})


async def control_faults(request: Request) -> Response:
    asked = await request.json()
    request.app.state.world.faults.add(asked.pop("method"), asked.pop("times", 1), **asked)
    return JSONResponse({})


async def control_reset(request: Request) -> Response:
    old: World = request.app.state.world
    request.app.state.world = World(numbers=old.numbers)
    return JSONResponse({})


async def control_idle(request: Request) -> Response:
    world: World = request.app.state.world
    return JSONResponse(not world.queue and not world.calling and (bool(world.hook) or world.held > 0))


def shown(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return JSONResponse(getattr(request.app.state.world, name))

    return show


ROUTES = [
    Route("/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
    Route("/_control/events", control_events, methods=["POST"]),
    Route("/_control/say", control_say, methods=["POST"]),
    Route("/_control/again", control_again, methods=["POST"]),
    Route("/_control/quota", control_quota, methods=["POST"]),
    Route("/_control/faults", control_faults, methods=["POST"]),
    Route("/_control/reset", control_reset, methods=["POST"]),
    Route("/_control/idle", control_idle),
    *(Route(f"/_control/{name}", shown(name)) for name in ("sent", "calls", "answers", "held", "hook")),
]


def main() -> None:
    """
    Serve until stopped.
    """
    site = Starlette(routes=ROUTES)
    site.state.world = World()
    site.state.calling = None
    serve("A Zalo Bot Platform for rehearsals.", site)


if __name__ == "__main__":
    main()
