from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support_cli.cases.database import Database, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "support.db"


@pytest.fixture
def database(path: Path, ready_database: Callable[[Path], None]) -> Iterator[Database]:
    ready_database(path)
    with open_database(path) as opened:
        yield opened
