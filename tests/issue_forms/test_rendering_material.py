"""True pairs of form and issue, and every real form there and back (``../shared/forms``): only where that folder is."""

import csv
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.model import Form, Kind, Question, Value
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms.parse import parse_issue
from support_cli.issue_forms.rendering import Flavour, render_issue
from tests.issue_forms.test_parse import answered
from tests.material import FORMS, HERE, Tell, real_forms, tell
from tests.table import each

__all__ = ["tell"]

ERAS = {"classic": Flavour.CLASSIC, "react": Flavour.TODAY}


def value_of(question: Question, said: Any) -> Value | None:
    if question.kind is Kind.DROPDOWN and not question.multiple:
        return next((one for one in said or () if one in [option.label for option in question.options]), None)
    return said or None


def load(path: Any) -> Form:
    return issue_form.load(path.read_bytes(), name=path.name, form_id="f").form


@cache
def loaded() -> list[Form]:
    return [load(path) for path in real_forms()]


if HERE:

    def pairs() -> list[tuple[str, Form, dict[str, Value], str, dict[str, Any]]]:
        found = []
        with (FORMS / "pairs" / "index.tsv").open(encoding="utf-8", newline="") as stream:
            names = [row["id"] for row in csv.DictReader(stream, delimiter="\t")]
        for name in names:
            folder = FORMS / "pairs" / name
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            form = load(folder / "form.yml")
            asked = [question for question in form.questions if question.asks]
            said = zip(asked, meta["answers"], strict=True)
            answers = {q.id: value for q, one in said if (value := value_of(q, one["answer"])) is not None}
            body = (folder / "body.md").read_bytes().decode("utf-8")
            found.append((name, form, answers, body, meta))
        return found

    def test_true_pairs_are_equal_to_the_byte(tell: Tell) -> None:
        raw, by_line_ends, ticked_later, rewritten = 0, 0, [], []
        for name, form, answers, body, meta in pairs():
            made = render_issue(form, answers, flavour=ERAS[meta["era"]])
            if not meta["conforms"]:
                rewritten.append(name)
            elif made == body:
                raw += 1
            elif made.replace("\r\n", "\n") == body.replace("\r\n", "\n"):
                by_line_ends += 1
                # An edit afterwards makes every line end CRLF; one issue has a few LF inside a text.
                assert meta["edited_after_submit"] or name == "clap-rs__clap-4909"
            else:
                ticked_later.append(name)
                assert made.replace("\r\n", "\n").replace("[X]", "[x]") == body.replace("\r\n", "\n").replace(
                    "[X]", "[x]"
                )
        assert (raw, by_line_ends, len(ticked_later), len(rewritten)) == (56, 36, 3, 4)
        tell(
            f"99 pairs: {raw} equal as raw bytes, {by_line_ends} but for line ends, 3 ticked later, 4 rewritten by hand"
        )

    def test_true_bodies_are_read_back(tell: Tell) -> None:
        exact = 0
        for name, form, answers, body, meta in pairs():
            parsed = parse_issue(form, body)
            if not meta["conforms"]:
                assert set(parsed.answers) >= set(answers) - {one.question for one in parsed.ambiguous}, name
                continue
            assert parsed.exact, name
            assert not parsed.ambiguous, name
            assert parsed.answers == {key: value for key, value in answers.items() if value != "_No response_"}, name
            exact += 1
        assert exact == 95
        tell(f"{exact} bodies read back into the very answers, 4 rewritten ones as far as they go")

    @pytest.mark.hypothesis
    @each("flavour", list(Flavour))
    def test_every_real_form_there_and_back(flavour: Flavour, tell: Tell) -> None:
        forms = loaded()
        counts = {"clear": 0, "unclear": 0}

        @given(st.data())
        def there_and_back(data: st.DataObject) -> None:
            form = data.draw(st.sampled_from(forms))
            answers = data.draw(answered(form, trimmed=flavour is Flavour.GITEA))
            parsed = parse_issue(form, render_issue(form, answers, flavour=flavour), flavour)
            unclear = {one.question: one.candidates for one in parsed.ambiguous}
            counts["unclear" if unclear else "clear"] += 1
            for question in form.questions:
                if question.id in unclear:
                    assert answers.get(question.id) in unclear[question.id]
                else:
                    assert parsed.answers.get(question.id) == answers.get(question.id)

        there_and_back()
        tell(f"{flavour}: {counts['clear']} sets of answers read back, {counts['unclear']} said to be unclear")
