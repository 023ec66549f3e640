"""Other commands beside a `reprieve run`; a second `run` is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lender.tapes import folder as tape
from tests.lender.tapes import sound
from tests.operations.operator import Operator
from tests.operations.running import running


def test_link_import_and_backup_work_beside_a_run_and_a_second_run_does_not(
    operator: Operator, tmp_path: Path
) -> None:
    books = tape(tmp_path / "books", sound())
    with running(operator.folder) as assistant:
        assert operator.runs("link", "ANN"), operator.said
        assert operator.runs("import", books), operator.said
        assert operator.runs("link", "B2"), operator.said  # of the tape just imported
        assert operator.runs("backup", tmp_path / "copies" / "b.db"), operator.said
        second = pytest.raises(RuntimeError, match="Another reprieve run already serves")
        with second, running(operator.folder):
            pass
        assert assistant.stop() == 0
    assert operator.runs("verify"), operator.said
