"""
All that the bot can do, on one screen.
"""

from __future__ import annotations

from handlers.flow import Book
from handlers.flows.ask import ASK
from handlers.flows.basics import CANCEL, HELP, WHY
from handlers.flows.mine import MINE
from handlers.flows.place import PLACE
from handlers.flows.register import REGISTER
from handlers.flows.welcome import WELCOME

BOOK = Book(
    flows=(
        ASK,  # answers questions; listens when nothing else is under way
        WELCOME,  # /start
        PLACE,  # /noio
        REGISTER,  # /dangky
        *MINE,  # /hoso, /suadon, /rutdon, /dulieu, /xoadulieu, /dungnhac, /yeucau, /xacnhan
        HELP,  # /help
        CANCEL,  # /huy
        WHY,  # /why
    ),
    home=ASK.name,
)
