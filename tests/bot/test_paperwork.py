"""
The papers of the desk, made from what is stored: for those who may see the case, and for nobody else.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import cast
from zipfile import ZipFile

import pytest
from docx import Document
from sqlalchemy import select

from bot.paperwork import Paperwork, last_months
from db.tables import audit
from db.uow import Database
from handlers.cases import EventKind, Role, Status
from handlers.desk import Desk
from handlers.messages import ConversationKey
from knowledge.areas import Areas
from tests.fakes import LONG_KHANH, MY_XUYEN, HandClock, SmallAreas
from tests.handlers.test_desk import CODE, FORM, HOUSEHOLD, OFFICER, STRANGER, Office, changed


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.hire(OFFICER, Role.OFFICER, MY_XUYEN.code)
    await office.hire(STRANGER, Role.LEADER, LONG_KHANH.code)
    await office.register()
    return office


@pytest.fixture
def papers(store: Database) -> Paperwork:
    return Paperwork(store, cast(Areas, SmallAreas()), HandClock())


async def paper(papers: Paperwork, name: str, reader: ConversationKey) -> bytes:
    made = await papers.make(name, reader)
    assert made is not None
    return made


async def of_post(office: Office, key: ConversationKey) -> int:
    [post] = await office.ask(key, Desk.posts)
    return post.id


async def test_an_officer_gets_the_letter_in_word_with_what_the_household_said(
    office: Office, papers: Paperwork
) -> None:
    content = await paper(papers, f"letter.docx:{CODE}", OFFICER)
    document = Document(BytesIO(content))
    told = "\n".join(
        [one.text for one in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    for part in (FORM.head, "0912 345 678", FORM.hamlet, "phường Mỹ Xuyên", "482 915 070"):
        assert part in told


async def test_and_as_a_pdf_to_print(office: Office, papers: Paperwork) -> None:
    assert (await paper(papers, f"letter.pdf:{CODE}", OFFICER)).startswith(b"%PDF-")


@pytest.mark.parametrize("kind", ["letter.pdf", "letter.docx"])
async def test_another_units_leader_gets_no_letter(office: Office, papers: Paperwork, kind: str) -> None:
    assert await papers.make(f"{kind}:{CODE}", STRANGER) is None


@pytest.mark.parametrize("name", ["letter.pdf:111111111", "letter.pdf:", "letter.exe:482915070", "", "list.xlsx:x"])
async def test_a_paper_that_is_none_is_not_made(office: Office, papers: Paperwork, name: str) -> None:
    assert await papers.make(name, OFFICER) is None


@pytest.mark.parametrize("kind", ["list.xlsx", "months.png"])
async def test_a_table_is_for_who_holds_the_post_only(office: Office, papers: Paperwork, kind: str) -> None:
    post = await of_post(office, OFFICER)
    assert await papers.make(f"{kind}:{post}", STRANGER) is None
    assert await papers.make(f"{kind}:{post}", HOUSEHOLD) is None
    assert await papers.make(f"{kind}:{post}", OFFICER) is not None


async def test_the_list_holds_the_units_cases_and_not_its_neighbours(office: Office, papers: Paperwork) -> None:
    await office.register(STRANGER, changed(unit=LONG_KHANH.code, head="Lê Thị Xa", phone="0977777777"), "482915071")
    content = await paper(papers, f"list.xlsx:{await of_post(office, OFFICER)}", OFFICER)
    strings = ZipFile(BytesIO(content)).read("xl/sharedStrings.xml").decode()
    assert FORM.head in strings
    assert "Lê Thị Xa" not in strings


async def test_the_chart_is_a_picture(office: Office, papers: Paperwork) -> None:
    await office.move(OFFICER, EventKind.DECLINED, Status.DECLINED, note="Chưa đủ giấy")
    content = await paper(papers, f"months.png:{await of_post(office, OFFICER)}", OFFICER)
    assert content.startswith(b"\x89PNG")


async def test_each_letter_and_list_is_in_the_audit_log(office: Office, papers: Paperwork) -> None:
    await paper(papers, f"letter.pdf:{CODE}", OFFICER)
    await paper(papers, f"list.xlsx:{await of_post(office, OFFICER)}", OFFICER)
    async with office.store.engine.connect() as connection:
        rows = (await connection.execute(select(audit.c.address, audit.c.what).order_by(audit.c.id))).all()
    assert [tuple(row) for row in rows] == [("officer", "letter.pdf"), ("officer", "list.xlsx")]


def test_a_chart_shows_the_last_twelve_months() -> None:
    months = last_months(date(2026, 2, 28))
    assert (months[0], months[-1], len(months)) == ("03/2025", "02/2026", 12)
