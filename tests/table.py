"""Many cases in few tests: a test of pytest's costs more than most of our cases do."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from support_cli.base import i18n


def each(names: str | Sequence[str], rows: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like ``parametrize``, in one test: all rows are tried, and every one that failed is shown.

    For rows that need nothing made for them alone; what is given to the test otherwise is shared by all rows.

    Args:
        names: Parameters that a row fills, separated by commas, or a sequence of them.
        rows: Values for them; for one parameter the value itself.
    """
    wanted = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [row if len(wanted) > 1 else (row,) for row in rows]

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def test(*own: Any, **given: Any) -> None:
            failed: list[BaseException] = []
            for number, row in enumerate(table):
                try:
                    function(*own, **given, **dict(zip(wanted, row, strict=True)))
                except (Exception, pytest.fail.Exception) as error:
                    error.add_note(f"row {number}: {', '.join(map(_short, row))}")
                    failed.append(error)
                finally:
                    i18n.activate("en")
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(table)} rows", failed)

        assert table, "a table without rows tests nothing"
        signature = inspect.signature(function)
        rest = [one for name, one in signature.parameters.items() if name not in wanted]
        vars(test)["__signature__"] = signature.replace(parameters=rest)
        return test

    return decorate


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."


def sample(rows: Iterable[Any], every: int, first: int = 0) -> list[Any]:
    """All rows for ``parametrize``, of which the fast tests run one in ``every``; the slow tests run the others."""
    return [
        row
        if number % every == first
        else pytest.param(*(row if isinstance(row, tuple) else (row,)), marks=pytest.mark.slow)
        for number, row in enumerate(rows)
    ]
