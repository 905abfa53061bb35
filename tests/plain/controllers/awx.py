# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for AWX 24.6.1, as far as the modules of awx.awx and the role awx call it.

It keeps its objects in memory and runs nothing. A project that git clones is there at the next look.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from tests.plain.controllers.awx_shapes import (
    SECRET,
    SHAPES,
    refused_credential,
    refused_rule,
    refused_survey,
    refused_type,
    shape,
)
from tests.plain.controllers.serving import Request

#: It says so in each answer; awx.awx compares it with its own version.
HEADERS = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
Answer = tuple[int, Any]
Thing = dict[str, Any]

_TYPES = {"inventories": "inventory", "credential_types": "credential_type"}
#: What AWX refuses two of, by the fields that must differ in one of them.
_UNIQUE = {
    "organizations": ("name",),
    "projects": ("name", "organization"),
    "inventories": ("name", "organization"),
    "credential_types": ("name", "kind"),
    "credentials": ("name", "organization", "credential_type"),
    "notification_templates": ("name", "organization"),
    "job_templates": ("name", "organization"),
    "schedules": ("name", "unified_job_template"),
    "hosts": ("name", "inventory"),
    "groups": ("name", "inventory"),
}
#: What goes with an object that is deleted: the kinds and the field by which they belong to it.
_GOES = {
    "inventories": (("hosts", "inventory"), ("groups", "inventory")),
    "job_templates": (("schedules", "unified_job_template"),),
}


