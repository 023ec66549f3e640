"""How a form is conducted in a chat: ask, hear, go back, change an answer, review, submit, leave.

It must not know any question: tasks bring theirs, `steps` holds the shared ones.
"""

from __future__ import annotations

from bot.form.card import SUBMIT, answer_lines
from bot.form.conducting import answering, begin, conduct
from bot.form.hearing import answered, typed, unusable
from bot.form.question import Asking, Choice, Form, Question, Unclear

__all__ = [
    "SUBMIT",
    "Asking",
    "Choice",
    "Form",
    "Question",
    "Unclear",
    "answer_lines",
    "answered",
    "answering",
    "begin",
    "conduct",
    "typed",
    "unusable",
]
