"""Builds `bot/chart/fonts`: for each script of a locale or of names, one font in two weights.

It must not be needed to run anything: what it writes is committed. `make fonts` fetches the sources
(Noto Sans, Noto Sans CJK; SIL Open Font License) into a folder and names it here.

Each font carries its own Latin, so that digits and references match the words around them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from babel.messages.pofile import read_po
from fontTools.fontBuilder import FontBuilder
from fontTools.merge import Merger
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.chart.fonts import WEIGHTS, family_of, files_of, script_of  # noqa: E402  # path set above

LATIN = "manimgx_fonts/NotoSans[wght].ttf"
CJK = "manimgx_fonts_cjk/NotoSansCJK-VF.otf.ttc"
THAI = "manimgx_fonts/NotoSansThai[wght].ttf"
BAHT = 0xE3F  # no letter, but at home there
OF_CJK = {"Hani": "SC", "Hans": "SC", "Hant": "TC", "Jpan": "JP", "Kore": "KR"}
OF_OTHERS = {
    "Arab": "Arabic", "Armn": "Armenian", "Beng": "Bengali", "Deva": "Devanagari",
    "Ethi": "Ethiopic", "Geor": "Georgian", "Gujr": "Gujarati", "Guru": "Gurmukhi",
    "Hebr": "Hebrew", "Khmr": "Khmer", "Knda": "Kannada", "Laoo": "Lao", "Mlym": "Malayalam",
    "Mymr": "Myanmar", "Orya": "Oriya", "Sinh": "Sinhala", "Taml": "Tamil", "Telu": "Telugu",
    "Thai": "Thai",
}  # fmt: skip
_LATIN_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]
# In every font: what references, amounts and names in Latin letters are written with.
BASIC = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x218, 0x21B), (0x300, 0x323),
    (0x1E80, 0x1EF9), (0x2009, 0x2009), (0x200C, 0x200F), (0x2010, 0x2027), (0x202F, 0x2030),
    (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2066, 0x2069), (0x20A0, 0x20C0),
    (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2248),
    (0x2264, 0x2265),
]  # fmt: skip
# Of Greek and Cyrillic the same file holds more; of Han, what any label may hold beside the words.
MORE = {
    "Cyrl": [(0x400, 0x45F), (0x490, 0x4FF)],
    "Grek": [(0x370, 0x3FF)],
    "Hans": [(0x3000, 0x3011), (0xFF01, 0xFF5E), (0xFFE5, 0xFFE5)],
    "Hant": [(0x3000, 0x3011), (0xFF01, 0xFF5E), (0xFFE5, 0xFFE5)],
    "Jpan": [(0x3000, 0x3011), (0x3041, 0x30FF), (0xFF01, 0xFF5E), (0xFFE5, 0xFFE5)],
    "Kore": [(0x3000, 0x3011), (0xFF01, 0xFF5E)],
}
# What a reference of a Chinese lender is likely to hold: kinds, counters, provinces, numerals.
NUMBERED = {
    "Hans": "合同编号第字贷借款现金消费分期车房抵押信用卡账单年月日元甲乙丙丁个人企业客户"
    "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀贵黔云滇陕秦甘陇青蒙桂宁新藏港澳台"
    "〇一二三四五六七八九十百千万亿零",
    "Hant": "合約編號第字貸借款現金消費分期車房抵押信用卡帳單年月日元甲乙丙丁個人企業客戶"
    "京津滬渝冀晉遼吉黑蘇浙皖閩贛魯豫鄂湘粵瓊川蜀貴黔雲滇陝秦甘隴青蒙桂寧新藏港澳臺台"
    "〇一二三四五六七八九十百千萬億兆零",
}
# Beside the locales' own: references and the policy's words may be in any of them. `Hani` is Han at
# large in one weight, the common half of what GB 2312 and Big5 hold.
ALSO = ("Arab", "Cyrl", "Deva", "Grek", "Hani")
COMMON_HAN = (("gb2312", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7)))


def main(sources: Path) -> None:
    """Write every font the locales need, and the list of its signs."""
    for script, words in sorted(_words().items()):
        wanted = _wanted(script, words)
        weights = WEIGHTS[:1] if script == "Hani" else WEIGHTS
        drawn = [_written(script, weight, wanted, sources) for weight in weights]
        signs = sorted(frozenset.intersection(*drawn))
        listed = files_of(script)[0].with_name(f"{script}.txt")
        listed.write_text("".join(map(chr, signs)), "utf-8")
        missing = "".join(sorted(words - set(map(chr, signs))))
        sys.stdout.write(f"{script}: {len(signs)} signs; missing of its words: {missing!r}\n")


def _words() -> dict[str, set[str]]:
    """The signs of each script's catalogues: all that the chat says, so that words may change."""
    found: dict[str, set[str]] = {script: set() for script in ALSO}
    for path in (ROOT / "locales").glob("*/LC_MESSAGES/chat.po"):
        with path.open("rb") as file:
            catalog = read_po(file)
        said = (text for message in catalog for text in _forms(message.string))
        found.setdefault(script_of(path.parts[-3]), set()).update(*said)
    return found


