"""
A Telegram of our own, in a process of its own: `python -m tests.channels.fake_telegram --port 9000`.

Written from the wire facts of the Bot API (docs/channels.md), not from our client. Long polling is real: an update
is delivered again until a getUpdates names a higher offset; a second poller ends the first with 409. Port 0 takes a
free one; the first line on standard output is the address. `--until-eof` ends the process with its standard input.

Control, all JSON:

POST /_control/updates  {"message": …, "update_id"?}            queue an update as it stands
POST /_control/say      {"chat_id", "text", "chat"?, "message"?}  a person writes
POST /_control/press    {"chat_id", "message_id", "data" | "n"}  a person presses a button that is there
POST /_control/again    {"update_id"}                            an update is delivered once more
POST /_control/chats    {"ids": […]}                            people who wrote to the bot long ago
POST /_control/migrate  {"chat_id", "to"}                        a group becomes a supergroup
POST /_control/crowd    {"said": [[chat_id, text], …], "every"}  many people write, one each `every` seconds
POST /_control/faults   {"method", "kind", "times"?, …}          what the next calls of a method meet, see `Fault`
POST /_control/reset                                             forget all
GET  /_control/number | /_control/times                          how much was sent; when who wrote and was written to
GET  /_control/sent | calls | updates | answers | hook           what was sent, called, is still unacknowledged;
                                                                what the webhook answered; where it is
"""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import itertools
import json
import re
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

from tests.channels.serving import Fault, Faults, cut, serve, through

Json = Any

TOKEN = "123456789:AAFakeTokenOfTheRehearsal_0-xyz"
ME = {"id": 123456789, "is_bot": True, "first_name": "Chung Tay", "username": "chungtay_bot"}
MOST_UPDATES = 100
FIRST_UPDATE = 700_000_000


@dataclass
class World:
    """
    All that this Telegram knows.
    """

    updates: dict[int, Json] = field(default_factory=dict)
    past: dict[int, Json] = field(default_factory=dict)
    sent: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    chats: dict[int, Json] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    presses: set[str] = field(default_factory=set)
    wanted: list[str] = field(default_factory=list)
    poller: asyncio.Event | None = None
    hook: dict[str, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    said_at: dict[int, list[float]] = field(default_factory=dict)
    sent_at: dict[int, list[float]] = field(default_factory=dict)
    update_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_UPDATE))


