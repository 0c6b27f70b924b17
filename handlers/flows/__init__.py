"""
All that the bot can do, on one screen.
"""

from __future__ import annotations

from handlers.flow import Book
from handlers.flows.alike import ALIKE
from handlers.flows.ask import ASK
from handlers.flows.basics import CANCEL, HELP, WHY
from handlers.flows.case import CASE
from handlers.flows.channels import CHANNELS
from handlers.flows.deadlines import BOARD, DEADLINES, DUE, OWN_DEADLINE
from handlers.flows.mend import MEND
from handlers.flows.mine import MINE
from handlers.flows.paper import PAPER
from handlers.flows.place import PLACE
from handlers.flows.posts import HAND_OVER, INVITE, POSTS, TAKE
from handlers.flows.queue import QUEUE, TABLE
from handlers.flows.register import REGISTER
from handlers.flows.tickets import OFFICER, TICKETS
from handlers.flows.welcome import WELCOME
from handlers.flows.when import WHEN_DUE

BOOK = Book(
    flows=(
        ASK,  # answers questions; listens when nothing else is under way
        WELCOME,  # /start
        PLACE,  # /noio
        REGISTER,  # /dangky
        *MINE,  # /hoso, /suadon, /rutdon, /dulieu, /xoadulieu, /dungnhac, /yeucau, /xacnhan
        *CHANNELS,  # /noikenh, /tachkenh
        HELP,  # /help
        CANCEL,  # /huy
        WHY,  # /why
        OFFICER,  # /hoicanbo: a question for a person
        TAKE,  # /nhanviec: officers from here on
        POSTS,  # /vitri
        INVITE,  # /moi
        HAND_OVER,  # /bangiao
        QUEUE,  # /choduyet
        TABLE,  # the tables of the queue
        CASE,  # one registration
        MEND,  # its lines, corrected by an officer
        ALIKE,  # two that may be one household
        PAPER,  # /nhapdon
        TICKETS,  # /cauhoi
        DEADLINES,  # /han
        DUE,  # the buttons of a reminder and of a list, and "em nộp rồi", "mai nhắc lại"
        OWN_DEADLINE,  # /nhac
        WHEN_DUE,  # "tháng này có hạn gì?"
        BOARD,  # /tiendo
    ),
    home=ASK.name,
)
