"""
The web: a page to talk to the bot, the wire that it talks over, and the ports for those who run it.

A browser is known by a cookie of 32 random bytes. Its conversation's address is the SHA-256 of it, so that the
database holds nothing that opens a conversation. A browser is given only what the courier has marked as sent: its
quotes were checked.

BadRequest(status)   what a browser sent cannot be taken; the sentence says what is expected
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from mimetypes import guess_type
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import vitals
from bot.app import App
from bot.channels.base import Hook, choice_ref
from bot.pulse import server_of
from db.errors import DatabaseError
from db.records import OutboxRow, OutboxState, Priority
from handlers import texts
from handlers.messages import ConversationKey, IncomingMessage, Json, reply_from_json

log = structlog.get_logger()

REQUESTS = Counter("chungtay_web_requests", "Messages taken, and chat requests refused or failed", ["outcome"])
UPDATES = Counter("chungtay_hook_updates", "Updates that channels' servers delivered", ["channel", "outcome"])

PAGE = Path(__file__).parent / "page"
CHANNEL = "web"
COOKIE = "chungtay"
COOKIE_KEPT = 365 * 24 * 3600
"""Seconds from the first visit. It is never given twice: an answer under way could bring a forgotten one back."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHOICE = re.compile(r"[0-9]{1,15}\.[0-9]{1,3}")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LARGEST_BODY = 64 * 1024
"""Bytes."""
LARGEST_UPDATE = 1024 * 1024
SLOWEST_UPDATE = 1.5
"""Seconds until a channel's server is answered: Zalo waits for 2, the ways there and back included."""
SLOWEST_BODY = 20
"""Seconds."""
LARGEST_CURSOR = 2**31 - 1
UNTIL_SENT = (0.01, 0.02, 0.05, 0.1, *[0.2] * 24)
"""Pauses while a message's own replies are on their way to the shelf: at most about 5 s."""
LONGEST_WAIT = 25
"""Seconds that a browser may wait for something new: below the 30 s after which proxies lose patience."""
NAP = 1.0

SAFETY = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class BadRequest(Exception):
    """
    What a browser sent cannot be taken.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def site(app: App) -> Starlette:
    """
    The web side of a wired bot.
    """
    for name, outcome in product(app.porter.names, ("kept", "refused", "not_kept")):
        UPDATES.labels(name, outcome)
    return Starlette(
        routes=[
            Route("/", page(app)),
            Route("/chat.css", shown("chat.css", "text/css")),
            Route("/chat.js", shown("chat.js", "text/javascript")),
            Route("/icon.svg", shown("icon.svg", "image/svg+xml")),
            Route("/chat/messages", guarded(partial(look, app)), methods=["GET"]),
            Route("/chat/messages", guarded(partial(say, app)), methods=["POST"]),
            Route("/chat/files/{id:int}", guarded(partial(hand, app)), methods=["GET"]),
            Route("/chat/forget", guarded(partial(forget, app)), methods=["POST"]),
            Route("/calendar/{secret}.ics", guarded(partial(calendar, app)), methods=["GET"]),
            Route("/hooks/{name}", guarded(partial(hook, app)), methods=["POST"]),
            Route("/healthz", alive),
            Route("/readyz", partial(ready, app)),
            Route("/metrics", partial(metrics, app)),
        ],
        exception_handlers={404: nowhere()},
        middleware=[Middleware(SafetyHeaders), Middleware(GZipMiddleware, minimum_size=1_000)],
    )


class SafetyHeaders:
    """
    Adds to every answer what keeps a page from being framed, sniffed or fed with foreign scripts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SAFETY)
            await send(message)

        await self._app(scope, receive, send_safely)


def page(app: App) -> Endpoint:
    """
    The page; it brings the cookie to a browser that has none.
    """
    body = (PAGE / "index.html").read_bytes()

    async def show(request: Request) -> Response:
        response = Response(body, media_type="text/html", headers={"Cache-Control": "no-store"})
        if token_of(request) is None:
            give_cookie(app, response, new_token())
        return response

    return show


def shown(name: str, media_type: str) -> Endpoint:
    """
    A file of the page, which browsers keep and ask about.
    """
    body = (PAGE / name).read_bytes()
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}

    async def show(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type, headers=headers)

    return show


