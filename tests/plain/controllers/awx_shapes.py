# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of AWX's objects with what AWX fills in, and what it refuses, in its own words (AWX 24.6.1)."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, StrictUndefined, UndefinedError

#: The texts of refusals, as the body of a 400.
Refusal = dict[str, Any]

#: By kind, the fields that an object has, with what they are when nobody has set them.
SHAPES: dict[str, dict[str, Any]] = {
    "organizations": {"name": "", "description": ""},
    "projects": {
        "name": "",
        "description": "",
        "organization": None,
        "local_path": "",
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "scm_refspec": "",
        "scm_clean": False,
        "scm_delete_on_update": False,
        "scm_track_submodules": False,
        "scm_update_on_launch": False,
        "scm_update_cache_timeout": 0,
        "allow_override": False,
        "credential": None,
        "timeout": 0,
        "status": "",
        "scm_revision": "",
    },
    "inventories": {
        "name": "",
        "description": "",
        "organization": None,
        "kind": "",
        "host_filter": None,
        "variables": "",
        "prevent_instance_group_fallback": False,
        "pending_deletion": False,
    },
    "hosts": {"name": "", "description": "", "inventory": None, "enabled": True, "variables": ""},
    "groups": {"name": "", "description": "", "inventory": None, "variables": ""},
    "credential_types": {
        "name": "",
        "description": "",
        "kind": "",
        "managed": False,
        "inputs": {},
        "injectors": {},
    },
    "credentials": {"name": "", "description": "", "organization": None, "credential_type": None, "inputs": {}},
    "notification_templates": {
        "name": "",
        "description": "",
        "organization": None,
        "notification_type": "",
        "notification_configuration": {},
        "messages": None,
    },
    "job_templates": {
        "name": "",
        "description": "",
        "organization": None,
        "job_type": "run",
        "inventory": None,
        "project": None,
        "playbook": "",
        "execution_environment": None,
        "forks": 0,
        "limit": "",
        "verbosity": 0,
        "extra_vars": "",
        "timeout": 0,
        "ask_variables_on_launch": False,
        "ask_limit_on_launch": False,
        "survey_enabled": False,
        "allow_simultaneous": False,
        "webhook_service": "",
    },
    "schedules": {
        "name": "",
        "description": "",
        "unified_job_template": None,
        "rrule": "",
        "enabled": True,
        "extra_data": {},
        "limit": None,
        "inventory": None,
        "timezone": "UTC",
        "until": "",
    },
}

#: What AWX fills in of a webhook's configuration.
_WEBHOOK = {
    "url": "",
    "http_method": "POST",
    "disable_ssl_verification": False,
    "username": "",
    "password": "",
    "headers": {},
}
SECRET = "$encrypted$"


def shape(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """An object with all fields of its kind and no other: unknown ones vanish without a word."""
    made = {key: body.get(key, value) for key, value in SHAPES[kind].items()}
    for field in ("variables", "extra_vars"):
        if isinstance(made.get(field), str):
            # The final newline is cut.
            made[field] = made[field].rstrip("\n")
    if kind == "notification_templates" and made["notification_type"] == "webhook":
        made["notification_configuration"] = {**_WEBHOOK, **made["notification_configuration"]}
    return made


def refused_type(body: dict[str, Any]) -> Refusal | None:
    """What is wrong with a credential type."""
    if body["kind"] not in ("cloud", "net"):
        return {"kind": [f"Must be 'cloud' or 'net', not {body['kind']}"]}
    fields = [field["id"] for field in body.get("inputs", {}).get("fields", [])]
    if "tower" in fields:
        return {"inputs": ['"tower" is a reserved field name']}
    for name, template in body.get("injectors", {}).get("env", {}).items():
        if name.startswith("ANSIBLE_"):
            said = "may affect Ansible configuration so its use is not allowed in credentials."
            return {"injectors": [f"Environment variable {name} {said}"]}
        try:
            Environment(undefined=StrictUndefined).from_string(template).render(dict.fromkeys(fields, "x"))
        except UndefinedError as error:
            return {"injectors": [f"{name} uses an undefined field ({error})"]}
    return None


def refused_credential(body: dict[str, Any], fields: list[dict[str, Any]]) -> Refusal | None:
    """What is wrong with a credential. That a required input is missing is not."""
    if not any(body.get(owner) for owner in ("organization", "user", "team")):
        return {"detail": "Missing 'user', 'team', or 'organization'."}
    unknown = [name for name in body.get("inputs", {}) if name not in [field["id"] for field in fields]]
    if unknown:
        return {"inputs": [f"Additional properties are not allowed ('{unknown[0]}' was unexpected)"]}
    return None


def refused_rule(rule: str) -> Refusal | None:
    """What is wrong with the rule of a schedule."""
    said = None
    if not re.match(r"DTSTART(;TZID=[^:]+)?:\d{8}T\d{6}Z?", rule):
        said = "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"
    elif "RRULE:" not in rule:
        said = "One or more rule required in rrule."
    elif "FREQ=SECONDLY" in rule:
        said = f"SECONDLY is not supported: {rule.partition('R')[2].partition('R')[2]}"
    elif "INTERVAL=" not in rule:
        said = f"INTERVAL required in rrule: {rule.partition('RRULE:')[2]}"
    elif (found := re.search(r"COUNT=(\d+)", rule)) and int(found[1]) > 999:
        said = "COUNT > 999 is unsupported."
    return {"rrule": [said]} if said else None


def refused_survey(body: dict[str, Any]) -> Refusal | None:
    """What is wrong with a survey: each of its keys is obligatory."""
    for key in ("name", "description", "spec"):
        if key not in body:
            return {"error": f"Field '{key}' is missing from survey spec."}
    return None
