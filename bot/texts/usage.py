"""Which text keys the source code and the page templates ask for, and with which slots.

It must not import the code it reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Keys whose last part is known only at run time and that no f-string in the code spells out.
DYNAMIC = ("format.", "tips.", "understand.")

_FOLDERS = ("bot", "handlers")
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\Z")
_QUOTED = re.compile(r"""["']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)["']""")
_CALLED = re.compile(r"""\b(?:t|text)\(\s*["']([a-z][a-z0-9_.]*)["']""")
_MAKERS = frozenset({"text", "Text"})
_FAMILIES = frozenset({"ReprieveError", "Rejected", "Refused", "Broken"})
_FAULTS = frozenset({"Fault"})
_TELLING = 3  # letters an f-string must fix before it may claim keys


@dataclass(frozen=True, slots=True)
class Asked:
    """A key found in the source. `certain` when it stands where only a key can stand.

    `key` may be the pattern of an f-string, `*` for each gap. `slots` and `counted` are None when
    the call does not spell them out.
    """

    key: str
    where: str
    certain: bool
    slots: frozenset[str] | None = None
    counted: bool | None = None


def asked_in(root: Path) -> Iterator[Asked]:
    """Everything that looks like a text key in the code and templates under `root`."""
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            where = str(path.relative_to(root))
            if path.suffix == ".py":
                yield from asked_by(path.read_text("utf-8"), where)
            elif path.suffix in {".html", ".jinja", ".svg", ".js"}:
                yield from _asked_by_template(path.read_text("utf-8"), where)


def asked_by(source: str, where: str) -> Iterator[Asked]:
    """The keys one Python file asks for."""
    tree = ast.parse(source)
    errors = _FAMILIES | _error_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _from_call(node, where, errors)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _KEY.match(node.value):
                yield Asked(node.value, f"{where}:{node.lineno}", certain=False)
        elif isinstance(node, ast.JoinedStr):
            pattern = _pattern(node)
            if pattern:
                yield Asked(pattern, f"{where}:{node.lineno}", certain=False)


def unused(asked: Iterable[Asked], keys: Collection[str]) -> list[str]:
    """The keys among `keys` that nothing asked for, declared dynamic ones left out."""
    wanted = {one.key for one in asked}
    patterns = [key for key in wanted if "*" in key]
    left = (key for key in sorted(keys) if key not in wanted and not key.startswith(DYNAMIC))
    return [key for key in left if not any(matches(pattern, key) for pattern in patterns)]


def matches(pattern: str, key: str) -> bool:
    """Whether `key` is one that `pattern`, with `*` for each gap, may ask for."""
    return bool(_compiled(pattern).match(key))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "[a-zA-Z0-9_.-]+") + r"\Z")


def _error_names(tree: ast.Module) -> frozenset[str]:
    """Names of error classes defined here; `super().__init__` calls are found without this."""
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in _FAMILIES for base in node.bases)
    )


def _from_call(node: ast.Call, where: str, errors: frozenset[str]) -> Iterator[Asked]:
    name = _name(node.func)
    at = 1 if name in _FAULTS else 0
    maker = name in _MAKERS
    known = maker or name in errors or name in _FAULTS or _is_super_init(node.func)
    if not known or len(node.args) <= at:
        return
    first = node.args[at]
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return
    if not _KEY.match(first.value):
        return
    spot = f"{where}:{node.lineno}"
    spelled = name != "Text" and name not in _FAULTS and len(node.args) == 1
    spelled = spelled and all(keyword.arg for keyword in node.keywords)
    slots = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
    yield Asked(
        first.value,
        spot,
        certain=True,
        slots=slots - {"count"} if spelled else None,
        counted="count" in slots if spelled and maker else None,
    )


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else ""


def _is_super_init(func: ast.expr) -> bool:
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "__init__"
        and isinstance(func.value, ast.Call)
        and _name(func.value.func) == "super"
    )


def _pattern(node: ast.JoinedStr) -> str | None:
    """`relief.reason.*` for an f-string that spells a key with gaps; None for any other."""
    parts = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "*"
        for part in node.values
    ]
    pattern = "".join(parts)
    fixed = "".join(part for part in parts if part != "*")
    shaped = _KEY.match(pattern.replace("*", "x"))
    return pattern if shaped and sum(map(str.isalpha, fixed)) >= _TELLING else None


def _asked_by_template(source: str, where: str) -> Iterator[Asked]:
    for number, line in enumerate(source.splitlines(), 1):
        called = set(_CALLED.findall(line))
        for key in sorted(called | set(_QUOTED.findall(line))):
            # `t("case.status." ~ status)`: what is joined on is known only at run time.
            whole = f"{key}*" if key.endswith(".") else key
            yield Asked(whole, f"{where}:{number}", certain=key in called and "." in key)
