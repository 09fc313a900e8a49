"""What we send to GitHub, judged by the OpenAPI description that GitHub publishes (npm ``@octokit/openapi``)."""

import json
import os
import pwd
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.deliver.desks.asking import make_desk, make_desk_job
from tests.deliver.desks.loopback import Asked, Reply, answering

pytestmark = pytest.mark.desks

PACKAGE = Path("/tmp/desks/_npm")
VERSION = "23.0.2"
DESCRIPTION = PACKAGE / "node_modules/@octokit/openapi/generated/api.github.com.deref.json"


@pytest.fixture(scope="module")
def paths() -> Any:
    """The calls that we make."""
    if not DESCRIPTION.exists():
        PACKAGE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(PACKAGE)]
        done = subprocess.run(
            [*command, f"@octokit/openapi@{VERSION}"],
            check=False,
            capture_output=True,
            text=True,
            timeout=900,
            # The person's own settings of npm (proxies, certificates), not those of a home made for tests.
            env={**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir},
        )
        assert done.returncode == 0, f"npm could not fetch GitHub's description: {done.stderr[-2000:]}"
    everything = json.loads(DESCRIPTION.read_bytes())["paths"]
    return {name: everything[name] for name in ("/repos/{owner}/{repo}/issues", "/repos/{owner}/{repo}")}


def strict(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema, with nothing allowed that is not described."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items() if key not in ("nullable", "example", "examples")}
    if schema.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found


@pytest.mark.parametrize(
    "settings", [{}, {"labels": "bug, network", "assignees": "ann"}, {"type": "Bug"}], ids=["plain", "labels", "type"]
)
def test_a_new_issue_is_as_github_describes_it(paths: Any, settings: dict[str, str]) -> None:
    with answering(lambda _asked: Reply(201, {"number": 1, "labels": []})) as server:
        make_desk("github", f"{server.url}/repos/o/r", settings=settings).deliver(make_desk_job(labels=("läbel",)))
        (asked,) = server.asked
    call = paths["/repos/{owner}/{repo}/issues"]["post"]
    schema = strict(call["requestBody"]["content"]["application/json"]["schema"])
    jsonschema.validate(asked.json, schema)
    with pytest.raises(jsonschema.ValidationError):  # the judge can say no
        jsonschema.validate({**asked.json, "title": None, "bodies": 1}, schema)


def test_the_list_of_issues_is_asked_for_as_github_describes_it(paths: Any) -> None:
    known = {one["name"]: one["schema"] for one in paths["/repos/{owner}/{repo}/issues"]["get"]["parameters"]}
    with answering(lambda _asked: Reply(200, [])) as server:
        assert make_desk("github", f"{server.url}/repos/o/r").find(make_desk_job()) is None
        (asked,) = server.asked
    for name, value in asked.query.items():
        assert name in known
        jsonschema.validate(int(value) if known[name].get("type") == "integer" else value, strict(known[name]))


def test_the_examples_of_githubs_answers_are_understood(paths: Any) -> None:
    answer = paths["/repos/{owner}/{repo}/issues"]["post"]["responses"]["201"]["content"]["application/json"]
    issue = next(iter(answer["examples"].values()))["value"]

    def github(asked: Asked) -> Reply:
        return Reply(201, issue) if asked.method == "POST" else Reply(200, [{**issue, "body": "Request 7f3k9q2m"}])

    with answering(github) as server:
        desk, job = make_desk("github", f"{server.url}/repos/o/r"), make_desk_job()
        for receipt in (desk.deliver(job), desk.find(job)):
            assert receipt is not None
            assert receipt.ticket == f"#{issue['number']}"
            assert receipt.url == issue["html_url"]
