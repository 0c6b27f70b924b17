"""
The search engine: tantivy's BM25 over folded words and word pairs, filtered by shelf, changed shelf by shelf.

A shelf is what is added, replaced or withdrawn at once: the clauses of one plan, or all questions of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import tantivy

HEAP = 64_000_000
"""Bytes that the writer may use before it flushes a segment."""


class Index:
    """
    An inverted index in memory, or in a folder where it is kept between starts and shared with other readers.
    """

    def __init__(self, folder: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True, indexed=True, fast=True)
        builder.add_integer_field("shelf", stored=False, indexed=True, fast=True)
        builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=None if folder is None else str(folder))
        self._index.config_reader(reload_policy="commit")

    def put(self, shelves: Mapping[int, Iterable[tuple[int, Iterable[str]]]]) -> None:
        """
        Replace whole shelves by these documents (number, terms). An empty shelf is withdrawn.
        """
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for shelf, documents in shelves.items():
            writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "shelf", shelf, "basic"))
            for number, terms in documents:
                document = tantivy.Document()
                document.add_integer("number", number)
                document.add_integer("shelf", shelf)
                document.add_text("terms", " ".join(terms))
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, terms: Mapping[str, float], limit: int, shelf: int | None = None) -> list[tuple[int, float]]:
        """
        The best documents as (number, BM25 score), best first; each term counts as often as its factor says.
        """
        if not terms:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(self._query(terms, shelf), limit, count=False).hits
        numbers = searcher.fast_field_values("number", [address for _, address in hits])
        return [(int(number or 0), float(score or 0.0)) for number, (score, _) in zip(numbers, hits, strict=True)]

    def refresh(self) -> None:
        """
        See what another process committed to the same folder.
        """
        self._index.reload()

    def _query(self, terms: Mapping[str, float], shelf: int | None) -> tantivy.Query:
        words = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "terms", term, "freq"), factor),
                )
                for term, factor in terms.items()
            ]
        )
        if shelf is None:
            return words
        here = tantivy.Query.const_score_query(tantivy.Query.term_query(self._schema, "shelf", shelf, "basic"), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, words), (tantivy.Occur.Must, here)])
