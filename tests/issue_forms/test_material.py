"""Real forms, templates, choosers and faults (``../shared/forms``): defined only where that folder is."""

import csv
import json
from pathlib import Path

from support_cli.base.finding import Finding, Level
from support_cli.distribution import find
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms import markdown
from support_cli.issue_forms.chooser import read_chooser
from support_cli.issue_forms.items import known_language
from support_cli.issue_forms.roles import explain
from support_cli.packs.errors import PackError, YamlError
from support_cli.packs.yamltext import parse
from tests.issue_forms.schema import config_errors, schema_errors
from tests.material import FORMS, HERE, Tell, real_forms, tell

__all__ = ["tell"]


def rows(name: str) -> list[dict[str, str]]:
    with (FORMS / name / "index.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def judged(path: Path) -> list[Finding]:
    """Everything that is wrong with a form; a YAML fault counts as one error."""
    try:
        return list(issue_form.load(path.read_bytes(), name=path.name, form_id="f").findings)
    except YamlError as error:
        return [Finding(code="T100", level=Level.ERROR, where=error.where or "", message=error.message)]
    except PackError as error:
        return list(error.findings)


if HERE:

    def test_every_real_form_loads_and_asks(tell: Tell) -> None:
        errors = {}
        asked = 0
        for path in real_forms():
            loaded = issue_form.load(path.read_bytes(), name=path.name, form_id="f")
            ids = [question.id for question in loaded.form.questions]
            assert len(ids) == len(set(ids)), path.name
            asked += sum(question.asks for question in loaded.form.questions)
            assert any(question.asks for question in loaded.form.questions), path.name
            if loaded.refused:
                errors[path.name] = [finding.message for finding in loaded.findings if finding.level is Level.ERROR]
        # The version of 2021, when boxes needed no label.
        assert errors == {"pandas-dev__pandas__bug_report.yaml": ["Body[0]: required attribute key `label` is missing"]}
        assert len(real_forms()) == 66
        tell(f"{len(real_forms())} forms with {asked} questions load; GitHub would refuse {len(errors)}")

    def test_every_real_template_is_kept_to_the_byte(tell: Tell) -> None:
        paths = sorted((FORMS / "forms").glob("*.md"))
        for path in paths:
            gitlab = path.name.startswith("gitlab")
            form = markdown.load(path.read_bytes(), name=path.name, form_id="f", front_matter=not gitlab).form
            whole = "".join("".join(q.source) for q in form.questions if q.source is not None) + form.trailer
            assert path.read_text(encoding="utf-8").endswith(whole)
            assert len(whole) > 100
            assert sum(question.asks for question in form.questions) >= 3
        assert len(paths) == 7
        tell(f"{len(paths)} Markdown templates become questions")

    def test_every_real_chooser_is_read(tell: Tell) -> None:
        paths = sorted((FORMS / "forms").glob("*config.yml"))
        links, faulty, broken = 0, [], []
        for path in paths:
            try:
                chooser = read_chooser(path.read_bytes(), path.name)
            except YamlError as error:
                broken.append(error.where)
                continue
            verdict = config_errors(parse(path.read_bytes(), name=path.name).data)
            assert bool(verdict) is bool(chooser.findings), path.name
            faulty += [finding.message for finding in chooser.findings]
            links += len(chooser.links)
        # Two are really like this in their repositories.
        assert faulty == ["contact_links[0]: required key `url` is missing"]
        assert broken == ["npm__cli__config.yml:21:4"]
        assert (len(paths), links > 20) == (12, True)
        tell(f"{len(paths)} choosers with {links} links")

    def test_the_folder_of_forms_is_an_offer() -> None:
        offer = find.offers(FORMS / "forms")
        assert offer is not None
        assert len([entry for entry in offer.entries if not entry.trouble]) >= 70

    def test_what_maintainers_really_broke_is_told(tell: Tell) -> None:
        harmless, uncertain, errors = [], [], 0
        for row in rows("invalid"):
            folder = FORMS / "invalid" / row["dir"]
            broken = judged(folder / "broken.yml")
            assert broken, row["dir"]
            worst = {finding.level for finding in broken}
            if Level.ERROR in worst:
                errors += 1
            elif Level.WARNING in worst:
                uncertain.append(row["dir"])
            else:
                harmless.append(row["dir"])
            assert all(finding.where.startswith("broken.yml:") for finding in broken)
            if row["next_state"] == "clean":
                after = judged(folder / "next.yml")
                assert [finding for finding in after if finding.level is Level.ERROR] == [], row["dir"]
        # A trailing line of dashes only; labels in Chinese, which GitHub refused in 2022 and shows today.
        assert [name.split("__")[0] for name in harmless] == ["cdek-it"] * 3
        assert [name.split("__")[0] for name in uncertain] == ["Hex-Dragon", "SagerNet"]
        assert errors == 57
        tell(f"62 broken forms: {errors} errors, {len(uncertain)} warnings, {len(harmless)} harmless")

    def test_they_are_told_in_githubs_words(tell: Tell) -> None:
        compared = 0
        for row in rows("invalid"):
            if row["kind"] != "schema":
                continue
            found = {finding.message.lower() for finding in judged(FORMS / "invalid" / row["dir"] / "broken.yml")}
            for expected in row["error(s) by our reading of the docs"].split(" | "):
                if "checkbox option" in expected or " / " in expected:
                    continue  # the index's own words, not GitHub's
                assert expected.lower() in found, (row["dir"], expected)
                compared += 1
        assert compared > 80
        tell(f"{compared} faults of the index told in GitHub's words")

    def test_the_public_schema_and_ours_judge_alike(tell: Tell) -> None:
        source = FORMS / "schemastore" / "src"
        judgements = 0
        for kind, errors_of in (("github-issue-forms", schema_errors), ("github-issue-config", config_errors)):
            for folder, good in (("test", True), ("negative_test", False)):
                for path in sorted((source / folder / kind).iterdir()):
                    text = path.read_text(encoding="utf-8")
                    data = json.loads(text) if path.suffix == ".json" else parse(text, name=path.name).data
                    assert (errors_of(data) == []) is good, path.name
                    judgements += 1
                    if kind == "github-issue-forms":
                        # GitHub itself takes any name after the fence; the rest it judges like the schema.
                        refused = any(finding.level is Level.ERROR for finding in judged(path))
                        assert refused is not (good or path.name == "wrong_render_name.yml"), path.name
        assert judgements == 15
        tell(f"{judgements} cases of the public schemas judged alike")

    def test_every_language_of_the_public_schema_is_known() -> None:
        names = (FORMS / "schemastore" / "render_enum.txt").read_text(encoding="utf-8").splitlines()
        assert len(names) == 1772
        assert [name for name in names if not known_language(name, exact=True)] == []

    def test_roles_are_found_in_most_real_forms(tell: Tell) -> None:
        found = {
            path.name: explain(issue_form.load(path.read_bytes(), name="f", form_id="f").form) for path in real_forms()
        }
        with_any = [name for name, roles in found.items() if roles]
        assert len(with_any) >= 60
        tell(f"{sum(map(len, found.values()))} roles in {len(with_any)} forms")
