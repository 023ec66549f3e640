"""Files over Telegram: size first, sniffed, never unpacked; an album is one answer."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.channels.files import LARGEST_FILE
from tests.simulator import Simulator, faults
from tests.telegram.desk import PICTURE, Desk
from tests.telegram.someone import Someone
from tests.telegram.test_not_an_answer import at_details

PDF = b"%PDF-1.7 made up"


async def at_files(someone: Someone) -> None:
    """At the question for proof."""
    await at_details(someone)
    await someone.chat.say("I was ill")
    await someone.sees("relief.files.ask", count=5)


async def reviewed(someone: Someone, files: int) -> None:
    """The form goes on and its review counts the files."""
    await someone.press_standing("form.files.done" if files else "form.files.none")
    await someone.press("relief.day.unknown")
    review = await someone.sees("relief.review.check")
    shown = someone.word("form.files.count", files) if files else someone.word("form.none")
    assert f"{someone.label('relief.files.label')}: {shown}" in review.text


async def test_photos_and_documents_are_fetched_sealed_and_counted(
    desk: Desk, ann: Someone
) -> None:
    await at_files(ann)
    await ann.chat.send_photo(PICTURE, "my note")
    await ann.sees("form.files.received", 1)
    await ann.chat.send_document(PDF, "note.pdf")
    await ann.sees("form.files.received", 2)
    await reviewed(ann, 2)
    rows = await desk.rows("SELECT kind, size, content FROM upload ORDER BY at")
    assert [(row["kind"], row["size"]) for row in rows] == [
        ("png", len(PICTURE)),
        ("pdf", len(PDF)),
    ]
    assert all(PICTURE not in row["content"] and PDF not in row["content"] for row in rows)


async def test_an_album_answers_one_question_once_with_all_its_files(ann: Someone) -> None:
    await at_files(ann)
    await ann.chat.send_album([PICTURE, PICTURE + b"2", PICTURE + b"3"], "my notes")
    await ann.sees("form.files.received", 3)
    assert len(await ann.quiet()) == 1
    await reviewed(ann, 3)


async def test_of_an_album_with_something_else_the_files_are_taken_and_the_rest_is_named(
    ann: Someone,
) -> None:
    await at_files(ann)
    await ann.chat.send_document(PDF, "one.pdf", album="a1")
    await ann.chat.send_document(zipped(), "two.zip", "application/zip", album="a1")
    await ann.chat.send_document(PDF + b"3", "three.pdf", album="a1")
    await ann.sees("form.files.received", 2)
    await ann.sees("heard.wrong_type")
    await ann.quiet()
    await reviewed(ann, 2)


async def test_an_album_cut_short_by_a_crash_is_whole_after_the_restart(
    desk: Desk, ann: Someone
) -> None:
    await at_files(ann)
    desk.telegram.arrivals.albums.quiet = 30.0
    await ann.chat.send_album([PICTURE, PICTURE + b"2"])
    await desk.simulator.until(lambda: not desk.simulator.pending)
    await desk.kill()
    await desk.start()
    await ann.sees("form.files.received", 2)
    await reviewed(ann, 2)


async def test_a_file_too_large_is_refused_before_it_is_fetched(desk: Desk, ann: Someone) -> None:
    await at_files(ann)
    await ann.chat.send_document(PDF, "big.pdf", size=LARGEST_FILE + 1)
    await ann.sees("heard.too_large")
    assert desk.simulator.calls_of("getFile") == []
    await reviewed(ann, 0)


async def test_a_file_that_hides_its_size_is_refused_once_fetched(desk: Desk, ann: Someone) -> None:
    await at_files(ann)
    stored = desk.simulator.world.files.add(
        "document", PDF + b"\0" * LARGEST_FILE, name="big.pdf", mime="application/pdf"
    )
    shown = stored.document_json()
    del shown["file_size"]
    await ann.chat.send_raw({"document": shown})
    await ann.sees("heard.too_large")
    assert await desk.count("SELECT count(*) FROM upload") == 0


@pytest.mark.parametrize(
    ("content", "name", "claimed"),
    [
        (b"MZ\x90\0 a program", "note.pdf", "application/pdf"),
        (b"<svg onload=alert(1)>", "note.svg", "image/svg+xml"),
        (b"plain words", "note.txt", "text/plain"),
    ],
)
async def test_a_file_is_what_its_content_says_and_not_what_it_is_called(
    desk: Desk, ann: Someone, content: bytes, name: str, claimed: str
) -> None:
    await at_files(ann)
    await ann.chat.send_document(content, name, claimed)
    told = await ann.sees("heard.wrong_type")
    assert ann.word("relief.files.ask", count=5) in told.text
    assert await desk.count("SELECT count(*) FROM upload") == 0


async def test_a_zip_is_never_unpacked(desk: Desk, ann: Someone) -> None:
    await at_files(ann)
    await ann.chat.send_document(zipped(), "note.pdf", "application/pdf")
    await ann.sees("heard.wrong_type")
    assert await desk.count("SELECT count(*) FROM upload") == 0


async def test_a_file_outside_a_form_is_told_where_it_helps(ann: Someone) -> None:
    await ann.chat.send_photo(PICTURE)
    await ann.sees("help.upload")


async def test_trouble_while_a_file_is_fetched_is_waited_out(
    ann: Someone, simulator: Simulator
) -> None:
    await at_files(ann)
    simulator.fail("getFile", faults.server_error(502))
    simulator.fail("file", faults.connection_reset())
    await ann.chat.send_photo(PICTURE)
    await ann.sees("form.files.received", 1)
    assert "typing" in ann.chat.actions


async def test_a_file_telegram_never_gives_is_asked_for_again(
    ann: Someone, simulator: Simulator
) -> None:
    await at_files(ann)
    simulator.fail("getFile", faults.refused(400, "Bad Request: wrong file_id"))
    await ann.chat.send_photo(PICTURE)
    told = await ann.chat.wait_for(ann.word("relief.files.ask", count=5))
    assert ann.word("heard.not_fetched") in told.text


async def test_the_same_photo_update_again_keeps_one_file(
    desk: Desk, ann: Someone, simulator: Simulator
) -> None:
    await at_files(ann)
    simulator.duplicate_next(2)
    await ann.chat.send_photo(PICTURE)
    await ann.sees("form.files.received", 1)
    simulator.redeliver()
    await ann.quiet()
    assert await desk.count("SELECT count(*) FROM upload") == 1


def zipped() -> bytes:
    """A zip with a PDF in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("note.pdf", PDF)
    return packed.getvalue()
