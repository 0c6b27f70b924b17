"""
What the person who runs the bot does to the desk: keys, first invitations, and whose data somebody could have seen.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from typing import Any, TypeAlias

from bot.clock import VIET_NAM, local_date, system_clock
from bot.commands import moment_of
from bot.keys import seal_for
from bot.serve import CannotStart
from bot.settings import load_settings
from db.desk import DeskRows
from db.records import Account, OutboxGroup, Seen, Stay, StoredCase, StoredPost
from db.seal import new_key
from db.uow import Database
from handlers.cases import ROLE_NAMES, Role
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
BESIDE_A_LOOK = frozenset(("corrected", "recoded"))
"""What it calls that which is done with a case that one looks at."""


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
    print(f"Đã niêm phong lại {rows} dòng bằng khóa mới nhất. Giờ có thể bỏ các khóa cũ khỏi DATA_KEY.")
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
    several = f"chỉ nhiều nơi: {names}" if found else "không phải nơi bot biết"
    raise CannotStart(f"--unit {text!r} {several}. Ghi mã xã, phường, hoặc mã tỉnh.")


async def outbox(as_json: bool) -> int:
    """
    List where the messages stand: by channel, state and reason, with the oldest of each. No message is shown.
    """
    async with _database() as database, database.read() as uow:
        groups = await uow.outbox.standing()
    for group in groups:
        print(json.dumps(_standing(group), ensure_ascii=False) if as_json else _standing_line(group))
    if not as_json:
        print(f"Tất cả {sum(group.count for group in groups)} tin.")
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
    return f"{group.channel}  {group.state}  {group.count} tin, cũ nhất {oldest}  {group.reason or ''}".rstrip()


async def breach(account: str, since: str, as_json: bool) -> int:
    """
    List the registrations and questions that an account could have seen since a day, and whether it really looked.
    """
    channel, _, address = account.partition(":")
    if not address:
        raise CannotStart("--account ghi KÊNH:ĐỊA-CHỈ, chẳng hạn telegram:123456789.")
    try:
        start = datetime.combine(date.fromisoformat(since), time(), VIET_NAM)
    except ValueError as error:
        raise CannotStart(f"--since {since!r} không phải ngày. Ghi như {local_date(system_clock())}.") from error
    areas = Areas.load()
    async with _database() as database, database.read() as uow:
        rows = await uow.desk(lambda desk: exposed(desk, areas, Account(channel, address), start))
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if as_json else _line(row))
    if not as_json:
        questions = sum("question" in row for row in rows)
        opened = sum(row["looked"] > 0 for row in rows)
        print(f"{len(rows) - questions} đơn, {questions} câu hỏi; {opened} cái đã được mở.")
    return 0


def exposed(desk: DeskRows, areas: Areas, account: Account, since: datetime) -> Sequence[Mapping[str, Any]]:
    """
    What the person behind an account, with all that is joined to it now, could have seen since then: a registration
    while it stood with a unit of a post that he held and its form could be read, or because he speaks for it; a
    question until it was answered. A question is named for a post above its unit too, though that one sees it only
    while nobody holds a post there.
    """
    accounts = desk.people.accounts(account)
    held = [(_reach(areas, stay.unit), stay) for stay in desk.posts.stays(since, *accounts)]
    seen = desk.trail.seen_by(since, *accounts)
    return [*_cases(desk, areas, accounts, held, seen), *_questions(desk, areas, held, seen)]


Held: TypeAlias = Sequence[tuple[frozenset[str], Stay]]
"""The units that posts of an account reached, and when it held them."""


def _reach(areas: Areas, unit: str) -> frozenset[str]:
    return frozenset((unit, *(area.code for area in areas.communes(unit))))


def _cases(
    desk: DeskRows, areas: Areas, accounts: Collection[Account], held: Held, seen: Sequence[Seen]
) -> Iterator[Mapping[str, Any]]:
    own = desk.cases.of_accounts(*accounts)
    near = desk.cases.ever_of_units({unit for units, _ in held for unit in units})
    looked_at = desk.cases.by_ids({row.case for row in seen if row.case is not None})
    lists = [(_reach(areas, post.unit), row.at) for row in seen if (post := _listed(desk, row))]
    for case in {case.id: case for case in (*near, *looked_at, *own)}.values():
        stays = desk.cases.stays(case)
        opened = [row.at for row in seen if row.case == case.id and row.what not in BESIDE_A_LOOK]
        looked = sum(_read_at(stays, at) for at in opened) + sum(_read_at(stays, at, units) for units, at in lists)
        if looked or case in own or any(_met(held, stay) for stay in stays):
            yield _exposed(case, areas, looked)


def _listed(desk: DeskRows, row: Seen) -> StoredPost | None:
    return desk.posts.by_id(row.post) if row.what == LIST and row.post is not None else None


def _read_at(stays: Iterable[Stay], at: datetime, units: Collection[str] | None = None) -> bool:
    """
    Whether a form could be read at a moment; with `units`, in one of these.
    """
    return any(
        stay.since <= at and (stay.until is None or at < stay.until) and (units is None or stay.unit in units)
        for stay in stays
    )


def _met(held: Held, stay: Stay) -> bool:
    """
    Whether a post was held while something stood with a unit that it reaches.
    """
    return any(
        stay.unit in units
        and (hold.until is None or stay.since < hold.until)
        and (stay.until is None or hold.since < stay.until)
        for units, hold in held
    )


def _questions(desk: DeskRows, areas: Areas, held: Held, seen: Sequence[Seen]) -> Iterator[Mapping[str, Any]]:
    for ticket in desk.tickets.ever_of_units({unit for units, _ in held for unit in units}):
        looked = sum(row.ticket == ticket.id for row in seen)
        if looked or _met(held, Stay(ticket.unit, ticket.asked_at, ticket.answered_at)):
            asker = f"{ticket.account.channel}:{ticket.account.address}" if ticket.account else None
            yield {"question": ticket.id, "area": _area(areas, ticket.unit), "account": asker, "looked": looked}


def _area(areas: Areas, unit: str) -> str:
    area = areas.by_code(unit)
    return area.full if area else unit


def _exposed(case: StoredCase, areas: Areas, looked: int) -> Mapping[str, Any]:
    form = case.form or {}
    return {
        "code": case.code,
        "area": _area(areas, case.unit),
        "head": form.get("head"),
        "phone": form.get("phone"),
        "looked": looked,
    }


def _line(row: Mapping[str, Any]) -> str:
    opened = f"đã mở {row['looked']} lần"
    if "question" in row:
        return f"câu hỏi {row['question']}  {row['area']}  {row['account']}  {opened}"
    who = f"{row['head']}, {row['phone'] or 'không có điện thoại'}" if row["head"] else "đã xóa"
    return f"{row['code']}  {row['area']}  {who}  {opened}"


def add_commands(commands: Any, run: Any) -> None:
    """
    The commands' place on the command line; `run` starts a coroutine.
    """
    fresh = commands.add_parser("key", help="in một khóa mới cho DATA_KEY")
    fresh.set_defaults(run=lambda arguments: key())

    again = commands.add_parser("rekey", help="niêm phong lại mọi dữ liệu bằng khóa đứng đầu trong DATA_KEY")
    again.set_defaults(run=lambda arguments: run(rekey()))

    invitation = commands.add_parser("invite", help="in mã dùng một lần để cán bộ nhận vị trí")
    invitation.add_argument("--post", required=True, choices=[str(role) for role in Role], help="vị trí công tác")
    invitation.add_argument("--unit", required=True, metavar="ĐƠN-VỊ", help="mã hoặc tên xã, phường; hoặc mã tỉnh")
    invitation.add_argument("--clock", metavar="LÚC", help="khi diễn tập: giờ trên đồng hồ diễn tập")
    invitation.set_defaults(run=lambda arguments: run(invite(arguments.post, arguments.unit, arguments.clock)))

    seen = commands.add_parser("breach", help="liệt kê đơn và câu hỏi của ai mà một tài khoản có thể đã xem")
    seen.add_argument("--account", required=True, metavar="KÊNH:ĐỊA-CHỈ", help="chẳng hạn telegram:123456789")
    seen.add_argument("--since", required=True, metavar="NGÀY", help="chẳng hạn 2026-11-01")
    seen.add_argument("--json", action="store_true", help="mỗi đơn, mỗi câu hỏi một dòng JSON")
    seen.set_defaults(run=lambda arguments: run(breach(arguments.account, arguments.since, arguments.json)))

    standing = commands.add_parser("outbox", help="tin nhắn nằm ở trạng thái nào, vì sao, từ bao giờ")
    standing.add_argument("--json", action="store_true", help="mỗi kênh, trạng thái và lý do một dòng JSON")
    standing.set_defaults(run=lambda arguments: run(outbox(arguments.json)))
