"""`reprieve policy show`: the rules in words, of a whole policy and of each preset."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.command_line import command_line

ROOT = Path(__file__).parent.parent
PRESETS = sorted((ROOT / "policy" / "presets").glob("*.toml"))
LANGUAGES = {
    "en": "A piece to copy from, not a whole policy.",
    "zh_CN": "这是供复制参考的片段，不是完整的政策文件。",
    "zh_TW": "這是供複製參考的片段，不是完整的政策檔案。",
}


def shown(*arguments: object, language: str = "en") -> list[str]:
    given = ["policy", "show", *map(str, arguments), "--on", "2026-11-28"]
    answer = CliRunner().invoke(command_line, given, env={"LC_ALL": language})
    assert answer.exit_code == 0, answer.output
    return answer.output.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_a_preset_is_told_in_words_and_called_a_piece(preset: Path, language: str) -> None:
    told = shown(preset, language=language)
    assert told[-1].startswith(LANGUAGES[language])
    assert len(told) > 3


def test_a_preset_of_terms_alone_tells_its_rules_and_no_programme() -> None:
    told = shown(ROOT / "policy/presets/in-rbi.toml", "--currency", "INR")
    assert told[1:5] == [
        "in-rbi",
        "– In force since 1 Apr 2024.",
        "– A late fee of ₹750.00, once per instalment.",
        "– ₹50.00 for each day late.",
    ]
    assert told[5].startswith("– Source: RBI circular of 18 August 2023 on penal charges;")
    assert told[5].endswith("(secondary: confirm before use) (checked 12 Oct 2026).")
    assert told[-1].endswith("Configuration, not legal advice: confirm each value before use.")
    assert not [line for line in told if "elief" in line]


def test_a_preset_of_relief_alone_promises_nothing_it_does_not_say() -> None:
    told = shown(ROOT / "policy/presets/uk-breathing-space.toml")
    assert told[3:7] == [
        "Conditions",
        "– Nothing has to be paid for the relief to stand.",
        (
            "– Nothing is charged while an application is looked at and until the rest is due: "
            "60 days in 12 months at most."
        ),
        "– Those days are never charged later.",
    ]
    assert len(told) == 9  # with where it is from, of the whole and of the conditions, and a piece


def test_the_shipped_policy_is_told_whole() -> None:
    told = shown()
    assert "Card instalment plan" in told
    assert "– From day 91 overdue, grade E: 40% of the penalty" in told
    assert "– If the case is not settled, those days are charged after all." in told
    assert told[-2].startswith("– What the borrower reads: while we review")


def test_without_a_day_the_rules_of_today_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRIEVE_CLOCK", "2026-03-02T09:00+08:00")
    answer = CliRunner().invoke(command_line, ["policy", "show"], env={"LC_ALL": "en"})
    assert answer.output.startswith("Rules in force on 2 Mar 2026")


def test_a_faulty_file_is_refused_by_path(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.toml"
    faulty.write_text("[[terms]]\nproduct = 'x'\n", "utf-8")
    answer = CliRunner().invoke(command_line, ["policy", "show", str(faulty), "--on", "2026-11-28"])
    assert answer.exit_code != 0
    assert "terms[0].rate" in answer.output
