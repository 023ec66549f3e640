"""A /balance bot on aiogram 3 and aiosqlite, with aiogram's own webhook on aiohttp.

`handle_in_background` is off: otherwise it acknowledges what is only in memory.
"""

from __future__ import annotations

import asyncio
import os

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from keeping import BUTTONS, Conversations

KEYBOARDS = {
    locale: InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in buttons]
        ]
    )
    for locale, buttons in BUTTONS.items()
}
dispatcher = Dispatcher()
sending: set[asyncio.Task[Message]] = set()


@dispatcher.message(Command("balance"))
async def balance(
    message: Message, bot: Bot, event_update: Update, conversations: Conversations
) -> None:
    """Answer once, durably; the message goes out beside the acknowledgement."""
    chat = message.chat.id
    told = await conversations.balance(event_update.update_id, chat, message.text or "")
    if told is not None:
        said, locale = told
        send = bot.send_message(chat, said, reply_markup=KEYBOARDS[locale])
        task = asyncio.create_task(send)
        sending.add(task)
        task.add_done_callback(sending.discard)


async def main() -> web.Application:
    """The application, served until asked to stop."""
    server = TelegramAPIServer.from_base(os.environ["API"])
    bot = Bot(
        os.environ["TOKEN"],
        session=AiohttpSession(api=server),
        default=DefaultBotProperties(parse_mode="HTML"),
    )
    dispatcher["conversations"] = await Conversations.open(os.environ["DATABASE"])
    application = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, handle_in_background=False, secret_token=os.environ["SECRET"]
    )
    handler.register(application, path=os.environ["WEBHOOK"])
    setup_application(application, dispatcher, bot=bot)
    return application


if __name__ == "__main__":
    web.run_app(
        main(),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        access_log=None,
        print=None,
        loop=uvloop.new_event_loop(),
    )
