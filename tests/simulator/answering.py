"""getMe, getFile and the answer to a tap."""

from __future__ import annotations

from tests.simulator.calls import Json
from tests.simulator.markup import utf16_length
from tests.simulator.refusals import bad_request
from tests.simulator.wire import Asked
from tests.simulator.world import TAP_LIVES_SECONDS, World

MAX_CALLBACK_ANSWER = 200
STALE_TAP = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, _asked: Asked) -> Json:
    """The method getMe."""
    return world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_file(world: World, asked: Asked) -> Json:
    """The method getFile."""
    return world.files.path(asked.text("file_id"), world.clock.now())


def answer_callback_query(world: World, asked: Asked) -> bool:
    """answerCallbackQuery: text up to 200, within 150 seconds of the tap."""
    tap = world.taps.get(asked.text("callback_query_id"))
    text = asked.text("text")
    if utf16_length(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if asked.text("url"):
        raise bad_request("URL_INVALID")
    if tap is None:
        raise bad_request(STALE_TAP)
    if world.clock.now() - tap.at > TAP_LIVES_SECONDS:
        raise bad_request(STALE_TAP, mistake=False)
    tap.answers.append({"text": text, "show_alert": asked.flag("show_alert")})
    if text:
        tap.room.note(world.bot.name, f"(pops up: {text})")
    world.bell.ring()
    return True
