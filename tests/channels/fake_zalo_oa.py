"""
Zalo's OpenAPI and its server for tokens of our own, in a process of its own: `python -m tests.channels.fake_zalo_oa`.

Written from the wire facts (docs/zalo.md), not from our client. A refresh token works once and within 3 months, and
gives an access token for 25 hours and the next refresh token. A message is taken for a person who wrote within 7
days; from 48 hours on it is billed. The webhook is signed over its bytes and called again with `num_retry` until it
answers 200 within 2 seconds; after five times it is switched off (here after moments in place of minutes). Port 0
takes a free one; the first line on standard output is the address. `--until-eof` ends the process with its standard
input.

Control, all JSON:

POST /_control/hook     {"url"}                                  as set by hand in the console
POST /_control/say      {"user_id", "text", "event"?, "message"?}   a person writes
POST /_control/again    {"msg_id"}                               an event is delivered once more
POST /_control/wait     {"hours"}                                so much time passes for windows and tokens
POST /_control/leave    {"user_id"}                              a person follows no more
POST /_control/spoil    {}                                       the access tokens that are out are taken no more
POST /_control/faults   {"method", "kind", "times"?, …}          what the next calls meet: cs, template, getoa,
                                                                 access_token, webhook; see `Fault`, whose status
                                                                 is the error code
POST /_control/reset                                             forget all
GET  /_control/sent | templates | billed | refreshes | answers | retries | idle
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.serving import Faults, cut, serve, through

Json = Any

APP_ID = "4455667788990011223"
APP_SECRET = "app-secret-of-the-rehearsal"
OA_SECRET = "oa-secret-of-the-rehearsal"
FIRST_REFRESH = "refresh-0"
TEMPLATE = "7895417a7d3f9461cd2e"
HOURS = 3600.0
FREE, WINDOW = 48 * HOURS, 7 * 24 * HOURS
ACCESS, REFRESH = 25 * HOURS, 90 * 24 * HOURS
MOST_RETRIES = 5


@dataclass
class World:
    """
    All that this Zalo knows.
    """

    refresh: str = FIRST_REFRESH
    given_at: float = field(default_factory=time.time)
    access: dict[str, float] = field(default_factory=dict)
    refreshes: list[str] = field(default_factory=list)
    wrote: dict[str, float] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    passed: float = 0.0
    sent: list[Json] = field(default_factory=list)
    billed: list[Json] = field(default_factory=list)
    templates: list[Json] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    hook: str = ""
    queue: list[Json] = field(default_factory=list)
    past: dict[str, Json] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    retries: list[str] = field(default_factory=list)
    calling: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> float:
        return time.time() + self.passed


class No(Exception):
    """
    An answer with an `error`.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


async def access_token(world: World, request: Request) -> Json:
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    if form.get("app_id") != APP_ID or request.headers.get("secret_key") != APP_SECRET:
        raise No(-14001, "Invalid app")
    good = form.get("refresh_token") == world.refresh and world.now() < world.given_at + REFRESH
    if form.get("grant_type") != "refresh_token" or not good:
        raise No(-14014, "Invalid refresh token")
    world.refreshes.append(world.refresh)
    number = len(world.refreshes)
    world.refresh = f"refresh-{number}"
    world.given_at = world.access[f"access-{number}"] = world.now()
    return {"access_token": f"access-{number}", "refresh_token": world.refresh, "expires_in": str(int(ACCESS))}


async def cs(world: World, request: Request) -> Json:
    allow(world, request)
    body = await request.json()
    user, text = body["recipient"]["user_id"], body["message"].get("text")
    if not isinstance(text, str) or not text.strip() or len(text.encode("utf-16-le")) // 2 > 2000:
        raise No(-201, "text is invalid")
    if user in world.left:
        raise No(-213, "User has not followed OA")
    silent = world.now() - world.wrote.get(user, float("-inf"))
    if silent > WINDOW:
        raise No(-230, "User has not interacted with the OA in the past 7 days")
    sent = {"message_id": f"s{next(world.numbers)}", "user_id": user, "sent_time": str(int(world.now() * 1000))}
    world.sent.append({**sent, "text": text})
    if silent > FREE:
        world.billed.append(sent)
    return {"error": 0, "message": "Success", "data": sent}


async def template(world: World, request: Request) -> Json:
    allow(world, request)
    body = await request.json()
    if body.get("template_id") != TEMPLATE or set(body.get("template_data", {})) != {"noi_dung"}:
        raise No(-201, "template_data is invalid")
    world.templates.append(body)
    return {"error": 0, "message": "Success", "data": {"message_id": f"t{next(world.numbers)}"}}


async def getoa(world: World, request: Request) -> Json:
    allow(world, request)
    return {"error": 0, "message": "Success", "data": {"oa_id": "579745863508352884", "name": "UBND diễn tập"}}


def allow(world: World, request: Request) -> None:
    given_at = world.access.get(request.headers.get("access_token", ""))
    if given_at is None:
        raise No(-216, "Access token is invalid")
    if world.now() > given_at + ACCESS:
        raise No(-220, "Access token has expired")


Method = Callable[[World, Request], Awaitable[Json]]


