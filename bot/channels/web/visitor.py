"""Who is asking: the cookie that is the chat's identity, found, made and forgotten.

It must not know what a chat holds. The server stores the cookie hashed; the clear one is here only.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from http import HTTPStatus
from math import ceil

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from bot.channels.web.limits import Allowance, household
from bot.channels.web.machine import OpenedChat
from bot.channels.web.refusals import Declined
from bot.channels.web.site import Site, Visit

TOKEN_BYTES = 16
_DAYS_180 = 180 * 24 * 60 * 60
