"""
Ranking any corpus: what it finds, in which format, and what it says about lines that it cannot use.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.rank import Entry, Ranker

CORPUS = (
    Entry("VUON-1", "Tưới cây\n\n1. Cây con được tưới hai lần mỗi ngày.\n\n2. Không tưới cây vào giữa trưa."),
    Entry("VUON-2", "Bón phân\n\n1. Phân chuồng được ủ ba tháng trước khi bón.\n\n2. Người bón phân đeo găng tay."),
    Entry("VUON-3", "Thu hoạch\n\n1. Quả chín được hái vào sáng sớm.\n\n2. Quả dập được để riêng."),
    Entry("AO-1", "Cho cá ăn\n\n1. Cá giống được cho ăn bốn lần mỗi ngày.\n\n2. Không cho cá ăn khi trời lạnh."),
    Entry("AO-2", "Thay nước\n\n1. Nước ao được thay một phần ba mỗi tuần."),
    Entry("AO-3", ""),
)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(CORPUS)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Phân chuồng phải ủ bao lâu trước khi bón?", "VUON-2"),
        ("phan chuong phai u bao lau truoc khi bon", "VUON-2"),
        ("phan chuongg phai u bao lau trươc khi bonn", "VUON-2"),
        ("Cá giống được cho ăn mấy lần một ngày?", "AO-1"),
        ("ca gionng duoc cho an may lan mot ngya", "AO-1"),
        ("bao nhiêu nước ao được thay mỗi tuần", "AO-2"),
    ],
    ids=["words", "no diacritics", "typos", "other words", "both", "order"],
)
def test_the_document_that_says_it_comes_first(ranker: Ranker, question: str, wanted: str) -> None:
    assert ranker.best(question, 3)[0] == wanted


def test_no_more_ids_come_than_asked_for_and_none_twice(ranker: Ranker) -> None:
    found = ranker.best("được mỗi ngày", 2)
    assert len(found) == len(set(found)) == 2


def test_words_that_no_document_has_find_nothing(ranker: Ranker) -> None:
    assert ranker.best("???", 5) == []
    assert ranker.best("", 5) == []


def test_the_same_document_wins_when_its_text_stands_last() -> None:
    assert Ranker(CORPUS[::-1]).best("hái quả chín lúc nào", 1) == ["VUON-3"]


def _write(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _corpus(folder: Path) -> Path:
    return _write(folder / "corpus.jsonl", [{"id": one.id, "text": one.text} for one in CORPUS])


def test_each_question_gets_one_json_line_in_the_order_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": "q2", "question": "tưới cây lúc nào", "gold": ["?"]}, {"id": "q1", "question": "thay nước ao"}]
    queries = _write(tmp_path / "queries.jsonl", rows)
    assert main(["rank", "--corpus", str(_corpus(tmp_path)), "--queries", str(queries), "--k", "2"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["hits"][0]) for line in lines] == [("q2", "VUON-1"), ("q1", "AO-2")]
    assert all(line.keys() == {"id", "hits", "ms"} and len(line["hits"]) <= 2 and line["ms"] >= 0 for line in lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "a", "question": "x"}\n{"id": ', "line 2: not valid JSON"),
        ('{"id": "a"}', 'line 1: "id" and "question" are needed'),
        ('["a", "b"]', 'line 1: "id" and "question" are needed'),
        ("\n", "is empty"),
    ],
)
def test_a_line_that_cannot_be_used_gives_a_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text(text, "utf-8")
    assert main(["rank", "--corpus", str(_corpus(tmp_path)), "--queries", str(queries)]) == 1
    assert said in capsys.readouterr().err


def test_a_missing_file_gives_a_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none.jsonl")
    assert main(["rank", "--corpus", missing, "--queries", missing]) == 1
    assert "cannot be read" in capsys.readouterr().err
