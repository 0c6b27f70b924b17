"""
Deadlines asked for in words: the day, how many days are left, and the plan's own words.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime

import pytest

from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.duties import Duty
from handlers.flows.due import headline
from handlers.flows.when import span_of
from handlers.reminders import state_duties
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.facts import Rule
from knowledge.library import Library
from knowledge.workdays import VIET_NAM
from tests.office import Office, office_at

LAST = "30/11/2026 (Thứ Hai)"
QUOTE = "“Trước ngày 01 tháng 12 hằng năm, các Sở, ban, ngành"


@pytest.fixture
async def office(database_url: str, library: Library) -> AsyncIterator[Office]:
    areas = Areas(Catalogue.seed())
    async with office_at(database_url, library, areas) as office:
        office.clock.now = datetime(2026, 11, 25, 9, 0, tzinfo=VIET_NAM)
        await state_duties(office.app.database, library.plans, areas, office.clock())
        yield office


def owing(areas: Areas) -> str:
    return areas.of_plan("vinh-phuc")[0].code


async def officer(office: Office) -> str:
    await office.appoint("Hoa", Role.OFFICER, owing(office.app.areas))
    return "Hoa"


@pytest.mark.parametrize(
    "asked",
    [
        *("khi nào nộp báo cáo?", "chừng nào nộp bc", "bao gio den han", "hạn nộp báo cáo là ngày nào"),
        *("tháng này có hạn gì?", "con may ngay nua?", "còn bao lâu nữa đến hạn nộp báo cáo", "sap den han chua"),
        *("tháng này phải nộp gì", "deadline bao cao", "t11 co han gi k", "có việc gì sắp đến hạn"),
    ],
)
async def test_an_officer_who_asks_in_words_hears_the_day_the_days_left_and_the_clause(
    office: Office, asked: str
) -> None:
    hoa = office.of(await officer(office))

    heard = await hoa.hear(asked)

    assert f"Còn 5 ngày: Báo cáo tình hình tổ chức thực hiện phong trào. Hạn cuối: hết ngày {LAST}" in " ".join(
        heard.split("\n")
    )
    assert QUOTE in heard
    assert "mục V.4. Giai đoạn 2021–2025 (đã hết giai đoạn)" in heard
    assert "được nhắc tiếp cho đến khi có văn bản mới" in heard
    assert hoa.labels[:2] == [say.DONE, say.LATER]


async def test_a_span_without_a_deadline_says_so_and_names_the_next(office: Office) -> None:
    hoa = office.of(await officer(office))

    heard = await hoa.hear("tuần này có hạn gì không")

    assert heard.startswith(say.NONE_THEN)
    assert LAST in heard


@pytest.mark.parametrize("name", ["officer", "Tư"])
async def test_next_years_day_is_told_to_who_asks_for_next_year(office: Office, name: str) -> None:
    one = office.of(await officer(office) if name == "officer" else name)

    heard = await one.hear("năm sau có hạn gì?")

    assert not heard.startswith(say.NONE_THEN)
    assert "hết ngày 30/11/2027 (Thứ Ba)" in heard
    assert "30/11/2026" not in heard
    assert say.DONE not in one.labels


@pytest.mark.parametrize(
    "asked", ["khi nào nộp báo cáo vậy?", "vậy khi nào nộp báo cáo", "chừng nào nộp báo cáo vậy em"]
)
async def test_a_vay_that_is_no_loan_does_not_matter(office: Office, asked: str) -> None:
    hoa = office.of(await officer(office))

    assert "Còn 5 ngày" in await hoa.hear(asked)
    assert hoa.labels[:2] == [say.DONE, say.LATER]


async def test_what_was_handed_in_is_not_due_any_more(office: Office) -> None:
    hoa = office.of(await officer(office))
    await hoa.say("khi nào nộp báo cáo?")
    await hoa.press(say.DONE)
    await hoa.press(say.SKIP)

    assert "Đã nộp" in await hoa.hear("tháng này có hạn gì?")


@pytest.mark.parametrize("asked", ["khi nào nộp báo cáo ở Vĩnh Phúc?", "han nop bao cao vinh phuc"])
async def test_everybody_hears_the_days_left_before_the_clause_that_names_the_day(office: Office, asked: str) -> None:
    heard = await office.of("Tư").hear(asked)

    assert heard.startswith(f"Hạn cuối: hết ngày {LAST}. Từ hôm nay đến ngày đó còn 5 ngày.\nHạn này theo Kế hoạch")
    assert QUOTE in heard
    assert "còn 5 ngày" in (await office.of("Tư").hear("con may ngay nua?")).lower()


async def test_after_this_years_last_day_both_days_are_said(office: Office) -> None:
    office.clock.now = datetime(2026, 12, 5, 9, 0, tzinfo=VIET_NAM)

    heard = await office.of("Tư").hear("khi nào nộp báo cáo ở Vĩnh Phúc?")

    assert heard.startswith(f"Hạn năm nay, ngày {LAST}, đã qua 5 ngày.\nHạn cuối: hết ngày 30/11/2027 (Thứ Ba).")


@pytest.mark.parametrize("asked", ["tháng này có hạn gì?", "con may ngay nua?", "bao gio den han"])
async def test_without_a_place_the_plans_days_are_told(office: Office, asked: str) -> None:
    heard = await office.of("Tư").hear(asked)

    assert heard.startswith(say.OF_PLANS)
    assert LAST in heard
    assert QUOTE in heard


@pytest.mark.parametrize("place", ["Cẩm Thủy", "Đồng Nai", "Bến Tre", "Sóc Trăng"])
async def test_where_the_plan_names_no_day_none_is_told(office: Office, place: str) -> None:
    for asked in (f"khi nào nộp báo cáo ở {place}", "còn mấy ngày nữa?", f"bao giờ đến hạn ở {place}", "co han gi"):
        heard = await office.of("Tư").hear(asked)

        assert "30/11" not in heard
        assert "01 tháng 12" not in heard
        assert "không nêu ngày" in heard


async def test_a_day_that_an_officer_in_charge_moved_is_told_as_moved(office: Office) -> None:
    async with office.app.database.write() as uow:
        await uow.desk(
            lambda rows: [
                rows.duties.rule(one, office.clock(), {"kind": "on", "day": 15, "month": 12}, True, "CV 12/SNV")
                for one in rows.duties.all(active=True)
            ]
        )
        await uow.commit()

    heard = await office.of("Tư").hear("khi nào nộp báo cáo ở Vĩnh Phúc?")

    assert heard.startswith("Hạn cuối: hết ngày 15/12/2026 (Thứ Ba).")
    assert "Áp dụng tiếp theo: CV 12/SNV." in heard


@pytest.mark.parametrize(
    "asked",
    [
        *("khi nào nộp đơn thoát nghèo", "hồ sơ của tôi còn mấy ngày nữa", "vay vốn hạn gì"),
        *("báo cáo những gì", "hộ nghèo cần gì để được khen", "bao giờ được khen thưởng"),
    ],
)
async def test_other_questions_are_still_the_librarys(office: Office, asked: str) -> None:
    hoa = office.of(await officer(office))

    heard = await hoa.hear(asked)

    assert say.OWED.split("{")[0] not in heard
    assert say.OF_PLANS not in heard


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("hom nay", "2026-11-25", "2026-11-25"),
        ("ngay mai", "2026-11-26", "2026-11-26"),
        ("tuan nay", "2026-11-23", "2026-11-29"),
        ("tuan sau", "2026-11-30", "2026-12-06"),
        ("thang nay", "2026-11-01", "2026-11-30"),
        ("thang toi", "2026-12-01", "2026-12-31"),
        ("thang 12", "2026-12-01", "2026-12-31"),
        ("thang 2", "2027-02-01", "2027-02-28"),
        ("nam nay", "2026-01-01", "2026-12-31"),
        ("nam sau", "2027-01-01", "2027-12-31"),
    ],
)
def test_a_span_is_what_the_words_name(said: str, first: str, last: str) -> None:
    assert span_of(said, date(2026, 11, 25)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_month_after_december_is_january() -> None:
    assert span_of("thang sau", date(2026, 12, 31)) == (date(2027, 1, 1), date(2027, 1, 31))
    assert span_of("thang 13", date(2026, 12, 31)) is None
    assert span_of("co han gi", date(2026, 12, 31)) is None


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2025-11-27", "Còn 1 ngày đến ngày làm việc cuối: Báo cáo."),
        ("2025-11-28", "Hôm nay là ngày làm việc cuối: Báo cáo."),
        ("2025-11-29", "Còn 1 ngày: Báo cáo."),
        ("2025-11-30", "Hôm nay là ngày cuối: Báo cáo."),
        ("2025-12-01", "Đã quá hạn 1 ngày: Báo cáo."),
    ],
)
def test_before_a_sunday_the_days_count_to_friday_and_then_to_the_last_day(today: str, words: str) -> None:
    report = Duty(1, 1, "Báo cáo", Rule("before", day=1, month=12), active=True)

    assert headline(report, date(2025, 11, 30), date.fromisoformat(today)) == words


async def test_the_duties_of_a_plan_that_is_withdrawn_end(office: Office, library: Library) -> None:
    kept = [plan for plan in library.plans if plan.id != "vinh-phuc-2021"]
    await state_duties(office.app.database, kept, office.app.areas, office.clock())
    hoa = office.of(await officer(office))

    assert LAST not in await hoa.hear("/han")
    async with office.app.database.read() as uow:
        assert not await uow.desk(lambda rows: rows.duties.all(active=True))


async def test_a_place_that_is_told_when_it_was_asked_for_gets_the_days_too(office: Office) -> None:
    tu = office.of("Tư")
    await tu.say("khi nào nộp báo cáo?")

    assert (await tu.hear("Vĩnh Phúc")).startswith(f"Hạn cuối: hết ngày {LAST}.")


async def test_an_officer_who_names_another_place_hears_of_that(office: Office) -> None:
    hoa = office.of(await officer(office))

    assert "huyện Cẩm Thủy" in await hoa.hear("tháng này có hạn gì ở Cẩm Thủy?")
    assert "30/11" not in await hoa.hear("khi nào nộp báo cáo ở Cẩm Thủy?")


@pytest.mark.parametrize("asked", ["tháng này có hạn gì ở Hà Nội", "có hạn gì ở Bến Tre và Vĩnh Phúc"])
async def test_elsewhere_and_several_places_are_the_librarys(office: Office, asked: str) -> None:
    assert say.OF_PLANS not in await office.of("Tư").hear(asked)


async def test_a_province_hears_what_it_receives(office: Office) -> None:
    province = office.app.areas.by_code(owing(office.app.areas))
    assert province
    hai = await office.appoint("Hải", Role.OFFICER, province.province_code)

    heard = await hai.hear("tháng này có hạn gì?")

    assert heard.startswith("Các đơn vị gửi về Cán bộ giảm nghèo tỉnh Phú Thọ:")
    assert LAST in heard
    assert hai.labels == [say.SEE_BOARD]
