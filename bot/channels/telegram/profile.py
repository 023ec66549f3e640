"""The bot as Telegram shows it: commands, descriptions and menu button per language.

It must not set what is set already: each call counts against the bot's limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, BotCommand, MenuButtonCommands

from bot.texts import Texts
from bot.turn import Task, text

_DESCRIPTION, _SHORT = 512, 120
_LETTERS = 2  # Telegram takes no longer code here, so it cannot tell scripts and regions apart


@dataclass(frozen=True, slots=True)
class Profile:
    """Sets what differs, for the default and for each language Telegram can tell apart."""

    bot: Bot
    texts: Texts
    tasks: Sequence[Task]

    async def bring_up_to_date(self) -> None:
        """Commands, description and short description per language, and the menu button."""
        for code, locale in self._languages().items():
            await self._commands(code, locale)
            await self._descriptions(code, locale)
        menu = await self.bot.get_chat_menu_button()
        if not isinstance(menu, MenuButtonCommands):
            await self.bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    def _languages(self) -> dict[str, str]:
        """Telegram's code to our locale; the empty code is everybody else's.

        Of two locales of one language the default one has the code, else the first by name:
        Chinese is simplified, but for a lender who writes in traditional signs.
        """
        found = {"": self.texts.default}
        for locale in (self.texts.default, *self.texts.locales):
            code = locale.partition("_")[0]
            if len(code) == _LETTERS:
                found.setdefault(code, locale)
        return found

    async def _commands(self, code: str, locale: str) -> None:
        wanted = tuple(
            BotCommand(task.name, self.texts.plain(text(f"command.{task.name}"), locale))
            for task in self.tasks
            if task.menu
        )
        if await self.bot.get_my_commands(language_code=code) != wanted:
            await self.bot.set_my_commands(wanted, language_code=code)

    async def _descriptions(self, code: str, locale: str) -> None:
        long = self.texts.plain(text("bot.description"), locale)[:_DESCRIPTION]
        short = self.texts.plain(text("bot.short_description"), locale)[:_SHORT]
        known = await self.bot.get_my_description(language_code=code)
        if known.description != long:
            await self.bot.set_my_description(long, language_code=code)
        known_short = await self.bot.get_my_short_description(language_code=code)
        if known_short.short_description != short:
            await self.bot.set_my_short_description(short, language_code=code)
