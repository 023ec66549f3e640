"""A statement to keep: chosen, given, and as the books say."""

from __future__ import annotations

import csv

import pytest

from bot.channels.web.machine import Message
from bot.domain.books import TapeFreeze
from bot.printing.press import Printed
from bot.steps.statement import kept_on, sheet_of
from bot.store.rows import Body
from bot.turn import Press, Sheet
from tests.chat.books import ago
from tests.chat.clock import TODAY
from tests.chat.house import House
from tests.chat.lender import Lender
from tests.chat.person import Chat, linked


async def given(chat: Chat) -> Printed:
    """The document of the last message, as a browser fetches it."""
    message = await chat.last()
    printed = await chat.house.bridge.paper(chat.id, message.id)
    assert printed is not None
    assert message.paper == printed.name
    return printed


async def stored(chat: Chat, message: Message) -> Body:
    found = await chat.house.chats.message(chat.id, message.id)
    assert found is not None
    return found.body


async def sheet(chat: Chat) -> Sheet[str]:
    """What the last message prints, in its words."""
    paper = (await stored(chat, await chat.last())).paper
    assert paper is not None
    assert paper.sheet is not None
    return paper.sheet


async def test_the_only_loan_is_asked_in_which_form_and_comes_as_pdf(ann: Chat) -> None:
    said = await ann.walk("/statement", ">statement.form.pdf")
    assert "ANN-1" in said
    printed = await given(ann)
    assert printed.name == f"statement-ANN-1-{TODAY}.pdf"
    assert printed.media_type == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


async def test_the_figures_of_the_csv_are_those_of_the_balance(ann: Chat) -> None:
    await ann.walk("/statement", ">statement.form.csv")
    printed = await given(ann)
    assert printed.media_type.startswith("text/csv")
    rows = list(csv.DictReader(printed.content.decode("utf-8-sig").splitlines()))
    due = rows[0]
    assert (due["Amount"], due["Principal"]) == ("10544.25", "10000.00")
    assert due["Ordinary interest"] == "200.00"
    assert due["Penalty interest"] == "344.25"
    line = next(row for row in rows if row["Rate per day"])
    assert (line["Base"], line["Rate per day"], line["Days"]) == ("10200.00", "0.00075", "45")
    assert {row["Loan"] for row in rows} == {"ANN-1"}


async def test_the_conversation_keeps_the_words_the_day_and_the_checksum(ann: Chat) -> None:
    await ann.walk("/statement", ">statement.form.pdf")
    message = await ann.last()
    code = str(ann.slots("statement.given.code")["code"])
    assert code in message.text
    assert (await sheet(ann)).code[1] == code
    assert await ann.house.rows("SELECT 1 FROM audit WHERE kind = 'StatementGiven'")


async def test_both_forms_carry_one_checksum_until_a_figure_changes(
    ann: Chat, lender: Lender
) -> None:
    codes = []
    for form in ("pdf", "csv"):
        await ann.walk("/statement", f">statement.form.{form}")
        codes.append(ann.slots("statement.given.code")["code"])
    await lender.pay("ANN-1", 5_000)
    await ann.walk("/statement", ">statement.form.pdf")
    codes.append(ann.slots("statement.given.code")["code"])
    assert codes[0] == codes[1] != codes[2]


async def test_what_was_given_stays_as_it_was_when_the_books_move(
    ann: Chat, lender: Lender
) -> None:
    await ann.walk("/statement", ">statement.form.csv")
    message = await ann.last()
    before = await given(ann)
    await lender.pay("ANN-1", 5_000)
    assert await ann.house.bridge.paper(ann.id, message.id) == before


async def test_no_person_is_named_on_it(ann: Chat) -> None:
    for form in ("pdf", "csv"):
        await ann.walk("/statement", f">statement.form.{form}")
        body = await stored(ann, await ann.last())
        assert "Ann" not in repr(body.paper)


async def test_several_loans_are_asked_about_the_late_ones_first(sam: Chat) -> None:
    await sam.say("/statement")
    assert sam.told("statement.which")
    labels = await sam.labels(await sam.card())
    assert [label.split()[-1] for label in labels] == ["SAM-1", "SAM-2", "SAM-3"]
    await sam.walk(">" + labels[2], ">statement.form.pdf")
    assert (await given(sam)).name.startswith("statement-SAM-3-")


