"""Sealing of personal fields: a key per subject in a key file, wrapped by the master key.

It must not know what it seals. Destroying a subject's key erases everything sealed under it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Broken
from bot.store.mac import Mac

_NONCE = 12
_POOLED = 256
_CACHED_KEYS = 20_000
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS data_key (
    subject_id TEXT NOT NULL PRIMARY KEY,  -- borrower, chat, or 'ingestion:<day>'
    wrapped    BLOB NOT NULL               -- AES-256-GCM under the master key, bound to the subject
) WITHOUT ROWID""",
    # Tells a key that was destroyed from one that an old copy of this file does not hold yet.
    """CREATE TABLE IF NOT EXISTS destroyed_key (subject_id TEXT NOT NULL PRIMARY KEY)
WITHOUT ROWID""",
)


class Seals:
    """Seals and opens fields, and makes blind-index tokens. Safe to use from several threads."""

    def __init__(self, key_file: Path | str, secret: bytes) -> None:
        """Open (or make) `key_file`; `secret` is the master secret, at least 32 bytes."""
        self._wrap = AESGCM(_derived(secret, b"wrap"))
        self._index = Mac(_derived(secret, b"blind-index"))
        self._blinds: dict[str, Mac] = {}  # by purpose, of which there are a dozen
        self._session = _derived(secret, b"session")
        self._head = _derived(secret, b"audit-head")
        self._keys: dict[str, AESGCM] = {}
        self._nonces: deque[bytes] = deque()  # taken by several threads, each once
        self._lock = threading.RLock()
        self._version = 0  # of the file, as others have left it
        self._file = sqlite3.connect(
            key_file, isolation_level=None, check_same_thread=False, timeout=10
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._file.execute(f"PRAGMA {pragma}").fetchone()
        for table in _SCHEMA:
            self._file.execute(table)
        if str(key_file) != ":memory:":
            Path(key_file).chmod(0o600)

    def close(self) -> None:
        """Close the key file."""
        with self._lock:
            self._keys.clear()
            self._file.close()

    def create(self, subjects: Iterable[str]) -> None:
        """Make a key for each subject without one; durable on return, before rows are sealed."""
        with self._lock:
            keys = {subject: AESGCM.generate_key(256) for subject in subjects}
            wrapped = [(subject, self._wrapped(subject, key)) for subject, key in keys.items()]
            self._file.execute("BEGIN IMMEDIATE")
            made = self._file.executemany("INSERT OR IGNORE INTO data_key VALUES (?, ?)", wrapped)
            self._file.execute("COMMIT")
            if made.rowcount == len(keys):  # none was there before: these are the keys
                for subject, key in keys.items():
                    self._keep(subject, AESGCM(key))

    def destroy(self, subject: str) -> None:
        """Erase: what was sealed under the subject's key can never be read again."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.execute("DELETE FROM data_key WHERE subject_id = ?", (subject,))
            self._file.execute("INSERT OR IGNORE INTO destroyed_key VALUES (?)", (subject,))
            self._file.execute("COMMIT")
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._keys.pop(subject, None)

    def refresh(self) -> None:
        """Forget the keys in memory when another process has changed the file: one may be gone."""
        with self._lock:
            version = self._file.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._keys.clear()
                self._version = version

    def destroyed(self) -> list[str]:
        """The subjects whose keys were destroyed."""
        with self._lock:
            return [row[0] for row in self._file.execute("SELECT subject_id FROM destroyed_key")]

    def has(self, subject: str) -> bool:
        """Whether the subject's key exists."""
        return self._key(subject) is not None

    def seal(self, subject: str, table: str, column: str, row: str, clear: bytes) -> bytes:
        """`clear` under the subject's key, bound to where it is kept."""
        key = self._key(subject)
        if key is None:
            raise Broken("error.key.missing")
        nonce = self._nonce()
        return nonce + key.encrypt(nonce, clear, _place(subject, table, column, row))

    def open(self, subject: str, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """What was sealed; Broken `error.key.missing` if erased, `.sealed.damaged` if moved."""
        key = self._key(subject)
        if key is None:
            raise Broken("error.key.missing")
        place = _place(subject, table, column, row)
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as wrong:  # changed or moved; cut short
            raise Broken("error.sealed.damaged", table=table, column=column) from wrong

    def blind(self, purpose: str, value: str | bytes) -> bytes:
        """A token by which equal values of one purpose find each other, and nothing else shows."""
        digest = self._blind(purpose).digest
        return digest(value.encode() if isinstance(value, str) else value)[:16]

    def blinds(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """The tokens of many values, in their order."""
        digest = self._blind(purpose).digest
        return [digest(value.encode())[:16] for value in values]

    def session_key(self) -> bytes:
        """The key signed cookies and hooks use."""
        return self._session

    def head(self, previous: bytes, statement: bytes) -> bytes:
        """The HMAC of a day's head: over the one before it and what this one states."""
        return hmac.digest(self._head, previous + statement, "sha256")

    def unwraps(self, subject: str, wrapped: bytes) -> bool:
        """Whether the master secret opens a row of a key file."""
        try:
            self._unwrapped(subject, wrapped)
        except Broken:
            return False
        return True

    def _blind(self, purpose: str) -> Mac:
        mac = self._blinds.get(purpose)
        if mac is None:
            mac = self._blinds[purpose] = self._index.begun(purpose.encode() + b"\0")
        return mac

    def _nonce(self) -> bytes:
        """Fresh chance, asked of the system for many times at once: each asking is dear."""
        try:
            return self._nonces.popleft()
        except IndexError:
            fresh = os.urandom(_NONCE * _POOLED)
            self._nonces.extend(fresh[at : at + _NONCE] for at in range(_NONCE, len(fresh), _NONCE))
            return fresh[:_NONCE]

    def _key(self, subject: str) -> AESGCM | None:
        found = self._keys.get(subject)
        return found if found is not None else self._read(subject)

    def _read(self, subject: str) -> AESGCM | None:
        with self._lock:
            row = self._file.execute(
                "SELECT wrapped FROM data_key WHERE subject_id = ?", (subject,)
            ).fetchone()
            if row is None:
                return None
            return self._keep(subject, AESGCM(self._unwrapped(subject, row[0])))

    def _keep(self, subject: str, key: AESGCM) -> AESGCM:
        if len(self._keys) >= _CACHED_KEYS:
            self._keys.pop(next(iter(self._keys)))
        self._keys[subject] = key
        return key

    def _wrapped(self, subject: str, key: bytes) -> bytes:
        nonce = self._nonce()
        return nonce + self._wrap.encrypt(nonce, key, subject.encode())

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        try:
            return self._wrap.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.encode())
        except InvalidTag as wrong:
            raise Broken("error.key.secret") from wrong


def chained(previous: bytes, ciphertext: bytes) -> bytes:
    """The next hash of an append-only chain over ciphertext, so that erasure keeps it valid."""
    return hashlib.sha256(previous + ciphertext).digest()


def token_hash(token: str) -> bytes:
    """How a random token is kept: SHA-256, as it has 128 bits of its own."""
    return hashlib.sha256(token.encode()).digest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=b"reprieve", info=purpose).derive(secret)


def _place(subject: str, table: str, column: str, row: str) -> bytes:
    return f"{subject}|{table}|{column}|{row}".encode()
