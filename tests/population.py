"""
A made-up population that registers through the real bot, which is killed in the middle of it again and again:
`python -m tests.population [households]` prints what came of it (`make bench-households`).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from bot.clock import local_date, system_clock
from db.desk import DeskRows
from db.records import Account, StoredCase
from db.seal import Seal
from db.uow import Database
from handlers.cases import form_from_json
from knowledge.catalogue import Catalogue
from tests.processes import BOT, JsonChat, running
from tests.villagers import Household, Said, draw_household, homes

SEED = 17
HOUSEHOLDS, KILLS = 500, 8
TALKING, AT_ONCE = 40, 8
"""Households that are in the middle of it, and lines that are on their way together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of one household: messages to the receipt, the registrations stored for it, the fields that are wrong.
    """

    household: Household
    cases: Sequence[StoredCase]
    wrong: Sequence[str]

    @property
    def right(self) -> bool:
        """
        Whether it has its receipt, and just one registration with every field right.
        """
        return self.household.receipt is not None and len(self.cases) == 1 and not self.wrong

    @property
    def lost(self) -> bool:
        """
        Whether there is a receipt and no such registration.
        """
        receipt = self.household.receipt
        return receipt is not None and receipt not in {case.code for case in self.cases}


@dataclass
class Village:
    """
    The households and the bot that they talk to, in a folder of its own.
    """

    folder: Path
    households: Sequence[Household]
    kills: int
    random: Random
    restarts: int = 0
    written: int = 0
    _running: ExitStack = field(default_factory=ExitStack)

    def talk(self) -> None:
        """
        Let all of them talk until each has its receipt or gives up.
        """
        by_user = {household.user: household for household in self.households}
        coming = list(reversed(self.households))
        talking: list[Household] = []
        due = self._when_to_kill()
        chat = self._start()
        while coming or talking:
            while coming and len(talking) < TALKING:
                talking.append(coming.pop())
            speaking = self._speak(chat, self.random.sample(talking, min(AT_ONCE, len(talking))))
            if due and self.written >= due[0] and len(speaking) > 1:
                due.pop(0)
                chat = self._killed(chat, speaking, by_user)
            else:
                self._listen(chat, len(speaking), by_user)
            talking = [household for household in talking if not household.finished]
        self._running.close()

    def _when_to_kill(self) -> list[int]:
        """
        After how many messages: spread over what a population of this size will say.
        """
        expected = len(self.households) * 13
        return [expected * (n + 1) // (self.kills + 1) for n in range(self.kills)]

    def _start(self) -> JsonChat:
        self._running.close()
        return JsonChat(self._running.enter_context(running(self.folder, BOT, "chat", "--json")))

    def _speak(self, chat: JsonChat, speaking: Sequence[Household]) -> list[Household]:
        spoke = [household for household in speaking if self._says(chat, household)]
        self.written += len(spoke)
        return spoke

    def _says(self, chat: JsonChat, household: Household) -> bool:
        line = household.next_line()
        if line is not None:
            chat.write(user=household.user, **line)
        return line is not None

    def _listen(self, chat: JsonChat, lines: int, by_user: dict[str, Household]) -> None:
        while lines:
            lines -= self._hears(chat.read(), by_user)

    def _hears(self, line: dict[str, Any], by_user: dict[str, Household]) -> bool:
        """
        Give a line of the bot to its household. Returns whether it ends an answer.
        """
        household = by_user.get(line["user"])
        if household is None:
            return "done" in line
        if "done" in line:
            household.waiting = None
        elif "text" in line:
            choices = tuple((choice["id"], choice["label"]) for choice in line["choices"])
            household.hear(Said(line["text"], choices))
        return "done" in line

    def _killed(self, chat: JsonChat, speaking: Sequence[Household], by_user: dict[str, Household]) -> JsonChat:
        """
        Kill it in the middle of these lines. What gets no answer is said again: by some at once, by others when no
        late answer comes.
        """
        self._listen(chat, self.random.randrange(len(speaking)), by_user)
        for line in chat.kill():
            self._hears(line, by_user)
        self.restarts += 1
        chat = self._start()
        unanswered = [household for household in speaking if household.waiting is not None]
        hasty = [household for household in unanswered if self.random.random() < 0.5]
        self._again(chat, hasty, by_user)
        chat.write(user="somebody", text="/help")
        self._listen(chat, 1, by_user)
        self._again(chat, [one for one in unanswered if one not in hasty and not one.heard], by_user)
        for household in unanswered:
            household.waiting = None
        return chat

    def _again(self, chat: JsonChat, speaking: Iterable[Household], by_user: dict[str, Household]) -> None:
        for household in speaking:
            assert household.waiting is not None
            chat.write(user=household.user, **household.say(household.waiting))
            self.written += 1
            self._listen(chat, 1, by_user)

    def outcomes(self) -> list[Outcome]:
        """
        What the database holds of each, read with the key beside it.
        """
        return asyncio.run(self._outcomes())

    async def _outcomes(self) -> list[Outcome]:
        file = self.folder / "chung-tay.db"
        key = file.with_name(f"{file.name}.key").read_text("ascii").strip()
        database = Database(f"sqlite:///{file}", Seal(key))
        try:
            async with database.read() as uow:
                return await uow.desk(lambda rows: [_outcome(rows, household) for household in self.households])
        finally:
            await database.close()


def _outcome(rows: DeskRows, household: Household) -> Outcome:
    cases = rows.cases.of_accounts(Account("console", household.user))
    forms = [form_from_json(case.form) for case in cases if case.form is not None]
    wrong = household.truth.wrong_in(forms[0]) if forms else []
    return Outcome(household, cases, wrong)


def settle(folder: Path, households: int, kills: int, today: date, seed: int = SEED) -> Village:
    """
    So many households in a folder, always the same for a seed.
    """
    random = Random(seed)
    places = homes(Catalogue.seed())
    drawn = [draw_household(n, random, places, today) for n in range(households)]
    return Village(folder, drawn, kills, random)


def report(village: Village, outcomes: Sequence[Outcome], seconds: float) -> str:
    """
    The figures, a line each.
    """
    started = len(outcomes)
    done = [one for one in outcomes if one.household.receipt is not None]
    right = sum(one.right for one in outcomes)
    said = sorted(one.household.said for one in done) or [0]
    wrong = Counter(name for one in outcomes for name in one.wrong)
    lines = {
        "households that started": started,
        "got a receipt": f"{len(done)} ({len(done) / started:.1%})",
        "every stored field right": f"{right} ({right / started:.1%})",
        "wrong fields": ", ".join(f"{name} {n}" for name, n in wrong.most_common()) or "none",
        "messages to the receipt": f"median {median(said):g}, 90th percentile {_ninetieth(said):g}",
        "kills and restarts": village.restarts,
        "registered twice": sum(len(one.cases) > 1 for one in outcomes),
        "receipt without a registration": sum(one.lost for one in outcomes),
        "registration without a receipt": sum(bool(one.cases) for one in outcomes if not one.household.receipt),
        "seconds": f"{seconds:.0f}",
    }
    return "\n".join(f"{name + ':':<34}{value}" for name, value in lines.items())


def _ninetieth(said: Sequence[int]) -> float:
    return quantiles(said, n=10, method="inclusive")[-1] if len(said) > 1 else said[0]


def main(arguments: Sequence[str]) -> int:
    """
    The whole benchmark: households, then a file for their conversations, those that failed first, if they are wanted.
    """
    households = int(arguments[0]) if arguments else HOUSEHOLDS
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        village = settle(Path(folder), households, KILLS, local_date(system_clock()))
        village.talk()
        outcomes = village.outcomes()
        print(report(village, outcomes, time.perf_counter() - began))
    if len(arguments) > 1:
        worst_first = sorted(outcomes, key=lambda one: (one.right, -one.household.said))
        Path(arguments[1]).write_text("\n\n".join(map(_told, worst_first)), "utf-8")
    return 0


def _told(outcome: Outcome) -> str:
    household = outcome.household
    head = f"=== {household.user}: {household.receipt} {list(outcome.wrong)} {household.truth}"
    return "\n".join([head, *household.transcript])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
