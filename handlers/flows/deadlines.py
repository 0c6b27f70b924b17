"""
Deadlines of officers: /han shows them, a reminder's buttons answer it, /nhac sets one's own, /tiendo is the board of
whoever receives, who may also move, begin and end a duty.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.duties import A_YEAR, Board, Duty, Line, Owed, Submission, days_of
from handlers.effects import (
    AddDuty,
    EndCalendar,
    Hush,
    KeepCalendar,
    NudgeMissing,
    PutOff,
    RuleDuty,
    Submit,
    TakeBack,
    Want,
)
from handlers.flow import Flow, State, Tools, Turn, command_of
from handlers.flows import ask, reading, said
from handlers.flows.due import day_words, proof, rule_words, target, told
from handlers.flows.officers import ON_A_PAGE, at_home, for_officers, minute, shortened
from handlers.flows.said import Meant
from handlers.messages import SENT, Attachment, Choice, IncomingMessage, Reply
from knowledge.dates import Read, Unclear, read_rule, without_day
from knowledge.deadlines import AT, occurrences, steps_of
from knowledge.facts import Rule
from knowledge.text import clean, fold
from knowledge.workdays import AWAKE, VIET_NAM, local_day, next_morning

LONGEST_TITLE = 200
SHORTEST_BASIS = 5
LONGEST_LIST = 20
"""Lines of a board in the chat; the file has all of them."""
LEAD = re.compile(
    r"(?:(?:da|a|vang|em|anh|chi|bot|ban|ad) )*(?:oi,? )?(?:nho |hay |lam on |xin )*"
    r"(?:dat |hen |tao |them )*(?:lich )?"
    r"(?:nhac(?! (?:lai|den|ve|toi (?:viec|chuyen))\b)|(?<=dat )han|(?<=tao )han|(?<=them )han)"
    r"(?: (?:giup|gium|dum|ho|cho|nho))*(?P<whom>(?: (?:toi|em|minh|tui|anh|chi)\b)*)\b"
)
"""How people begin to set themselves a deadline, folded."""
TAIL = re.compile(r"(?:[\s,]+(?:nhe|nha|nghe|a|voi|(?:giup|gium)(?: (?:em|toi|minh|tui))?))+$")
ALL = Choice("due:all", say.ALL)
NO_FILE = Choice("due:all", say.NO_FILE)
CALENDAR = Choice("due:ics", say.CALENDAR)
SEE_BOARD = Choice("go:tiendo", say.SEE_BOARD)
FEED, FEED_OFF = Choice("due:feed", say.FEED), Choice("due:feedoff", say.FEED_OFF)

Acting = Callable[[State, Owed, Tools], Turn]


# /han


@for_officers
def show(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What this officer's posts owe, soonest first.
    """
    owed = tools.registry.owed()
    looking = _looking(state)
    if not owed:
        return Turn(looking, (Reply(say.NONE_OWED, (OWN,)),))
    dated, undated = [one for one in owed if one.last], [one for one in owed if one.last is None]
    lines = [say.HUSHED_NOW, ""] if tools.registry.hushed() else []
    lines.append(say.OWED.format(post=tools.registry.posts()[0].name))
    lines += [_line(one, one.last, tools.today) for one in dated[:LONGEST_LIST] if one.last]
    if undated:
        lines += ["", say.UNDATED, *(_undated(one) for one in undated[:LONGEST_LIST])]
    listed = [*dated, *undated]
    labels = _labels([(one.duty, one.last) for one in listed])
    ways = tuple(Choice(_id("open", one), label) for one, label in zip(listed[:ON_A_PAGE], labels, strict=False))
    file = (CALENDAR,) if any(not one.off and not one.done for one in dated) else ()
    return Turn(looking, (Reply("\n".join(lines), (*ways, *file, OWN)),))


def _calendar(state: State, of: str, tools: Tools) -> Turn:
    paper = Attachment("han-nop.ics", "deadlines.ics:own")
    return Turn(_looking(state), (Reply(say.CALENDAR_IS, (ALL,), attachment=paper),))


