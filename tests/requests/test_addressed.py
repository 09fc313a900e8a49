"""A written mail names whom the pack's channel names, so that it need only be sent."""

from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from support_cli.environment import Bench
from support_cli.requests.compose import new
from support_cli.requests.options import NewOptions

PAYMENT = """\
paid_from: By card
card_last4: "8802"
paid_on: 2026-11-20
amount: 90 UAH
receiver: Example Cinema
"""
ANSWERS = """\
topic: {topic}
summary: Two tickets paid, two times charged
name: Olena Kovalchuk
phone: "+380 67 234 56 78"
preferred_contact: Phone
consent: true
"""


@pytest.fixture
def written(bench: Callable[..., Bench], work_folder: Path) -> Callable[..., str]:
    def write(form: str, topic: str, **more: str) -> str:
        (work_folder / "answers.yml").write_text(
            ANSWERS.format(topic=topic) + (PAYMENT if form == "payment" else ""), "utf-8"
        )
        options = NewOptions(
            pack="bank", form=form, answers="answers.yml", document="email", format="eml", no_input=True, **more
        )
        outcome = new(bench(), options)
        (made,) = outcome.files
        return str(message_from_bytes(Path(made.path).read_bytes())["To"])

    return write


def test_the_topic_decides_who_is_written_to(written: Callable[..., str]) -> None:
    assert written("payment", "Charged twice") == "payments@example.org"
    assert written("card", "New card") == "cards@example.org"


def test_whoever_is_named_by_hand_wins(written: Callable[..., str]) -> None:
    assert written("payment", "Charged twice", to="branch@example.com") == "branch@example.com"
    assert written("payment", "Charged twice", channel="support") == "support@example.org"
