"""A /balance bot on python-telegram-bot and aiosqlite, after the library's own custom webhook.

Its `run_webhook` acknowledges what is only in memory, so the update is handled inside the request,
as the documentation's example with Starlette allows.
"""

from __future__ import annotations

import hmac
import os

import uvicorn
from keeping import BUTTONS, Conversations
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CommandHandler, ContextTypes

KEYBOARDS = {
    locale: InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in buttons]]
    )
    for locale, buttons in BUTTONS.items()
}
SECRET = os.environ["SECRET"]


async def balance(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer once, durably; the message goes out beside the acknowledgement."""
    chat = update.effective_chat.id
    heard = update.effective_message.text
    told = await context.bot_data["conversations"].balance(update.update_id, chat, heard)
    if told is not None:
        said, locale = told
        send = context.bot.send_message(
            chat, said, parse_mode=ParseMode.HTML, reply_markup=KEYBOARDS[locale]
        )
        context.application.create_task(send, update=update)


application = (
    Application.builder()
    .token(os.environ["TOKEN"])
    .base_url(os.environ["API"] + "/bot")
    .updater(None)
    .build()
)
application.add_handler(CommandHandler("balance", balance))


async def webhook(request: Request) -> Response:
    """Telegram's post: handled before it is acknowledged."""
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not hmac.compare_digest(given, SECRET):
        return Response(status_code=403)
    update = Update.de_json(await request.json(), application.bot)
    await application.process_update(update)
    return Response()


async def main() -> None:
    """Serve until asked to stop."""
    application.bot_data["conversations"] = await Conversations.open(os.environ["DATABASE"])
    routes = [Route(os.environ["WEBHOOK"], webhook, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), port=int(os.environ["PORT"]), access_log=False, log_level="error"
    )
    async with application:
        await application.start()
        await uvicorn.Server(config).serve()
        await application.stop()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