def _feed(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A new secret address from which a calendar fetches the deadlines.
    """
    site = tools.site(message.key.channel)
    if site is None:
        return Turn(_looking(state), (Reply(say.NO_FEED, (ALL,)),))
    secret = tools.new_token()
    said = Reply(say.FEED_IS.format(address=f"{site}/calendar/{secret}.ics"), (FEED_OFF, ALL))
    return Turn(_looking(state), (said,), (KeepCalendar(secret),))


def _no_feed(state: State, of: str, tools: Tools) -> Turn:
    return Turn(_looking(state), (Reply(say.FEED_ENDED, (ALL,)),), (EndCalendar(),))


def _looking(state: State) -> State:
    return replace(state, flow="deadlines", step="listen", slots={})


def _line(one: Owed, last: date, today: date) -> str:
    return say.LINE.format(day=day_words(last), title=one.duty.title, state=_state(one, last, today))


def _state(one: Owed, last: date, today: date) -> str:
    if one.done:
        return f"{say.STATE_DONE}."
    if today > last:
        words = say.STATE_LATE.format(days=(today - last).days)
    else:
        words = _left(last, target(last, today), today)
    return f"{words}, {say.STATE_OFF}." if one.off else f"{words}."


def _left(last: date, day: date, today: date) -> str:
    """
    How many days are left until a day to aim at, which is said where it is not the last one.
    """
    left, on_it = (
        (say.STATE_LEFT, say.STATE_TODAY) if day == last else (say.STATE_LEFT_WORKING, say.STATE_TODAY_WORKING)
    )
    return left.format(days=(day - today).days, aim=day_words(day)) if day > today else on_it


def _undated(one: Owed) -> str:
    return say.UNDATED_LINE.format(title=one.duty.title, path=one.duty.path)


def _labels(listed: Sequence[tuple[Duty, date | None]]) -> list[str]:
    """
    Duties as choices: their titles, and where several share one, each with its day or its place in the plan.
    """
    titles = Counter(duty.title for duty, _ in listed)
    return [shortened(duty.title) if titles[duty.title] == 1 else _label(duty, last) for duty, last in listed]


def _label(duty: Duty, last: date | None) -> str:
    if last is not None:
        return shortened(say.DATED_LABEL.format(day=last, title=duty.title))
    return shortened(say.UNDATED_LABEL.format(title=duty.title, path=duty.path))


def _id(what: str, one: Owed) -> str:
    day = one.last.isoformat() if one.last else ""
    return f"due:{what}:{one.duty.id}:{day}:{one.post.id}"


def _found(of: str, tools: Tools) -> Owed | None:
    """
    What a choice `<duty>:<last day>:<post>` names, while it still concerns this officer.
    """
    duty, _, rest = of.partition(":")
    day, _, post = rest.partition(":")
    for one in tools.registry.owed():
        if (
            str(one.duty.id) == duty
            and str(one.post.id) == post
            and day == (one.last.isoformat() if one.last else "")
        ):
            return one
    return None


@for_officers
def act(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice `due:<what>:<of>`, from a reminder, a list or a board; or its words below a reminder.
    """
    if message.choice is None:
        return _by_words(state, message, tools)
    _, _, rest = (message.choice or "").partition(":")
    what, _, of = rest.partition(":")
    if what == "feed":
        return _feed(state, message, tools)
    if what in BOARD_ACTS:
        return BOARD_ACTS[what](state, of, tools)
    one = _found(of, tools)
    if what not in ACTS:
        return show(state, message, tools)
    return ACTS[what](state, one, tools) if one else Turn(_looking(state), (Reply(say.GONE, (ALL,)),))


def hears_words(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Whether an officer's plain words, or a file, answer a reminder or ask for what its buttons do: "dạ em nộp rồi".
    """
    if message.choice is not None:
        return False
    if message.file and not message.text.strip():
        return state.step != "number" and bool(tools.registry.posts()) and bool(_still_open(tools))
    match said.meant(message.text, tools.spell_out(message.text)):
        case None:
            return False
        case Meant.BOARD:
            return bool(tools.registry.boards())
        case Meant.SLIP:
            return bool(_undo_offered(state)) and bool(tools.registry.posts())
    return bool(tools.registry.posts())


def _undo_offered(state: State) -> Choice | None:
    return next((choice for choice in state.offered if choice.id.startswith("due:undo:")), None)


def _still_open(tools: Tools) -> list[Owed]:
    """
    What is to be handed in; what is not reminded of only where there is nothing else.
    """
    found = [one for one in tools.registry.owed() if one.last and not one.done]
    return [one for one in found if not one.off] or found


def _by_words(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What was meant, of the one deadline that is open or just asked about; of several it is asked which.
    """
    what = said.meant(message.text, tools.spell_out(message.text))
    if what is Meant.BOARD:
        found = tools.registry.boards()
        return Turn(_looking(state), (_board(found[0]),)) if len(found) == 1 else boards(state, message, tools)
    if what is Meant.CHANGE:
        return boards(state, message, tools) if tools.registry.boards() else _changed_by(state, message, tools)
    if what is Meant.CALENDAR:
        return _calendar(state, "", tools)
    undo = _undo_offered(state)
    if what in {Meant.SLIP, Meant.NOT_YET} and undo:
        return act(state, replace(message, choice=undo.id, text=""), tools)
    owed = _meant_one(state, tools) or _still_open(tools)
    if not owed:
        return nothing_open(state, tools)
    return _answered(what, owed, state, message, tools)


def _changed_by(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    return _before(say.WHO_CHANGES, show(state, message, tools))


def _answered(
    what: Meant | None, found: Sequence[Owed], state: State, message: IncomingMessage, tools: Tools
) -> Turn:
    if what is Meant.LATER:
        return _of(found, said.when(tools.spell_out(message.text)), _looking(state), tools)
    if what is Meant.NOT_YET:
        return _before(say.NOT_YET, _of(found, "later", _looking(state), tools))
    proven = _with_proof(state, message)
    if what is None:
        return _whose_file(found, proven)
    return _of(found, "skip" if said.without_number(message.text) else "done", proven, tools)


def _meant_one(state: State, tools: Tools) -> list[Owed]:
    """
    The deadline whose document is just asked for.
    """
    one = _found(state.slots.get("of", ""), tools) if state.step == "number" else None
    return [one] if one and not one.done else []


def _with_proof(state: State, message: IncomingMessage) -> State:
    """
    The state with the number and the file that came together with "đã nộp".
    """
    proof = {"number": said.document(message.text), "file": message.file or state.slots.get("file")}
    return replace(_looking(state), slots={name: value for name, value in proof.items() if value})


def _of(found: Sequence[Owed], what: str, state: State, tools: Tools) -> Turn:
    if len(found) == 1:
        return ACTS[what](state, found[0], tools)
    return Turn(state, (Reply(say.WHICH_ONE, _each(found, what)),))


def _whose_file(found: Sequence[Owed], state: State) -> Turn:
    return Turn(state, (Reply(say.WHOSE_FILE, (*_each(found, "done"), NO_FILE)),))


def _each(found: Sequence[Owed], what: str) -> tuple[Choice, ...]:
    labels = ((one, shortened(f"{one.last:%d/%m/%Y}: {one.duty.title}")) for one in found[:ON_A_PAGE])
    return tuple(Choice(_id(what, one), label) for one, label in labels)


def _before(words: str, turn: Turn) -> Turn:
    first, *more = turn.replies
    return replace(turn, replies=(replace(first, text=f"{words}\n\n{first.text}"), *more))


def nothing_open(state: State, tools: Tools) -> Turn:
    """
    A plain word where nothing is to be handed in: what was handed in last, and what comes next.
    """
    owed = [one for one in tools.registry.owed() if one.last]
    newest = max(
        (one for one in owed if one.done), key=lambda one: one.done.at if one.done else tools.now, default=None
    )
    coming = min(((day, one.duty.title) for one in owed if (day := _next_after(one, tools.today))), default=None)
    lines = [say.NOTHING_OPEN]
    if newest and newest.done and newest.last:
        done = newest.done
        lines.append(
            say.DONE_LAST.format(
                title=newest.duty.title,
                day=day_words(newest.last),
                number=_named(done.number, done.with_file),
                at=minute(done.at),
            )
        )
    if coming:
        lines.append(say.COMES_NEXT.format(title=coming[1], day=day_words(coming[0])))
    undo = (Choice(_id("undo", newest), say.UNDO),) if newest else ()
    board = (SEE_BOARD,) if tools.registry.boards() else ()
    return Turn(_looking(state), (Reply("\n".join(lines), (*undo, *board, ALL)),))


def _next_after(one: Owed, today: date) -> date | None:
    """
    The next last day after the one that is done.
    """
    since = max(one.last or today, today) + timedelta(days=1)
    return next(iter(occurrences(one.duty.rule, since, since + A_YEAR)), None)


def _open(state: State, one: Owed, tools: Tools) -> Turn:
    return Turn(_looking(state), (_shown(one, tools),))


def _shown(one: Owed, tools: Tools) -> Reply:
    duty, quotes = one.duty, ((one.duty.plan, one.duty.quote),) if one.duty.quote else ()
    if one.last is None:
        return Reply("\n".join([duty.title, say.NO_DAY_NAMED, *proof(duty)]), (ALL,), quotes=quotes)
    if one.done:
        text = _done_before(one.done)
        return Reply(text, (Choice(_id("undo", one), say.UNDO), ALL))
    reply = told([(duty, one.last, one.post.id, Role.OFFICER)], one.post.name, tools.now)
    return replace(reply, choices=(*reply.choices, *_switches(one), ALL))


def _switches(one: Owed) -> Iterator[Choice]:
    if one.duty.own:
        yield Choice(_id("end", one), say.END_OWN)
    if not one.early:
        yield Choice(_id("start", one), say.START if one.off else say.EARLY)
    if not one.off and not one.duty.own:
        yield Choice(_id("stop", one), say.STOP)


# Done


def _done(state: State, one: Owed, tools: Tools) -> Turn:
    if one.last is None:
        return _open(state, one, tools)
    if one.done:
        return Turn(_looking(state), (Reply(_done_before(one.done), (Choice(_id("undo", one), say.UNDO), ALL)),))
    of = _id("", one).removeprefix("due::")
    file = None if "of" in state.slots else state.slots.get("file")
    asked = replace(state, flow="deadlines", step="number", slots={"of": of, **({"file": file} if file else {})})
    if number := state.slots.get("number"):
        return _submitted(asked, one, number)
    text = say.GOT_FILE if file else say.ASK_NUMBER
    about = say.ABOUT.format(title=one.duty.title, day=day_words(one.last))
    return Turn(asked, (Reply(f"{about}\n{text}", (Choice(_id("skip", one), say.SKIP), ALL)),))


def _done_before(done: Submission) -> str:
    return say.DONE_BEFORE.format(number=_named(done.number, done.with_file), at=minute(done.at), by=done.by)


def _named(number: str | None, with_file: bool) -> str:
    return (say.NUMBER.format(number=number) if number else "") + (say.WITH_FILE if with_file else "")


@for_officers
def take_number(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The number of the document as it was typed, or the document itself, with its number as the caption or after it.
    """
    one = _found(state.slots.get("of", ""), tools)
    if message.choice is not None:
        return act(state, message, tools)
    if one is None:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    if message.file:
        state = replace(state, slots={**state.slots, "file": message.file})
    if said.without_number(message.text):
        return _skip(state, one, tools)
    number = said.document(message.text)
    if number is None:
        typed = clean(message.text)
        again = say.NOT_A_NUMBER if typed else say.GOT_FILE if message.file else say.ASK_NUMBER
        return Turn(state, (Reply(again, (Choice(_id("skip", one), say.SKIP), ALL)),))
    return _submitted(state, one, number)


def _skip(state: State, one: Owed, tools: Tools) -> Turn:
    return _open(state, one, tools) if one.done else _submitted(state, one, None)


def _submitted(state: State, one: Owed, number: str | None) -> Turn:
    if one.last is None:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    of = _id("", one).removeprefix("due::")
    file = state.slots.get("file") if state.slots.get("of", of) == of else None
    words = {"title": one.duty.title, "day": day_words(one.last), "number": _named(number, bool(file))}
    text = say.TELL_RECEIVER.format(unit=one.post.unit_name, **words)
    done = Submit(one.duty.id, one.last, one.post.id, number, Reply(text))
    if file:
        done = _with_file(done, text, file)
    return Turn(
        _looking(state), (Reply(say.NOTED.format(**words), (Choice(_id("undo", one), say.UNDO), ALL)),), (done,)
    )


def _with_file(done: Submit, text: str, file: str) -> Submit:
    """
    The same with a file, which goes to those who can have it; the others hear that there is one.
    """
    paper = Attachment(say.FILE_NAME, f"{SENT}{file}")
    here, elsewhere = f"{text}\n{say.FILE_FOLLOWS}", f"{text}\n{say.FILE_ELSEWHERE}"
    return replace(done, file=file, tell=Reply(elsewhere), tell_with_file=Reply(here, attachment=paper))


def _undo(state: State, one: Owed, tools: Tools) -> Turn:
    if one.last is None or not one.done:
        return _open(state, one, tools)
    told_on = Reply(
        say.TELL_TAKEN_BACK.format(unit=one.post.unit_name, title=one.duty.title, day=day_words(one.last))
    )
    back = TakeBack(one.duty.id, one.last, one.post.id, told_on)
    return Turn(_looking(state), (Reply(say.UNDONE, (ALL,)),), (back,))


# Later


def _later(state: State, one: Owed, tools: Tools) -> Turn:
    if one.last is None or one.done:
        return _open(state, one, tools)
    ways = ((say.IN_AN_HOUR, "hour"), (say.TOMORROW, "tomorrow"), (say.IN_THREE_DAYS, "three"))
    choices = tuple(Choice(_id(what, one), label) for label, what in ways)
    return Turn(_looking(state), (Reply(say.ASK_LATER, choices),))


def _put_off(until: Callable[[datetime], datetime]) -> Acting:
    def put_off(state: State, one: Owed, tools: Tools) -> Turn:
        if one.last is None or one.done:
            return _open(state, one, tools)
        moment = until(tools.now)
        words = say.PUT_OFF.format(at=minute(moment))
        return Turn(_looking(state), (Reply(words),), (PutOff(one.duty.id, one.last, one.post.id, moment),))

    return put_off


def _morning(days: int) -> Callable[[datetime], datetime]:
    return lambda now: datetime.combine(local_day(now) + timedelta(days=days), AT, VIET_NAM)


def _in_an_hour(now: datetime) -> datetime:
    """
    In an hour; by night, in the morning.
    """
    later = (now + timedelta(hours=1)).astimezone(VIET_NAM)
    if AWAKE[0] <= later.time() < AWAKE[1]:
        return later
    return _morning(0)(later) if later.time() < AWAKE[0] else _morning(1)(later)


# On and off


def _switch(wanted: bool) -> Acting:
    def switch(state: State, one: Owed, tools: Tools) -> Turn:
        words = say.STARTED if wanted else say.STOPPED
        said = Reply(words.format(title=one.duty.title, post=one.post.name), (ALL,))
        return Turn(_looking(state), (said,), (Want(one.duty.id, one.post.id, wanted),))

    return switch


def _end_own(state: State, one: Owed, tools: Tools) -> Turn:
    if not one.duty.own:
        return _open(state, one, tools)
    end = RuleDuty(
        one.duty.id, one.duty.version, one.duty.rule, active=False, basis=None, tell=_told_with(say.ENDED_TOLD)
    )
    return Turn(_looking(state), (Reply(say.ENDED_OWN.format(title=one.duty.title), (ALL,)),), (end,))


def _told_with(words: str, **parts: str) -> tuple[str, str]:
    """
    A sentence as what stands before and after {old}, the day that only the desk knows.
    """
    before, _, after = words.partition("{old}")
    return before.format(**parts), after.format(**parts)


ACTS: dict[str, Acting] = {
    "open": _open,
    "done": _done,
    "skip": _skip,
    "undo": _undo,
    "later": _later,
    "hour": _put_off(_in_an_hour),
    "tomorrow": _put_off(_morning(1)),
    "three": _put_off(_morning(3)),
    "stop": _switch(False),
    "start": _switch(True),
    "end": _end_own,
}


# /nhac: one's own


@for_officers
def begin_own(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /nhac, alone or with the sentence behind it.
    """
    _, _, sentence = message.text.strip().partition(" ") if command_of(message.text) else ("", "", message.text)
    asking = replace(state, flow="own", step="sentence", slots={})
    if message.choice is not None or not sentence.strip() or SOONER.search(fold(clean(sentence))):
        ways = (*_offered(tools), *((FEED,) if tools.site(message.key.channel) else ()))
        return _heard_again(Turn(asking, (Reply(say.ASK_OWN, ways),)), tools)
    return _heard_again(take_sentence(asking, replace(message, text=sentence), tools), tools)


def _offered(tools: Tools) -> tuple[Choice, ...]:
    """
    The plans' duties of one's units of which one is not reminded, or not from the first step on.
    """
    late = [one for one in tools.registry.owed() if one.last and not one.done and not one.early and not one.duty.own]
    return tuple(
        Choice(_id("start", one), shortened(say.REMIND_OF.format(title=one.duty.title))) for one in late[:ON_A_PAGE]
    )


def _heard_again(turn: Turn, tools: Tools) -> Turn:
    """
    Who asks to be reminded wants reminders again.
    """
    if not tools.registry.hushed():
        return turn
    return replace(turn, replies=(Reply(say.HEARD_AGAIN), *turn.replies), effects=(*turn.effects, Hush(False)))


def hears_own(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Whether an officer's plain words ask to be reminded: "nhac toi nop danh sach truoc 15/12". A day that cannot be
    taken, or is missing where somebody says whom to remind and asks nothing, is asked for.
    """
    words = fold(clean(message.text))
    lead = LEAD.match(words)
    if message.choice is not None or not lead or not tools.registry.posts():
        return False
    read = read_rule(message.text, tools.today)
    return read is not Unclear.NO_DAY or (bool(lead["whom"]) and not said.asks(message.text))


@for_officers
def take_sentence(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What and by when, shown as it was understood. What is missing is asked for, and then read with what was said.
    """
    if message.choice == "own:no" or STOPS.match(fold(clean(message.text))):
        return Turn(at_home(state), (Reply(say.NOT_SAVED),))
    if message.choice is not None:
        return Turn(replace(state, step="sentence", slots={}), (Reply(say.ASK_OWN, (STOP,)),))
    before = state.slots.get("said", "")
    read = _read(before, message.text, tools.today)
    if read is Unclear.NO_DAY and hears_words(state, message, tools):
        return act(state, message, tools)
    if isinstance(read, Unclear):
        kept = replace(state, step="sentence", slots={"said": without_day(f"{before} {message.text}")})
        return Turn(kept, (Reply(UNCLEAR[read], (STOP,)),))
    title = _title(read.rest)
    if not title or len(title) > LONGEST_TITLE:
        kept = replace(state, step="sentence", slots={"said": message.text} if not title else {})
        return Turn(kept, (Reply(say.TITLE_TOO_LONG if title else say.NO_TITLE, (STOP,)),))
    last = _next_last(read.rule, tools.today)
    if last is None:
        kept = replace(state, step="sentence", slots={"said": title})
        return Turn(kept, (Reply(say.PAST.format(day=rule_day(read.rule)), (STOP,)),))
    return _echo(replace(state, slots={"title": title, "rule": rule_slots(read.rule)}), tools)


def _read(before: str, text: str, today: date) -> Read | Unclear:
    """
    What was typed, with what was said before it where it is only a part: a day alone, or a task alone.
    """
    read = read_rule(text, today)
    if before and read is Unclear.NO_DAY:
        return read_rule(f"{before} {text}", today)
    if before and isinstance(read, Read) and MENDS.fullmatch(fold(_title(read.rest))):
        return replace(read, rest=without_day(before))
    return read


def _echo(state: State, tools: Tools) -> Turn:
    title, rule = state.slots["title"], Rule(**state.slots["rule"])
    last = _next_last(rule, tools.today) or tools.today
    text = f"{say.ECHO.format(title=title, day=rule_words(rule, last))}\n\n{_steps(rule, last, tools)}"
    ways = (Choice("own:save", say.SAVE), Choice("own:again", say.AGAIN), STOP)
    return Turn(replace(state, step="sure"), (Reply(text, ways),))


def _steps(rule: Rule, last: date, tools: Tools) -> str:
    """
    When one is reminded; of a day that comes once, only what still lies ahead.
    """
    left = (last - tools.today).days
    ahead = [step for step in steps_of(rule) if step > 0 and (step <= left or rule.year is None)]
    if not ahead:
        return say.STEPS_LAST
    return say.STEPS.format(days=", ".join(map(str, ahead)))


def _title(rest: str) -> str:
    rest = clean(rest)
    folded = fold(rest)
    if len(folded) == len(rest):
        lead, tail = LEAD.match(folded), TAIL.search(folded)
        rest = rest[lead.end() if lead else 0 : tail.start() if tail else len(rest)]
    title = rest.strip(" ,.;:")
    return title[:1].upper() + title[1:]


def _next_last(rule: Rule, today: date) -> date | None:
    return next((day for day in days_of(rule, today) if day >= today), None)


def rule_day(rule: Rule) -> str:
    """
    The day that a rule names: "15/12/2026".
    """
    return "/".join(f"{part:02d}" for part in (rule.day, rule.month, rule.year) if part is not None)


def rule_slots(rule: Rule) -> dict[str, object]:
    """
    A rule as a conversation keeps it.
    """
    return {"kind": rule.kind, "day": rule.day, "month": rule.month, "year": rule.year, "every": rule.every}


@for_officers
def save_own(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Kept by the choice or a yes; another day or a new sentence is read anew.
    """
    if "rule" not in state.slots:
        return take_sentence(replace(state, step="sentence"), message, tools)
    if message.choice is None and not reading.assents(message.text):
        if read_rule(message.text, tools.today) is Unclear.NO_DAY and not STOPS.match(fold(clean(message.text))):
            return _before(say.CHOOSE_OWN, _echo(state, tools))
        return take_sentence(replace(state, slots={"said": state.slots["title"]}), message, tools)
    if message.choice not in {None, "own:save"}:
        return take_sentence(state, message, tools)
    post = tools.registry.posts()[0]
    add = AddDuty(
        f"own:{tools.new_secret()}{tools.new_secret()}", state.slots["title"], Rule(**state.slots["rule"]), post.id
    )
    return Turn(_looking(state), (Reply(say.SAVED, (ALL,)),), (add,))


OWN = Choice("go:nhac", say.SET_OWN)
STOP = Choice("own:no", say.NO)
STOPS = re.compile(r"(?:da |thoi )*(?:thoi|huy|bo di|khong dat|khong can|dung dat)\b")
SOONER = re.compile(r"\bnhac(?: (?:toi|em|minh|tui))? (?:tu )?som(?: hon)?$")
MENDS = re.compile(r"(?:(?:nham|a|quen|sua|doi|lai|sang|thanh|khong|phai|ma|la|ngay|chinh|moi|dung)\b[ ,]*)*")
"""Words around a day that puts another one right."""
UNCLEAR = {
    Unclear.NO_DAY: say.NO_DAY,
    Unclear.LUNAR: say.LUNAR,
    Unclear.NO_SUCH_DAY: say.NO_SUCH_DAY,
    Unclear.WHICH_DAY: say.WHICH_DAY,
    Unclear.TOO_OFTEN: say.TOO_OFTEN,
}


# /tiendo


@for_officers
def boards(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What this officer's posts receive: one board, or which one.
    """
    found, undated = tools.registry.boards(), tools.registry.undated()
    if not found and not undated:
        return Turn(_looking(state), (Reply(say.NO_BOARD, (ALL,)),))
    if len(found) == 1 and not undated:
        return Turn(_looking(state), (_board(found[0]),))
    ways = [Choice(_board_id("board", one), _board_label(one)) for one in found]
    titles = zip(undated, _labels([(one, None) for one in undated]), strict=True)
    ways += [Choice(f"due:move:{one.id}:", shortened(say.GIVE_DAY.format(title=title))) for one, title in titles]
    return Turn(_looking(state), (Reply(say.WHICH_BOARD, tuple(ways[:LONGEST_LIST])),))


def _board_label(board: Board) -> str:
    return _label(board.duty, board.last)


def _board_id(what: str, board: Board) -> str:
    return f"due:{what}:{board.duty.id}:{board.last.isoformat()}"


def _board_of(of: str, tools: Tools) -> Board | None:
    duty, _, day = of.partition(":")
    found = (one for one in tools.registry.boards() if (str(one.duty.id), one.last.isoformat()) == (duty, day))
    return next(found, None)


def _board(board: Board) -> Reply:
    done = [line for line in board.lines if line.done]
    missing = [line for line in board.lines if not line.done and line.reached]
    lost = [line for line in board.lines if not line.done and not line.reached]
    head = say.BOARD.format(title=board.duty.title, day=day_words(board.last), done=len(done), all=len(board.lines))
    parts = [head, *_group(say.BOARD_DONE, done), *_group(say.BOARD_OPEN, missing), *_group(say.BOARD_LOST, lost)]
    return Reply("\n".join(parts), _ways(board))


def _ways(board: Board) -> tuple[Choice, ...]:
    """
    What can be done with a board.
    """
    missing = any(not line.done and line.reached for line in board.lines)
    ways = [Choice(_board_id("nudge", board), say.NUDGE)] if missing else []
    files = (
        ("watch", say.WATCH),
        ("xlsx", say.TABLE),
        ("png", say.PICTURE),
        ("log", say.LOG),
        ("move", say.MOVE),
        ("finish", say.END),
    )
    return (*ways, *(Choice(_board_id(what, board), label) for what, label in files))


def _group(head: str, lines: Sequence[Line]) -> list[str]:
    if not lines:
        return []
    shown = [_unit(line) for line in lines[:LONGEST_LIST]]
    more = [say.AND_MORE.format(count=len(lines) - LONGEST_LIST)] if len(lines) > LONGEST_LIST else []
    return ["", head.format(count=len(lines)), *shown, *more]


def _unit(line: Line) -> str:
    if line.done is None:
        return say.BOARD_LINE.format(name=line.name)
    said = _named(line.done.number, line.done.with_file)
    return say.BOARD_DONE_LINE.format(name=line.name, number=said, at=minute(line.done.at))


def _show_board(state: State, of: str, tools: Tools) -> Turn:
    board = _board_of(of, tools)
    return Turn(_looking(state), (_board(board) if board else Reply(say.GONE, (ALL,)),))


def _file(what: str) -> Callable[[State, str, Tools], Turn]:
    def attach(state: State, of: str, tools: Tools) -> Turn:
        board = _board_of(of, tools)
        if board is None:
            return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
        kind, name = FILES[what]
        paper = Attachment(name, f"{kind}:{board.post.id}:{board.duty.id}:{board.last.isoformat()}")
        here = say.HERE_IS.format(what=say.WHAT[what], title=board.duty.title)
        return Turn(_looking(state), (Reply(here, _ways(board), attachment=paper),))

    return attach


def _watch(state: State, of: str, tools: Tools) -> Turn:
    """
    Whoever receives a duty is reminded of its day too.
    """
    board = _board_of(of, tools)
    if board is None:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    said = Reply(say.STARTED.format(title=board.duty.title), (ALL,))
    return Turn(_looking(state), (said,), (Want(board.duty.id, board.post.id, True),))


def _nudge(state: State, of: str, tools: Tools) -> Turn:
    board = _board_of(of, tools)
    if board is None:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    if board.nudged:
        return Turn(_looking(state), (Reply(say.NUDGED_TODAY, (SEE_BOARD,)),))
    asked = [line for line in board.lines if not line.done and line.reached]
    text = say.NUDGE_TEXT.format(post=board.post.name, title=board.duty.title, day=day_words(board.last))
    effect = NudgeMissing(board.duty.id, board.last, board.post.id, Reply(text, (ALL,)))
    said = say.NUDGED_BY_NIGHT if next_morning(tools.now) else say.NUDGED
    return Turn(_looking(state), (Reply(said.format(count=len(asked)), (SEE_BOARD,)),), (effect,))


# In charge: move, begin, end


def _ruled(of: str, tools: Tools) -> Duty | None:
    """
    The duty that a choice `<duty>:<last day>` names, while this officer is in charge of it.
    """
    id, _, _ = of.partition(":")
    found = (*(board.duty for board in tools.registry.boards()), *tools.registry.undated())
    return next((duty for duty in found if str(duty.id) == id), None)


def _ask(step: str, question: str) -> Callable[[State, str, Tools], Turn]:
    def ask_for(state: State, of: str, tools: Tools) -> Turn:
        if _ruled(of, tools) is None:
            return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
        ruling = replace(state, flow="deadlines", step=step, slots={"of": of})
        return Turn(ruling, (Reply(question, (Choice("due:all", say.NO),)),))

    return ask_for


@for_officers
def take_day(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The new last day, in words.
    """
    if message.choice is not None:
        return act(state, message, tools)
    read = read_rule(message.text, tools.today)
    if isinstance(read, Unclear):
        return Turn(state, (Reply(UNCLEAR[read], (Choice("due:all", say.NO),)),))
    if _next_last(read.rule, tools.today) is None:
        return Turn(state, (Reply(say.PAST.format(day=rule_day(read.rule)), (Choice("due:all", say.NO),)),))
    slots = {**state.slots, "rule": rule_slots(read.rule)}
    return Turn(replace(state, step="basis", slots=slots), (Reply(say.ASK_BASIS, (Choice("due:all", say.NO),)),))


@for_officers
def take_basis(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The document that it goes by, then all of it once more.
    """
    if message.choice is not None:
        return act(state, message, tools)
    basis = clean(message.text)
    if not (SHORTEST_BASIS <= len(basis) <= LONGEST_TITLE and any(letter.isdigit() for letter in basis)):
        return Turn(state, (Reply(say.BASIS_SHAPE, (Choice("due:all", say.NO),)),))
    return _ruling(replace(state, step="ruling", slots={**state.slots, "basis": basis}), tools)


def _ruling(state: State, tools: Tools) -> Turn:
    duty = _ruled(state.slots.get("of", ""), tools)
    if duty is None:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    once = [say.ONLY_ONCE] if _ends_recurring(duty, _rule_in(state)) else []
    change = "\n".join([_change(state, tools), *once])
    text = say.RULE_SURE.format(title=duty.title, change=change, basis=state.slots["basis"])
    return Turn(state, (Reply(text, (Choice("rule:save", say.SAVE_RULE), Choice("due:all", say.NO))),))


def _ends_recurring(duty: Duty, rule: Rule | None) -> bool:
    """
    Whether what came again comes only once by a new rule.
    """
    again = duty.active and duty.rule.year is None
    return again and rule is not None and rule.every is None and rule.year is not None


def _change(state: State, tools: Tools) -> str:
    rule = _rule_in(state)
    last = _next_last(rule, tools.today) if rule else None
    return say.MOVED_TO.format(day=rule_words(rule, last)) if rule and last else say.ENDS


def _rule_in(state: State) -> Rule | None:
    return Rule(**state.slots["rule"]) if "rule" in state.slots else None


@for_officers
def rule(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Ruled by the choice alone.
    """
    if message.choice != "rule:save":
        return (
            _before(say.CHOOSE_RULING, _ruling(state, tools))
            if message.choice is None
            else act(state, message, tools)
        )
    duty = _ruled(state.slots.get("of", ""), tools)
    if duty is None or "basis" not in state.slots:
        return Turn(_looking(state), (Reply(say.GONE, (ALL,)),))
    moved, basis = _rule_in(state), state.slots["basis"]
    last = _next_last(moved, tools.today) if moved else None
    words = say.TELL_MOVED if moved and last else say.TELL_ENDED
    tell = _told_with(words, title=duty.title, basis=basis, day=day_words(last) if last else "")
    ruled = RuleDuty(duty.id, duty.version, moved or duty.rule, moved is not None, basis, tell)
    return Turn(_looking(state), (Reply(say.RULED, (ALL,)),), (ruled,))


FILES = {
    "xlsx": ("board.xlsx", "tien-do.xlsx"),
    "png": ("board.png", "tien-do.png"),
    "log": ("reminders.xlsx", "nhat-ky-nhac.xlsx"),
}
BOARD_ACTS: dict[str, Callable[[State, str, Tools], Turn]] = {
    "ics": _calendar,
    "feedoff": _no_feed,
    "board": _show_board,
    "nudge": _nudge,
    "watch": _watch,
    "xlsx": _file("xlsx"),
    "png": _file("png"),
    "log": _file("log"),
    "move": _ask("day", say.ASK_DAY),
    "finish": _ask("basis", say.ASK_BASIS),
}

DEADLINES = Flow(
    name="deadlines",
    entry="show",
    steps={
        "show": show,
        "listen": ask.listen,
        "number": take_number,
        "day": take_day,
        "basis": take_basis,
        "ruling": rule,
    },
    commands=("han",),
    private=True,
    listens=True,
)
DUE = Flow(name="due", entry="act", steps={"act": act}, choices=("due",), private=True, hears=hears_words)
OWN_DEADLINE = Flow(
    name="own",
    entry="begin",
    steps={"begin": begin_own, "sentence": take_sentence, "sure": save_own},
    commands=("nhac",),
    private=True,
    hears=hears_own,
)
BOARD = Flow(name="board", entry="boards", steps={"boards": boards}, commands=("tiendo",), private=True)
