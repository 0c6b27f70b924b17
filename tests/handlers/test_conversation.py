"""
What people really send, to the real library, through the whole stack: each gets a kind, useful reply.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers import texts, texts_officer
from handlers import texts_household as say
from handlers.flows.ask import MENU
from knowledge.areas import Areas
from knowledge.library import Library
from knowledge.text import squash
from tests.talk import UNREADABLE, Talk, talking

CRITERIA = "hộ nghèo cần gì để được khen"


@pytest.fixture
async def talk(library: Library, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Talk]:
    file = shutil.copy(migrated_file, tmp_path / "ct.db")
    async with talking(f"sqlite:///{file}", library, Areas.load()) as talk:
        yield talk


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("Sóc Trăng", "thành phố Sóc Trăng"),
        ("soc trang", "thành phố Sóc Trăng"),
        ("em ở Bến Tre", "tỉnh Bến Tre"),
        ("ĐỒNG NAI", "tỉnh Đồng Nai"),
        ("cam thuy", "huyện Cẩm Thủy"),
    ],
)
async def test_a_typed_place_is_kept_as_people_write_it(talk: Talk, said: str, place: str) -> None:
    await talk.say("/start")
    assert (await talk.hear(said)).startswith(texts.PLACE_KEPT.format(place=place))


@pytest.mark.parametrize("said", ["tôi ở Vĩnh Phúc", "đổi qua Vĩnh Phúc", "tui la truong thon o vinh phuc"])
async def test_a_place_that_the_bot_says_it_remembers_is_kept(talk: Talk, said: str) -> None:
    await talk.say("/noio")
    await talk.say("Bến Tre")
    assert "tôi nhớ rồi: tỉnh Vĩnh Phúc" in await talk.hear(said)
    for command in ("/huy", "/start"):
        await talk.say(command)
        assert "166/KH-UBND" in await talk.hear("khi nào báo cáo")


@pytest.mark.parametrize("said", ["Hà Nội", "nghe an", "xã Tân Hưng", "Krông Pắc"])
async def test_a_place_without_a_plan_is_asked_again_in_the_same_step(talk: Talk, said: str) -> None:
    await talk.say("/noio")
    (reply,) = await talk.say(said)
    assert reply.text.startswith(texts.PLACE_UNKNOWN.split("{", maxsplit=1)[0])
    assert [choice.label for choice in reply.choices][-1] == texts.SKIP
    assert (await talk.hear("1")).startswith(texts.PLACE_KEPT.format(place="tỉnh Bến Tre"))


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("Phú Thọ", "tỉnh Vĩnh Phúc"),
        ("vinh long", "tỉnh Bến Tre"),
        ("Cần Thơ", "thành phố Sóc Trăng"),
        ("em ở Thanh Hóa ạ", "huyện Cẩm Thủy"),
    ],
)
async def test_of_a_wider_area_the_part_with_a_plan_is_offered(talk: Talk, said: str, place: str) -> None:
    for ask in ("/noio", None):
        if ask:
            await talk.say(ask)
        (reply,) = await talk.say(said)
        assert place in reply.text
        assert reply.choices[0].label == place
    assert f"tôi nhớ rồi: {place}" in await talk.hear("1")


async def test_who_tells_the_place_when_asked_gets_the_answer_to_what_was_asked(talk: Talk) -> None:
    assert "nơi nào" in await talk.hear("tổng kết phong trào năm nào")
    assert "166/KH-UBND" in await talk.hear("tôi ở Vĩnh Phúc")
    await talk.say("/huy")
    assert "166/KH-UBND" in await talk.hear("tổng kết phong trào năm nào")


async def test_a_question_instead_of_a_place_is_answered_verbatim(talk: Talk, library: Library) -> None:
    await talk.say("/start")
    (reply,) = await talk.say(f"{CRITERIA} ở Sóc Trăng?")
    assert reply.quotes
    for document, quote in reply.quotes:
        assert library.holds(document, quote)
        assert squash(quote) in squash(reply.text)


async def test_why_names_the_clauses_behind_the_last_answer(talk: Talk) -> None:
    assert await talk.hear("/why") == texts.WHY_NOTHING
    (answer,) = await talk.say(f"{CRITERIA} ở Sóc Trăng?")
    (why,) = await talk.say("/why")
    assert "UBND thành phố Sóc Trăng, mục IV.1.đ" in why.text
    assert why.choices == answer.choices


@pytest.mark.parametrize("line", UNREADABLE)
async def test_what_cannot_be_read_gets_a_word_and_the_menu(talk: Talk, line: str) -> None:
    (reply,) = await talk.say(line)
    assert "bà con" in reply.text.casefold()
    assert reply.choices == MENU


MENUS = {
    "ben-tre": ("hộ gia đình có thành tích", "Hội đồng Thi đua", "sơ kết vào năm 2023", "Tăng cường sự lãnh đạo"),
    "cam-thuy": ("Đối với hộ nghèo, hộ cận nghèo", "hình thức khen thưởng cấp tỉnh", "tổng kết", "Giao Hội đồng"),
    "dong-nai": ("Các hộ gia đình thi đua", "biểu dương, tôn vinh", "cuối năm 2020", "Giao Sở Lao động"),
    "soc-trang": ("tự nguyện đăng ký thoát nghèo", "Giấy khen của Chủ tịch", "Phòng Nội vụ", "Các phòng, ban, ngành"),
    "vinh-phuc": ("tự nguyện đăng ký thoát nghèo", "Huân chương", "Trước ngày 01 tháng 12", "Hội đồng Thi đua"),
}


@pytest.mark.parametrize("place", MENUS)
async def test_each_first_question_is_answered_with_a_clause_in_each_place(
    talk: Talk, library: Library, place: str
) -> None:
    await talk.say("/noio")
    await talk.say(next(one.name for one in library.places if one.slug == place))
    for n, words in enumerate(MENUS[place], 1):
        await talk.say("/help")
        (reply,) = await talk.say(f"[{n}]")
        assert any(words in quote for _, quote in reply.quotes), reply.text
        assert "không phải hộ nghèo" not in reply.text


ODD = {
    "unknown command": "/xoahet",
    "slash": "/",
    "emoji": "🙏🌾",
    "zero width": "\u200b\u200d\u2060\ufeff",
    "bidi": "\u202e\u2066\u2069",
    "punctuation": "?!…",
    "long": "x" * 10_000,
    "long question": "khi nào nộp báo cáo " * 500,
    "sql": "'; DROP TABLE conversations; --",
    "html": "<script>alert('hộ nghèo')</script>",
    "format": "{0} {place} %s %(x)s",
    "nul": "\0\0",
    "one letter": "a",
    "digits": "0912 345 678",
    "newlines": "\n\n\n",
    "mixed scripts": "привет 你好 مرحبا",
    "combining": "e" + "\u0301" * 1_000,
}


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
async def test_odd_messages_get_a_kind_useful_reply(talk: Talk, said: str) -> None:
    for before in ([], ["/start"]):
        for line in before:
            await talk.say(line)
        (reply,) = await talk.say(said)
        assert "bà con" in reply.text.casefold() or reply.choices
        assert 20 < len(reply.text) < 2_000
        assert not any(part in reply.text for part in ("<script>", "DROP TABLE", "{place}", "\0"))


@pytest.mark.parametrize(
    "said",
    [
        "ho\u200b ngheo can gi de duoc khen",
        "\u202ehộ nghèo cần gì để được khen",
        "<b>hộ nghèo cần gì để được khen</b>",
        "🌾 Hộ nghèo cần gì để được khen? 🙏",
        "HỘ NGHÈO CẦN GÌ ĐỂ ĐƯỢC KHEN!!!",
    ],
)
async def test_a_question_in_odd_dress_is_still_the_question(talk: Talk, said: str) -> None:
    await talk.say("/noio")
    await talk.say("Sóc Trăng")
    (plain,) = await talk.say(CRITERIA)
    await talk.say("/huy")
    (odd,) = await talk.say(said)
    assert plain.quotes
    assert odd.quotes == plain.quotes


async def test_every_choice_that_is_offered_leads_somewhere(talk: Talk) -> None:
    greeting, _ = await talk.say("/start")
    first = len(greeting.choices) + 1
    assert texts.PLACE_KEPT.split("{", maxsplit=1)[0] in await talk.hear(str(first))
    for n in range(1, len(greeting.choices) + 1):
        await talk.say("/help")
        answer = (await talk.say(f"[{n}]"))[-1]
        assert answer.text != texts.STALE_CHOICE
        for m in range(1, len(answer.choices) + 1):
            ref = f"[{talk.seen[-m].choice(m - 1)}]"
            (further,) = await talk.say(ref)
            assert further.text != texts.STALE_CHOICE


@pytest.mark.parametrize(
    ("said", "answer", "way"),
    [
        ("dk", say.HINT_DK, say.HERE),
        ("đk ạ", say.HINT_DK, say.HERE),
        ("dong y", say.HINT_AGREE, texts.MENU_REGISTER),
        ("Lê Thị Hoa", say.HINT_NAME, say.HERE),
        ("da em ten nguyen van bay", say.HINT_NAME, say.HERE),
        ("khom 3 phuong 10 soc trang", "phường Mỹ Xuyên, thành phố Cần Thơ", say.HERE),
        ("ấp 2 xã Phú Hưng Bến Tre", "phường Phú Khương, tỉnh Vĩnh Long", say.HERE),
    ],
)
async def test_what_belongs_to_the_registration_and_asks_nothing_is_led_there(
    talk: Talk, said: str, answer: str, way: str
) -> None:
    (reply,) = await talk.say(said)

    assert answer in reply.text
    assert way in [choice.label for choice in reply.choices]


async def test_a_bare_address_offers_the_plan_of_its_place(talk: Talk) -> None:
    (reply,) = await talk.say("khom 3 phuong 10 soc trang")
    assert reply.choices[0].label == say.HINT_PLAN.format(place="thành phố Sóc Trăng")

    assert (await talk.hear("1")).startswith(texts.PLACE_KEPT.format(place="thành phố Sóc Trăng"))


@pytest.mark.parametrize("said", ["ho ngheo", "vay von", "le phi", "khu dân cư kiểu mẫu 3 năm", "thôn 4 được gì"])
async def test_what_only_resembles_a_name_or_an_address_is_a_question(talk: Talk, said: str) -> None:
    (reply,) = await talk.say(said)

    assert say.HINT_NAME not in reply.text
    assert "Tôi chưa ghi lại" not in reply.text


async def test_where_the_bot_only_guesses_what_is_meant_an_officer_can_be_asked(talk: Talk) -> None:
    await talk.hear("ở thành phố Sóc Trăng")
    (reply,) = await talk.say("tieu chi")

    assert texts_officer.ASK_OFFICER in [choice.label for choice in reply.choices]
