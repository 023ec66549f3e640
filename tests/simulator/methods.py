"""The table of methods the simulator serves; names are matched without regard to case."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulator import answering, delivery, editing, profile, sending
from tests.simulator.wire import Asked
from tests.simulator.world import World

Method = Callable[[World, Asked], object]

METHODS: dict[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": answering.get_me,
        "getFile": answering.get_file,
        "answerCallbackQuery": answering.answer_callback_query,
        "getWebhookInfo": delivery.get_webhook_info,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "sendChatAction": sending.send_chat_action,
        "editMessageText": editing.edit_message_text,
        "editMessageCaption": editing.edit_message_caption,
        "editMessageMedia": editing.edit_message_media,
        "editMessageReplyMarkup": editing.edit_message_reply_markup,
        "deleteMessage": editing.delete_message,
        "setMyCommands": profile.set_my_commands,
        "getMyCommands": profile.get_my_commands,
        "deleteMyCommands": profile.delete_my_commands,
        "setMyName": profile.text_setter("name"),
        "getMyName": profile.text_getter("name"),
        "setMyDescription": profile.text_setter("description"),
        "getMyDescription": profile.text_getter("description"),
        "setMyShortDescription": profile.text_setter("short_description"),
        "getMyShortDescription": profile.text_getter("short_description"),
        "setChatMenuButton": profile.set_chat_menu_button,
        "getChatMenuButton": profile.get_chat_menu_button,
    }.items()
}
