"""
Turns a second through the whole stack: `python -m tests.bench_turns [turns]` (`make bench-turns`). A person writes at
the fake Telegram, `python -m bot serve` answers from the plans, the reply is back at the fake. All in one run:

- an echo of python-telegram-bot, as the measure;
- the bot on SQLite, polling;
- the bot on the server of TEST_DATABASE_URL, where one is set, called by the fake through a load balancer: one
  process, then two.

For each it prints the turns a second of a full queue, the time of a turn at half of that, the processor time of the
bots, and their memory before and after. Fake, balancer, database and bots share this machine.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.eval.gold import questions
from tests.bench_reminders import databases
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import FakeTelegram, process_of
from tests.fakes import KEY
from tests.processes import BOT, free_port, running, stdout_until

TURNS = 500
WARM = 100
EACH = 5
"""Questions that one person asks in a row."""
GIVE_UP = 300
"""Seconds."""
LOOK = 0.2
TICK = os.sysconf("SC_CLK_TCK")
PEOPLE = itertools.count(1)
ASKED = [item.question for item in questions() if item.answerable and item.place is None]


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What was measured: turns a second, seconds of a turn at half of it (the middle and the 99th of 100), seconds of
    processor a turn, and MB of one bot before and after.
    """

    rate: float
    middle: float
    slow: float
    work: float
    before: float
    after: float

    def __str__(self) -> str:
        return (
            f"{self.rate:6.1f} turns/s   at half: p50 {self.middle * 1000:5.0f} ms, p99 {self.slow * 1000:5.0f} ms   "
            f"bots' processor {self.work * 1000:4.1f} ms a turn   memory {self.before:.0f} → {self.after:.0f} MB"
        )


def asked(turns: int) -> list[tuple[int, str]]:
    """
    So many questions of new people, who ask in turn.
    """
    people = [next(PEOPLE) for _ in range(-(-turns // EACH))]
    texts = itertools.cycle(ASKED)
    return [(person, next(texts)) for _ in range(EACH) for person in people][:turns]


def measure(telegram: FakeTelegram, pids: Sequence[int], turns: int) -> Figures:
    """
    The figures of the bots with these numbers, which are running.
    """
    pass_by(telegram, asked(WARM))
    before, worked = memory(pids[0]), processor(pids)
    times = pass_by(telegram, asked(turns))
    worked = (processor(pids) - worked) / turns
    ends = sorted(end for _, end in times)
    rate = (len(ends) - 1) / (ends[-1] - min(begin for begin, _ in times))
    lasted = sorted(end - begin for begin, end in pass_by(telegram, asked(turns), 2 / rate))
    return Figures(rate, lasted[turns // 2], lasted[turns * 99 // 100], worked, before, memory(pids[0]))


def pass_by(telegram: FakeTelegram, crowd: Sequence[tuple[int, str]], every: float = 0) -> list[tuple[float, float]]:
    """
    Let them ask, and wait for the answers. Returns when each question was asked and answered.
    """
    already = telegram.number_sent
    telegram.crowd(crowd, every)
    end = time.monotonic() + GIVE_UP + len(crowd) * every
    while telegram.number_sent - already < len(crowd):
        assert time.monotonic() < end, "not everybody is answered"
        time.sleep(LOOK)
    times, people = telegram.times, {str(person) for person, _ in crowd}
    return [pair for person in people for pair in zip(times["said"][person], times["sent"][person], strict=True)]


def processor(pids: Sequence[int]) -> float:
    """
    Seconds of processor time that these processes have used.
    """
    fields = [Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def memory(pid: int) -> float:
    """
    MB that a process holds.
    """
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def echo(telegram: FakeTelegram) -> Iterator[list[int]]:
    command = [sys.executable, "-m", "tests.echo_bot", telegram.url]
    process = subprocess.Popen(command)
    try:
        yield [process.pid]
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def bots(telegram: FakeTelegram, url: str, replicas: int = 0) -> Iterator[list[int]]:
    """
    The real bot, polling; or so many of it behind a balancer.
    """
    ports = [free_port() for _ in range(replicas or 1)]
    settings = {"DATABASE_URL": url, "DATA_KEY": KEY, "LOG_LEVEL": "ERROR"}
    settings |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if replicas:
            settings["PUBLIC_URL"], _ = stack.enter_context(process_of("balancer", *map(str, ports)))
        begun = [stack.enter_context(running(folder, BOT, "serve", WEB_PORT=str(port), **settings)) for port in ports]
        for process in begun:
            stdout_until(process, "Ctrl-C")
        yield [process.pid for process in begun]


def main(arguments: Sequence[str]) -> int:
    """
    The whole benchmark.
    """
    turns = int(arguments[0]) if arguments else TURNS
    with databases() as found:
        kinds: dict[str, Callable[[FakeTelegram], AbstractContextManager[list[int]]]] = {"echo": echo}
        kinds["SQLite, 1 process"] = lambda telegram: bots(telegram, found["SQLite"])
        if "PostgreSQL" in found:
            kinds["PostgreSQL, 1 process"] = lambda telegram: bots(telegram, found["PostgreSQL"], 1)
            kinds["PostgreSQL, 2 processes"] = lambda telegram: bots(telegram, found["PostgreSQL"], 2)
        with process_of("fake_telegram") as at:
            telegram = FakeTelegram(*at)
            for name, begin in kinds.items():
                with begin(telegram) as pids:
                    print(f"{name:<24}{measure(telegram, pids, turns)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