class ApiError(Exception):
    """
    An answer with `ok: false`.
    """

    def __init__(self, status: int, description: str, **parameters: int | None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = {name: value for name, value in parameters.items() if value is not None}


Params = Mapping[str, Json]
Method = Callable[[World, Params], Awaitable[Json]]


async def get_me(world: World, params: Params) -> Json:
    return {**ME, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def delete_webhook(world: World, params: Params) -> Json:
    if params.get("drop_pending_updates") in {"true", "True", True}:
        world.updates.clear()
    world.hook = {}
    return True


async def set_webhook(world: World, params: Params) -> Json:
    url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
    if not url.startswith(("https://", "http://127.0.0.1:")):  # the real one takes https alone
        raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise ApiError(400, "Bad Request: secret token contains unallowed characters")
    if "allowed_updates" in params:
        world.wanted = parsed(params, "allowed_updates")
    world.hook = {"url": url, "secret": secret}
    world.news.set()
    return True


async def get_webhook_info(world: World, params: Params) -> Json:
    known = {"url": world.hook.get("url", ""), "has_custom_certificate": False}
    return {**known, "pending_update_count": len(world.updates)}


async def deliver(site: Starlette) -> None:
    """
    Call the webhook with what waits: updates side by side, each again until it is answered with 2xx.
    """
    async with httpx.AsyncClient(timeout=5) as client:
        while True:
            world: World = site.state.world
            waiting = [world.updates[id] for id in sorted(world.updates)][:40]
            if not world.hook or not waiting:
                await asyncio.sleep(0.02)
                continue
            fault = world.faults.next("webhook")
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
                continue
            secret = fault.description if fault and fault.kind == "forged" else world.hook["secret"]
            calls = (call(world, client, update, secret) for update in turned(waiting, fault))
            answers = await asyncio.gather(*calls)
            world.answers.extend(answers)
            await asyncio.sleep(0 if set(answers) == {200} else 0.1)


async def call(world: World, client: httpx.AsyncClient, update: Json, secret: str) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    try:
        answer = await client.post(world.hook["url"], json=update, headers=headers)
    except (httpx.HTTPError, KeyError):
        return 0
    if answer.is_success:
        world.updates.pop(update["update_id"], None)
    return answer.status_code


async def set_my_commands(world: World, params: Params) -> Json:
    commands = parsed(params, "commands")
    if len(commands) > 100:
        raise ApiError(400, "Bad Request: too many commands")
    for entry in commands:
        name, description = entry["command"], entry["description"]
        if not (1 <= len(name) <= 32 and name == name.lower() and 1 <= len(description) <= 256):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
    return True


async def send_chat_action(world: World, params: Params) -> Json:
    known_chat(world, params)
    return True


async def send_message(world: World, params: Params) -> Json:
    chat = known_chat(world, params)
    text = str(params.get("text", ""))
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise ApiError(400, "Bad Request: message is too long")
    extra = {"text": text, "link_preview_options": parsed(params, "link_preview_options")}
    return add_message(world, chat, extra, inline_keyboard(params))


async def send_document(world: World, params: Params) -> Json:
    chat = known_chat(world, params)
    document = params.get("document")
    if isinstance(document, str) and document:
        return add_message(world, chat, {"document": {"file_id": document, "file_unique_id": "u"}}, None)
    if not isinstance(document, Mapping):
        raise ApiError(400, "Bad Request: there is no document in the request")
    number = next(world.numbers)
    about = {"file_id": f"file-{number}", "file_unique_id": f"u{number}", "file_name": document["filename"]}
    extra = {"document": {**about, "file_size": document["size"]}, "caption": params.get("caption")}
    return add_message(world, chat, extra, inline_keyboard(params))


async def send_photo(world: World, params: Params) -> Json:
    chat = known_chat(world, params)
    photo = params.get("photo")
    if isinstance(photo, str) and photo:
        return add_message(
            world, chat, {"photo": [{"file_id": photo, "file_unique_id": "u", "width": 1, "height": 1}]}, None
        )
    if not isinstance(photo, Mapping):
        raise ApiError(400, "Bad Request: there is no photo in the request")
    number = next(world.numbers)
    size = {"file_id": f"file-{number}", "file_unique_id": f"u{number}", "width": 1, "height": 1}
    extra = {"photo": [{**size, "file_size": photo["size"]}], "caption": params.get("caption")}
    return add_message(world, chat, extra, inline_keyboard(params))


async def edit_message_reply_markup(world: World, params: Params) -> Json:
    message = known_message(world, params)
    markup = inline_keyboard(params)
    if markup == message.get("reply_markup"):
        raise ApiError(400, NOT_MODIFIED)
    return changed(message, "reply_markup", markup)


async def edit_message_text(world: World, params: Params) -> Json:
    message = known_message(world, params)
    text, markup = params.get("text"), inline_keyboard(params)
    if (text, markup) == (message.get("text"), message.get("reply_markup")):
        raise ApiError(400, NOT_MODIFIED)
    changed(message, "text", text)
    return changed(message, "reply_markup", markup)


async def answer_callback_query(world: World, params: Params) -> Json:
    id = str(params.get("callback_query_id", ""))
    if id not in world.presses:
        raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    world.presses.remove(id)
    return True


NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
METHODS: Mapping[str, Method] = {
    "getme": get_me,
    "deletewebhook": delete_webhook,
    "setwebhook": set_webhook,
    "getwebhookinfo": get_webhook_info,
    "setmycommands": set_my_commands,
    "sendchataction": send_chat_action,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "editmessagereplymarkup": edit_message_reply_markup,
    "editmessagetext": edit_message_text,
    "answercallbackquery": answer_callback_query,
}
"""Method names are not case-sensitive at Telegram."""


def parsed(params: Params, name: str) -> Json:
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ApiError(400, f"Bad Request: can't parse {name} JSON object") from None


def known_chat(world: World, params: Params) -> Json:
    value = str(params.get("chat_id", ""))
    if not value:
        raise ApiError(400, "Bad Request: chat_id is empty")
    if value in world.moved:
        to = world.moved[value]
        raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
    chat = world.chats.get(int(value)) if value.removeprefix("-").isdigit() else None
    if chat is None:
        raise ApiError(400, "Bad Request: chat not found")
    return chat


def known_message(world: World, params: Params) -> Json:
    chat = known_chat(world, params)
    number = str(params.get("message_id", ""))
    for message in world.sent:
        if str(message["message_id"]) == number and message["chat"]["id"] == chat["id"]:
            return message
    raise ApiError(400, "Bad Request: message to edit not found")


def inline_keyboard(params: Params) -> Json:
    markup = parsed(params, "reply_markup")
    if not markup or not markup.get("inline_keyboard"):
        return None
    for button in itertools.chain.from_iterable(markup["inline_keyboard"]):
        if not str(button.get("text", "")).strip():
            raise ApiError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup


def add_message(world: World, chat: Json, extra: Json, markup: Json) -> Json:
    message = {"message_id": next(world.numbers), "from": ME, "chat": chat, "date": int(time.time()), **extra}
    message = {key: value for key, value in message.items() if value is not None}
    if markup:
        message["reply_markup"] = markup
    world.sent.append(message)
    world.sent_at.setdefault(chat["id"], []).append(time.monotonic())
    return message


def changed(message: Json, key: str, value: Json) -> Json:
    message.pop(key, None)
    if value is not None:
        message[key] = value
    message["edit_date"] = int(time.time())
    return message


async def get_updates(world: World, params: Params, gone: Callable[[], Awaitable[bool]]) -> list[Json]:
    """
    What waits from `offset` on; an empty answer is held back for `timeout` seconds or until there is news.
    """
    if world.hook:
        raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    acknowledge(world, int(params.get("offset") or 0))
    if "allowed_updates" in params:
        world.wanted = parsed(params, "allowed_updates")
    if world.poller is not None:
        world.poller.set()
    ended = world.poller = asyncio.Event()
    until = time.monotonic() + min(int(params.get("timeout") or 0), 50)
    try:
        while not world.updates and time.monotonic() < until and not ended.is_set() and not await gone():
            await until_news(world, ended)
    finally:
        if world.poller is ended:
            world.poller = None
    if ended.is_set():
        raise ApiError(
            409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
    limit = max(1, min(int(params.get("limit") or MOST_UPDATES), MOST_UPDATES))
    return [world.updates[id] for id in sorted(world.updates)][:limit]


def acknowledge(world: World, offset: int) -> None:
    for id in [id for id in world.updates if id < offset]:
        del world.updates[id]


async def until_news(world: World, ended: asyncio.Event) -> None:
    waits = {asyncio.ensure_future(world.news.wait()), asyncio.ensure_future(ended.wait())}
    _, pending = await asyncio.wait(waits, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
    for wait in pending:
        wait.cancel()
    world.news.clear()


async def bot_api(request: Request) -> Response:
    """
    One call of a bot, through whatever fault is set for its method.
    """
    world: World = request.app.state.world
    token, name = request.path_params["token"], request.path_params["method"].lower()
    params = await read_params(request)
    request.app.state.calling = request.app.state.calling or asyncio.create_task(deliver(request.app))
    world.calls.append({"method": name, "params": {key: shown(value) for key, value in params.items()}})
    try:
        check(token, name)
        polled = await get_updates(world, params, request.is_disconnected) if name == "getupdates" else None
        fault = None if polled == [] else world.faults.next(name)
        if fault is not None and fault.kind == "cut_before":
            return await cut(request)
        refuse(fault)
        result = await METHODS[name](world, params) if polled is None else turned(polled, fault)
    except ApiError as error:
        return refusal(error)
    return await through(request, fault, {"ok": True, "result": result})


def refuse(fault: Fault | None) -> None:
    if fault is not None and fault.kind == "status":
        raise ApiError(fault.status, fault.description, retry_after=fault.retry_after)


def check(token: str, name: str) -> None:
    if ":" not in token or (name not in METHODS and name != "getupdates"):
        raise ApiError(404, "Not Found")
    if token != TOKEN:
        raise ApiError(401, "Unauthorized")


def shown(value: Json) -> Json:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def turned(updates: list[Json], fault: Fault | None) -> list[Json]:
    """
    What is delivered, twice or in another order where that is its fault.
    """
    kind = fault.kind if fault else ""
    return [*updates, *updates] if kind == "duplicate" else updates[::-1] if kind == "out_of_order" else updates


def refusal(error: ApiError) -> Response:
    body: Json = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.status)


async def read_params(request: Request) -> dict[str, Json]:
    """
    Parameters by query string, form, JSON or multipart, as the Bot API takes them.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "")
    params: dict[str, Json] = dict(request.query_params)
    if kind.startswith("application/json"):
        params.update(json.loads(body or b"{}"))
    elif kind.startswith("multipart/form-data"):
        params.update(multipart(kind, body))
    else:
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
    return params


def multipart(kind: str, body: bytes) -> dict[str, Json]:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found: dict[str, Json] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True) or b""
        if part.get_filename() is None:
            found[str(name)] = bytes(content).decode()
        else:
            found[str(name)] = {"filename": part.get_filename(), "size": len(content)}
    attached = {f"attach://{name}": value for name, value in found.items()}
    return {name: attached.get(value, value) if isinstance(value, str) else value for name, value in found.items()}


# Control


async def control_updates(request: Request) -> Response:
    world: World = request.app.state.world
    if request.method == "GET":
        return JSONResponse([world.updates[id] for id in sorted(world.updates)])
    return JSONResponse({"update_id": queue(world, await request.json())})


def queue(world: World, update: Json) -> int:
    """
    Put an update where the bot will find it, and know its chat from now on.
    """
    id = update.get("update_id") or next(world.update_numbers)
    kinds = [key for key in update if key != "update_id"]
    message = update.get("message") or {}
    chat = message.get("chat") if isinstance(message, Mapping) else None
    if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
        world.chats[chat["id"]] = chat
    if not world.wanted or any(kind in world.wanted for kind in kinds):
        world.updates[int(id)] = world.past[int(id)] = {"update_id": id, **update}
        world.news.set()
    return int(id)


async def control_say(request: Request) -> Response:
    update = said(request.app.state.world, await request.json())
    return JSONResponse({"update_id": update})


async def control_crowd(request: Request) -> Response:
    asked = await request.json()
    request.app.state.crowd = asyncio.create_task(crowd(request.app.state.world, asked["said"], asked["every"]))
    return JSONResponse({})


async def crowd(world: World, people: Json, every: float) -> None:
    """
    Each of these says its sentence, in turn; who comes late hurries.
    """
    began = time.monotonic()
    for n, (chat_id, text) in enumerate(people):
        if every and (wait := began + n * every - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        said(world, {"chat_id": chat_id, "text": text})
        world.said_at.setdefault(chat_id, []).append(time.monotonic())


async def control_times(request: Request) -> Response:
    world: World = request.app.state.world
    return JSONResponse({"said": world.said_at, "sent": world.sent_at})


async def control_number(request: Request) -> Response:
    return JSONResponse(len(request.app.state.world.sent))


def said(world: World, asked: Json) -> int:
    """
    Queue what a person writes.
    """
    chat = {"id": asked["chat_id"], "type": "private", "first_name": "Nguyễn Thị", **asked.get("chat", {})}
    message = {
        "message_id": next(world.numbers),
        "from": {"id": abs(asked["chat_id"]), "is_bot": False, "first_name": "Nguyễn Thị", "language_code": "vi"},
        "chat": chat,
        "date": int(time.time()),
        "text": asked.get("text", ""),
        **asked.get("message", {}),
    }
    if message["text"].startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(message["text"].split()[0]), "type": "bot_command"}]
    return queue(world, {"message": message})


async def control_press(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await request.json()
    try:
        message = known_message(world, asked)
    except ApiError as error:
        return refusal(error)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    offered = [button["callback_data"] for row in rows for button in row]
    n = asked.get("n", offered.index(asked["data"]) if asked.get("data") in offered else -1)
    if not 0 <= n < len(offered):
        return refusal(ApiError(409, "there is no such button on this message"))
    id = f"press-{next(world.numbers)}"
    world.presses.add(id)
    person = {"id": abs(asked["chat_id"]), "is_bot": False, "first_name": "Nguyễn Thị"}
    query = {"id": id, "from": person, "message": message, "chat_instance": "1", "data": offered[n]}
    return JSONResponse({"update_id": queue(world, {"callback_query": query})})


async def control_chats(request: Request) -> Response:
    world: World = request.app.state.world
    for id in (await request.json())["ids"]:
        world.chats[id] = {"id": id, "type": "private", "first_name": "Nguyễn Thị"}
    return JSONResponse({"known": len(world.chats)})


async def control_migrate(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await request.json()
    world.moved[str(asked["chat_id"])] = asked["to"]
    world.chats[asked["to"]] = {**world.chats.pop(asked["chat_id"]), "id": asked["to"], "type": "supergroup"}
    return JSONResponse({})


async def control_again(request: Request) -> Response:
    world: World = request.app.state.world
    asked = await request.json()
    return JSONResponse({"update_id": queue(world, world.past[asked["update_id"]])})


async def control_faults(request: Request) -> Response:
    asked = await request.json()
    request.app.state.world.faults.add(asked.pop("method").lower(), asked.pop("times", 1), **asked)
    return JSONResponse({})


async def control_reset(request: Request) -> Response:
    old: World = request.app.state.world
    if old.poller is not None:
        old.poller.set()
    request.app.state.world = World(numbers=old.numbers, update_numbers=old.update_numbers)
    return JSONResponse({})


def shown_as(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return JSONResponse(getattr(request.app.state.world, name))

    return show


ROUTES = [
    Route("/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
    Route("/_control/updates", control_updates, methods=["GET", "POST"]),
    Route("/_control/say", control_say, methods=["POST"]),
    Route("/_control/crowd", control_crowd, methods=["POST"]),
    Route("/_control/times", control_times),
    Route("/_control/number", control_number),
    Route("/_control/press", control_press, methods=["POST"]),
    Route("/_control/chats", control_chats, methods=["POST"]),
    Route("/_control/migrate", control_migrate, methods=["POST"]),
    Route("/_control/again", control_again, methods=["POST"]),
    Route("/_control/faults", control_faults, methods=["POST"]),
    Route("/_control/reset", control_reset, methods=["POST"]),
    *(Route(f"/_control/{name}", shown_as(name)) for name in ("sent", "calls", "answers", "hook")),
]


def main() -> None:
    """
    Serve until stopped.
    """
    site = Starlette(routes=ROUTES)
    site.state.world = World()
    site.state.calling = None
    serve("A Telegram for rehearsals.", site)


if __name__ == "__main__":
    main()
