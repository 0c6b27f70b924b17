"""
The tables of the desk together, for one unit of work. They work without awaiting, inside `UnitOfWork.desk`, so that a
step of a conversation can read what it needs when it needs it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from db.calendars import Calendars
from db.cases import Cases
from db.duties import Duties
from db.people import People
from db.posts import Posts
from db.seal import Seal
from db.tickets import Tickets
from db.trail import Trail


class DeskRows:
    """
    People, registrations, posts, duties, questions and evidence in one transaction.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self.cases = Cases(connection, seal)
        self.people = People(connection, seal)
        self.posts = Posts(connection, seal)
        self.duties = Duties(connection, seal)
        self.tickets = Tickets(connection, seal)
        self.trail = Trail(connection, seal)
        self.calendars = Calendars(connection)
