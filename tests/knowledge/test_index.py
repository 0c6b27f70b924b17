"""
The search engine: shelves come and go whole, on disk too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.index import Index

SHELVES = {1: [(10, ["ho", "ngheo"]), (11, ["doanh", "nghiep"])], 2: [(20, ["ho", "can", "ngheo"])]}


@pytest.fixture
def index() -> Index:
    index = Index()
    index.put(SHELVES)
    return index


def numbers(index: Index, *terms: str, shelf: int | None = None) -> list[int]:
    return [number for number, _ in index.search(dict.fromkeys(terms, 1.0), 10, shelf)]


def test_documents_are_found_by_their_terms_best_first(index: Index) -> None:
    assert numbers(index, "ho", "ngheo") == [10, 20]
    assert numbers(index, "nghiep") == [11]
    assert numbers(index, "bao") == []


def test_no_terms_find_nothing(index: Index) -> None:
    assert index.search({}, 10) == []


def test_a_search_can_be_held_to_one_shelf(index: Index) -> None:
    assert numbers(index, "ho", shelf=2) == [20]
    assert numbers(index, "nghiep", shelf=2) == []


def test_a_shelf_does_not_change_the_score(index: Index) -> None:
    everywhere = dict(index.search({"can": 1.0}, 10))
    assert dict(index.search({"can": 1.0}, 10, 2)) == pytest.approx(everywhere)


def test_the_limit_holds(index: Index) -> None:
    assert len(index.search({"ho": 1.0, "nghiep": 1.0}, 2)) == 2


def test_a_factor_counts(index: Index) -> None:
    assert next(number for number, _ in index.search({"can": 0.1, "nghiep": 5.0}, 10)) == 11
    assert next(number for number, _ in index.search({"can": 5.0, "nghiep": 0.1}, 10)) == 20


def test_a_shelf_put_again_is_replaced(index: Index) -> None:
    index.put({1: [(12, ["moi", "thoat", "ngheo"])]})
    assert numbers(index, "doanh") == []
    assert numbers(index, "moi") == [12]
    assert numbers(index, "can") == [20]


def test_an_empty_shelf_is_withdrawn(index: Index) -> None:
    index.put({2: []})
    assert numbers(index, "can") == []
    assert numbers(index, "ho") == [10]


def test_an_index_in_a_folder_is_there_after_a_restart(tmp_path: Path) -> None:
    Index(tmp_path / "index").put(SHELVES)
    assert numbers(Index(tmp_path / "index"), "can") == [20]


def test_another_reader_of_the_folder_sees_a_change_when_it_looks_again(tmp_path: Path) -> None:
    writer, reader = Index(tmp_path), Index(tmp_path)
    writer.put(SHELVES)
    reader.refresh()
    assert numbers(reader, "can") == [20]


@pytest.mark.parametrize("term", ['"', "a:b", "(", "AND", "*", "ho OR 1", ""])
def test_a_term_is_never_read_as_a_query(index: Index, term: str) -> None:
    assert numbers(index, term) == []
