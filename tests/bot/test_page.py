"""
The page in a real browser against a real server: what a person sees, types and loses when the net goes away.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    async_playwright,
    expect,
)

from handlers import texts
from tests.bot.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "Câu hỏi của bà con"
QUESTION = "Hộ nghèo cần gì để được khen?"
OFFLINE = "Mất mạng. Tin sẽ tự gửi khi có mạng."
EXPECTED = re.compile("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_FAILED|status of [45]")
TOO_SMALL = """
() => [...document.querySelectorAll('button:enabled, textarea')].filter((e) => {
  const { width, height } = e.getBoundingClientRect();
  return width < 44 || height < 44;
}).map((e) => e.textContent)
"""
CONTRAST = """
() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll('h1, p, label, button, textarea, .state')) {
    if (!e.textContent && e.tagName !== 'TEXTAREA') continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.tagName + ' ' + e.className + ' ' + e.textContent.slice(0, 30));
  }
  return poor;
}
"""


@dataclass
class Watch:
    """
    All that the browser complained about, but for the net that a test takes away and the 500 that one provokes.
    """

    complaints: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def error(self, error: object) -> None:
        self.complaints.append(str(error))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail(
            "These tests drive Debian's Chromium, which is missing. As root: apt-get install chromium libatomic1"
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(
    chromium: Browser, house: House, width: int = 360, scheme: Literal["light", "dark"] = "light"
) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """
    A browser of one person at the page; whatever its console complains about fails the test.
    """
    context = await chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, locale="vi-VN"
    )
    watch = Watch()
    context.on("console", watch.console)
    context.on("weberror", watch.error)
    page = await context.new_page()
    await page.goto(house.address)
    try:
        yield context, page
        assert watch.complaints == []
    finally:
        await context.close()


async def ask(page: Page, question: str) -> None:
    await page.get_by_label(BOX).fill(question)
    await page.keyboard.press("Enter")


async def spoken(page: Page) -> list[str]:
    """
    The whole conversation as seen, a line a message.
    """
    lines = await page.locator(".said .words").all_inner_texts()
    return [re.sub(r"^(Bà con|Chung Tay):\s+", "", line) for line in lines]


async def greeted(page: Page) -> None:
    await expect(page.get_by_role("log")).to_contain_text(texts.ASK_PLACE)


async def test_the_first_visit_greets_and_says_who_speaks(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await expect(page.get_by_text("Trợ lý tự động, không phải cán bộ.")).to_be_visible()
        await expect(page.locator(".bot")).to_have_count(2)
        await expect(page.locator(".me")).to_have_count(0)
        await expect(page.locator("html")).to_have_attribute("lang", "vi")


async def test_enter_sends_and_shift_enter_breaks_the_line(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        box = page.get_by_label(BOX)
        await box.fill("dòng một")
        height = (await box.bounding_box() or {"height": 0})["height"]
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("dòng hai")
        assert (await box.bounding_box() or {"height": 0})["height"] > height
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log")).to_contain_text("Bà con hỏi: dòng một dòng hai")
        await expect(box).to_have_value("")
        await expect(box).to_be_focused()


async def test_the_button_sends_too_and_nothing_empty_leaves(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        send = page.get_by_role("button", name="Gửi", exact=True)
        await send.click()
        await page.get_by_label(BOX).fill("ai xét khen?")
        await send.click()
        await expect(page.get_by_role("log")).to_contain_text("Bà con hỏi: ai xét khen?")
        await expect(page.locator(".me")).to_have_count(1)


async def test_a_pressed_choice_is_marked_said_and_closes_the_others(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await expect(page.get_by_role("button", name=texts.MENU_DUTIES)).to_be_enabled()
        await page.get_by_role("button", name="tỉnh Bến Tre").click()
        await expect(page.get_by_role("log")).to_contain_text("Dạ, tôi nhớ rồi: tỉnh Bến Tre.")
        pressed = page.locator(".choices button[aria-pressed=true]")
        await expect(pressed).to_have_text("tỉnh Bến Tre")
        await expect(pressed).to_be_disabled()
        assert await page.locator(".me .words p").all_inner_texts() == ["tỉnh Bến Tre"]
        assert await page.locator(".bot").last.locator("button:enabled").count() == 5
        assert await page.locator(".choices button:enabled").count() == 5


async def test_a_quote_is_set_apart_and_its_source_is_small(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await ask(page, QUESTION)
        quote = page.locator(".bot blockquote")
        await expect(quote.locator("p")).to_have_count(2)
        await expect(quote.locator("p").first).to_contain_text("“a) Hộ nghèo đăng ký")
        await expect(page.locator(".bot .source")).to_contain_text("Nguồn:")


async def test_words_of_a_person_are_never_markup(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await ask(page, "<img src=x onerror=alert(1)><b>đậm</b>")
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: <img src=x onerror=alert(1)><b>đậm</b>")
        assert await page.locator("#log img, #log b").count() == 0


async def test_a_reload_keeps_the_conversation_and_doubles_nothing(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await ask(page, QUESTION)
        await expect(page.locator(".source")).to_be_visible()
        before = await spoken(page)
        for _ in range(2):
            await page.reload()
            await expect(page.locator(".source")).to_be_visible()
            await page.wait_for_timeout(300)
            assert await spoken(page) == before
        await expect(page.locator(".choices button:enabled")).to_have_count(2)


async def test_a_browser_that_lost_its_transcript_gets_it_back(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await page.evaluate("localStorage.clear(); localStorage.setItem('ct.cursor', '1:2')")
        await page.reload()
        await greeted(page)
        await expect(page.locator(".bot")).to_have_count(2)


async def test_without_a_net_messages_wait_and_leave_once(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (context, page):
        await greeted(page)
        await context.set_offline(True)
        await ask(page, "một")
        await ask(page, "hai")
        await expect(page.get_by_text("đang gửi…")).to_have_count(2)
        await expect(page.get_by_role("status").get_by_text(OFFLINE)).to_be_visible()
        await context.set_offline(False)
        await expect(page.locator(".bot")).to_have_count(4)
        await expect(page.get_by_text("đang gửi…")).to_have_count(0)
        await expect(page.get_by_text(OFFLINE)).to_have_count(0)
        assert (await spoken(page))[2:] == ["một", "Bà con hỏi: một", "hai", "Bà con hỏi: hai"]


async def test_a_waiting_message_outlives_a_reload_and_a_restart(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await house.stop()
        await ask(page, "gửi lúc máy chủ tắt")
        await expect(page.get_by_text(OFFLINE)).to_be_visible()
        await house.start()
        await page.reload()
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: gửi lúc máy chủ tắt")
        await expect(page.locator(".me")).to_have_count(1)
        await page.get_by_label(BOX).fill("sau đó")
        await page.keyboard.press("Enter")
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: sau đó")
        await expect(page.locator(".bot")).to_have_count(4)


async def test_an_answer_that_was_lost_on_the_way_comes_with_the_next_try(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        lost: list[APIResponse] = []

        async def lose_the_first(route: Route) -> None:
            if lost:
                await route.continue_()
            else:
                lost.append(await route.fetch())
                await route.abort()

        await page.route("**/chat/messages", lose_the_first)
        await ask(page, "đường truyền chập chờn")
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: đường truyền chập chờn")
        await expect(page.get_by_text("đang gửi…")).to_have_count(0)
        assert len(lost) == 1
        await expect(page.locator(".bot")).to_have_count(3)
        await expect(page.locator(".me")).to_have_count(1)


async def test_two_tabs_show_one_conversation(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (context, page):
        await greeted(page)
        other = await context.new_page()
        await other.goto(house.address)
        await greeted(other)
        await ask(other, "từ thẻ hai")
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: từ thẻ hai")
        await ask(page, "từ thẻ một")
        await expect(other.locator(".bot").last).to_contain_text("Bà con hỏi: từ thẻ một")
        assert await spoken(page) == await spoken(other)
        assert len(await spoken(page)) == 6


async def test_a_message_that_breaks_the_bot_does_not_hold_up_the_next(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await ask(page, "làm hỏng")
        await ask(page, "vẫn trả lời")
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: vẫn trả lời", timeout=20_000)
        await expect(page.locator(".me").first).to_contain_text("tôi vừa gặp trục trặc nên chưa trả lời được")
        await expect(page.get_by_role("button", name="Gửi lại")).to_be_visible()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 415])
async def test_what_is_refused_is_said_in_kind_vietnamese(chromium: Browser, house: House, status: int) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        refusal = '{"error": "The body is not JSON in UTF-8."}'
        await page.route("**/chat/messages", lambda route: route.fulfill(status=status, body=refusal), times=1)
        await ask(page, "một câu")
        await expect(page.locator(".me .state")).to_contain_text("Bà con")
        await expect(page.locator(".me .state")).not_to_contain_text("The body")
        await page.get_by_role("button", name="Gửi lại").click()
        await expect(page.locator(".bot").last).to_contain_text("Bà con hỏi: một câu")
        await expect(page.locator(".me .state")).to_be_empty()


async def test_a_mistyped_address_leads_back_to_the_chat(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await page.goto(f"{house.address}/chat")
        await expect(page.locator("body")).to_contain_text("Không có trang này")
        await page.get_by_role("link").click()
        await greeted(page)


async def test_all_can_be_forgotten_on_a_shared_phone(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (context, page):
        await greeted(page)
        await ask(page, "chuyện riêng")
        await expect(page.locator(".bot")).to_have_count(3)
        before = await context.cookies()
        page.once("dialog", lambda dialog: dialog.dismiss())
        await page.get_by_role("button", name="Xóa khỏi máy này").click()
        await expect(page.locator(".me")).to_have_count(1)
        page.once("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Xóa khỏi máy này").click()
        await greeted(page)
        await expect(page.locator(".me")).to_have_count(0)
        await page.reload()
        await greeted(page)
        assert "chuyện riêng" not in await page.content()
        assert "chuyện riêng" not in await page.evaluate("JSON.stringify(localStorage)")
        after = await context.cookies()
        assert [cookie.get("value") for cookie in before] != [cookie.get("value") for cookie in after]


async def test_forgetting_without_a_net_is_finished_before_anything_else(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (context, page):
        await greeted(page)
        await ask(page, "chuyện riêng")
        await expect(page.locator(".bot")).to_have_count(3)
        await context.set_offline(True)
        page.once("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Xóa khỏi máy này").click()
        await expect(page.locator(".said")).to_have_count(0)
        await context.set_offline(False)
        await page.reload()
        await greeted(page)
        await page.reload()
        await page.wait_for_timeout(500)
        assert "chuyện riêng" not in await page.content()


async def test_starting_again_greets_again(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await page.get_by_role("button", name="Bắt đầu lại").click()
        await expect(page.locator(".bot")).to_have_count(4)
        await expect(page.locator(".me .words p")).to_have_text("Bắt đầu lại")


async def test_the_keyboard_alone_is_enough(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house, width=1280) as (_, page):
        await greeted(page)
        box = page.get_by_label(BOX)
        await expect(box).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("button", name=texts.SKIP)).to_be_focused()
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log")).to_contain_text(texts.PLACE_SKIPPED)
        await expect(box).to_be_focused()
        await page.keyboard.type(QUESTION)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_focused()
        await page.keyboard.press("Space")
        await expect(page.locator(".source")).to_be_visible()
        await expect(box).to_be_focused()


async def test_a_slow_answer_says_that_it_is_being_looked_for(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)

        async def slowly(route: Route) -> None:
            await page.wait_for_timeout(1_200)
            await route.continue_()

        await page.route("**/chat/messages", slowly)
        await ask(page, QUESTION)
        await expect(page.get_by_role("status").get_by_text("Đang tìm trong kế hoạch…")).to_be_visible()
        await expect(page.locator(".source")).to_be_visible()
        await expect(page.get_by_text("Đang tìm trong kế hoạch…")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [180, 360, 1280])
async def test_it_fits_reads_and_can_be_touched(
    chromium: Browser, house: House, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with visiting(chromium, house, width, scheme) as (_, page):
        await greeted(page)
        await ask(page, QUESTION)
        await expect(page.locator(".source")).to_be_visible()
        await ask(page, "https://example.vn/" + "x" * 200)
        await expect(page.locator(".bot")).to_have_count(4)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert await page.evaluate(TOO_SMALL) == []
        assert await page.evaluate(CONTRAST) == []


async def test_a_long_answer_is_shown_from_its_question_on(chromium: Browser, house: House) -> None:
    async with visiting(chromium, house) as (_, page):
        await greeted(page)
        await ask(page, QUESTION)
        await expect(page.locator(".source")).to_be_visible()
        await expect(page.locator(".me")).to_be_in_viewport(ratio=1)


async def test_without_scripts_the_page_says_what_to_do(chromium: Browser, house: House) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(house.address)
    await expect(page.locator("noscript p")).to_be_visible()
    await expect(page.locator("noscript p")).to_contain_text("Trang này cần JavaScript.")
    await expect(page.locator("#text")).to_be_hidden()
    await context.close()
