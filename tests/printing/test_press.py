"""The statement as PDF: the same bytes for the same paper, in every language, any sign printed."""

from __future__ import annotations

import os
import re
import signal
import zlib
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.chart.drawing_process import DrawingProcess
from bot.chart.fonts import every_sign, script_of
from bot.chart.png import Painter
from bot.printing.press import Press
from bot.texts import Texts
from bot.turn import Paper, Section, Sheet
from tests.printing.languages import WORDS, sampled
from tests.test_chart import CASES

ROOT = Path(__file__).parent.parent.parent
LOCALES = sorted(path.parent.parent.name for path in ROOT.glob("locales/*/LC_MESSAGES/chat.po"))
PATIENT = 60.0  # seconds; nothing here should ever wait as long


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(ROOT)


@pytest.fixture(scope="module")
def sampled_texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    return sampled(tmp_path_factory.mktemp("languages"))


@pytest.fixture
async def press(texts: Texts) -> AsyncIterator[Press]:
    press = Press(texts, "Meadow Finance", DrawingProcess(patience=PATIENT))
    yield press
    await press._process.close()


def paper(about: str = "Cash loan LN-1", locale: str = "en", lines: int = 2) -> Paper[str]:
    """A sheet with everything a sheet may have."""
    due = (("Principal", "¥420.96"), ("To pay", "¥425.86"))
    grew = Section("How it grew", lines=tuple(f"line {no}" for no in range(lines)), minor=True)
    sheet = Sheet(
        title="Statement",
        about=(about, "As of 1 March 2026"),
        total=("To pay", "¥425.86"),
        beneath=("50 days overdue",),
        first=(Section("What is due", due, summed=True),),
        chart=CASES["design"],
        then=(grew,),
        code=("Checksum", "ST-7K3M-9QXD-2F5H"),
        foot=("Ask your lender.",),
    )
    return Paper("statement.pdf", date(2026, 3, 1), sheet=sheet, locale=locale)


async def printed(press: Press, wanted: Paper[str]) -> bytes:
    done = await press.printed(wanted)
    assert done is not None
    assert (done.name, done.media_type) == ("statement.pdf", "application/pdf")
    return done.content


def fonts_in(pdf: bytes) -> set[str]:
    """The fonts a PDF carries, as `Reprieve Latn`'s `Latn`."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    whole = pdf + b"".join(filter(None, map(_unpacked, streams)))
    return {name.decode() for name in re.findall(rb"\+Reprieve(\w{4})", whole)}


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


async def test_the_same_paper_gives_the_same_bytes_from_another_process(texts: Texts) -> None:
    pdfs = []
    for _ in range(2):
        press = Press(texts, "Meadow Finance", DrawingProcess(patience=PATIENT))
        pdfs.append(await printed(press, paper()))
        await press._process.close()
    assert pdfs[0] == pdfs[1]
    assert b"D:20260301" in pdfs[0]  # the statement's day, and no other moment


@pytest.mark.parametrize("locale", [*LOCALES, *WORDS])
async def test_a_language_is_printed_with_the_fonts_of_its_script(
    sampled_texts: Texts, texts: Texts, locale: str
) -> None:
    press = Press(
        sampled_texts if locale in WORDS else texts, "Meadow", DrawingProcess(patience=PATIENT)
    )
    fonts = fonts_in(await printed(press, paper(locale=locale)))
    await press._process.close()
    assert script_of(locale) in fonts


@pytest.mark.parametrize("locale", sorted(WORDS))
async def test_in_languages_to_come_the_chart_is_painted_the_way_they_run(
    sampled_texts: Texts, locale: str
) -> None:
    """Ink where a title begins: at the left in Hindi, at the right in Arabic."""
    painter = Painter(sampled_texts, DrawingProcess(patience=PATIENT))
    painted = await painter.paint(CASES["design"], locale)
    await painter._process.close()
    assert painted is not None
    picture = Image.open(BytesIO(painted)).convert("L")
    left, right = (picture.crop((at, 30, at + 60, 95)).histogram() for at in (30, 830))
    assert bool(sum(left[:100])) == (locale == "hi")
    assert bool(sum(right[:100])) == (locale == "ar")


async def test_a_long_statement_runs_over_as_many_pages_as_it_needs(press: Press) -> None:
    short, long = await printed(press, paper()), await printed(press, paper(lines=400))
    assert long.count(b"/Type/Page/") > short.count(b"/Type/Page/") > 0


async def test_any_sign_prints_and_none_as_a_box(press: Press) -> None:
    several = fonts_in(await printed(press, paper("合同 ऋण قرض 龜 Ωμέγα 🐲")))
    assert {"Latn", "Grek", "Hani", "Deva", "Arab"} <= several


async def test_what_looks_like_typst_or_markup_is_printed_as_it_stands(press: Press) -> None:
    assert await printed(press, paper('#read("/etc/passwd") $x$ *a* <b> \\ "quoted" `raw` @ref'))


async def test_what_was_printed_once_is_not_printed_again(press: Press) -> None:
    first = await printed(press, paper())
    await press._process.close()
    assert await printed(press, paper()) == first
    assert press._process.pid is None


async def test_a_process_that_is_killed_is_replaced_and_a_dead_one_gives_nothing(
    texts: Texts, press: Press, tmp_path: Path
) -> None:
    await printed(press, paper())
    assert press._process.pid is not None
    os.kill(press._process.pid, signal.SIGKILL)
    await printed(press, paper("another"))
    dying = tmp_path / "program.py"
    dying.write_text("")
    hopeless = Press(texts, "Meadow", DrawingProcess(patience=PATIENT, program=dying))
    assert await hopeless.printed(paper()) is None


def test_our_fonts_know_the_signs_that_statements_are_made_of() -> None:
    assert every_sign().issuperset("₹¥€$£₫₩฿₽ ×–−…·0123456789٠١٢०१२")
