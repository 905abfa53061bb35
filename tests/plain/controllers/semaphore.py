# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for Semaphore that answers as the recorded one did: tests/recorded/semaphore-api.json.

It keeps its objects in memory and runs nothing: a task ends well at the next look.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.plain.controllers.semaphore_shapes import SHAPES, backup, key_secret, shape
from tests.plain.controllers.serving import Request

#: What a time is in a field that nobody has set.
NEVER = "0001-01-01T00:00:00Z"
#: How a kind is called in the answer to whoever deletes one that is in use, and the fields that use it.
_USED_BY = {
    "keys": ("Access Key", "ssh_key_id", "auth_secret_id", "become_key_id"),
    "repositories": ("Repository", "repository_id"),
    "inventory": ("Inventory", "inventory_id"),
    "environment": ("Environment", "environment_id"),
    "templates": ("Template", "template_id"),
}
#: Statuses of the answer to a POST; those of 204 have no body.
_MADE = {"keys": 204, "repositories": 204, "environment": 204, "matchers": 200, "aliases": 200}

Answer = tuple[int, Any]


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class Semaphore:
    """The server's state; :meth:`answer` is what it does.

    :ivar things: by project, by kind, the objects; matchers, values and aliases by the integration they belong to.
    """

    def __init__(self, token: str = "right-token") -> None:
        self.token = token
        self.projects: dict[int, dict[str, Any]] = {}
        self.things: dict[tuple[int, str], dict[int, dict[str, Any]]] = {}
        self.ids: dict[tuple[int, str], int] = {}
        self._last_task = 2147483647

    # --- for tests ---------------------------------------------------------------------------------------------------
    def project(self, name: str) -> int:
        """The id of a project."""
        (number,) = [number for number, fields in self.projects.items() if fields["name"] == name]
        return number

    def named(self, project: int, kind: str, name: str) -> dict[str, Any]:
        """An object, with its secrets."""
        (found,) = [thing for thing in self._all(project, kind).values() if thing["name"] == name]
        return found

    def names(self, project: int, kind: str) -> list[str]:
        """The names of all objects of a kind."""
        return [thing["name"] for thing in self._all(project, kind).values()]

    # --- the API -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Answer:
        path = request.path.removeprefix("/api")
        if found := re.fullmatch(r"/integrations/(\w+)", path):
            return self._called(found[1], request)
        if path == "/auth/login":
            if request.method == "GET":
                return 200, {"oidc_providers": [], "login_with_password": True}
            return 401, None
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, None
        if path == "/user":
            return 200, dict(SHAPES["user"], created=now())
        if path == "/projects":
            return self._projects(request)
        if found := re.fullmatch(r"/project/(\d+)(/.*)?", path):
            number = int(found[1])
            if number not in self.projects:
                return 404, None
            return self._in_project(number, (found[2] or "").strip("/"), request)
        return 404, None

    def _projects(self, request: Request) -> Answer:
        if request.method == "GET":
            return 200, list(self.projects.values())
        number = self._next(0, "projects")
        self.projects[number] = {**shape("projects", request.body), "id": number, "created": now()}
        self._put(number, "keys", {"name": "None", "type": "none"})
        self._put(number, "environment", {"name": "Empty", "json": "{}"})
        return 201, self.projects[number]

    def _in_project(self, number: int, rest: str, request: Request) -> Answer:
        special: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", ""): lambda: (200, self.projects[number]),
            ("PUT", ""): lambda: self._put_project(number, request.body),
            ("DELETE", ""): lambda: self._delete_project(number),
            ("POST", "schedules/validate"): lambda: _cron(request.body["cron_format"]) or (200, None),
            ("GET", "backup"): lambda: (200, backup(self, number)),
            ("GET", "tasks"): lambda: (200, self._tasks(number)),
            ("POST", "tasks"): lambda: (201, self.start(number, request.body, user_id=1)),
        }
        if (request.method, rest) in special:
            return special[request.method, rest]()
        found = re.fullmatch(r"(integrations/\d+/)?([a-z]+)(/\d+)?", rest)
        if not found or found[2] not in SHAPES:
            return 404, None
        owner, kind, one = found[1], found[2], found[3]
        if owner:
            # Kept by integration, not by project.
            kind = f"{owner}{kind}"
        return self._of_kind(number, kind, int(one[1:]) if one else None, request)

    def _of_kind(self, number: int, kind: str, one: int | None, request: Request) -> Answer:
        things = self._all(number, kind)
        if one is None:
            if request.method == "GET":
                return 200, [self._shown(number, kind, thing, listed=True) for thing in things.values()]
            return self._post(number, kind, request.body)
        if one not in things:
            return 404, None
        if request.method == "GET":
            return 200, self._shown(number, kind, things[one])
        if request.method == "DELETE":
            return self._delete(number, kind, one)
        if request.body.get("id") != one:
            return 400, {"error": f"{kind.title()} ID in body and URL must be the same"}
        if refused := _refused(kind, request.body):
            return refused
        self._put(number, kind, request.body, one)
        return 204, None

    def _post(self, number: int, kind: str, body: dict[str, Any]) -> Answer:
        if refused := _refused(kind, body):
            return refused
        if kind.endswith("/aliases"):
            body = {"url": f"/api/integrations/{secrets.token_hex(8)}"}
        elif kind.endswith(("/matchers", "/values")):
            body = {**body, "integration_id": int(kind.split("/")[1])}
        else:
            body = {**body, "project_id": number}
        made = self._put(number, kind, body)
        status = _MADE.get(kind.rpartition("/")[2], 201)
        return status, None if status == 204 else self._shown(number, kind, made)

    def _put_project(self, number: int, body: dict[str, Any]) -> Answer:
        if body.get("id") != number:
            return 400, {"error": "Project ID in body and URL must be the same"}
        # What is left out is lost, the time it was made at as well.
        self.projects[number] = {**shape("projects", {"created": NEVER, **body}), "id": number}
        return 204, None

    def _delete_project(self, number: int) -> Answer:
        del self.projects[number]
        for kept in [kept for kept in self.things if kept[0] == number]:
            del self.things[kept]
        return 204, None

    def _delete(self, number: int, kind: str, one: int) -> Answer:
        word, *fields = _USED_BY.get(kind, ("",))
        for other in ("repositories", "inventory", "templates", "integrations", "schedules"):
            if any(thing.get(field) == one for thing in self._all(number, other).values() for field in fields):
                return 400, {"error": f"{word} is in use by one or more templates", "inUse": True}
        del self._all(number, kind)[one]
        return 204, None

    # --- tasks -------------------------------------------------------------------------------------------------------
    def start(self, number: int, body: dict[str, Any], **who: Any) -> dict[str, Any]:
        """A new task of a template."""
        self._last_task -= 1
        task = {**shape("tasks", {**body, "project_id": number}), **who, "id": self._last_task, "created": now()}
        self._all(number, "tasks")[task["id"]] = task
        return dict(task)

    def _tasks(self, number: int) -> list[dict[str, Any]]:
        """All tasks, the newest first; they have all ended by now."""
        shown = []
        for task in sorted(self._all(number, "tasks").values(), key=lambda task: task["id"]):
            template = self._all(number, "templates")[task["template_id"]]
            task.update(status="success", start=now(), end=now(), secret="")
            shown.append(
                {
                    **task,
                    "tpl_playbook": template["playbook"],
                    "tpl_alias": template["name"],
                    "tpl_type": template["type"],
                    "tpl_app": template["app"],
                    "user_name": "Admin" if task["user_id"] else None,
                    "build_task": None,
                }
            )
        return shown

    def _called(self, alias: str, request: Request) -> Answer:
        """Somebody calls an integration: the answer is the same whatever comes of it."""
        for number in self.projects:
            for one, integration in self._all(number, "integrations").items():
                aliases = self._all(number, f"integrations/{one}/aliases").values()
                if any(have["url"].endswith(f"/{alias}") for have in aliases):
                    self._maybe_start(number, integration, request)
        return 204, None

    def _maybe_start(self, number: int, integration: dict[str, Any], request: Request) -> None:
        part = f"integrations/{integration['id']}"
        if integration["auth_method"] == "token":
            key = self._all(number, "keys")[integration["auth_secret_id"]]
            if request.headers.get(integration["auth_header"]) != key_secret(key):
                return
        for matcher in self._all(number, f"{part}/matchers").values():
            if _at(request.body, matcher["key"]) != matcher["value"]:
                return
        values = self._all(number, f"{part}/values").values()
        extracted = {value["variable"]: str(_at(request.body, value["key"])) for value in values}
        body = {"template_id": integration["template_id"], "environment": json.dumps(extracted) if extracted else ""}
        self.start(number, body, integration_id=integration["id"])

    # --- how objects are kept ----------------------------------------------------------------------------------------
    def _all(self, number: int, kind: str) -> dict[int, dict[str, Any]]:
        return self.things.setdefault((number, kind), {})

    def _next(self, number: int, kind: str) -> int:
        self.ids[number, kind] = self.ids.get((number, kind), 0) + 1
        return self.ids[number, kind]

    def _put(self, number: int, kind: str, body: dict[str, Any], one: int | None = None) -> dict[str, Any]:
        """Make an object, or replace one. What the API never returns is kept under names with an underscore."""
        old = self._all(number, kind).get(one or 0, {})
        one = one or self._next(number, kind)
        thing = {**shape(kind.rpartition("/")[2], {"project_id": number, **body}), "id": one}
        if kind == "keys":
            new = not old or body.get("override_secret")
            thing["_secret"] = {part: body.get(part) for part in ("ssh", "login_password")} if new else old["_secret"]
        if kind == "environment":
            thing["_secrets"] = self._secrets(number, old.get("_secrets", {}), body.get("secrets") or [])
        self._all(number, kind)[one] = thing
        return thing

    def _secrets(self, number: int, kept: dict[int, Any], operations: list[dict[str, Any]]) -> dict[int, Any]:
        """The secrets of an environment, which are numbered together with the keys."""
        kept = dict(kept)
        for operation in operations:
            what = operation.get("operation")
            if what == "create":
                kept[self._next(number, "keys")] = {key: operation[key] for key in ("type", "name", "secret")}
            elif what == "delete":
                del kept[operation["id"]]
            elif what == "update":
                kept[operation["id"]] = {**kept[operation["id"]], "secret": operation["secret"]}
        return kept

    def _shown(self, number: int, kind: str, thing: dict[str, Any], *, listed: bool = False) -> dict[str, Any]:
        """An object as the API shows it."""
        shown = {key: value for key, value in thing.items() if not key.startswith("_")}
        if kind == "environment":
            hidden = [{"id": n, **value, "secret": "", "operation": ""} for n, value in thing["_secrets"].items()]
            shown["secrets"] = None if listed else hidden
        if kind == "schedules" and listed:
            shown["tpl_name"] = self._all(number, "templates")[thing["template_id"]]["name"]
        return shown


def _refused(kind: str, body: dict[str, Any]) -> Answer | None:
    """The answer to what the server does not take."""
    if kind == "environment" and not _is_json(body.get("json", "{}")):
        return 400, {"error": "Extra variables must be valid JSON"}
    return _cron(body["cron_format"]) if kind == "schedules" else None


def _cron(text: str) -> Answer | None:
    fields = text.split()
    if len(fields) == 5:
        return None
    return 400, {"error": f"Cron: expected exactly 5 fields, found {len(fields)}: [{text}]"}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document
