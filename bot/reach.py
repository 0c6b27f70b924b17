"""
What can be reached from here: the running bot itself, its public address, the channels' servers. Only asked, never
told: `getMe`, `getWebhookInfo` and `getoa` change nothing, and no token is renewed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.channels.base import object_of
from bot.clock import VIET_NAM, Clock
from bot.findings import Finding, fine, note, off, wrong
from bot.serve import hook_url
from bot.settings import Settings
from db.records import StoredGrant
from handlers import texts_doctor as say
from handlers.messages import Json

PATIENCE = 8
"""Seconds that a server is given to answer."""
RECENT = timedelta(hours=1)
"""How old the last failure of a webhook may be to be spoken of."""


@dataclass(frozen=True, slots=True)
class Reached:
    """
    What was found, and how far this machine's clock is ahead of each server that told its own.
    """

    findings: Sequence[Finding]
    ahead: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True)
class Reply:
    """
    An answer: its status, its text and its JSON, or why there is none.
    """

    status: int = 0
    text: str = ""
    told: Json = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Far:
    """
    A server with a Bot API: how it is called in front of people, the settings that lead there, who gives the token.
    """

    check: str
    server: str
    token: str | None
    url: str
    setting: str
    where: str

    @property
    def name(self) -> str:
        return f"{self.check.upper()}_API_URL"


class Servers:
    """
    Asks servers, and notes what their clocks say.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead: dict[str, timedelta] = {}

    def now(self) -> datetime:
        return self._clock()

    async def ask(
        self, url: str, post: bool = False, far: bool = True, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """
        One question; a failure is told by its kind alone, for the address may hold a token.
        """
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await (client.post(url, json={}) if post else client.get(url, headers=headers))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Reply(why=type(error).__name__)
        if far:
            self._note(urlsplit(url).hostname or "", answer.headers.get("date"))
        try:
            told = answer.json()
        except ValueError:
            told = None
        return Reply(answer.status_code, answer.text, told)

    def _note(self, server: str, date: str | None) -> None:
        try:
            theirs = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self.ahead[server] = self._clock() - theirs.astimezone(UTC)


async def reach(settings: Settings, servers: Servers, grant: StoredGrant | None, readable: bool) -> Reached:
    """
    Ask all that the settings name. `grant` is the right to send of an Official Account, if the database was read.
    """
    bot, runs = await _bot(settings, servers)
    found = await asyncio.gather(
        _public(settings, servers, runs),
        _bot_api(telegram(settings), settings, servers, runs),
        _bot_api(zalo_bot(settings), settings, servers, runs),
        _official(settings, servers, grant, readable, runs),
    )
    return Reached([bot, *(finding for findings in found for finding in findings)], servers.ahead)


def telegram(settings: Settings) -> Far:
    return Far(
        check="telegram",
        server="Telegram",
        token=_told(settings.telegram_bot_token),
        url=settings.telegram_api_url,
        setting="TELEGRAM_BOT_TOKEN",
        where="@BotFather",
    )


def zalo_bot(settings: Settings) -> Far:
    return Far(
        check="zalo_bot",
        server="Zalo",
        token=_told(settings.zalo_bot_token),
        url=settings.zalo_bot_api_url,
        setting="ZALO_BOT_TOKEN",
        where="Zalo Bot Manager",
    )


def _told(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


async def _bot(settings: Settings, servers: Servers) -> tuple[Finding, bool]:
    """
    Whether the bot of these settings is ready, and whether it runs on this machine at all.
    """
    url = settings.local_url
    alive = await servers.ask(f"{url}/healthz", far=False)
    if alive.why:
        return off("bot", say.BOT_OFF.format(url=url)), False
    if alive.text != "alive\n":
        return wrong("bot", say.BOT_OTHER.format(url=url), say.BOT_OTHER_DO), False
    ready = await servers.ask(f"{url}/readyz", far=False)
    told = object_of(ready.told).get("wrong")
    if ready.status == 200:
        return fine("bot", say.BOT_RUNS.format(url=url)), True
    reasons = "; ".join(map(str, told)) if isinstance(told, list) else ready.why or f"HTTP {ready.status}"
    return wrong("bot", say.BOT_UNWELL.format(url=url, wrong=reasons), say.BOT_UNWELL_DO), True


async def _public(settings: Settings, servers: Servers, runs: bool) -> list[Finding]:
    url = settings.public_url
    if url is None:
        return [off("public", say.PUBLIC_NONE)]
    plain = (
        [] if url.startswith("https://") else [note("public", say.PUBLIC_PLAIN.format(url=url), say.PUBLIC_PLAIN_DO)]
    )
    alive = await servers.ask(f"{url}/healthz", far=False)
    if alive.text == "alive\n":
        return [*plain, fine("public", say.PUBLIC_REACHED.format(url=url))]
    if not runs:
        return [*plain, note("public", say.PUBLIC_LATER.format(url=url))]
    lost = say.PUBLIC_LOST.format(url=url, why=alive.why or f"HTTP {alive.status}")
    return [*plain, wrong("public", lost, say.PUBLIC_DO.format(local=settings.local_url))]


async def _bot_api(far: Far, settings: Settings, servers: Servers, runs: bool) -> list[Finding]:
    if far.token is None:
        return [off(far.check, say.CHANNEL_OFF.format(setting=far.setting))]
    base = f"{far.url}/bot{far.token}"
    me = await servers.ask(f"{base}/getMe", post=True)
    found = _me(far, me)
    if found.state != "fine":
        return [found]
    hook = await servers.ask(f"{base}/getWebhookInfo", post=True)
    return [found, _hook(far, hook, hook_url(settings, far.check), servers.now(), runs)]


def _me(far: Far, me: Reply) -> Finding:
    told = object_of(me.told)
    if me.why:
        says = say.UNREACHABLE.format(server=far.server, why=me.why)
        return wrong(far.check, says, say.UNREACHABLE_DO.format(url=far.name), rehearsed=True)
    if told.get("ok") is True:
        known = object_of(told.get("result"))
        name = known.get("username") or known.get("account_name")
        who = f" ({name})" if isinstance(name, str) and name else ""
        return fine(far.check, say.CODE_TAKEN.format(server=far.server, who=who), rehearsed=True)
    if {me.status, told.get("error_code")} & {401, 404}:
        says = say.CODE_REFUSED.format(server=far.server, setting=far.setting)
        return wrong(far.check, says, say.CODE_DO.format(where=far.where, url=far.name), rehearsed=True)
    says = say.STRANGE.format(server=far.server, status=told.get("error_code") or me.status)
    return wrong(far.check, says, say.STRANGE_DO.format(url=far.name), rehearsed=True)


def _hook(far: Far, hook: Reply, wanted: str | None, now: datetime, runs: bool) -> Finding:
    """
    Where the server calls, against where it should.
    """
    check, told = f"{far.check}_webhook", object_of(hook.told)
    known = object_of(told.get("result"))
    if told.get("ok") is not True and 404 not in {hook.status, told.get("error_code")}:  # 404 at Zalo: none is set
        return note(check, say.HOOK_UNASKED, rehearsed=True)
    found = str(known.get("url") or "")
    if found == (wanted or ""):
        return _failure(check, known, found, now) or fine(
            check, say.HOOK_RIGHT.format(url=found) if found else say.HOOK_NONE, rehearsed=True
        )
    if not runs:
        return _hook_to_come(check, found, wanted)
    if wanted is None:
        return wrong(check, say.HOOK_IN_THE_WAY.format(found=found), say.HOOK_LOST_DO, rehearsed=True)
    lost = say.HOOK_LOST.format(found=found or say.HOOK_NOWHERE, url=wanted)
    return wrong(check, lost, say.HOOK_LOST_DO, rehearsed=True)


def _hook_to_come(check: str, found: str, wanted: str | None) -> Finding:
    """
    What the start will change about where the server calls.
    """
    if not found:
        return note(check, say.HOOK_LATER.format(url=wanted), rehearsed=True)
    says = say.HOOK_ELSEWHERE.format(found=found, url=wanted) if wanted else say.HOOK_TO_GO.format(found=found)
    return note(check, says, say.HOOK_ELSEWHERE_DO.format(found=found), rehearsed=True)


def _failure(check: str, known: Mapping[str, Json], url: str, now: datetime) -> Finding | None:
    """
    The last call that failed, if it was not long ago.
    """
    at, error = known.get("last_error_date"), known.get("last_error_message")
    if not url or type(at) is not int or now - datetime.fromtimestamp(at, UTC) > RECENT:
        return None
    says = say.HOOK_ERROR.format(url=url, at=datetime.fromtimestamp(at, VIET_NAM), error=str(error)[:200])
    return note(check, says, say.HOOK_ERROR_DO, rehearsed=True)


async def _official(
    settings: Settings, servers: Servers, grant: StoredGrant | None, readable: bool, runs: bool
) -> list[Finding]:
    if settings.zalo_oa_app_id is None:
        return [off("zalo_oa", say.CHANNEL_OFF.format(setting="ZALO_OA_APP_ID"))]
    if readable:
        token = await _right_to_send(settings, servers, grant, runs)
    else:
        token = note("zalo_oa_token", say.OA_UNKNOWN)
    urls = {"ZALO_OA_API_URL": settings.zalo_oa_api_url, "ZALO_OA_OAUTH_URL": settings.zalo_oa_oauth_url}
    answers = await asyncio.gather(*(servers.ask(url) for url in urls.values()))
    for (name, url), answer in zip(urls.items(), answers, strict=True):
        if answer.why:
            says = say.UNREACHABLE.format(server=urlsplit(url).hostname, why=answer.why)
            return [wrong("zalo_oa", says, say.UNREACHABLE_DO.format(url=name), rehearsed=True), token]
    hosts = ", ".join(str(urlsplit(url).hostname) for url in urls.values())
    says = say.OA_REACHED.format(servers=hosts, url=hook_url(settings, "zalo_oa"))
    return [fine("zalo_oa", says, rehearsed=True), token]


async def _right_to_send(settings: Settings, servers: Servers, grant: StoredGrant | None, runs: bool) -> Finding:
    """
    The access token of an Official Account as it lies in the database, and whether Zalo takes it.
    """
    refresh = settings.zalo_oa_refresh_token
    if grant is None or refresh is None or grant.seed != refresh.get_secret_value():
        if runs:
            return wrong("zalo_oa_token", say.OA_NOT_GRANTED, say.OA_NOT_GRANTED_DO, rehearsed=True)
        return note("zalo_oa_token", say.OA_FRESH, rehearsed=True)
    until = grant.expires_at.astimezone(VIET_NAM)
    if grant.expires_at < servers.now() and not runs:
        return note("zalo_oa_token", say.OA_LATER.format(until=until), rehearsed=True)
    if grant.expires_at < servers.now():
        return wrong("zalo_oa_token", say.OA_EXPIRED.format(until=until), say.OA_EXPIRED_DO, rehearsed=True)
    url = f"{settings.zalo_oa_api_url}/v2.0/oa/getoa"
    return _taken(await servers.ask(url, headers={"access_token": grant.access}), until)


def _taken(answer: Reply, until: datetime) -> Finding:
    """
    What Zalo says to an access token that should be good until then.
    """
    told = object_of(answer.told)
    code, name = told.get("error"), object_of(told.get("data")).get("name")
    if code == 0:
        who = f" (OA {name})" if isinstance(name, str) and name else ""
        return fine("zalo_oa_token", say.OA_GOOD.format(who=who, until=until), rehearsed=True)
    if type(code) is not int:
        return note("zalo_oa_token", say.OA_UNASKED.format(until=until), rehearsed=True)
    return wrong("zalo_oa_token", say.OA_REFUSED.format(code=code), say.OA_REFUSED_DO, rehearsed=True)
