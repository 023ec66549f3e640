"""A bare browser for tests: cookies and forms, no scripts, nothing followed by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

PASSWORD = "a long enough password"
HOME = "http://desk.test"


@dataclass
class Browser:
    """A browser that follows nothing by itself and sends the Origin a browser sends."""

    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return await self.client.get(path, headers=headers)

    async def post(
        self, path: str, form: Mapping[str, str], origin: str | None = HOME
    ) -> httpx.Response:
        """A form as it stands; `origin` None: a client that sends none."""
        headers = {"origin": origin} if origin else {}
        return await self.client.post(path, data=dict(form), headers=headers)

    async def sign_in(self, login: str, password: str = PASSWORD, path: str = "") -> httpx.Response:
        """Fill in the sign-in form of a fresh page."""
        page = await self.get(f"/console/login{path}")
        form = {**fields(page.text, "/console/login"), "login": login, "password": password}
        return await self.post("/console/login", form)

    async def submit(self, page: str, action: str, **typed: str) -> httpx.Response:
        """Open `page`, fill in its form with that action, send it."""
        shown = await self.get(page)
        assert shown.status_code == 200, shown.text
        return await self.post(action, {**fields(shown.text, action), **typed})


def fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with that action."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert form is not None, f"no form for {action}"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.group())
    return dict(hidden)
