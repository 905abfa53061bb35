# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role awx, run by the real ansible-playbook and the real modules of awx.awx against the stand-in."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.plain.controllers.awx import HEADERS, Awx
from tests.plain.controllers.playing import OTHERS, Played, play
from tests.plain.controllers.serving import Request, Served, served

TOKEN = "s3cret-of-the-api"
NAME = "acestream.vpn"
VARIABLES = {
    "awx_token": TOKEN,
    "awx_project_url": "https://git.example.org/vpn.git",
    "awx_hosts": {"box": {"ansible_host": "192.0.2.10", "recovery_gluetuns": [{"name": "gluetun"}]}, "other": {}},
    "awx_secrets": {"GLUETUN_API_KEY": "s3cret-of-gluetun", "OTHER_API_KEY": "s3cret-of-another"},
    "awx_ssh_key": {"username": "ops", "private_key": "s3cret-key\nof-ssh", "passphrase": "s3cret-phrase"},
    "awx_notification": {"type": "webhook", "configuration": {"url": "https://chat.example.org/hook"}},
}

needs_modules = pytest.mark.skipif(
    not (OTHERS / "ansible_collections/awx/awx").is_dir(), reason="awx.awx is not there: tools/setup test unpacks it"
)


class World:
    """A stand-in, and the role run against it."""

    def __init__(self, awx: Awx, server: Served, folder: Path) -> None:
        self.awx = awx
        self.server = server
        self.folder = folder

    def run(self, *options: str, **changes: Any) -> Played:
        self.server.seen.clear()
        return play("awx", {**VARIABLES, "awx_url": self.server.url, **changes}, self.folder, *options)

    def state(self) -> dict[str, Any]:
        """All that the stand-in holds."""
        return copy.deepcopy({"things": self.awx.things, "linked": self.awx.linked, "surveys": self.awx.surveys})


@pytest.fixture
def world(tmp_path: Path):
    awx = Awx(TOKEN)
    with served(awx.answer, HEADERS) as server:
        yield World(awx, server, tmp_path)


def assert_no_secret(output: str) -> None:
    for secret in ("s3cret", "of-ssh"):
        assert secret not in output


def neighbours(awx: Awx) -> None:
    """Objects of somebody else: their names begin alike, or are the same in another organization."""
    default = awx.named("organizations", "Default")["id"]
    other = awx.make("organizations", {"name": "Other"})["id"]
    machine = awx.named("credential_types", "Machine")["id"]
    for name, organization in (("acestream.vpn lab", default), (NAME, other)):
        project = awx.make("projects", {"name": name, "organization": organization, "scm_type": "git"})
        awx.make("notification_templates", {"name": name, "organization": organization})
        if organization == default:
            awx.make("inventories", {"name": name, "organization": organization})
            awx.make("credentials", {"name": f"{name} ssh", "organization": default, "credential_type": machine})
            awx.make("job_templates", {"name": "recover by hand", "organization": default, "project": project["id"]})


@needs_modules
@pytest.mark.slow
def test_made_kept_and_removed(world: World) -> None:
    before = with_neighbours(world)
    made_as_wanted(world)
    kept(world)
    assert world.run(awx_state="absent").well().changed > 0
    assert_as_before(world, before)


@needs_modules
@pytest.mark.full
@pytest.mark.slow
def test_checked_made_mended_replaced_and_removed(world: World) -> None:
    awx = world.awx
    before = with_neighbours(world)

    checked = world.run("--check", "--diff").well()
    assert world.server.writes() == []
    assert checked.changed > 0
    assert "'recover' of job_templates" in checked.words

    made_as_wanted(world)
    made = world.state()
    kept(world)

    drift(awx)
    # Meanwhile a secret is replaced, and the hook is wanted.
    assert_no_secret(
        world.run(
            "-vvv",
            awx_update_secrets=True,
            awx_secrets={**VARIABLES["awx_secrets"], "GLUETUN_API_KEY": "s3cret-new"},
            awx_gitlab_webhook=True,
        )
        .well()
        .output
    )
    assert awx.named("credentials", NAME)["inputs"].pop("gluetun_api_key") == "s3cret-new"
    assert awx.named("job_templates", "recover").pop("webhook_service") == "gitlab"
    awx.named("credentials", NAME)["inputs"]["gluetun_api_key"] = "s3cret-of-gluetun"
    awx.named("job_templates", "recover")["webhook_service"] = ""
    assert world.state() == made

    checked = world.run("--check", awx_state="absent").well()
    assert world.server.writes() == []
    assert checked.changed > 0
    removed = world.run(awx_state="absent").well()
    assert removed.changed > 0
    assert_as_before(world, before)
    assert world.run(awx_state="absent").well().changed == 0


def with_neighbours(world: World) -> dict:
    """Make what is not the role's; the state that is to be left at the end."""
    awx = world.awx
    neighbours(awx)
    # Names that are looked up without an organization may be there once only: see docs/awx.md.
    del awx.things["notification_templates"][awx.named_in("notification_templates", NAME, "Other")["id"]]
    del awx.things["projects"][awx.named_in("projects", NAME, "Other")["id"]]
    return world.state()


