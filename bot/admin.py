"""
What the person who runs the bot does to the desk: keys, first invitations, and whose data somebody could have seen.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from typing import Any

from bot.clock import VIET_NAM, local_date, system_clock
from bot.commands import moment_of
from bot.keys import seal_for
from bot.serve import CannotStart
from bot.settings import load_settings
from db.desk import DeskRows
from db.records import Account, OutboxGroup, StoredCase
from db.seal import new_key
from db.uow import Database
from handlers.cases import ROLE_NAMES, Role, Status
from handlers.desk import INVITATION_LASTS
from handlers.tools import new_secret
from knowledge.areas import Areas


def key() -> int:
    """
    Print a fresh key for DATA_KEY.
    """
    print(new_key())
    return 0


LIST = "list.xlsx"
"""What the audit log calls a list: it shows all cases of a post's unit."""


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    settings = load_settings()
    database = Database(settings.database_url, seal_for(settings))
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


async def rekey() -> int:
    """
    Seal all that is stored anew with the first key of DATA_KEY.
    """
    async with _database() as database:
        rows = await database.reseal()
    print(f"{rows} rows are sealed with the newest key. The older keys can be taken out of DATA_KEY now.")
    return 0


async def invite(role: str, unit: str, at: str | None = None) -> int:
    """
    Print a one-time code for a post, good from now on or from a moment on a rehearsal's clock. Raises CannotStart for
    a unit that is not one.
    """
    found, name = _unit(Areas.load(), unit)
    secret, now = new_secret(), moment_of(at) if at else system_clock()
    async with _database() as database, database.write() as uow:
        until = now + INVITATION_LASTS
        await uow.desk(lambda rows: rows.posts.invite(secret, role, found, None, now, until))
        await uow.commit()
    print(f"{ROLE_NAMES[Role(role)]} {name}")
    print(f"/nhanviec {secret}")
    print(f"Gõ dòng trên vào chat của bot trước {until.astimezone(VIET_NAM):%H:%M}. Mã dùng một lần.")
    return 0


def _unit(areas: Areas, text: str) -> tuple[str, str]:
    """
    The code and the full name of a unit given by its code or its name.
    """
    if province := areas.province(text):
        return text, province
    if area := areas.by_code(text):
        return area.code, area.full
    found = [match.area for match in areas.find(text)]
    if len(found) == 1:
        return found[0].code, found[0].full
    names = "; ".join(f"{area.code} {area.full}" for area in found[:10])
    raise CannotStart(
        f"--unit {text!r} names {'several units: ' + names if found else 'no commune that is known'}. "
        "Give the code of a commune or of a province."
    )


async def outbox(as_json: bool) -> int:
    """
    List where the messages stand: by channel, state and reason, with the oldest of each. No message is shown.
    """
    async with _database() as database, database.read() as uow:
        groups = await uow.outbox.standing()
    for group in groups:
        print(json.dumps(_standing(group), ensure_ascii=False) if as_json else _standing_line(group))
    if not as_json:
        print(f"{sum(group.count for group in groups)} messages.")
    return 0


def _standing(group: OutboxGroup) -> Mapping[str, Any]:
    return {
        "channel": group.channel,
        "state": group.state,
        "reason": group.reason,
        "count": group.count,
        "oldest": group.oldest.astimezone(VIET_NAM).isoformat(timespec="seconds"),
    }


def _standing_line(group: OutboxGroup) -> str:
    oldest = f"{group.oldest.astimezone(VIET_NAM):%Y-%m-%d %H:%M}"
    return f"{group.channel}  {group.state}  {group.count}  oldest {oldest}  {group.reason or ''}".rstrip()


