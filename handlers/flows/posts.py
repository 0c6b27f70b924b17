"""
Posts: /nhanviec takes one with a code, /moi invites for one below, /bangiao hands one over, /vitri shows one's own.

Rights hang on posts, so whoever takes one shuts out who held it. A code is for one post, once, for 15 minutes.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts_officer as say
from handlers.cases import ROLE_NAMES, Post, Role
from handlers.effects import Invite, LeavePost, MissedCode, TakePost
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask
from handlers.flows.officers import at_home, digits, for_officers, minute, unit_choices, unit_name
from handlers.flows.shown import commands_listed
from handlers.messages import Choice, IncomingMessage, Reply

SECRET_DIGITS = 8
"""Of an invitation's code."""


# /nhanviec


def take(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /nhanviec, with the code after it or typed next.
    """
    _, _, code = message.text.strip().partition(" ")
    waiting = replace(state, flow="take", step="code", slots={})
    if not code.strip():
        return Turn(waiting, (Reply(say.ASK_CODE),))
    return take_code(waiting, replace(message, text=code), tools)


def take_code(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A typed code: the post that it is for, and whether to take it. A wrong one is counted.
    """
    secret = digits(message.text)
    if len(secret) != SECRET_DIGITS or any(letter.isalpha() for letter in message.text):
        return Turn(state, (Reply(say.CODE_SHAPE),))
    post = tools.registry.invited(secret)
    if post is None:
        return Turn(at_home(state), (Reply(say.WRONG_CODE),), (MissedCode(),))
    return Turn(replace(state, step="sure", slots={"secret": secret}), (_take_it(post),))


def _take_it(post: Post) -> Reply:
    ways = (Choice("yes", say.TAKE_IT), Choice("no", say.NO))
    return Reply(say.TAKE_POST.format(post=post.name), ways)


def take_sure(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The post is taken by choice only; its code is looked up again, it may have run out.
    """
    secret = state.slots.get("secret", "")
    post = tools.registry.invited(secret)
    if message.choice == "no":
        return Turn(at_home(state), (Reply(say.NOT_TAKEN),))
    if post is None:
        return Turn(at_home(state), (Reply(say.WRONG_CODE),))
    if message.choice != "yes":
        return Turn(state, (_take_it(post),))
    shut_out = Reply(say.SHUT_OUT.format(post=post.name, at=minute(tools.now)))
    return Turn(
        at_home(state),
        (Reply(say.POST_TAKEN.format(post=post.name, commands=commands_listed(say.COMMAND_SUMMARIES))),),
        (TakePost(secret, shut_out),),
    )


# /vitri


@for_officers
def own(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The posts that this officer holds, and a way to give one up.
    """
    posts = tools.registry.posts()
    listed = "\n".join(f"• {post.name}" for post in posts)
    ways = tuple(Choice(f"leave:{post.id}", say.LEAVE.format(post=post.name)) for post in posts)
    return Turn(replace(state, flow="posts", step="leave", slots={}), (Reply(say.POSTS.format(posts=listed), ways),))


@for_officers
def leave(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Give a post up: asked once more, then done.
    """
    if message.choice is None:
        return ask.listen(state, message, tools)
    what, _, id = message.choice.partition(":")
    post = next((post for post in tools.registry.posts() if str(post.id) == id), None)
    if post is None or what not in {"leave", "left"}:
        return Turn(at_home(state), (Reply(say.KEPT),))
    if what == "leave":
        ways = (Choice(f"left:{post.id}", say.LEAVE_IT), Choice("no", say.NO))
        return Turn(state, (Reply(say.LEAVE_SURE.format(post=post.name), ways),))
    return Turn(at_home(state), (Reply(say.LEFT.format(post=post.name)),), (LeavePost(post.id),))


# /moi and /bangiao


@for_officers
def invite(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Whom to invite: the deputy of one's own unit, or somebody at a unit below.
    """
    posts = tools.registry.posts()
    deputies = tuple(
        Choice(f"post:{post.unit}:{Role.DEPUTY}", say.DEPUTY_OF.format(unit=post.unit_name))
        for post in posts
        if post.role is not Role.DEPUTY
    )
    above = [post.unit_name for post in posts if tools.area(post.unit) is None]
    if not deputies and not above:
        return Turn(at_home(state), (Reply(say.INVITE_NOBODY),))
    text = say.INVITE_BELOW.format(units=", ".join(above)) if above else say.INVITE_DEPUTY
    return Turn(replace(state, flow="invite", step="whom", slots={}), (Reply(text, deputies),))


@for_officers
def whom(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A typed unit, a chosen one, a chosen post, and the last word: each leads on to the next.
    """
    what, _, rest = (message.choice or "").partition(":")
    if what == "unit":
        return Turn(state, (_roles(rest, tools),))
    if what == "post":
        return _sure(state, rest, tools)
    if what == "make":
        return _make(state, rest, tools)
    if what == "no":
        return Turn(at_home(state), (Reply(say.KEPT),))
    return Turn(state, (_units(message.text, tools),))


def _units(text: str, tools: Tools) -> Reply:
    """
    The units below one's own that a typed name may mean.
    """
    ways = unit_choices(match for match in tools.find_area(text[:200]) if _below(match.area.code, tools))
    return Reply(say.WHICH_UNIT if ways else say.NO_SUCH_UNIT, ways)


def _below(unit: str, tools: Tools) -> bool:
    return any(post.unit != unit and tools.covers(post.unit, unit) for post in tools.registry.posts())


def _roles(unit: str, tools: Tools) -> Reply:
    ways = tuple(Choice(f"post:{unit}:{role}", name) for role, name in ROLE_NAMES.items())
    return Reply(say.WHICH_ROLE.format(unit=unit_name(unit, tools)), ways)


def _sure(state: State, which: str, tools: Tools) -> Turn:
    post = _invitable(which, tools)
    if post is None:
        return Turn(at_home(state), (Reply(say.NOT_YOURS_TO_GIVE),))
    shape = say.HAND_OVER_SURE if _holds(post, tools) else say.INVITE_SURE
    ways = (Choice(f"make:{which}", say.MAKE_CODE), Choice("no", say.NO))
    return Turn(state, (Reply(shape.format(post=post.name), ways),))


def _make(state: State, which: str, tools: Tools) -> Turn:
    post = _invitable(which, tools)
    if post is None:
        return Turn(at_home(state), (Reply(say.NOT_YOURS_TO_GIVE),))
    secret = tools.new_secret()
    said = say.INVITED.format(post=post.name, secret=secret)
    return Turn(at_home(state), (Reply(said),), (Invite(secret, post.role, post.unit),))


def _invitable(which: str, tools: Tools) -> Post | None:
    """
    The post of a choice `<unit>:<role>`, if this officer may give it: below his unit, the deputy beside him, his own.
    """
    unit, _, role = which.partition(":")
    if role not in set(Role):
        return None
    post = Post(0, Role(role), unit, unit_name(unit, tools))
    deputy = post.role is Role.DEPUTY and any(held.unit == unit for held in tools.registry.posts())
    return post if deputy or _holds(post, tools) or _below(unit, tools) else None


def _holds(post: Post, tools: Tools) -> bool:
    return any((held.unit, held.role) == (post.unit, post.role) for held in tools.registry.posts())


@for_officers
def hand_over(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /bangiao: which post, where there are several; then as for an invitation to it.
    """
    choosing = replace(state, flow="invite", step="whom", slots={})
    posts = tools.registry.posts()
    if len(posts) == 1:
        return _sure(choosing, f"{posts[0].unit}:{posts[0].role}", tools)
    ways = tuple(Choice(f"post:{post.unit}:{post.role}", post.name) for post in posts)
    return Turn(choosing, (Reply(say.WHICH_POST, ways),))


TAKE = Flow(
    name="take",
    entry="take",
    steps={"take": take, "code": take_code, "sure": take_sure},
    commands=("nhanviec",),
    private=True,
)
POSTS = Flow(
    name="posts",
    entry="show",
    steps={"show": own, "leave": leave},
    commands=("vitri",),
    private=True,
)
INVITE = Flow(
    name="invite",
    entry="invite",
    steps={"invite": invite, "whom": whom},
    commands=("moi",),
    private=True,
)
HAND_OVER = Flow(
    name="hand_over",
    entry="start",
    steps={"start": hand_over},
    commands=("bangiao",),
    private=True,
)
