"""`make demo TELEGRAM=1`: the simulator beside a command, which finds it by its settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.lender.madeup import SITUATIONS

ROOT = Path(__file__).parent.parent
# Says how it was started, has a code sent, and asks the page whom one can be.
COMMAND = """
import json, os, sys, urllib.request

def ask(url, body=None):
    request = urllib.request.Request(url, body and json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    return urllib.request.urlopen(request).read()

base = os.environ["REPRIEVE_TELEGRAM_BASE_URL"]
page = base.removesuffix("/bot")
me = json.loads(ask(base + os.environ["REPRIEVE_TELEGRAM_TOKEN"] + "/getMe"))
people = json.loads(ask(page + "/people"))["people"]
code = {"kind": "code", "phone": "+447700900001", "code": "481516", "locale": "en"}
ask(os.environ["REPRIEVE_CODE_HOOK_URL"], code)
chat = json.loads(ask(f"{page}/chats/{people[0]['id']}"))
print(json.dumps([me["result"]["first_name"], people, chat["sms"]]))
sys.exit(7)
"""


def test_the_phone_is_every_borrowers_of_the_demo_and_gets_their_codes() -> None:
    beside = subprocess.run(
        [sys.executable, "tools/telegram_demo.py", sys.executable, "-c", COMMAND],
        cwd=ROOT,
        env={"PATH": "", "TELEGRAM_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert beside.returncode == 7, beside.stderr
    where, told = beside.stdout.splitlines()
    assert where.startswith("Telegram:  http://127.0.0.1:")
    name, people, sms = json.loads(told)
    assert name == "Meadow Finance"
    assert [one["name"] for one in people] == [each.name for each in SITUATIONS]
    assert people[0]["hint"].endswith(SITUATIONS[0].borrower().id_last4)
    assert sms == [{"from": "Meadow Finance", "words": "481516"}]
