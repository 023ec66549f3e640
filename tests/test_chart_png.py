"""The chart as a PNG: drawn apart, remembered, and only a picture lost where drawing fails."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.chart import draw
from bot.chart.drawing_process import DrawingProcess
from bot.chart.drawing_worker import order_of
from bot.chart.png import Album, Painter
from bot.chart.setting import parted
from bot.domain.chart import Chart, chart_values
from bot.domain.loan import Instalment, Loan
from bot.domain.money import Currency, Rounding
from bot.domain.terms import Allocation, Component, Grace, LateFee, PerDay, Terms, Tier, Tiering
from bot.texts import Texts

ROOT = Path(__file__).parent.parent
LOCALES = sorted(path.parent.parent.name for path in ROOT.glob("locales/*/LC_MESSAGES/chat.po"))
TODAY = date(2026, 3, 1)
PATIENT = 60.0  # seconds; nothing here should ever wait as long


def charted(principal: int = 1_750_000, ref: str = "LN-2024-0817") -> Chart:
    """A chart with rates, a fixed amount a day, three bands and relief."""
    terms = Terms(
        start=date(2024, 1, 1),
        base=frozenset({Component.PRINCIPAL}),
        rate=PerDay(Fraction(5, 10_000)),
        tiers=(Tier(39, PerDay(Fraction(0))), Tier(40, PerDay(Fraction(1, 1_000)))),
        tiering=Tiering.MARGINAL,
        grace_days=2,
        grace=Grace.DEDUCTIVE,
        fee=LateFee(None, frozenset({Component.PRINCIPAL}), Fraction(3), None, Fraction(50), 1),
        cap=None,
        rounding=Rounding.HALF_EVEN,
    )
    loan = Loan(Currency("CNY", 2), (Instalment(1, TODAY - timedelta(days=38), principal, 0, 0),))
    chart = chart_values(ref, loan, (terms,), Allocation(), TODAY, Fraction(1, 2))
    assert chart is not None
    return chart


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(ROOT)


@pytest.fixture
async def painter(texts: Texts) -> AsyncIterator[Painter]:
    painter = Painter(texts, DrawingProcess(patience=PATIENT))
    yield painter
    await painter._process.close()


# --- the picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_picture_is_as_large_as_telegram_shows_it_and_not_blank(
    painter: Painter, locale: str
) -> None:
    painted = await painter.paint(charted(), locale)
    assert painted is not None
    picture = Image.open(BytesIO(painted))
    assert (picture.format, picture.size) == ("PNG", (920, 1280))
    colours = picture.convert("RGB").getcolors(picture.width * picture.height) or []
    shares = {colour: count for count, colour in colours}
    assert shares[255, 255, 255] < 0.7 * picture.width * picture.height
    assert len(shares) > 100


async def test_words_are_drawn_where_the_document_has_them(painter: Painter) -> None:
    """The title is as dark as ink is; without a font its place would be paper."""
    for locale in LOCALES:
        painted = await painter.paint(charted(), locale)
        assert painted is not None
        title = Image.open(BytesIO(painted)).convert("L").crop((30, 30, 420, 95))
        ink = sum(title.histogram()[:100]) / (title.width * title.height)
        assert 0.05 < ink < 0.5, locale


async def test_the_same_chart_gives_the_same_bytes_from_another_process(texts: Texts) -> None:
    pictures = []
    for _ in range(2):
        painter = Painter(texts, DrawingProcess(patience=PATIENT))
        pictures.append(await painter.paint(charted(), "zh_Hans"))
        await painter._process.close()
    assert pictures[0]
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("ref", ["LN-\U0001f4ce", "贷字 2024-0817 号", "ऋण-किस्त 7", "قرض ٧"])
async def test_a_reference_of_any_signs_is_drawn(painter: Painter, ref: str) -> None:
    assert await painter.paint(charted(ref=ref), "en")


def test_what_is_taken_apart_for_typst_is_all_there(texts: Texts) -> None:
    drawn = draw(charted(), texts, "en", "light", narrow=True)
    shapes, words = parted(charted(), texts, "en")
    assert len(words) == drawn.count("<text ")
    assert "<text" not in shapes
    assert {"How your penalty grows", "¥2,118.00"} <= {word["words"] for word in words}
    assert [word["words"] for word in words if word["halo"]] == ["Today · day 38"]
    assert {word["anchor"] for word in words} == {"start", "middle", "end"}


async def test_what_was_painted_once_is_not_painted_again(painter: Painter) -> None:
    first = await painter.paint(charted(), "en")
    await painter._process.close()
    assert await painter.paint(charted(), "en") == first
    assert painter._process.pid is None
    assert await painter.paint(charted(principal=1_750_100), "en") != first
    assert painter._process.pid is not None


def test_the_album_lets_go_of_what_was_longest_unused() -> None:
    album = Album(most_bytes=10)
    for key in (b"a", b"b"):
        album.keep(key, key * 4)
    assert album.found(b"a")
    album.keep(b"c", b"c" * 4)
    assert [album.found(key) for key in (b"a", b"b", b"c")] == [b"aaaa", None, b"cccc"]
    album.keep(b"d", b"d" * 11)
    assert album.found(b"d") is None
    assert album.found(b"a")


# --- the process ----------------------------------------------------------------------------------


def program(folder: Path, source: str) -> Path:
    """A program in the place of ours."""
    path = folder / "program.py"
    path.write_text(source)
    return path


async def test_pictures_asked_for_at_once_are_drawn_one_after_another(painter: Painter) -> None:
    charts = [charted(principal=1_750_000 + 100 * number) for number in range(3)]
    pictures = await asyncio.gather(*(painter.paint(chart, "en") for chart in charts))
    assert len(set(pictures)) == 3
    assert None not in pictures


async def test_a_process_that_was_killed_is_replaced(painter: Painter) -> None:
    assert await painter.paint(charted(), "en")
    first = painter._process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert await painter.paint(charted(principal=999_900), "en")
    assert painter._process.pid not in {None, first}


async def test_a_process_that_always_dies_is_tried_twice_and_leaves_the_words(
    texts: Texts, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    dying = program(tmp_path, f"open({str(started)!r}, 'a').write('x')")
    painter = Painter(texts, DrawingProcess(patience=PATIENT, program=dying))
    assert await painter.paint(charted(), "en") is None
    assert started.read_text() == "xx"
    assert painter._process.pid is None


async def test_a_process_that_never_answers_is_given_up(texts: Texts, tmp_path: Path) -> None:
    silent = program(tmp_path, "import sys; sys.stdin.read()")
    painter = Painter(texts, DrawingProcess(patience=0.1, program=silent))
    assert await painter.paint(charted(), "en") is None
    assert painter._process.pid is None


async def test_a_caller_that_gives_up_leaves_no_process_half_asked(
    texts: Texts, tmp_path: Path
) -> None:
    silent = program(tmp_path, "import sys; sys.stdin.read()")
    painter = Painter(texts, DrawingProcess(patience=PATIENT, program=silent))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(painter.paint(charted(), "en"), 0.1)
    assert painter._process.pid is None


async def test_what_cannot_be_drawn_costs_no_process() -> None:
    process = DrawingProcess(patience=PATIENT)
    for source in ("#nonsense(", '#read("/etc/hostname")', "#pagebreak()"):
        assert await process.drawn(order_of(source, "png", {})) is None
    assert process.pid is not None
    await process.close()
    await process.close()
    assert process.pid is None


async def test_a_process_with_nothing_to_do_ends_and_the_next_picture_starts_one(
    texts: Texts,
) -> None:
    process = DrawingProcess(patience=PATIENT, idle=0.01)
    painter = Painter(texts, process)
    assert await painter.paint(charted(), "en")
    assert process._running is not None
    assert await process._running.wait() == 0
    assert process.pid is None
    assert await painter.paint(charted(principal=999_900), "en")
    await painter._process.close()


async def test_the_process_ends_with_whoever_started_it() -> None:
    source = (
        "import asyncio\n"
        "from bot.chart.drawing_process import DrawingProcess\n"
        "async def begin():\n"
        "    process = DrawingProcess()\n"
        "    await process.drawn(b'\\0png\\0')\n"
        "    print(process.pid, flush=True)\n"
        "    import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(begin())\n"
    )
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, cwd=ROOT, stdout=subprocess.PIPE
    )
    said, _ = await done.communicate()
    async with asyncio.timeout(PATIENT):
        while _alive(int(said)):  # noqa: ASYNC110  # no child of ours: it tells us nothing
            await asyncio.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    # Whoever adopts it may be slow to bury it.
    return not (state.exists() and state.read_text().split(") ")[1].startswith("Z"))


def test_the_machine_itself_never_loads_the_painters_library() -> None:
    source = (
        "import sys, bot.app.assistant, bot.chart.png, bot.chart.drawing_worker;"
        "print([name for name in ('typst', 'fontTools', 'PIL') if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_the_process_loads_nothing_of_the_machine() -> None:
    source = (
        "import runpy, sys;"
        "runpy.run_path('bot/chart/drawing_worker.py')['drawer']('.')(b'\\0png\\0');"
        "held = {name.split('.')[0] for name in sys.modules};"
        "print({'bot', 'jinja2', 'asyncio', 'json', 'signal'} & held)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "set()"


def test_a_chart_for_a_browser_still_asks_for_the_viewers_own_fonts(texts: Texts) -> None:
    drawn = draw(charted(), texts, "en")
    assert 'font-family="system-ui,' in drawn
    assert 'sans-serif"' in drawn
