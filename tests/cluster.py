"""
A PostgreSQL server of our own, which may be stopped and started: needs Debian's postgresql.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from tests.processes import PATIENCE, free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
QUICK = [word for name in ("fsync", "synchronous_commit", "full_page_writes") for word in ("-c", f"{name}=off")]


class Cluster:
    """
    The server of one folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        made = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        command = _unprivileged("initdb", "-D", str(folder / "data"), *made)
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def address(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        """
        Start it, and wait until it answers.
        """
        where = ("-D", str(self._folder / "data"), "-p", str(self._port), "-k", str(self._folder))
        command = _unprivileged("postgres", *where, "-c", "listen_addresses=127.0.0.1", *QUICK)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stderr=log)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < end, "PostgreSQL does not start"
            time.sleep(0.1)

    def stop(self) -> None:
        """
        Stop it; whoever is connected is cut off.
        """
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE)
            self._process = None

    def make(self, name: str) -> str:
        """
        A new database. Returns its address.
        """
        with closing(psycopg.connect(self.address(), autocommit=True)) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.address(name)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address()).close()
        except psycopg.OperationalError:
            return False
        return True


def _unprivileged(program: str, *arguments: str) -> Sequence[str]:
    """
    PostgreSQL refuses to run as root. setpriv becomes the program, so its process is ours to stop.
    """
    command = [str(PROGRAMS[-1] / program), *arguments]
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", *command]
    return command


@contextmanager
def cluster() -> Iterator[Cluster]:
    """
    A running server, gone afterwards with all that it held.
    """
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Cluster(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
