"""
What all tests share: an empty database of their own on each engine, and the shipped library, loaded once.

SQLite is always there; PostgreSQL when TEST_DATABASE_URL names a server on which databases may be made.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from _pytest.mark import ParameterSet
from sqlalchemy.engine import make_url

from db.uow import Database
from knowledge.library import Library
from tests.fakes import SEAL

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-transcripts", action="store_true", help="write tests/transcripts/*.txt anew")


def pytest_configure(config: pytest.Config) -> None:
    # The same examples every time: what fails here must be this change's doing. To look for new ones:
    # pytest --hypothesis-profile=search
    hypothesis.settings.register_profile("fixed", derandomize=True)
    hypothesis.settings.register_profile("search", max_examples=1000)
    hypothesis.settings.load_profile(config.getoption("--hypothesis-profile") or "fixed")
    config.addinivalue_line("markers", "postgresql: runs on the server of TEST_DATABASE_URL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("postgresql") is not None
        metafunc.parametrize("engine", engines(alone), indirect=True)


def engines(only_postgresql: bool) -> list[ParameterSet]:
    """
    The engines that a test with a database runs on.
    """
    missing = pytest.mark.skip(reason="TEST_DATABASE_URL names no PostgreSQL server")
    marks = [pytest.mark.postgresql, *([missing] if server_address() is None else [])]
    server = pytest.param(POSTGRESQL, marks=marks)
    if only_postgresql:
        return [server]
    return [pytest.param(SQLITE), *([server] if server_address() else [])]


def server_address() -> str | None:
    """
    The PostgreSQL server for tests, if any.
    """
    return os.environ.get("TEST_DATABASE_URL") or None  # noqa: TID251  no setting of the bot: only tests know it


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """
    Which engine this run of the test is on.
    """
    return str(request.param)


class Server:
    """
    A PostgreSQL server on which each test gets a database of its own, copied from a migrated one.
    """

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql")
        self._prefix = f"ct_test_{uuid4().hex[:8]}"
        self._made = 0

    def make(self, template: str = "template0") -> str:
        """
        A new database. Returns its name.
        """
        name = f"{self._prefix}_{self._made}"
        self._made += 1
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def address_of(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        address = self._address.render_as_string(hide_password=False)
        with closing(psycopg.connect(address, autocommit=True)) as connection:
            connection.execute(statement.encode())


def migrate(address: str) -> None:
    """
    Bring a database to the newest schema, in a thread of its own: a test's loop may be running.
    """

    async def run() -> None:
        database = Database(address, SEAL)
        await database.migrate()
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def server() -> Server:
    address = server_address()
    assert address is not None
    return Server(address)


@pytest.fixture(scope="session")
def migrated_server_database(server: Server) -> Iterator[str]:
    name = server.make()
    migrate(server.address_of(name))
    yield name
    server.drop(name)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "ct.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """
    The address of a database with nothing in it, no tables either.
    """
    if engine == SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = server.make()
    yield server.address_of(name)
    server.drop(name)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """
    The address of a database with the newest schema and no rows.
    """
    if engine == SQLITE:
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "ct.db")
        yield f"sqlite:///{file}"
        return
    server: Server = request.getfixturevalue("server")
    name = server.make(request.getfixturevalue("migrated_server_database"))
    yield server.address_of(name)
    server.drop(name)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Database]:
    """
    The database of one process, migrated and empty.
    """
    database = Database(database_url, SEAL)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def library() -> Library:
    """
    The library of the plans that come with the bot; it takes seconds to load.
    """
    return Library.shipped()
