"""Real issue forms, templates and issues that lie in ``../shared/forms`` beside the project, where there are any.

They belong to their repositories, so nothing of them is kept here; tests of modules named ``*_material`` exist only
where that folder does, and say how much they read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

FORMS = Path(__file__).resolve().parents[1].parent / "shared" / "forms"
HERE = FORMS.is_dir()
Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Iterator[Tell]:
    """Says on the terminal, after the test, what was read."""
    said: list[str] = []
    yield said.append
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    if reporter is not None and capture is not None:
        with capture.global_and_fixture_disabled():
            for words in said:
                reporter.write_line(f" ../shared/forms: {words}")


def real_forms() -> list[Path]:
    """The issue forms of real repositories."""
    return [path for path in sorted((FORMS / "forms").glob("*.y*ml")) if not path.name.endswith("config.yml")]
