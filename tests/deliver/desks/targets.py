"""Real desks as the tests reach them, and how their tickets are counted without our own way of asking."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.registry import desk_deliverer
from tests.deliver import servers

PORTS = {"rt": 18080, "redmine": 18083, "roundup": 18081}


@dataclass
class Target:
    """A real desk.

    Attributes:
        kind: Its kind.
        port: Where it listens.
        path: What stands behind host and port in its address.
        queue: Queue.
        login: User and token.
    """

    kind: str
    port: int
    path: str
    queue: str
    login: Login
    settings: dict[str, str] = field(default_factory=dict)

    def options(self, port: int, timeout: float) -> DeskOptions:
        return DeskOptions(
            url=f"http://127.0.0.1:{port}{self.path}",
            queue=self.queue,
            settings=self.settings,
            login=lambda: self.login,
            timeout=timeout,
        )

    def desk(self, port: int = 0, timeout: float = 60.0) -> Any:
        return desk_deliverer(self.kind, self.options(port or self.port, timeout))


def target(kind: str) -> Target:
    found = servers.environment(kind)
    if kind == "rt":
        login = Login("", found["RT_TOKEN"])
        return Target(kind, 18080, "", found["RT_QUEUE"], login, {"field.Environment": "environment"})
    if kind == "redmine":
        login = Login("", found["REDMINE_KEY"])
        settings = {f"field.{found['REDMINE_FIELD_ENVIRONMENT']}": "environment", "tracker": "Support"}
        return Target(kind, 18083, "", found["REDMINE_PROJECT"], login, settings)
    login = Login(found["ROUNDUP_USER"], found["ROUNDUP_PASSWORD"])
    return Target(kind, 18081, "/support", "", login, {"priority": "bug"})


def readback(kind: str, number: str) -> Any:
    """A ticket with its files, as the desk's own script reads it."""
    command = [sys.executable, str(servers.script(f"{kind}/readback.py")), number]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def tickets_of(where: Target, mark: str) -> list[str]:
    """Numbers of all tickets at the desk with a mark in the subject, which is not how the desk is asked otherwise."""
    client = where.desk().client
    if where.kind == "rt":
        data = client.get("/REST/2.0/tickets", [("query", f"Subject LIKE '{mark}'"), ("per_page", "100")]).data()
        return [one["id"] for one in data["items"]]
    if where.kind == "redmine":
        query = [("status_id", "*"), ("subject", f"~{mark}"), ("limit", "100")]
        return [str(one["id"]) for one in client.get("/issues.json", query).data()["issues"] if mark in one["subject"]]
    issues = client.get("/rest/data/issue", [("title", mark)]).data()["data"]["collection"]
    return [one["id"] for one in issues]


def additions_of(where: Target, number: str) -> int:
    """How often something was added to a ticket, counted without looking for marks."""
    client = where.desk().client
    if where.kind == "rt":
        history = client.get(f"/REST/2.0/ticket/{number}/history", [("fields", "Type"), ("per_page", "100")]).data()
        return sum(one["Type"] == "Correspond" for one in history["items"])
    if where.kind == "redmine":
        issue = client.get(f"/issues/{number}.json", [("include", "journals")]).data()["issue"]
        return sum(bool(one["notes"]) for one in issue["journals"])
    return len(client.get(f"/rest/data/issue/{number}").data()["data"]["attributes"]["messages"]) - 1


def names_at(where: Target, number: str) -> list[str]:
    """Names of the files that a ticket has."""
    client = where.desk().client
    if where.kind == "rt":
        query = [("fields", "Filename"), ("per_page", "100")]
        rows = client.get(f"/REST/2.0/ticket/{number}/attachments", query).data()["items"]
        return [one["Filename"] for one in rows if one.get("Filename")]
    if where.kind == "redmine":
        issue = client.get(f"/issues/{number}.json", [("include", "attachments")]).data()["issue"]
        return [one["filename"] for one in issue["attachments"]]
    files = client.get(f"/rest/data/issue/{number}").data()["data"]["attributes"]["files"]
    return [client.get(f"/rest/data/file/{one['id']}").data()["data"]["attributes"]["name"] for one in files]