def nowhere() -> Callable[[Request, Exception], Response]:
    """
    What stands at an address that is none of ours: the way to the page.
    """
    body = (PAGE / "nowhere.html").read_bytes()

    def show(request: Request, error: Exception) -> Response:
        return Response(body, 404, media_type="text/html", headers={"Cache-Control": "no-store"})

    return show


def guarded(endpoint: Endpoint) -> Endpoint:
    """
    The endpoint; what cannot be taken is refused with a sentence, and an error is counted, logged and owned up to.
    """

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequest as error:
            REQUESTS.labels("refused").inc()
            return in_json({"error": str(error)}, error.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            REQUESTS.labels("failed").inc()
            log.exception("web_request_failed", path=without_secret(request))
            return in_json({"error": texts.BROKEN}, 500)

    return answer


def without_secret(request: Request) -> str:
    """
    The path of a request, fit for the log.
    """
    secret = request.path_params.get("secret")
    return request.url.path.replace(secret, "…") if secret else request.url.path


async def say(app: App, request: Request) -> Response:
    """
    Take one message and give all of the conversation after the browser's cursor. Its id makes a repetition harmless.
    """
    check_origin(app, request)
    said = read_said(await json_body(request))
    token = token_of(request) or new_token()
    address = address_of(token)
    await app.receive(said.message(address, app))
    await app.courier.deliver(CHANNEL)
    REQUESTS.labels("taken").inc()
    response = in_json(await shelf_once_sent(app, address, said.after))
    if token != token_of(request):
        give_cookie(app, response, token)
    return response


async def look(app: App, request: Request) -> Response:
    """
    What is new after the cursor; with `wait`, when something is new or that many seconds are over.
    """
    after = whole_number(request.query_params.get("after", "0"), "after", LARGEST_CURSOR)
    wait = whole_number(request.query_params.get("wait", "0"), "wait", LONGEST_WAIT)
    token = token_of(request)
    if token is None:
        return in_json(Shelf(0, (), 0).as_json())
    address = address_of(token)
    shelf = await read_shelf(app, address, after)
    for _ in range(int(wait / NAP)):
        if shelf.rows or shelf.after != after or app.stopping.is_set() or await request.is_disconnected():
            break
        await nap(app.stopping, NAP)
        shelf = await read_shelf(app, address, after)
    return in_json(shelf.as_json())


async def hand(app: App, request: Request) -> Response:
    """
    The file of a message in this browser's conversation, made anew for who may still have it.
    """
    token, id = token_of(request), request.path_params["id"]
    if token is None:
        return PlainTextResponse(texts.NO_PAPER, 404)
    address = address_of(token)
    async with app.database.read() as uow:
        row = await uow.outbox.in_conversation(id, CHANNEL, address)
    file = reply_from_json(row.payload).attachment if row and row.state is OutboxState.SENT else None
    content = await app.paperwork.make(file.paper, ConversationKey(CHANNEL, address)) if file else None
    if file is None or content is None:
        return PlainTextResponse(texts.NO_PAPER, 404)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
    }
    return Response(content, media_type=guess_type(file.name)[0] or "application/octet-stream", headers=headers)


async def calendar(app: App, request: Request) -> Response:
    """
    An officer's open deadlines for a calendar that fetches them now and then: whoever has the address may.
    """
    content = await app.paperwork.calendar(request.path_params["secret"])
    if content is None:
        return PlainTextResponse(texts.NO_PAPER, 404)
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


async def forget(app: App, request: Request) -> Response:
    """
    Take the cookie back: this browser cannot return to its conversation.
    """
    check_origin(app, request)
    response = in_json({"forgotten": True})
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=over_https(app))
    return response


async def hook(app: App, request: Request) -> Response:
    """
    Keep what a channel's server delivers, then answer 200; handling comes later. Any other answer makes the server
    deliver it again.
    """
    name = request.path_params["name"]
    channel = app.porter.hook(name)
    if channel is None:
        raise BadRequest(404, "There is no such channel here, or it is not on.")
    try:
        async with asyncio.timeout(SLOWEST_UPDATE):
            await app.porter.store(name, read_json(await admitted(channel, request)))
    except BadRequest as error:
        UPDATES.labels(name, "refused").inc()
        log.warning("update_refused", channel=name, status=error.status)
        raise
    except (DatabaseError, TimeoutError) as error:
        UPDATES.labels(name, "not_kept").inc()
        log.warning("update_not_kept", channel=name, error=type(error).__name__)
        raise BadRequest(503, "It could not be kept now; deliver it again.") from None
    UPDATES.labels(name, "kept").inc()
    app.pulse.beat(server_of(name))
    return in_json({"ok": True})


