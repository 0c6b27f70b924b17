"""
The least that a bot can be, to compare with: python-telegram-bot says back what it hears.
`python -m tests.echo_bot URL` polls the Telegram of that address; it ends with SIGTERM.
"""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.channels.fake_telegram import TOKEN


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """
    Say it back.
    """
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


if __name__ == "__main__":
    application = Application.builder().token(TOKEN).base_url(f"{sys.argv[1]}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