def made_as_wanted(world: World) -> None:
    """Make everything, and look at each part."""
    awx = world.awx
    first = world.run("-vvv", "--diff").well()
    assert_no_secret(first.output)
    recover = awx.named("job_templates", "recover")
    assert set(awx.names("job_templates")) == {
        "status",
        "recover",
        "maintenance",
        "drill",
        "recover by hand",
    }
    assert (recover["allow_simultaneous"], recover["ask_variables_on_launch"], recover["timeout"]) == (False, False, 50)
    assert recover["extra_vars"] == '{"recovery_watch_for": 30}'
    assert recover["id"] not in awx.surveys
    schedule = awx.named("schedules", f"{NAME} recover")
    assert schedule["unified_job_template"] == recover["id"]
    assert schedule["rrule"] == "DTSTART:20260101T000000Z RRULE:FREQ=MINUTELY;INTERVAL=1"
    # Every input of the type is set, and is injected under the name of the environment variable.
    kind = awx.named("credential_types", NAME)
    credential = awx.named("credentials", NAME)
    assert credential["inputs"] == {"gluetun_api_key": "s3cret-of-gluetun", "other_api_key": "s3cret-of-another"}
    assert set(credential["inputs"]) == {field["id"] for field in kind["inputs"]["fields"]}
    assert kind["injectors"]["env"] == {
        "GLUETUN_API_KEY": "{{ gluetun_api_key }}",
        "OTHER_API_KEY": "{{ other_api_key }}",
    }
    ssh = awx.named("credentials", f"{NAME} ssh")
    assert ssh["inputs"]["ssh_key_data"] == "s3cret-key\nof-ssh"
    assert awx.linked["job_templates", recover["id"], "credentials"] == [credential["id"], ssh["id"]]
    notification = awx.named("notification_templates", NAME)["id"]
    assert awx.linked["job_templates", recover["id"], "notification_templates_error"] == [notification]
    assert {
        awx.things["hosts"][one]["name"]
        for one in awx.linked["groups", awx.named("groups", "vpn_hosts")["id"], "hosts"]
    } == {
        "box",
        "other",
    }
    for survey in awx.surveys.values():
        for question in survey["spec"]:
            assert isinstance(question["required"], bool)
            assert "default" in question
            assert all(isinstance(choice, str) for choice in question.get("choices", []))


def kept(world: World) -> None:
    """A second run changes nothing and writes nothing."""
    second = world.run("-vvv", "--diff").well()
    assert (second.changed, world.server.writes()) == (0, [])
    assert_no_secret(second.output)


def assert_as_before(world: World, before: dict) -> None:
    after = world.state()
    assert after["things"] == before["things"]
    assert {key: ids for key, ids in after["linked"].items() if ids} == {}


def drift(awx: Awx) -> None:
    """Somebody changes what can be changed by hand."""
    awx.named("projects", NAME).update(scm_url="https://git.example.org/other.git", scm_branch="other")
    awx.named("inventories", NAME).update(description="other", variables='{"a": 1}')
    awx.named("hosts", "box").update(variables="{}")
    awx.named("credential_types", NAME).update(description="other", injectors={"env": {}})
    awx.named("credentials", f"{NAME} ssh")["inputs"]["username"] = "other"
    notification = awx.named("notification_templates", NAME)["notification_configuration"]
    notification.update(url="https://chat.example.org/other")
    recover = awx.named("job_templates", "recover")
    recover.update(
        description="other",
        playbook="playbooks/drill.yml",
        extra_vars="",
        timeout=0,
        allow_simultaneous=True,
        ask_variables_on_launch=True,
        ask_limit_on_launch=False,
    )
    awx.linked["job_templates", recover["id"], "credentials"].pop()
    awx.linked["job_templates", recover["id"], "notification_templates_error"].clear()
    awx.surveys[recover["id"]] = {"name": "", "description": "", "spec": []}
    drill = awx.named("job_templates", "drill")
    drill["survey_enabled"] = False
    awx.surveys[drill["id"]]["spec"].pop()
    awx.named("schedules", f"{NAME} recover").update(
        enabled=False, rrule="DTSTART:20260101T000000Z RRULE:FREQ=DAILY;INTERVAL=1"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"awx_token": "s3cret-but-wrong"}, "refuses awx_token (401). Make a new one, with the scope write"),
        ({"awx_url": "http://127.0.0.1:9"}, "Nothing answers at awx_url, http://127.0.0.1:9"),
        ({"awx_url": ""}, "Set awx_url, such as https://awx.example.org"),
        ({"awx_organization": "Nobody"}, "AWX has no organization 'Nobody'"),
        ({"awx_timeout": 60}, "Set awx_timeout below 60"),
        ({"awx_hosts": {}}, "either awx_hosts or awx_existing_inventory"),
        ({"awx_secrets": {"ANSIBLE_X": "s3cret"}}, "AWX takes none of these names in awx_secrets: ANSIBLE_X"),
        ({"awx_notification": {"type": "webhook"}}, "Set both type, such as webhook, and configuration"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(world: World, changes: dict, said: str) -> None:
    played = world.run("-vvv", **changes)
    assert played.code == 2
    assert said in played.words
    assert_no_secret(played.output)
    assert world.server.writes() == []


def test_what_awx_does_not_show_is_said(tmp_path: Path) -> None:
    awx = Awx(TOKEN)

    def answer(request: Request) -> tuple[int, Any]:
        return (403, {"detail": "no"}) if "credential_types" in request.path else awx.answer(request)

    with served(answer, HEADERS) as server:
        played = World(awx, server, tmp_path).run("-vvv")
    assert played.code == 2
    assert "AWX does not show its credential_types: status 403" in played.words
    assert_no_secret(played.output)


def test_that_the_collection_awx_is_missing_is_said(world: World) -> None:
    variables = {**VARIABLES, "awx_url": world.server.url}
    played = play("awx", variables, world.folder, others=world.folder)
    assert played.code != 0
    assert "awx.awx" in played.output
    assert world.server.writes() == []


@needs_modules
def test_what_awx_refuses_is_said(world: World) -> None:
    played = world.run(awx_project_type="manual", awx_project_path="missing")
    assert played.code == 2
    assert "This path is already being used by another manual project." in played.words