async def breach(account: str, since: str, as_json: bool) -> int:
    """
    List the registrations that an account could have seen since a day, and whether it really looked.
    """
    channel, _, address = account.partition(":")
    if not address:
        raise CannotStart("--account is CHANNEL:ADDRESS, such as telegram:123456789")
    try:
        start = datetime.combine(date.fromisoformat(since), time(), VIET_NAM)
    except ValueError as error:
        raise CannotStart(f"--since is a day such as {local_date(system_clock())}, not {since!r}") from error
    areas = Areas.load()
    async with _database() as database, database.read() as uow:
        rows = await uow.desk(lambda desk: exposed(desk, areas, Account(channel, address), start))
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if as_json else _line(row))
    if not as_json:
        print(f"{len(rows)} registrations; {sum(row['looked'] > 0 for row in rows)} of them were opened.")
    return 0


def exposed(desk: DeskRows, areas: Areas, account: Account, since: datetime) -> Sequence[Mapping[str, Any]]:
    """
    The registrations that an account could have seen since then: through a post, or because it speaks for them.
    """
    units = list[str]()
    for post in desk.posts.held_ever_by(account, since):
        units += [post.unit, *(area.code for area in areas.communes(post.unit))]
    could = {case.id: case for case in desk.cases.of_units(units, tuple(Status), 1_000_000)}
    could |= {case.id: case for case in desk.cases.of_account(account)}
    seen = desk.trail.seen_by(account, since)
    looked = [case for _, _, case, _ in seen if case is not None]
    could |= {case.id: case for case in desk.cases.by_ids(looked)}
    for at, what, _, id in seen:
        listed = desk.posts.by_id(id) if what == LIST and id is not None else None
        units = [listed.unit, *(area.code for area in areas.communes(listed.unit))] if listed is not None else []
        looked += [case.id for case in could.values() if case.unit in units and case.sent_at <= at]
    return [_exposed(case, areas, looked.count(case.id)) for case in could.values()]


def _exposed(case: StoredCase, areas: Areas, looked: int) -> Mapping[str, Any]:
    area, form = areas.by_code(case.unit), case.form or {}
    return {
        "code": case.code,
        "area": area.full if area else case.unit,
        "head": form.get("head"),
        "phone": form.get("phone"),
        "looked": looked,
    }


def _line(row: Mapping[str, Any]) -> str:
    who = f"{row['head']}, {row['phone']}" if row["head"] else "erased"
    return f"{row['code']}  {row['area']}  {who}  opened {row['looked']} times"


def add_commands(commands: Any, run: Any) -> None:
    """
    The commands' place on the command line; `run` starts a coroutine.
    """
    fresh = commands.add_parser("key", help="print a fresh key for DATA_KEY")
    fresh.set_defaults(run=lambda arguments: key())

    again = commands.add_parser("rekey", help="seal all that is stored anew with the first key of DATA_KEY")
    again.set_defaults(run=lambda arguments: run(rekey()))

    invitation = commands.add_parser("invite", help="print a one-time code with which an officer takes a post")
    invitation.add_argument("--post", required=True, choices=[str(role) for role in Role])
    invitation.add_argument("--unit", required=True, help="code or name of a commune, or code of a province")
    invitation.add_argument("--clock", metavar="MOMENT", help="for a rehearsal: the moment that its clock shows")
    invitation.set_defaults(run=lambda arguments: run(invite(arguments.post, arguments.unit, arguments.clock)))

    seen = commands.add_parser("breach", help="list whose data an account could have seen")
    seen.add_argument("--account", required=True, help="CHANNEL:ADDRESS, such as telegram:123456789")
    seen.add_argument("--since", required=True, metavar="DAY", help="such as 2026-11-01")
    seen.add_argument("--json", action="store_true", help="one JSON line a registration")
    seen.set_defaults(run=lambda arguments: run(breach(arguments.account, arguments.since, arguments.json)))

    standing = commands.add_parser("outbox", help="list where the messages stand, why, and since when")
    standing.add_argument("--json", action="store_true", help="one JSON line for each channel, state and reason")
    standing.set_defaults(run=lambda arguments: run(outbox(arguments.json)))