class Awx:
    """The server's state; :meth:`answer` is what it does.

    :ivar things: by kind, the objects by their ids.
    :ivar linked: by kind, id and relation, the ids of what is associated.
    :ivar surveys: by the id of the job template.
    """

    def __init__(self, token: str = "right-token", folders: tuple[str, ...] = ("vpn",)) -> None:
        self.token = token
        self.folders = folders
        self.things: dict[str, dict[int, Thing]] = {kind: {} for kind in SHAPES}
        self.linked: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[int, Thing] = {}
        self._ids = itertools.count(1)
        self.make("organizations", {"name": "Default"})
        machine = [{"id": name, "type": "string"} for name in ("username", "become_method")]
        machine += [{"id": name, "type": "string", "secret": True} for name in ("ssh_key_data", "ssh_key_unlock")]
        fields = {"fields": machine}
        self.make("credential_types", {"name": "Machine", "kind": "ssh", "managed": True, "inputs": fields})

    # --- for tests ---------------------------------------------------------------------------------------------------
    def make(self, kind: str, body: Thing) -> Thing:
        """Make an object without any check."""
        thing = {**shape(kind, body), "id": next(self._ids)}
        self.things[kind][thing["id"]] = thing
        return thing

    def named(self, kind: str, name: str) -> Thing:
        """An object, with its secrets."""
        (found,) = [thing for thing in self.things[kind].values() if thing["name"] == name]
        return found

    def named_in(self, kind: str, name: str, organization: str) -> Thing:
        """An object of an organization."""
        owner = self.named("organizations", organization)["id"]
        return next(thing for thing in self._all(kind) if (thing["name"], thing["organization"]) == (name, owner))

    def names(self, kind: str) -> list[str]:
        """The names of all objects of a kind."""
        return [thing["name"] for thing in self.things[kind].values()]

    # --- the API -----------------------------------------------------------------------------------------------------
    def answer(self, request: Request) -> Answer:
        path = request.path
        if not path.startswith("/api/v2/") or not path.endswith("/"):
            return 404, {"detail": "The requested resource could not be found."}
        if path == "/api/v2/ping/":
            return 200, {"version": "24.6.1"}
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"detail": "Authentication credentials were not provided. To establish a login session, visit "}
        if path == "/api/v2/me/":
            return 200, listed([{"id": 1, "username": "admin"}])
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        if parts[0] == "project_updates":
            return 200, {"id": int(parts[1]), "status": "successful"}
        if parts[0] == "unified_job_templates":
            both = [self._shown(kind, thing) for kind in ("job_templates", "projects") for thing in self._all(kind)]
            return 200, listed([thing for thing in both if self._fits(thing, request.query)])
        if parts[0] not in SHAPES:
            return 404, {"detail": "The requested resource could not be found."}
        return self._of_kind(parts[0], parts[1:], request)

    def _of_kind(self, kind: str, rest: list[str], request: Request) -> Answer:
        if not rest:
            if request.method == "GET":
                shown = [self._shown(kind, thing) for thing in self._all(kind)]
                return 200, listed([thing for thing in shown if self._fits(thing, request.query)])
            return self._post(kind, request.body)
        one = int(rest[0])
        if one not in self.things[kind]:
            return 404, {"detail": "Not found."}
        if len(rest) > 1:
            return self._related(kind, one, rest[1], request)
        methods: dict[str, Callable[[], Answer]] = {
            "GET": lambda: (200, self._shown(kind, self.things[kind][one])),
            "PATCH": lambda: self._patch(kind, one, request.body),
            "DELETE": lambda: self._delete(kind, one),
        }
        return methods[request.method]()

    def _post(self, kind: str, body: Thing) -> Answer:
        if refused := self._refused(kind, body):
            return 400, refused
        thing = self.make(kind, body)
        if kind == "projects" and thing["scm_type"]:
            thing.update(local_path=f"_{thing['id']}__git", status="pending")
        elif kind == "projects":
            thing["status"] = "ok"
        return 201, self._shown(kind, thing)

    def _patch(self, kind: str, one: int, body: Thing) -> Answer:
        old = self.things[kind][one]
        if refused := self._refused(kind, {**old, **body}, one):
            return 400, refused
        if "inputs" in body and kind == "credentials":
            # The dictionary is replaced; what is sent as it was shown stays as it was.
            kept = {
                name: old["inputs"].get(name) if value == SECRET else value for name, value in body["inputs"].items()
            }
            body = {**body, "inputs": kept}
        self.things[kind][one] = {**old, **shape(kind, {**old, **body}), "id": one}
        return 200, self._shown(kind, self.things[kind][one])

    def _delete(self, kind: str, one: int) -> Answer:
        if kind == "credential_types" and any(thing["credential_type"] == one for thing in self._all("credentials")):
            return 403, {"detail": "Credential types that are in use cannot be deleted."}
        del self.things[kind][one]
        for other, field in _GOES.get(kind, ()):
            for number in [thing["id"] for thing in self._all(other) if thing[field] == one]:
                self._delete(other, number)
        self.linked = {
            (owner, number, relation): [other for other in others if other != one]
            for (owner, number, relation), others in self.linked.items()
            if number != one
        }
        self.surveys.pop(one, None)
        # An inventory is deleted later on.
        return (202, {}) if kind == "inventories" else (204, None)

    def _related(self, kind: str, one: int, relation: str, request: Request) -> Answer:
        if relation == "survey_spec":
            return self._survey(one, request)
        if kind == "groups" and relation == "hosts":
            other = "hosts"
        elif relation.startswith("notification_templates_"):
            other = "notification_templates"
        elif relation in SHAPES:
            other = relation
        else:
            return 404, {"detail": "Not found."}
        ids = self.linked.setdefault((kind, one, relation), [])
        if request.method == "GET":
            return 200, listed([self._shown(other, self.things[other][number]) for number in ids])
        number = request.body["id"]
        if number not in self.things[other]:
            return 400, {"msg": "not found"}
        if request.body.get("disassociate"):
            ids.remove(number)
        elif number not in ids:
            ids.append(number)
        return 204, None

    def _survey(self, one: int, request: Request) -> Answer:
        if request.method == "GET":
            return 200, self.surveys.get(one, {})
        if request.method == "DELETE":
            self.surveys.pop(one, None)
            return 200, {}
        if refused := refused_survey(request.body):
            return 400, refused
        self.surveys[one] = request.body
        return 200, None

    # --- what is refused, and what is shown ---------------------------------------------------------------------------
    def _refused(self, kind: str, body: Thing, one: int | None = None) -> Thing | None:
        for thing in self._all(kind):
            fields = _UNIQUE[kind]
            if thing["id"] != one and all(thing[field] == body.get(field) for field in fields):
                return _exists(kind)
        checks: dict[str, Callable[[], Thing | None]] = {
            "credential_types": lambda: refused_type(body),
            "credentials": lambda: refused_credential(body, self._fields(body["credential_type"])),
            "schedules": lambda: refused_rule(body["rrule"]),
            "projects": lambda: self._refused_project(body, one),
            "job_templates": lambda: self._refused_template(body),
        }
        return checks.get(kind, lambda: None)()

    def _refused_project(self, body: Thing, one: int | None) -> Thing | None:
        if body.get("scm_type"):
            return None
        used = [thing["local_path"] for thing in self._all("projects") if thing["id"] != one]
        if body.get("local_path") in used or body.get("local_path") not in self.folders:
            # Said of a folder that is missing, too.
            return {"local_path": ["This path is already being used by another manual project."]}
        return None

    def _refused_template(self, body: Thing) -> Thing | None:
        project = self.things["projects"][body["project"]]
        known = re.fullmatch(r"playbooks/(status|recover|maintenance|drill)\.yml", body["playbook"])
        if not project["scm_type"] and not known:
            return {"playbook": ["Playbook not found for project."]}
        if body.get("webhook_service", "") not in ("", "github", "gitlab", "bitbucket_dc"):
            return {"webhook_service": [f'"{body["webhook_service"]}" is not a valid choice.']}
        return None

    def _fields(self, credential_type: int) -> list[Thing]:
        return self.things["credential_types"][credential_type]["inputs"]["fields"]

    def _all(self, kind: str) -> list[Thing]:
        return list(self.things[kind].values())

    def _shown(self, kind: str, thing: Thing) -> Thing:
        """An object as the API shows it."""
        url = f"/api/v2/{kind}/{thing['id']}/"
        shown = {"type": _TYPES.get(kind, kind.removesuffix("s")), "url": url, **thing}
        shown["related"] = {"survey_spec": f"{url}survey_spec/"} if kind == "job_templates" else {}
        shown["summary_fields"] = {}
        if kind == "projects" and thing["status"] == "pending":
            shown["summary_fields"] = {"current_update": {"id": thing["id"]}}
        if kind == "credentials":
            secret = [field["id"] for field in self._fields(thing["credential_type"]) if field.get("secret")]
            shown["inputs"] = {
                name: SECRET if name in secret and value else value for name, value in thing["inputs"].items()
            }
        if kind == "notification_templates" and thing["notification_configuration"].get("password"):
            shown["notification_configuration"] = {**thing["notification_configuration"], "password": SECRET}
        return shown

    def _fits(self, thing: Thing, query: dict[str, str]) -> bool:
        """Whether an object is among those that a query asks for."""
        for key, wanted in query.items():
            if key == "page_size":
                continue
            if key == "name__in":
                fits = thing["name"] in wanted.split(",")
            elif key.endswith("organization__name"):
                owner = thing
                if key.startswith("unified_job_template__"):
                    owner = self.things["job_templates"][thing["unified_job_template"]]
                fits = self.things["organizations"][owner["organization"]]["name"] == wanted
            else:
                fits = str(thing[key]) == wanted
            if not fits:
                return False
        return True


def listed(things: list[Thing]) -> Thing:
    """A page."""
    return {"count": len(things), "next": None, "previous": None, "results": things}


def _exists(kind: str) -> Thing:
    if kind == "organizations":
        return {"name": ["Organization with this Name already exists."]}
    if kind == "schedules":
        return {"__all__": ["Schedule with this Unified job template and Name already exists."]}
    return {"__all__": [f"{kind.removesuffix('s').replace('_', ' ').capitalize()} with this Name already exists."]}