@pytest.mark.parametrize(("words", "ending"), [("csv please", "csv"), ("is there a PDF", "pdf")])
async def test_words_that_name_a_form_get_it_at_once(ann: Chat, words: str, ending: str) -> None:
    await ann.say(words)
    assert (await given(ann)).name.endswith(ending)


async def test_the_form_is_remembered_while_the_loan_is_asked(sam: Chat) -> None:
    await sam.say("csv please")
    await sam.press((await sam.labels(await sam.card()))[0])
    assert (await given(sam)).name.startswith("statement-SAM-1-")


async def test_a_loan_with_nothing_overdue_has_a_statement_too(house: House) -> None:
    joy = await linked(house, "joy")
    await joy.walk("/statement", ">statement.form.pdf")
    assert (await sheet(joy)).chart is None
    assert (await given(joy)).content.startswith(b"%PDF-")


async def test_without_a_loan_there_is_none(house: House) -> None:
    eva = await linked(house, "eva")
    await eva.say("/statement")
    assert eva.keys == {"loan.none"}


async def test_a_difference_under_review_stands_on_both(house: House) -> None:
    dan = await linked(house, "dan")
    await dan.walk("/statement", ">statement.form.csv")
    rows = list(csv.DictReader((await given(dan)).content.decode("utf-8-sig").splitlines()))
    assert (rows[0]["Amount"], rows[1]["Entry"]) == ("5200.00", "Difference under review")
    await dan.walk("/statement", ">statement.form.pdf")
    (due, _) = (await sheet(dan)).first
    assert due.figures[-2][0] == "Difference under review"
    assert due.figures[-1] == ("To pay", "¥5,200.00")


async def test_another_borrowers_loan_is_worded_like_an_unknown_one(
    ann: Chat, house: House
) -> None:
    sam = await linked(house, "sam")
    await sam.say("/statement")
    theirs = Press.read((await sam.taps(await sam.card()))[0].press).value
    for value in (theirs, "0" * 32):
        said = await ann.hear("go_on", press=str(Press("statement", "pdf", value)))
        assert "SAM" not in said
        assert not ann.told("statement.given")


async def test_a_document_is_fetched_by_its_own_chat_alone(ann: Chat, house: House) -> None:
    await ann.walk("/statement", ">statement.form.pdf")
    message = await ann.last()
    sam = await linked(house, "sam")
    assert await house.bridge.paper(sam.id, message.id) is None
    assert await house.bridge.paper(ann.id, "0" * 32) is None


async def test_a_document_waits_for_the_digits_like_everything_else(ann: Chat) -> None:
    await ann.walk("/statement", ">statement.form.pdf")
    message = await ann.last()
    ann.house.clock.forward(hours=2)
    assert await ann.house.bridge.paper(ann.id, message.id) is None


async def test_where_payments_went_the_tiers_and_what_is_still_owed_are_on_it(
    house: House, lender: Lender
) -> None:
    await lender.pay("SAM-2", 20_000, ago(5))
    sam = await linked(house, "sam")
    await sam.say("/statement")
    await sam.walk(">Card instalment plan SAM-2", ">statement.form.pdf")
    printed = await sheet(sam)
    words = "\n".join(line for part in printed.then for line in part.lines)
    assert "you paid ¥200.00" in words
    assert "From day" in words
    assert [part.head for part in printed.then if part.figures] == ["Instalments not fully paid"]


async def test_frozen_days_are_listed_with_whose_they_are(ann: Chat, lender: Lender) -> None:
    freezes = (TapeFreeze(ago(20), ago(16), "statutory"), TapeFreeze(ago(9), ago(9), "hardship"))
    await lender.change("ANN-1", freezes=freezes)
    await ann.walk("/relief", ">relief.apply", ">reason.illness", ">form.skip", ">form.files.none")
    await ann.walk(">relief.day.unknown", ">relief.submit")
    kept = kept_on(ann.house.policy, await ann.house.loan("ANN-1"), ago(-1))
    assert kept.told.as_of == ago(-1)  # an application freezes from the day after
    then = (sheet_of(kept).sheet or pytest.fail("no sheet")).then
    section = next(each for each in then if each.head.key == "statement.frozen")
    whose = [(line.key, line.count) for line in section.lines]
    assert whose[:2] == [("why.frozen.law", 5), ("why.frozen.lender", 1)]
    assert [key for key, _ in whose[2:]] == ["statement.frozen.case"]