def _forms(string: object) -> Iterable[str]:
    return string if isinstance(string, list | tuple) else [str(string)]


def _wanted(script: str, words: Iterable[str]) -> set[int]:
    ranges = [*BASIC, *MORE.get(script, [])]
    fixed = {code for first, last in ranges for code in range(first, last + 1)}
    if script == "Hani":
        fixed |= set(_common_han())
    return fixed | set(map(ord, words)) | set(map(ord, NUMBERED.get(script, "")))


def _common_han() -> Iterable[int]:
    for encoding, firsts in COMMON_HAN:
        for pair in ((first, second) for first in firsts for second in range(0x40, 0xFF)):
            with suppress(UnicodeDecodeError):
                yield ord(bytes(pair).decode(encoding))


def _written(script: str, weight: int, wanted: set[int], sources: Path) -> frozenset[int]:
    """The merged font of one script and weight, written; answers the signs it has."""
    latin = _at(_cut(TTFont(sources / LATIN), wanted, _LATIN_FEATURES), weight)
    others = _others(script, weight, wanted - set(latin.getBestCmap()), sources)
    font = _merged([latin, *others], sources / f"{script}-{weight}")
    _name(font, family_of(script), weight)
    path = files_of(script)[WEIGHTS.index(weight)]
    font.save(path)
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")
    return frozenset(font.getBestCmap())


def _others(script: str, weight: int, wanted: set[int], sources: Path) -> Iterable[TTFont]:
    """What Noto Sans lacks: Han by the signs asked for, another script whole, the baht's sign."""
    if script in OF_CJK:
        collection = TTCollection(sources / CJK, lazy=True)
        name = f"Noto Sans CJK {OF_CJK[script]}"
        han = next(face for face in collection.fonts if face["name"].getDebugName(1) == name)
        yield _quadratic(_cut(han, wanted, []), weight)
    elif script in OF_OTHERS:
        font = TTFont(sources / f"manimgx_fonts/NotoSans{OF_OTHERS[script]}[wght].ttf")
        basic = {code for first, last in BASIC for code in range(first, last + 1)}
        yield _at(_cut(font, set(font.getBestCmap()) - basic, ["*"]), weight)
    if script != "Thai":
        yield _at(_cut(TTFont(sources / THAI), {BAHT}, []), weight)


def _cut(font: TTFont, wanted: set[int], features: list[str]) -> TTFont:
    """`font` with the wanted signs only, and without hints for the screens of old."""
    subsetter = Subsetter(
        Options(hinting=False, notdef_outline=True, name_IDs=["*"], layout_features=features)
    )
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return font


def _at(font: TTFont, weight: int) -> TTFont:
    """A variable font made fixed: at a weight, else as it is by default."""
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
    return instantiateVariableFont(font, axes)


def _quadratic(font: TTFont, weight: int) -> TTFont:
    """Cubic outlines at a weight as quadratic ones, so that they merge with the Latin."""
    glyphs, order = font.getGlyphSet(location={"wght": weight}), font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    built = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    built.setupGlyphOrder(order)
    built.setupCharacterMap(font.getBestCmap())
    built.setupGlyf(outlines)
    built.setupHorizontalMetrics(
        {
            name: (
                round(glyphs[name].width),
                outlines[name].xMin if outlines[name].numberOfContours else 0,
            )
            for name in order
        }
    )
    built.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    built.setupOS2()
    built.setupNameTable({})
    built.setupPost(keepGlyphNames=False)
    return built.font


def _merged(parts: Iterable[TTFont], scratch: Path) -> TTFont:
    files = []
    for number, part in enumerate(parts):
        files.append(f"{scratch}.{number}.ttf")
        part.save(files[-1])
    return Merger().merge(files)


def _name(font: TTFont, family: str, weight: int) -> None:
    """A name of our own, as the licence asks of what was changed, and no trace of the hour."""
    style = "Bold" if weight == max(WEIGHTS) else "Regular"
    font["name"].names = []
    for number, value in (
        (0, "Copyright The Noto Project Authors, and for Han Adobe; see OFL.txt"),
        (1, family),
        (2, style),
        (4, f"{family} {style}"),
        (6, f"{family.replace(' ', '')}-{style}"),
        (13, "This Font Software is licensed under the SIL Open Font License, Version 1.1."),
        (14, "https://openfontlicense.org"),
    ):
        font["name"].setName(value, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