async def admitted(channel: Hook, request: Request) -> bytes:
    """
    The body of a call that comes from the channel's own server. Raises BadRequest.
    """
    body = await _bytes(request, LARGEST_UPDATE)
    if not channel.admits(request.headers, body):
        raise BadRequest(401, "The secret or signature of the call is not the channel's.")
    return body


async def alive(request: Request) -> Response:
    """
    The process answers.
    """
    return PlainTextResponse("alive\n")


async def ready(app: App, request: Request) -> Response:
    """
    Whether this process can do its work, and what is wrong if not; with `?channels=no` other people's servers are
    left aside: a proxy need not take the page from people because Telegram is away.
    """
    found = await vitals.look(app)
    wrong = found.wrong(servers=request.query_params.get("channels") != "no")
    return in_json({"ready": not wrong, "wrong": wrong, **found.as_json()}, 503 if wrong else 200)


async def metrics(app: App, request: Request) -> Response:
    """
    What Prometheus collects.
    """
    await vitals.measure(app)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a browser sent: its own id for it, words or a choice, and the cursor after which it knows nothing.
    """

    id: str
    text: str
    choice: str | None
    after: int

    def message(self, address: str, app: App) -> IncomingMessage:
        return IncomingMessage(
            key=ConversationKey(CHANNEL, address),
            external_id=f"{address[:16]}:{self.id}",
            at=app.clock(),
            text=self.text,
            choice=self.choice,
        )


def read_said(body: Json) -> Said:
    """
    The message in a request's body. Raises BadRequest.
    """
    if not isinstance(body, dict):
        raise BadRequest(400, 'The body is an object: {"id": …, "text": …} or {"id": …, "choice": …}.')
    id, after = body.get("id"), body.get("after", 0)
    if not isinstance(id, str) or not ID.fullmatch(id.lower()):
        raise BadRequest(400, "id is a UUID that the browser made for this message, in lower-case hex with dashes.")
    if type(after) is not int or not 0 <= after <= LARGEST_CURSOR:
        raise BadRequest(400, "after is the `last` of an earlier answer, or 0.")
    text, choice = body.get("text"), body.get("choice")
    if (text is None) == (choice is None):
        raise BadRequest(400, "A message has either text or choice.")
    if choice is None:
        return Said(id.lower(), readable(text), None, after)
    return Said(id.lower(), "", chosen(choice), after)


def readable(text: Json) -> str:
    """
    A text that can be stored and shown: no control characters, no halves of an emoji. Raises BadRequest.
    """
    if not isinstance(text, str):
        raise BadRequest(400, "text is a string.")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    clean = UNPRINTABLE.sub("", whole.replace("\r\n", "\n"))
    if not clean.strip():
        raise BadRequest(400, "text is empty.")
    return clean


def chosen(choice: Json) -> str:
    """
    The reference of a choice. Raises BadRequest.
    """
    if not isinstance(choice, str) or not CHOICE.fullmatch(choice):
        raise BadRequest(400, "choice is the id of a choice as it was given, such as 17.0.")
    return choice


async def json_body(request: Request) -> Json:
    """
    The body as JSON. Raises BadRequest for another type, too many bytes, bytes that come too slowly, and no JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadRequest(415, "Content-Type must be application/json.")
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            return read_json(await _bytes(request, LARGEST_BODY))
    except TimeoutError:
        raise BadRequest(408, f"The body did not arrive within {SLOWEST_BODY} s.") from None


def read_json(body: bytes) -> Json:
    """
    The JSON of a body. Raises BadRequest.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest(400, "The body is not JSON in UTF-8.") from None


async def _bytes(request: Request, largest: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise BadRequest(413, f"The body is larger than {largest // 1024} KiB.")
    return bytes(body)


def whole_number(value: str, name: str, most: int) -> int:
    """
    A query parameter from 0 to `most`. Raises BadRequest.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= most):
        raise BadRequest(400, f"{name} is a whole number from 0 to {most}.")
    return int(value)


