"""How Telegram says no, worded as its Bot API server words it.

A refusal carries whose fault it is: the bot's own mistake counts against it, circumstances
(a blocked chat, a rate limit, a tap gone stale) do not.
"""

from __future__ import annotations

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    500: "Internal Server Error",
}


class Refusal(Exception):
    """Telegram's answer to a call it does not accept."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        mistake: bool = True,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.mistake = mistake

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        answer: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad_request(message: str, *, mistake: bool = True) -> Refusal:
    """400 with Telegram's prefix and its habit of lowering the first letter."""
    return Refusal(400, f"Bad Request: {lowered(message)}", mistake=mistake)


def forbidden(message: str) -> Refusal:
    """403: the chat does not want the bot; nobody's coding mistake."""
    return Refusal(403, f"Forbidden: {lowered(message)}", mistake=False)


def conflict(message: str) -> Refusal:
    """409: polling against another poller or against a webhook."""
    return Refusal(409, f"Conflict: {message}")


def too_many_requests(retry_after: int) -> Refusal:
    """429 with the seconds to wait, whole."""
    return Refusal(
        429,
        f"Too Many Requests: retry after {retry_after}",
        retry_after=retry_after,
        mistake=False,
    )


def lowered(message: str) -> str:
    """The first letter lowered, unless the message is a CONSTANT."""
    if len(message) > 1 and (message[1] == "_" or message[1].isupper()):
        return message
    return message[:1].lower() + message[1:]
