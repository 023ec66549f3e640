"""The browser tests have a browser, or say loudly that they have none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import finding


def test_a_phone_page_is_as_wide_as_a_phone(phone: Page) -> None:
    phone.set_content("<meta name=viewport content='width=device-width'><p>你好</p>")

    assert phone.evaluate("[innerWidth, devicePixelRatio, navigator.language]") == [390, 2, "en-US"]


def test_the_named_browser_goes_before_any_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRIEVE_BROWSER", "/opt/browser")

    assert finding.find_browser() == Path("/opt/browser")


def test_playwrights_own_browser_is_found_without_its_driver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REPRIEVE_BROWSER", raising=False)

    assert finding.find_browser() == program


@pytest.mark.parametrize(("value", "required"), [("1", True), ("0", False), ("", False)])
def test_continuous_integration_requires_a_browser(
    monkeypatch: pytest.MonkeyPatch, value: str, required: bool
) -> None:
    monkeypatch.setenv(finding.REQUIRED, value)

    assert finding.browser_required() is required
