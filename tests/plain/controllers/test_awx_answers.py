# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in for AWX answers as AWX 24.6.1 did: what was asked of it, and its own words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plain.controllers.awx import Awx
from tests.plain.controllers.serving import Request

FIELD = {"id": "token", "type": "string", "label": "Token", "secret": True}
URL = {"id": "url", "type": "string", "label": "URL"}
SURVEY = {"name": "", "description": "", "spec": []}


@pytest.fixture
def ask():
    """Asks a stand-in that has a git project and a credential type, and returns status and body."""
    awx = Awx()
    organization = awx.named("organizations", "Default")["id"]
    project = awx.make("projects", {"name": "git", "organization": organization, "scm_type": "git"})["id"]
    kind = awx.make("credential_types", {"name": "T", "kind": "cloud", "inputs": {"fields": [URL, FIELD]}})["id"]
    template = awx.make("job_templates", {"name": "check", "organization": organization, "project": project})["id"]
    ids = {"ORG": organization, "TYPE": kind, "TEMPLATE": template, "PROJECT": project}

    def one(method: str, path: str, body: Any = None, token: str = awx.token) -> tuple[int, Any]:
        for name, number in ids.items():
            path = path.replace(name, str(number))
            body = {key: number if value == name else value for key, value in body.items()} if body else body
        headers = {"Authorization": f"Bearer {token}"}
        return awx.answer(Request(method, f"/api/v2/{path}", {}, headers, body))

    return one


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("organizations/", {"name": "Default"}, {"name": ["Organization with this Name already exists."]}),
        ("credential_types/", {"name": "a", "kind": "ssh"}, {"kind": ["Must be 'cloud' or 'net', not ssh"]}),
        (
            "credential_types/",
            {"name": "a", "kind": "cloud", "injectors": {"env": {"X": "{{ nope }}"}}},
            {"injectors": ["X uses an undefined field ('nope' is undefined)"]},
        ),
        (
            "credential_types/",
            {"name": "a", "kind": "cloud", "inputs": {"fields": [{"id": "tower"}]}},
            {"inputs": ['"tower" is a reserved field name']},
        ),
        (
            "credentials/",
            {"name": "a", "organization": "ORG", "credential_type": "TYPE", "inputs": {"bogus": "1"}},
            {"inputs": ["Additional properties are not allowed ('bogus' was unexpected)"]},
        ),
        (
            "credentials/",
            {"name": "a", "credential_type": "TYPE", "inputs": {}},
            {"detail": "Missing 'user', 'team', or 'organization'."},
        ),
        (
            "projects/",
            {"name": "a", "organization": "ORG", "scm_type": "", "local_path": "missing"},
            {"local_path": ["This path is already being used by another manual project."]},
        ),
        (
            "schedules/",
            {"name": "a", "unified_job_template": "TEMPLATE", "rrule": "RRULE:FREQ=MINUTELY;INTERVAL=1"},
            {"rrule": ["Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"]},
        ),
        (
            "schedules/",
            {"name": "a", "unified_job_template": "TEMPLATE", "rrule": "DTSTART:20261123T080000Z RRULE:FREQ=MINUTELY"},
            {"rrule": ["INTERVAL required in rrule: FREQ=MINUTELY"]},
        ),
        (
            "schedules/",
            {"name": "a", "unified_job_template": "TEMPLATE", "rrule": "DTSTART:20261123T080000Z"},
            {"rrule": ["One or more rule required in rrule."]},
        ),
        (
            "job_templates/TEMPLATE/survey_spec/",
            {"name": "", "spec": []},
            {"error": "Field 'description' is missing from survey spec."},
        ),
    ],
)
def test_what_is_refused(ask, path, body, refused):
    assert ask("POST", path, body) == (400, refused)


def test_secrets_are_never_shown_and_kept_when_sent_as_shown(ask):
    body = {"name": "c", "organization": "ORG", "credential_type": "TYPE", "inputs": {"url": "u", "token": "s"}}
    status, made = ask("POST", "credentials/", body)
    assert (status, made["inputs"]) == (201, {"url": "u", "token": "$encrypted$"})
    # The dictionary is replaced: the URL is gone.
    status, patched = ask("PATCH", f"credentials/{made['id']}/", {"inputs": {"token": "$encrypted$"}})
    assert (status, patched["inputs"]) == (200, {"token": "$encrypted$"})


def test_a_missing_required_input_is_taken_and_unknown_fields_vanish(ask):
    body = {"name": "c", "organization": "ORG", "credential_type": "TYPE", "inputs": {}, "bogus": 1}
    status, made = ask("POST", "credentials/", body)
    assert status == 201
    assert "bogus" not in made


def test_the_final_newline_is_cut(ask):
    status, made = ask("POST", "inventories/", {"name": "i", "organization": "ORG", "variables": "---\na: 1\n"})
    assert (status, made["variables"]) == (201, "---\na: 1")


def test_surveys_and_associations(ask):
    assert ask("POST", "job_templates/TEMPLATE/survey_spec/", SURVEY) == (200, None)
    assert ask("GET", "job_templates/TEMPLATE/survey_spec/") == (200, SURVEY)
    made = ask("POST", "notification_templates/", {"name": "n", "organization": "ORG", "notification_type": "webhook"})[
        1
    ]
    assert set(made["notification_configuration"]) >= {"http_method", "headers", "password"}
    path = "job_templates/TEMPLATE/notification_templates_error/"
    assert ask("POST", path, {"id": made["id"]}) == (204, None)
    assert [one["name"] for one in ask("GET", path)[1]["results"]] == ["n"]


def test_a_wrong_token_is_401(ask):
    assert ask("GET", "me/", token="wrong")[0] == 401
