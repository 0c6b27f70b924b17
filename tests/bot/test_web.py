"""
What a browser, another site and an operator get from the web side, on the real stack.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog

from bot.app import App
from bot.paperwork import Paperwork
from bot.web import LARGEST_BODY, SAFETY, Shelf, address_of, shelf_of
from db.records import Account, OutboxMessage, OutboxRow, OutboxState, Priority
from handlers import texts
from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.effects import AddDuty
from handlers.messages import Attachment, ConversationKey, Reply, reply_to_json
from knowledge.facts import Rule
from tests.bot.conftest import ANSWER, NOW, browser, running, standing
from tests.fakes import MY_XUYEN
from tests.handlers.test_desk import CODE, Office


def text(words: str, after: int = 0, id: str | None = None) -> dict[str, Any]:
    return {"id": id or str(uuid4()), "text": words, "after": after}


async def said(client: httpx.AsyncClient, body: Any) -> dict[str, Any]:
    response = await client.post("/chat/messages", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_the_first_message_is_answered_with_all_that_the_bot_says(client: httpx.AsyncClient) -> None:
    answer = await said(client, text("/start"))
    assert [message["text"] for message in answer["messages"]] == [texts.GREETING, texts.ASK_PLACE]
    assert answer["messages"][0]["choices"][0]["label"] == texts.MENU_CRITERIA
    assert answer["last"] == answer["messages"][-1]["id"]


async def test_only_what_is_newer_than_the_cursor_is_given(client: httpx.AsyncClient) -> None:
    first = await said(client, text("/start"))
    second = await said(client, text("Hộ nghèo cần gì để được khen?", after=first["last"]))
    assert [message["text"] for message in second["messages"]] == [ANSWER]


async def test_a_repeated_id_changes_nothing_and_gives_the_same_messages(client: httpx.AsyncClient) -> None:
    body = text("giảm nghèo mấy phần trăm?")
    assert await said(client, body) == await said(client, body)
    assert len((await client.get("/chat/messages?after=0")).json()["messages"]) == 1


async def test_the_same_message_sent_ten_times_at_once_is_taken_once(client: httpx.AsyncClient) -> None:
    await client.get("/")
    body = text("ai lo việc gì?")
    answers = await asyncio.gather(*(said(client, body) for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]["messages"]) == 1


async def test_a_choice_is_known_again_by_its_id(client: httpx.AsyncClient) -> None:
    start = await said(client, text("/start"))
    choice = start["messages"][1]["choices"][0]
    answer = await said(client, {"id": str(uuid4()), "choice": choice["id"], "after": start["last"]})
    assert answer["messages"][0]["text"].startswith("Dạ, tôi nhớ rồi: thành phố Sóc Trăng.")


async def test_another_browsers_choice_is_stale(app: App, client: httpx.AsyncClient) -> None:
    start = await said(client, text("/start"))
    choice = start["messages"][1]["choices"][0]["id"]
    async with browser(app) as other:
        answer = await said(other, {"id": str(uuid4()), "choice": choice})
    assert answer["messages"][0]["text"] == texts.STALE_CHOICE


async def test_two_browsers_do_not_see_each_other(app: App, client: httpx.AsyncClient) -> None:
    shared_id = str(uuid4())
    await said(client, text("của tôi", id=shared_id))
    async with browser(app) as other:
        answer = await said(other, text("của bạn", id=shared_id))
        seen = (await other.get("/chat/messages?after=0")).json()
    assert [message["text"] for message in answer["messages"]] == ["Bà con hỏi: của bạn"]
    assert seen["messages"] == answer["messages"]


async def test_a_browser_without_a_cookie_is_shown_nothing(app: App, client: httpx.AsyncClient) -> None:
    await said(client, text("/start"))
    async with browser(app) as other:
        response = await other.get("/chat/messages?after=0")
    assert response.json() == {"messages": [], "last": 0, "after": 0}
    assert "set-cookie" not in response.headers


async def test_the_page_gives_a_cookie_that_scripts_cannot_read(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    cookie = first.headers["set-cookie"]
    token = first.cookies["chungtay"]
    assert len(token) == 43
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=31536000" in cookie
    assert "Secure" not in cookie


async def test_a_cookie_is_never_given_twice(client: httpx.AsyncClient) -> None:
    await client.get("/")
    answers = [await client.get("/"), await client.post("/chat/messages", json=text("/start"))]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_the_cookie_is_secure_where_people_come_over_https(database: Path) -> None:
    async with (
        running(database, public_url="https://chungtay.example.vn") as app,
        browser(app, "https://chungtay.example.vn") as client,
    ):
        assert "Secure" in (await client.get("/")).headers["set-cookie"]


async def test_the_database_holds_no_token(client: httpx.AsyncClient, app: App, database: Path) -> None:
    await said(client, text("/start"))
    token = client.cookies["chungtay"]
    stored = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert address_of(token).encode() in stored
    assert token.encode() not in stored


async def test_a_made_up_cookie_is_replaced(app: App) -> None:
    async with browser(app) as client:
        response = await client.get("/", headers={"Cookie": "chungtay=admin"})
    assert len(response.cookies["chungtay"]) == 43


async def test_forgetting_takes_the_cookie_back(client: httpx.AsyncClient) -> None:
    await said(client, text("/start"))
    response = await client.post("/chat/forget", json={})
    assert response.status_code == 200
    assert "chungtay" not in client.cookies
    assert (await client.get("/chat/messages?after=0")).json()["messages"] == []


async def test_after_a_restart_the_conversation_goes_on(database: Path) -> None:
    async with running(database) as app, browser(app) as client:
        start = await said(client, text("/start"))
        cookies = client.cookies
    async with running(database) as app, browser(app) as client:
        client.cookies = cookies
        place = start["messages"][1]["choices"][1]["id"]
        answer = await said(client, {"id": str(uuid4()), "choice": place, "after": start["last"]})
        seen = (await client.get("/chat/messages?after=0")).json()
    assert answer["messages"][0]["text"].startswith("Dạ, tôi nhớ rồi: tỉnh Bến Tre.")
    assert seen["messages"] == start["messages"] + answer["messages"]


async def test_a_cursor_from_elsewhere_starts_from_the_beginning_and_says_so(client: httpx.AsyncClient) -> None:
    answer = await said(client, text("xin chào", after=987_654))
    assert answer["after"] == 0
    assert len(answer["messages"]) == 1


async def test_a_false_quote_never_reaches_a_browser(client: httpx.AsyncClient) -> None:
    answer = await said(client, text("câu này sai"))
    assert [message["text"] for message in answer["messages"]] == [texts.QUOTE_MISMATCH]
    seen = (await client.get("/chat/messages?after=0")).json()
    assert seen["messages"] == answer["messages"]


async def test_nothing_is_given_before_it_is_sent(client: httpx.AsyncClient, app: App) -> None:
    await client.get("/")
    address = address_of(client.cookies["chungtay"])
    later = OutboxMessage(
        "web", address, "later", reply_to_json(Reply("mai mới gửi")), Priority.BULK, NOW.replace(day=9)
    )
    async with app.database.write() as uow:
        await uow.outbox.add(later, NOW)
        await uow.commit()
    answer = await said(client, text("hôm nay"))
    assert [message["text"] for message in answer["messages"]] == ["Bà con hỏi: hôm nay"]
    assert answer["last"] == 0


def row(id: int, state: OutboxState, priority: Priority = Priority.REPLY) -> OutboxRow:
    return OutboxRow(id, "web", "a", reply_to_json(Reply(str(id))), priority, state, attempts=1, doubts=0)


@pytest.mark.parametrize(
    ("rows", "given", "last"),
    [
        ([], [], 3),
        ([row(4, OutboxState.SENT), row(5, OutboxState.SENT)], [4, 5], 5),
        ([row(4, OutboxState.SENT), row(5, OutboxState.PENDING), row(6, OutboxState.SENT)], [4, 6], 4),
        ([row(4, OutboxState.SENDING), row(5, OutboxState.SENT)], [5], 3),
        ([row(4, OutboxState.FAILED), row(5, OutboxState.SENT), row(6, OutboxState.REFUSED)], [5], 6),
    ],
)
def test_the_cursor_never_passes_a_message_on_its_way(rows: list[OutboxRow], given: list[int], last: int) -> None:
    shelf: Shelf = shelf_of(rows, 3)
    assert [row.id for row in shelf.rows] == given
    assert shelf.last == last


def test_only_replies_on_their_way_are_waited_for() -> None:
    assert shelf_of([row(4, OutboxState.SENDING)], 3).awaited
    assert not shelf_of([row(4, OutboxState.PENDING, Priority.BULK)], 3).awaited


async def test_an_error_is_owned_up_to_and_the_next_message_works(client: httpx.AsyncClient) -> None:
    before = await failures(client)
    response = await client.post("/chat/messages", json=text("làm hỏng"))
    assert response.status_code == 500
    assert response.json() == {"error": texts.BROKEN}
    assert await failures(client) == before + 1
    assert (await said(client, text("lần nữa")))["messages"][0]["text"] == "Bà con hỏi: lần nữa"


async def failures(client: httpx.AsyncClient) -> float:
    lines = (await client.get("/metrics")).text.splitlines()
    prefix = 'chungtay_web_requests_total{outcome="failed"} '
    return next((float(line.removeprefix(prefix)) for line in lines if line.startswith(prefix)), 0.0)


GOOD = str(uuid4())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"xin ch\xe0o",
        b"[" * 60_000,
        b"1" * 60_000,
        b"null",
        b"[]",
        json.dumps({"text": "không có id"}).encode(),
        json.dumps({"id": 7, "text": "a"}).encode(),
        json.dumps({"id": "không phải uuid", "text": "a"}).encode(),
        json.dumps({"id": GOOD}).encode(),
        json.dumps({"id": GOOD, "text": None}).encode(),
        json.dumps({"id": GOOD, "text": ["a"]}).encode(),
        json.dumps({"id": GOOD, "text": "  \n\u0000 "}).encode(),
        json.dumps({"id": GOOD, "text": "a", "choice": "1.0"}).encode(),
        json.dumps({"id": GOOD, "choice": 1.0}).encode(),
        json.dumps({"id": GOOD, "choice": "place:ben-tre"}).encode(),
        json.dumps({"id": GOOD, "choice": "999999999999999999999.0"}).encode(),
        json.dumps({"id": GOOD, "text": "a", "after": -1}).encode(),
        json.dumps({"id": GOOD, "text": "a", "after": True}).encode(),
        json.dumps({"id": GOOD, "text": "a", "after": 10**30}).encode(),
        json.dumps({"id": GOOD, "text": "a", "after": "1"}).encode(),
    ],
)
async def test_a_hostile_body_is_refused_with_a_sentence(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
async def test_another_content_type_is_refused(client: httpx.AsyncClient, kind: str) -> None:
    content = json.dumps(text("a")).encode()
    response = await client.post("/chat/messages", content=content, headers={"Content-Type": kind})
    assert response.status_code == 415
    assert "application/json" in response.json()["error"]


async def test_a_body_over_the_limit_is_refused_and_one_below_is_taken(client: httpx.AsyncClient) -> None:
    response = await client.post("/chat/messages", json=text("a" * LARGEST_BODY))
    assert response.status_code == 413
    assert (await said(client, text("a" * (LARGEST_BODY - 200))))["messages"][0]["text"] == texts.TOO_LONG


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://chat.test.evil.example", "http://chat"])
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/forget"])
async def test_another_site_cannot_speak_for_a_person(client: httpx.AsyncClient, path: str, origin: str) -> None:
    await client.get("/")
    response = await client.post(path, json=text("xin chào"), headers={"Origin": origin})
    assert response.status_code == 403
    assert (await client.get("/chat/messages?after=0")).json()["messages"] == []


async def test_the_own_page_may_speak_also_behind_a_proxy(database: Path) -> None:
    async with (
        running(database, "https://chungtay.example.vn") as app,
        browser(app, "https://10.0.0.5:8080") as client,
    ):
        for origin in ("https://chungtay.example.vn", "https://10.0.0.5:8080"):
            response = await client.post("/chat/messages", json=text("a"), headers={"Origin": origin})
            assert response.status_code == 200


async def test_halves_of_an_emoji_and_control_characters_do_no_harm(client: httpx.AsyncClient) -> None:
    content = b'{"id": "%s", "text": "a\\ud83d\\u0000\\u001b[31m b\\r\\nc"}' % str(uuid4()).encode()
    response = await client.post("/chat/messages", content=content, headers={"Content-Type": "application/json"})
    assert response.json()["messages"][0]["text"] == "Bà con hỏi: a\ufffd[31m b\nc"


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1e3", "after=99999999999", "after=1&wait=26"])
async def test_a_wrong_cursor_is_refused(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"/chat/messages?{query}")
    assert response.status_code == 400
    assert "whole number" in response.json()["error"]


async def test_a_waiting_browser_gets_what_comes_meanwhile(client: httpx.AsyncClient) -> None:
    start = await said(client, text("/start"))
    waiting = asyncio.create_task(client.get(f"/chat/messages?after={start['last']}&wait=20"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    answer = await said(client, text("từ thẻ khác", after=start["last"]))
    assert (await asyncio.wait_for(waiting, 5)).json() == answer


async def test_a_waiting_browser_is_let_go_when_the_server_stops(client: httpx.AsyncClient, app: App) -> None:
    start = await said(client, text("/start"))
    waiting = asyncio.create_task(client.get(f"/chat/messages?after={start['last']}&wait=20"))
    await asyncio.sleep(0.1)
    app.stopping.set()
    assert (await asyncio.wait_for(waiting, 1)).json()["messages"] == []


@pytest.mark.parametrize(
    "path", ["/", "/chat.css", "/chat.js", "/icon.svg", "/chat/messages", "/healthz", "/nothing"]
)
async def test_every_answer_carries_the_safety_headers(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    for name, value in SAFETY.items():
        assert response.headers[name] == value
    assert "unsafe-inline" not in response.headers["content-security-policy"]


async def test_the_page_is_small_and_asks_nothing_of_others(client: httpx.AsyncClient) -> None:
    files = [(await client.get(path)).text for path in ("/", "/chat.css", "/chat.js")]
    assert sum(len(file.encode()) for file in files) < 30 * 1024
    assert not [file for file in files if "http://" in file or "https://" in file or "innerHTML" in file]


async def test_a_file_that_the_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/chat.js")
    again = await client.get("/chat.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_is_ready_while_the_database_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "wrong": [], "plans": 3, "seen": {}})
    assert (await client.get("/healthz")).status_code == 200


def delete(database: Path) -> None:
    for path in database.parent.glob("chat.db*"):
        path.unlink()


async def test_it_is_alive_but_not_ready_when_the_database_is_gone(database: Path) -> None:
    async with standing(database) as app, browser(app) as client:
        await app.database.close()
        delete(database)
        response = await client.get("/readyz")
        assert response.status_code == 503
        assert "DATABASE_URL" in response.json()["wrong"][0]
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.post("/chat/messages", json=text("a"))).json() == {"error": texts.BROKEN}


async def test_prometheus_sees_what_stands_in_the_outbox(client: httpx.AsyncClient) -> None:
    await said(client, text("/start"))
    assert 'chungtay_outbox_messages{channel="web",state="sent"} 2.0' in (await client.get("/metrics")).text


async def test_the_file_of_a_message_is_for_its_own_browser_while_the_case_may_be_seen(
    app: App, client: httpx.AsyncClient
) -> None:
    await client.get("/")
    key = ConversationKey("web", address_of(client.cookies["chungtay"]))
    office = Office(app.database)
    await office.register(key)
    promise = Reply("Đơn đây ạ.", attachment=Attachment("Đơn 482.pdf", f"letter.pdf:{CODE}"))
    async with app.database.write() as uow:
        await uow.outbox.add(OutboxMessage("web", key.address, "paper", reply_to_json(promise)), NOW)
        await uow.commit()
    await app.courier.deliver()
    [message] = (await client.get("/chat/messages?after=0")).json()["messages"]
    assert message["file"]["name"] == "Đơn 482.pdf"
    response = await client.get(message["file"]["href"])
    assert response.content.startswith(b"%PDF-")
    assert response.headers["content-type"] == "application/pdf"
    assert "attachment" in response.headers["content-disposition"]
    async with browser(app) as other:
        await other.get("/")
        assert (await other.get(message["file"]["href"])).status_code == 404
    assert (await client.get("/chat/files/999999999999")).status_code == 404
    async with app.database.write() as uow:
        await uow.desk(lambda rows: rows.cases.silence(1, Account("web", key.address)))
        await uow.commit()
    assert (await client.get(message["file"]["href"])).status_code == 404


async def officer_at(client: httpx.AsyncClient, app: App) -> None:
    """
    Let this browser's person hold a post and set herself a deadline.
    """
    await client.get("/")
    key = ConversationKey("web", address_of(client.cookies["chungtay"]))
    office = Office(app.database)
    await office.hire(key, Role.OFFICER, MY_XUYEN.code)
    await office.do(key, AddDuty("own:1", "Nộp danh sách; hộ nghèo", Rule("on", day=15, month=12), 1))


@pytest.mark.parametrize(
    ("public_url", "address"), [(None, "http://127.0.0.1:8080"), ("https://ct.example/", "https://ct.example")]
)
async def test_a_calendar_is_fetched_from_its_secret_address_by_whoever_has_it(
    database: Path, public_url: str | None, address: str
) -> None:
    async with running(database, public_url) as app, browser(app, address) as client:
        await officer_at(client, app)
        ways = await said(client, text("/nhac"))
        answer = await said(client, text(say.FEED, after=ways["last"]))
        (where,) = re.findall(rf"{re.escape(address)}(/calendar/\S+)", answer["messages"][0]["text"])
        async with browser(app, address) as other:
            response = await other.get(where)
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/calendar; charset=utf-8"
            assert r"SUMMARY:Nộp danh sách\; hộ nghèo" in response.text
            assert (await other.get(where.replace("/calendar/", "/calendar/x"))).status_code == 404
            assert (await other.get("/calendar/.ics")).status_code == 404


async def test_the_log_does_not_tell_a_calendars_secret(
    app: App, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Paperwork, secret: str) -> bytes | None:
        raise RuntimeError("no calendar today")

    monkeypatch.setattr(Paperwork, "calendar", broken)
    with structlog.testing.capture_logs() as logged:
        assert (await client.get("/calendar/geheim.ics")).status_code == 500
    assert [line["path"] for line in logged] == ["/calendar/….ics"]
    assert "geheim" not in str(logged)
