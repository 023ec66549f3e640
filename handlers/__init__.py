"""The borrower tasks, one file each; the whole menu stands here.

A handler is a pure function from a Turn to an Outcome. It must not import another handler, read a
clock or a database, or hold a word.
"""

from __future__ import annotations

from handlers import (
    already_paid,
    balance,
    books,
    case,
    help,  # noqa: A004  # the task is called help
    how_to_pay,
    language,
    link,
    my_data,
    not_my_loan,
    person,
    phone,
    prove,
    rate,
    relief,
    remind,
    reminders,
    start,
    statement,
    status,
    tips,
    unreached,
    what_if,
    why,
)

TASKS = (
    # what a borrower asks for
    balance.TASK,
    why.TASK,
    what_if.TASK,
    statement.TASK,
    relief.TASK,
    status.TASK,
    how_to_pay.TASK,
    already_paid.TASK,
    not_my_loan.TASK,
    tips.TASK,
    person.TASK,
    my_data.TASK,
    reminders.TASK,
    language.TASK,
    help.TASK,
    # who is asking
    start.TASK,
    link.TASK,
    phone.TASK,
    prove.TASK,
    # what happens by itself
    case.TASK,
    books.TASK,
    remind.TASK,
    rate.TASK,
    unreached.TASK,
)
