"""Files on their way in: counted, sniffed, never trusted by their name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bot.channels.web.uploads import LARGEST_FILE
from tests.channels.web_site import WebSite

UPLOADS = "/chat/api/uploads"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 64
PDF = b"%PDF-1.7\n" + b"\0" * 64
Client = TestClient[Litestar]


def zipped() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.pdf", PDF)
    return packed.getvalue()


@pytest.fixture
def site() -> WebSite:
    return WebSite()


@pytest.fixture
def client(site: WebSite) -> Iterator[Client]:
    with TestClient(site.app) as client:
        yield client


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "png"), (JPEG, "jpeg"), (WEBP, "webp"), (PDF, "pdf")]
)
def test_a_picture_or_pdf_is_kept_by_what_it_is_and_sent_as_a_message(
    site: WebSite, client: Client, content: bytes, kind: str
) -> None:
    answer = client.post(UPLOADS, files={"file": ("note.exe", content, "text/html")})
    client.post("/chat/api/messages", json={"id": "m1", **answer.json()})

    assert (answer.status_code, answer.json()) == (201, {"upload": "upload1"})
    assert site.machine.chats["chat1"].uploads == {"upload1": ("note.exe", kind, content)}
    assert site.machine.heard[0].kind == "upload"


@pytest.mark.parametrize(
    "content",
    [
        zipped(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<html>",
        b"GIF89a" + b"\0" * 64,
        b"MZ" + b"\0" * 64,
        b"just words",
        b"x" + PNG,
    ],
)
def test_any_other_kind_is_refused_whatever_it_is_called(
    site: WebSite, client: Client, content: bytes
) -> None:
    answer = client.post(UPLOADS, files={"file": ("photo.png", content, "image/png")})

    assert (answer.status_code, answer.json()["error"]) == (400, "web.error.file.kind")
    assert site.machine.chats["chat1"].uploads == {}


def test_an_empty_file_is_named_as_such(client: Client) -> None:
    answer = client.post(UPLOADS, files={"file": ("a.png", b"")})

    assert answer.json()["error"] == "web.error.file.empty"


def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(client: Client) -> None:
    most = PDF + b"\0" * (LARGEST_FILE - len(PDF))
    taken = client.post(UPLOADS, files={"file": ("a.pdf", most)})
    refused = client.post(UPLOADS, files={"file": ("a.pdf", most + b"\0")})

    assert taken.status_code == 201
    assert (refused.status_code, refused.json()["error"]) == (413, "web.error.file.large")


def test_an_announced_flood_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post(
        UPLOADS,
        content=b"--x--",
        headers={
            "Content-Type": "multipart/form-data; boundary=x",
            "Content-Length": str(LARGEST_FILE * 2),
        },
    )

    assert (answer.status_code, answer.json()["error"]) == (413, "web.error.file.large")


def test_an_unannounced_flood_is_cut_while_it_streams(client: Client) -> None:
    sent = []

    def flood() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(40):
            sent.append(1)
            yield b"\0" * 1_000_000

    answer = client.post(
        UPLOADS, content=flood(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert (answer.status_code, answer.json()["error"]) == (413, "web.error.file.large")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"no boundary in sight"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nno file\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n%PDF-1.7 cut',
        ),
    ],
)
def test_a_request_without_a_whole_file_is_turned_away(
    site: WebSite, client: Client, content_type: str, body: bytes
) -> None:
    answer = client.post(UPLOADS, content=body, headers={"Content-Type": content_type})

    assert answer.status_code in {400, 415}
    assert answer.json()["error"] == "web.error.file.missing"
    assert site.machine.chats["chat1"].uploads == {}


def test_a_name_is_kept_plain_and_short(site: WebSite, client: Client) -> None:
    client.post(UPLOADS, files={"file": ("C:\\papers\\../no\u202ete.pdf" + "x" * 300, PDF)})

    [(name, _, _)] = site.machine.chats["chat1"].uploads.values()
    assert name == ("note.pdf" + "x" * 300)[:120]
