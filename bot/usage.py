"""
The command line as it speaks to the person who types it: help and mistakes in Vietnamese.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

MISTAKES = (
    (r"the following arguments are required: (.+)", "Thiếu {0}."),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", "{0} không có {1}. Chọn một trong: {2}."),
    (r"argument (.+?): expected .+", "Sau {0} phải có giá trị."),
    (r"argument (.+?): ignored explicit argument (.+)", "{0} không đi kèm giá trị; bỏ {1}."),
    (r"ambiguous option: (.+) could match (.+)", "{0} chưa rõ là {1}. Gõ đủ chữ."),
    (r"unrecognized arguments: (.+)", "Không hiểu {0}."),
)
"""What argparse says, and the same for people; what is not here is passed on as it is."""


class Words(argparse.HelpFormatter):
    """
    Help that begins in Vietnamese.
    """

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Cách gõ: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """
    argparse's parser in Vietnamese; its sub-commands are parsers of this kind too.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=Words)
        self._positionals.title, self._optionals.title = "Gồm", "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="in phần hướng dẫn này")

    def error(self, message: str) -> NoReturn:
        """
        Say what is wrong and where help is, and end with 2.
        """
        self.exit(2, f"Chung Tay: {in_vietnamese(message)} Xem hướng dẫn: {self.prog} --help\n")


def in_vietnamese(message: str) -> str:
    """
    A mistake in argparse's words, for the person who made it.
    """
    for pattern, sentence in MISTAKES:
        if found := re.fullmatch(pattern, message):
            return sentence.format(*found.groups())
    return message