def method(work: Method) -> Callable[[Request], Awaitable[Response]]:
    """
    A call, through whatever fault is set for it. A no comes in HTTP 200.
    """

    async def answer(request: Request) -> Response:
        world: World = request.app.state.world
        request.app.state.calling = request.app.state.calling or asyncio.create_task(deliver(request.app))
        fault = world.faults.next(work.__name__)
        if fault is not None and fault.kind == "cut_before":
            return await cut(request)
        if fault is not None and fault.kind == "status":
            body = {"error": fault.status, "message": fault.description}
            return JSONResponse(body, status_code=fault.status) if fault.status > 0 else JSONResponse(body)
        try:
            result = await work(world, request)
        except No as error:
            return JSONResponse({"error": error.code, "message": str(error)})
        return await through(request, fault, result)

    return answer


async def deliver(site: Starlette) -> None:
    """
    Call the webhook with what waits, one event after the other, each until it is answered with 200.
    """
    async with httpx.AsyncClient(timeout=2) as client:
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
            if fault is not None and kind == "forged":
                world.answers.append(await call(world.hook, client, *signed(event, fault.description)))
            else:
                world.queue.remove(event)
                for _ in range(2 if kind == "duplicate" else 1):
                    await insist(world, client, event)
            world.calling -= 1


def signed(event: Json, secret: str) -> tuple[bytes, Mapping[str, str]]:
    """
    An event as it goes over the wire, and its headers.
    """
    body = json.dumps(event, ensure_ascii=False, indent=1).encode()
    signature = hashlib.sha256((APP_ID + body.decode() + event["timestamp"] + secret).encode()).hexdigest()
    return body, {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={signature}"}


async def insist(world: World, client: httpx.AsyncClient, event: Json) -> None:
    body, headers = signed(event, OA_SECRET)
    for retry in range(MOST_RETRIES + 1):
        more = {"num_retry": str(retry)} if retry else {}
        if retry:
            world.retries.append(event["message"]["msg_id"])
        world.answers.append(await call(world.hook, client, body, {**headers, **more}))
        if world.answers[-1] == 200:
            return
        await asyncio.sleep(0.05)
    world.hook = ""


async def call(url: str, client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]) -> int:
    try:
        return (await client.post(url, content=body, headers=headers)).status_code
    except httpx.HTTPError:
        return 0


# Control


async def control_hook(request: Request) -> Response:
    request.app.state.world.hook = (await request.json())["url"]
    request.app.state.calling = request.app.state.calling or asyncio.create_task(deliver(request.app))
    return JSONResponse({})


async def control_say(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await request.json()
    id = f"m{next(world.numbers)}"
    world.wrote[asked["user_id"]] = world.now()
    event = {
        "app_id": APP_ID,
        "user_id_by_app": "1",
        "event_name": asked.get("event", "user_send_text"),
        "timestamp": str(int(world.now() * 1000)),
        "sender": {"id": asked["user_id"]},
        "recipient": {"id": "579745863508352884"},
        "message": {"msg_id": id, "text": asked.get("text", ""), **asked.get("message", {})},
    }
    world.past[id] = event
    world.queue.append(event)
    return JSONResponse({"msg_id": id})


async def control_again(request: Request) -> Response:
    world: World = request.app.state.world
    world.queue.append(world.past[(await request.json())["msg_id"]])
    return JSONResponse({})


async def control_wait(request: Request) -> Response:
    request.app.state.world.passed += (await request.json())["hours"] * HOURS
    return JSONResponse({})


async def control_leave(request: Request) -> Response:
    request.app.state.world.left.add((await request.json())["user_id"])
    return JSONResponse({})


async def control_spoil(request: Request) -> Response:
    request.app.state.world.access.clear()
    return JSONResponse({})


async def control_faults(request: Request) -> Response:
    asked = await request.json()
    request.app.state.world.faults.add(asked.pop("method"), asked.pop("times", 1), **asked)
    return JSONResponse({})


async def control_reset(request: Request) -> Response:
    request.app.state.world = World(numbers=request.app.state.world.numbers)
    return JSONResponse({})


async def control_idle(request: Request) -> Response:
    world: World = request.app.state.world
    return JSONResponse(not world.queue and not world.calling)


def shown(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return JSONResponse(getattr(request.app.state.world, name))

    return show


COMMANDS = {
    "hook": control_hook,
    "say": control_say,
    "again": control_again,
    "wait": control_wait,
    "leave": control_leave,
    "spoil": control_spoil,
    "faults": control_faults,
    "reset": control_reset,
}
SHOWN = ("sent", "templates", "billed", "refreshes", "answers", "retries", "hook")
ROUTES = [
    Route("/v4/oa/access_token", method(access_token), methods=["POST"]),
    Route("/v3.0/oa/message/cs", method(cs), methods=["POST"]),
    Route("/v3.0/oa/message/template", method(template), methods=["POST"]),
    Route("/v2.0/oa/getoa", method(getoa)),
    *(Route(f"/_control/{name}", command, methods=["POST"]) for name, command in COMMANDS.items()),
    *(Route(f"/_control/{name}", shown(name)) for name in SHOWN),
    Route("/_control/idle", control_idle),
]


def main() -> None:
    """
    Serve until stopped.
    """
    site = Starlette(routes=ROUTES)
    site.state.world = World()
    site.state.calling = None
    serve("A Zalo OpenAPI for rehearsals.", site)


if __name__ == "__main__":
    main()
