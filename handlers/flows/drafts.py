"""
Unfinished forms in a person's profile: `drafts`, each {id, step, slots, at}; `draft_at` is the newest change.

They outlive whatever else the person does. The time lets the shell remind of them and forget them after 30 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from handlers.flow import State
from handlers.messages import Json

Slots: TypeAlias = Mapping[str, Any]
MOST_DRAFTS = 20
"""A helper may have several under way; the oldest makes room for one more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One unfinished form: the step whose question is open, and what was answered.
    """

    id: str
    step: str
    slots: Slots
    at: datetime


def drafts_of(state: State) -> tuple[Draft, ...]:
    """
    The unfinished forms, newest change first.
    """
    kept = [
        Draft(one["id"], one["step"], one["slots"], datetime.fromisoformat(one["at"]))
        for one in state.profile.get("drafts", ())
    ]
    return tuple(sorted(kept, key=lambda draft: draft.at, reverse=True))


def draft_of(state: State, id: object) -> Draft | None:
    """
    One unfinished form by its id.
    """
    return next((draft for draft in drafts_of(state) if draft.id == id), None)


def new_draft(state: State, step: str, slots: Slots, now: datetime) -> Draft:
    """
    An unfinished form with an id that no other of this person has.
    """
    taken = [int(draft.id) for draft in drafts_of(state)]
    return Draft(str(max(taken, default=0) + 1), step, slots, now)


def keep(state: State, draft: Draft) -> State:
    """
    The state with this form as it stands now.
    """
    others = [one for one in drafts_of(state) if one.id != draft.id]
    return _with(state, (draft, *others)[:MOST_DRAFTS])


def drop(state: State, id: str) -> State:
    """
    The state without this form.
    """
    return _with(state, tuple(draft for draft in drafts_of(state) if draft.id != id))


def without_drafts(state: State) -> State:
    """
    The state without any form.
    """
    return _with(state, ())


def together(state: State, profile: Mapping[str, Json]) -> State:
    """
    The state with what the person brings along from another channel: the place, where one was named, and the forms.
    """
    brought = {name: known for name, known in profile.items() if known}
    both = replace(state, profile={**without_drafts(state).profile, **brought})
    for draft in reversed(drafts_of(state)):
        both = keep(both, new_draft(both, draft.step, draft.slots, draft.at))
    return both


def shared(state: State, profile: Mapping[str, Json]) -> State:
    """
    Another conversation of the same person with the profile as it is now. Where it stood in a form that changed it
    stands at home: an answer to the question of before would be taken for the next one's.
    """
    here, id = replace(state, profile=profile), state.slots.get("draft")
    if draft_of(here, id) == draft_of(state, id):
        return here
    return replace(here, flow="ask", step="listen", slots={}, offered=())


def _with(state: State, drafts: tuple[Draft, ...]) -> State:
    rest = {name: value for name, value in state.profile.items() if name not in {"drafts", "draft_at"}}
    if not drafts:
        return replace(state, profile=rest)
    newest = max(draft.at for draft in drafts)
    return replace(state, profile={**rest, "drafts": [_json(one) for one in drafts], "draft_at": newest.isoformat()})


def _json(draft: Draft) -> Json:
    return {"id": draft.id, "step": draft.step, "slots": dict(draft.slots), "at": draft.at.isoformat()}
