# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of Semaphore's objects, as its answers were recorded, and its backup."""

from __future__ import annotations

import secrets
from typing import Any

#: By kind, the fields that an object has, with what they are when nobody has set them.
SHAPES: dict[str, dict[str, Any]] = {
    "user": {
        "id": 1,
        "created": "",
        "username": "admin",
        "name": "Admin",
        "email": "admin@example.test",
        "admin": True,
        "external": False,
        "alert": False,
        "can_create_project": True,
    },
    "projects": {"name": "", "created": "", "alert": False, "alert_chat": None, "max_parallel_tasks": 0, "type": ""},
    "keys": {"name": "", "type": "", "project_id": 0},
    "repositories": {"name": "", "project_id": 0, "git_url": "", "git_branch": "", "ssh_key_id": 0},
    "inventory": {
        "name": "",
        "project_id": 0,
        "inventory": "",
        "ssh_key_id": None,
        "become_key_id": None,
        "type": "",
        "holder_id": None,
        "repository_id": None,
    },
    "environment": {"name": "", "project_id": 0, "password": None, "json": "{}", "env": None},
    "templates": {
        "project_id": 0,
        "inventory_id": None,
        "repository_id": 0,
        "environment_id": None,
        "name": "",
        "playbook": "",
        "arguments": None,
        "allow_override_args_in_task": False,
        "description": None,
        "vaults": [],
        "type": "",
        "start_version": None,
        "build_template_id": None,
        "view_id": None,
        "last_task": None,
        "autorun": False,
        "git_branch": None,
        "survey_vars": None,
        "suppress_success_alerts": False,
        "app": "",
        "tasks": 0,
    },
    "schedules": {
        "project_id": 0,
        "template_id": 0,
        "cron_format": "",
        "name": "",
        "active": False,
        "repository_id": None,
    },
    "integrations": {
        "name": "",
        "project_id": 0,
        "template_id": 0,
        "auth_method": "",
        "auth_secret_id": None,
        "auth_header": "",
        "searchable": False,
        "task_params": None,
    },
    "matchers": {
        "integration_id": 0,
        "name": "",
        "match_type": "",
        "method": "",
        "body_data_type": "",
        "key": "",
        "value": "",
    },
    "values": {
        "integration_id": 0,
        "name": "",
        "value_source": "",
        "body_data_type": "",
        "key": "",
        "variable": "",
    },
    "aliases": {"url": ""},
    "tasks": {
        "template_id": 0,
        "project_id": 0,
        "status": "waiting",
        "debug": False,
        "dry_run": False,
        "diff": False,
        "playbook": "",
        "environment": "",
        "limit": "",
        "secret": "{}",
        "arguments": None,
        "git_branch": None,
        "user_id": None,
        "integration_id": None,
        "schedule_id": None,
        "created": "",
        "start": None,
        "end": None,
        "message": "",
        "commit_hash": None,
        "commit_message": "",
        "build_task_id": None,
        "version": None,
        "inventory_id": None,
    },
}
_SURVEY_VAR = {"name": "", "title": "", "required": False, "type": "", "description": "", "values": None}
_NO_SECRET = {
    "string": "",
    "login_password": {"login": "", "password": ""},
    "ssh": {"login": "", "passphrase": "", "private_key": ""},
    "override_secret": False,
}


def shape(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """An object with all fields of its kind and no other: what the server does not know, it drops."""
    fields = SHAPES[kind]
    made = {key: body.get(key, value) for key, value in fields.items()}
    if kind == "keys":
        made.update(_NO_SECRET)
    if kind == "templates" and made["survey_vars"] is not None:
        made["survey_vars"] = [
            {key: asked.get(key, value) for key, value in _SURVEY_VAR.items()} for asked in made["survey_vars"]
        ]
    return made


def key_secret(key: dict[str, Any]) -> str:
    """What a header is compared with."""
    return key["_secret"]["login_password"]["password"]


def backup(server: Any, number: int) -> dict[str, Any]:
    """A whole project, with names instead of ids, without secrets."""

    def all_of(kind: str) -> list[dict[str, Any]]:
        return list(server._all(number, kind).values())

    def named(kind: str, one: int | None) -> str | None:
        return server._all(number, kind)[one]["name"] if one else None

    templates = []
    for thing in all_of("templates"):
        fields = ("allow_override_args_in_task", "app", "arguments", "autorun", "name", "playbook", "type", "vaults")
        asked = [{**var, "values": var["values"] or []} for var in thing["survey_vars"] or []]
        cron = [plan["cron_format"] for plan in all_of("schedules") if plan["template_id"] == thing["id"]]
        templates.append(
            {
                **{field: thing[field] for field in fields},
                **({"cron": cron[0]} if cron else {}),
                **({"description": thing["description"]} if thing["description"] else {}),
                "environment": named("environment", thing["environment_id"]),
                "inventory": named("inventory", thing["inventory_id"]),
                "repository": named("repositories", thing["repository_id"]),
                "suppress_success_alerts": thing["suppress_success_alerts"],
                "survey_vars": asked,
            }
        )
    return {
        "environments": [
            {key: thing[key] for key in ("env", "json", "name") if thing[key] is not None}
            for thing in all_of("environment")
        ],
        "integration_aliases": [],
        "integrations": [_integration(server, number, thing, named) for thing in all_of("integrations")],
        "inventories": [
            {
                "inventory": thing["inventory"],
                "name": thing["name"],
                "ssh_key": named("keys", thing["ssh_key_id"]),
                "type": thing["type"],
            }
            for thing in all_of("inventory")
        ],
        "keys": [{"name": name, "type": kind} for name, kind in _unique(all_of("keys"))],
        "meta": {key: server.projects[number][key] for key in ("alert", "max_parallel_tasks", "name", "type")},
        "repositories": [
            {
                "git_branch": thing["git_branch"],
                "git_url": thing["git_url"],
                "name": thing["name"],
                "ssh_key": named("keys", thing["ssh_key_id"]),
            }
            for thing in all_of("repositories")
        ],
        "templates": templates,
        "views": [],
    }


def _integration(server: Any, number: int, thing: dict[str, Any], named: Any) -> dict[str, Any]:
    part = f"integrations/{thing['id']}"

    def parts(kind: str) -> list[dict[str, Any]]:
        hidden = ("id", "integration_id")
        found = server._all(number, f"{part}/{kind}").values()
        return [{key: value for key, value in one.items() if key not in hidden} for one in found]

    return {
        "aliases": [alias["url"].rpartition("/")[2] for alias in parts("aliases")],
        "auth_header": thing["auth_header"],
        "auth_method": thing["auth_method"],
        "auth_secret": named("keys", thing["auth_secret_id"]),
        "extract_values": parts("values"),
        "matchers": parts("matchers"),
        "name": thing["name"],
        "searchable": thing["searchable"],
        "task_params": thing["task_params"] or {},
        "template": named("templates", thing["template_id"]),
    }


def _unique(keys: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Names and types; a name that comes again gets a random ending."""
    found: list[tuple[str, str]] = []
    for key in keys:
        name = key["name"]
        if name in [known for known, _kind in found]:
            name = f"{name} - {secrets.token_hex(5)}"
        found.append((name, key["type"]))
    return found
