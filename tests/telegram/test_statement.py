"""A statement over Telegram: a file with its words as caption, that may be kept and passed on."""

from __future__ import annotations

from tests.chat.clock import TODAY
from tests.simulator import Simulator, faults
from tests.telegram.desk import Desk
from tests.telegram.someone import Someone

REFUSED = faults.refused(400, "Bad Request: can't parse entities: byte offset 7")


async def test_the_file_comes_under_its_name_with_the_checksum_in_the_caption(
    ann: Someone,
) -> None:
    for form, head in (("pdf", b"%PDF-"), ("csv", b"\xef\xbb\xbfEntry")):
        await ann.chat.say("/statement")
        await ann.press(f"statement.form.{form}")
        sent = await ann.chat.wait_for(lambda message: message.kind == "document", within=20)
        assert sent.data.startswith(head)
        assert sent.file_name == f"statement-ANN-1-{TODAY}.{form}"
        assert "ST-" in sent.text
        assert not sent.protected
        assert any(entity["type"] == "code" for entity in sent.entities)


async def test_a_caption_that_is_refused_goes_again_as_plain_words(
    ann: Someone, simulator: Simulator
) -> None:
    await ann.chat.say("/statement")
    await ann.offered("statement.form.csv")
    simulator.fail("sendDocument", REFUSED)
    await ann.press("statement.form.csv")
    sent = await ann.chat.wait_for(lambda message: message.kind == "document", within=20)
    assert "ST-" in sent.text
    assert sent.entities == []


async def test_a_file_that_cannot_be_printed_now_comes_later(desk: Desk, ann: Someone) -> None:
    printed, failed = desk.telegram.delivery.print_paper, []

    async def stumbling(paper: object) -> object:
        failed.append(paper)
        return await printed(paper) if len(failed) > 1 else None  # type: ignore[arg-type]  # passed on

    desk.telegram.delivery.print_paper = stumbling  # type: ignore[assignment]  # the same, once late
    await ann.chat.say("/statement")
    await ann.press("statement.form.csv")
    sent = await ann.chat.wait_for(lambda message: message.kind == "document", within=20)
    assert sent.file_name.endswith(".csv")
    assert len(failed) == 2