def check_origin(app: App, request: Request) -> None:
    """
    Other sites' pages must not speak for a person: their Origin is foreign. Raises BadRequest.
    """
    origin = request.headers.get("origin")
    if origin is None:
        foreign = request.headers.get("sec-fetch-site") == "cross-site"
    else:
        ours = {request.headers.get("host", "").lower()}
        if app.settings.public_url is not None:
            ours.add(urlsplit(app.settings.public_url).netloc.lower())
        foreign = urlsplit(origin).netloc.lower() not in ours - {""}
    if foreign:
        raise BadRequest(403, "The request comes from another site; open the chat's own page.")


def token_of(request: Request) -> str | None:
    """
    The browser's cookie, if it is one of ours by its shape.
    """
    token = request.cookies.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def new_token() -> str:
    """
    32 random bytes, as 43 characters that a cookie can carry.
    """
    return secrets.token_urlsafe(32)


def address_of(token: str) -> str:
    """
    The conversation of a cookie.
    """
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def give_cookie(app: App, response: Response, token: str) -> None:
    """
    Let the browser keep its token for a year; scripts cannot read it, other sites cannot use it.
    """
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_KEPT, httponly=True, samesite="lax", secure=over_https(app), path="/"
    )


def over_https(app: App) -> bool:
    """
    Whether people reach the page over HTTPS.
    """
    return (app.settings.public_url or "").startswith("https://")


@dataclass(frozen=True, slots=True)
class Shelf:
    """
    What a browser is given: the sent messages after a cursor.

    `after` is the cursor that was used: 0 when the browser's own is not of this conversation (a new cookie, a new
    database). `last` is the next cursor: it stays before a message that is still on its way, so that a younger one
    that overtook it hides nothing; the younger one is then given twice, under the same id.
    """

    after: int
    rows: tuple[OutboxRow, ...]
    last: int
    awaited: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"messages": [row_as_json(row) for row in self.rows], "last": self.last, "after": self.after}


def row_as_json(row: OutboxRow) -> dict[str, Any]:
    """
    One message for a browser; its choices are named so that the dispatcher knows them again.
    """
    reply = reply_from_json(row.payload)
    choices = [
        {"id": choice_ref(row.id, n), "label": choice.label, "number": reply.first + n}
        for n, choice in enumerate(reply.choices)
    ]
    file = {"name": reply.attachment.name, "href": f"/chat/files/{row.id}"} if reply.attachment else None
    return {"id": row.id, "text": reply.text, "choices": choices, "file": file}


async def read_shelf(app: App, address: str, after: int) -> Shelf:
    """
    The shelf of a conversation as it stands now.
    """
    async with app.database.read() as uow:
        if after and await uow.outbox.in_conversation(after, CHANNEL, address) is None:
            after = 0
        return shelf_of(await uow.outbox.after(CHANNEL, address, after), after)


def shelf_of(rows: Sequence[OutboxRow], after: int) -> Shelf:
    """
    What may be given of these rows; `awaited` says that a reply among them is still on its way.
    """
    unsent = [row for row in rows if row.state in {OutboxState.PENDING, OutboxState.SENDING}]
    first_unsent = unsent[0].id if unsent else LARGEST_CURSOR + 1
    return Shelf(
        after=after,
        rows=tuple(row for row in rows if row.state is OutboxState.SENT),
        last=max((row.id for row in rows if row.id < first_unsent), default=after),
        awaited=any(row.priority is Priority.REPLY for row in unsent),
    )


async def shelf_once_sent(app: App, address: str, after: int) -> dict[str, Any]:
    """
    The shelf once no reply is on its way any more, or as it stands when patience ends.
    """
    shelf = await read_shelf(app, address, after)
    for pause in UNTIL_SENT:
        if not shelf.awaited:
            break
        await asyncio.sleep(pause)
        shelf = await read_shelf(app, address, after)
    return shelf.as_json()


async def nap(stopping: asyncio.Event, seconds: float) -> None:
    """
    Sleep, unless the server stops.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


def in_json(body: Json, status: int = 200) -> Response:
    """
    JSON that nobody on the way keeps.
    """
    return JSONResponse(body, status, headers={"Cache-Control": "no-store"})
