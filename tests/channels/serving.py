"""
What the fake servers share: a process that serves until its standard input ends, faults, and cutting a connection.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Fault:
    """
    What one of the next calls of a method meets.

    `status`: an error answer and nothing happens; with `http` the code is the HTTP status too. `cut_before`,
    `cut_after`: the connection is closed before or after the call took effect. `slow`: the answer comes `seconds`
    late. `malformed`: the answer is no JSON. `duplicate`, `out_of_order`: what is delivered comes again, or in
    another order. `forged` (calls of a webhook): somebody else's call comes before, with `description` for a secret.
    """

    kind: str
    status: int = 500
    description: str = "Internal Server Error"
    http: bool = True
    retry_after: int | None = None
    seconds: float = 1.0


@dataclass
class Faults:
    """
    The faults that wait, by method.
    """

    waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, method: str) -> Fault | None:
        waiting = self.waiting.get(method)
        return waiting.popleft() if waiting else None

    def add(self, method: str, times: int, **fault: Any) -> None:
        self.waiting.setdefault(method, deque()).extend(Fault(**fault) for _ in range(times))


async def through(request: Request, fault: Fault | None, answer: Any) -> Response:
    """
    The answer of a call that took effect, as its fault lets it arrive.
    """
    kind = fault.kind if fault else ""
    if fault is not None and kind == "slow":
        await asyncio.sleep(fault.seconds)
    if kind == "cut_after":
        return await cut(request)
    if kind == "malformed":
        return Response('{"ok":true,"err', media_type="application/json")
    return JSONResponse(answer)


async def cut(request: Request) -> Response:
    """
    Close the connection without an answer.
    """
    request.scope["connection"].close()
    await asyncio.sleep(0.05)
    return Response()


def serve(about: str, site: Starlette) -> None:
    """
    Serve on 127.0.0.1 until stopped; the first line on standard output is the address.
    """
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    arguments.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    asked = arguments.parse_args()
    listening = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # so that nothing waits to be sent
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", asked.port))
    listening.listen(2048)
    config = uvicorn.Config(
        _with_connection(site),
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        timeout_keep_alive=60,  # httpx keeps one for 5 s: were it 5 here too, a call could meet its end
    )
    server = uvicorn.Server(config)
    if asked.until_eof:
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    server.run(sockets=[listening])


def _with_connection(app: ASGIApp) -> ASGIApp:
    """
    The application, given uvicorn's connection in the scope, so that it can be cut.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(receive, "__self__", None)
        scope["connection"] = getattr(cycle, "transport", None)
        await app(scope, receive, send)

    return call


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = server.force_exit = True
