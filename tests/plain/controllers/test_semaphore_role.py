# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role semaphore, run by the real ansible-playbook against the stand-in."""

from __future__ import annotations

import configparser
import copy
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.plain.controllers.playing import ROOT, Played, play
from tests.plain.controllers.semaphore import Semaphore
from tests.plain.controllers.serving import Request, Served, served

TOKEN = "s3cret-of-the-api"
SECRETS = {
    "semaphore_token": TOKEN,
    "semaphore_alertmanager_token": "s3cret-of-alertmanager",
    "semaphore_secrets": {"GLUETUN_API_KEY": "s3cret-of-gluetun", "OTHER_API_KEY": "s3cret-of-another"},
    "semaphore_ssh_key": {"login": "ops", "private_key": "s3cret-key\nof-ssh", "passphrase": "s3cret-phrase"},
    "semaphore_repository_key": {"type": "login_password", "login": "git", "password": "s3cret-of-git"},
}
INVENTORY = "vpn_hosts:\n  hosts:\n    box:\n      key: \"{{ lookup('ansible.builtin.env', 'GLUETUN_API_KEY') }}\"\n"
VARIABLES = {
    **SECRETS,
    "semaphore_repository": "https://git.example.org/vpn.git",
}
KINDS = ("keys", "repositories", "inventory", "environment", "templates", "schedules", "integrations")


class World:
    """A stand-in, and the role run against it."""

    def __init__(self, semaphore: Semaphore, server: Served, folder: Path) -> None:
        self.semaphore = semaphore
        self.server = server
        self.folder = folder

    def run(self, *options: str, **changes: Any) -> Played:
        self.server.seen.clear()
        # As a person gives it: what a lookup returns is no template of this run.
        (self.folder / "hosts.yml").write_text(INVENTORY, encoding="utf-8")
        inventory = f"{{{{ lookup('ansible.builtin.file', '{self.folder}/hosts.yml', rstrip=false) }}}}"
        given = {"semaphore_url": self.server.url, "semaphore_inventory": inventory}
        variables = {**VARIABLES, **given, **changes}
        return play("semaphore", variables, self.folder, *options)

    def state(self) -> dict[str, Any]:
        """All that the stand-in holds."""
        return copy.deepcopy({"projects": self.semaphore.projects, "things": self.semaphore.things})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Somebody makes an object by hand."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        status, document = self.semaphore.answer(Request("POST", f"/api{path}", {}, headers, body))
        assert status < 300
        return document


@pytest.fixture
def world(tmp_path: Path):
    semaphore = Semaphore(TOKEN)
    with served(semaphore.answer) as server:
        yield World(semaphore, server, tmp_path)


def assert_no_secret(output: str) -> None:
    for secret in ("s3cret", "of-ssh"):
        assert secret not in output


@pytest.mark.slow
def test_made_kept_and_removed(world: World) -> None:
    neighbour = neighbours(world)
    made_as_wanted(world)
    kept(world)
    assert world.run(semaphore_state="absent").well().changed > 0
    assert_only_neighbours_are_left(world, neighbour)


@pytest.mark.full
@pytest.mark.slow
def test_checked_made_mended_replaced_reduced_and_removed(world: World) -> None:
    semaphore = world.semaphore
    neighbour = neighbours(world)

    checked = world.run("--check", "--diff").well()
    assert world.server.writes() == []
    assert checked.changed > 0
    assert "make 'acestream.vpn' of projects" in checked.words

    project = made_as_wanted(world)
    made = world.state()
    kept(world)

    drift(semaphore, project)
    drifted = world.state()
    checked = world.run("--check").well()
    assert (world.server.writes(), world.state()) == ([], drifted)
    assert checked.changed > 0
    assert "mend 'recover' of templates (allow_override_args_in_task, app, arguments" in checked.words
    assert world.run("-vvv").well().changed > 0
    # The role's own fields are back; an object and a field that are not its own are as somebody made them.
    assert semaphore.named(project, "templates", "recover").pop("git_branch") == "by-hand"
    semaphore.named(project, "templates", "recover")["git_branch"] = None
    assert world.state() == made

    replaced = world.run(
        "-vvv",
        semaphore_update_secrets=True,
        semaphore_secrets={"GLUETUN_API_KEY": "s3cret-new-one", "THIRD": "s3cret-third"},
        semaphore_alertmanager_token="s3cret-new-token",
    ).well()
    assert_no_secret(replaced.output)
    environment = semaphore.named(project, "environment", "acestream.vpn")
    assert {secret["name"]: secret["secret"] for secret in environment["_secrets"].values()} == {
        "GLUETUN_API_KEY": "s3cret-new-one",
        "THIRD": "s3cret-third",
    }
    key = semaphore.named(project, "keys", "acestream.vpn alertmanager")
    assert key["_secret"]["login_password"]["password"] == "Bearer s3cret-new-token"

    # Without a schedule, a token and a key, what was made for them goes.
    less = {"semaphore_schedule": "", "semaphore_alertmanager_token": "", "semaphore_repository_key": {}}
    world.run(**less).well()
    assert semaphore.names(project, "schedules") == semaphore.names(project, "integrations") == []
    assert semaphore.names(project, "keys") == ["None", "acestream.vpn ssh"]

    world.post(f"/project/{project}/templates", {"name": "recover by hand", "playbook": "x.yml"})
    checked = world.run("--check", semaphore_state="absent").well()
    assert world.server.writes() == []
    assert checked.changed > 0
    removed = world.run(semaphore_state="absent").well()
    assert "stays, for this in it is not the role's: recover by hand" in removed.words
    assert {kind: semaphore.names(project, kind) for kind in KINDS} == {
        **dict.fromkeys(KINDS, []),
        "keys": ["None"],
        "environment": ["Empty"],
        "templates": ["recover by hand"],
    }
    semaphore.things[project, "templates"].clear()
    assert world.run(semaphore_state="absent").well().changed > 0
    assert_only_neighbours_are_left(world, neighbour)


def neighbours(world: World) -> dict:
    """Make what is not the role's; the state that is to be left at the end."""
    # Neighbours whose names begin alike, or are even the same in another project.
    world.post("/projects", {"name": "acestream.vpn lab"})
    world.post("/project/1/keys", {"name": "acestream.vpn ssh", "type": "none"})
    return world.state()


def made_as_wanted(world: World) -> int:
    """Make everything, and look at each part; the project's ID."""
    semaphore = world.semaphore
    first = world.run("-vvv", "--diff").well()
    assert_no_secret(first.output)
    project = semaphore.project("acestream.vpn")
    assert semaphore.names(project, "templates") == ["status", "recover", "maintenance", "drill"]
    recover = semaphore.named(project, "templates", "recover")
    assert recover["playbook"] == "playbooks/recover.yml"
    assert recover["survey_vars"] == []
    schedule = semaphore.named(project, "schedules", "acestream.vpn recover")
    assert (schedule["template_id"], schedule["cron_format"], schedule["active"]) == (recover["id"], "* * * * *", True)
    environment = semaphore.named(project, "environment", "acestream.vpn")
    assert {(secret["type"], secret["name"], secret["secret"]) for secret in environment["_secrets"].values()} == {
        ("env", "GLUETUN_API_KEY", "s3cret-of-gluetun"),
        ("env", "OTHER_API_KEY", "s3cret-of-another"),
    }
    assert_a_checkout_in_place_and_a_clone_both_run(json.loads(environment["env"]), world.folder)
    # A template in the inventory is Semaphore's to render, not the role's.
    inventory = semaphore.named(project, "inventory", "acestream.vpn")
    assert (inventory["inventory"], inventory["type"]) == (INVENTORY, "static-yaml")
    ssh = semaphore.named(project, "keys", "acestream.vpn ssh")
    assert inventory["ssh_key_id"] == ssh["id"]
    assert ssh["_secret"]["ssh"]["private_key"] == "s3cret-key\nof-ssh"
    repository = semaphore.named(project, "repositories", "acestream.vpn")
    assert repository["git_branch"] == "main"
    assert repository["ssh_key_id"] == semaphore.named(project, "keys", "acestream.vpn git")["id"]
    assert_alertmanager_starts_recover(world, project, first)
    return project


def kept(world: World) -> None:
    """A second run changes nothing, writes nothing and asks for nothing twice."""
    second = world.run("-vvv", "--diff").well()
    assert (second.changed, world.server.writes()) == (0, [])
    asked = Counter(request.path for request in world.server.seen)
    assert set(asked.values()) == {1}, "each request costs a task: nothing is asked for twice"
    assert_no_secret(second.output)


def assert_only_neighbours_are_left(world: World, neighbour: dict) -> None:
    assert world.state()["projects"] == neighbour["projects"]
    assert {key: kept for key, kept in world.state()["things"].items() if kept} == {
        key: kept for key, kept in neighbour["things"].items() if kept
    }
    assert world.run(semaphore_state="absent").well().changed == 0


def assert_alertmanager_starts_recover(world: World, project: int, played: Played) -> None:
    """The address that the role says starts the template with the right token, and nothing is taken from the alert."""
    semaphore = world.semaphore
    integration = semaphore.named(project, "integrations", "acestream.vpn alertmanager")
    (alias,) = semaphore.things[project, f"integrations/{integration['id']}/aliases"].values()
    assert f"Alertmanager calls {world.server.url}{alias['url']} with" in played.words
    alert = {"status": "firing", "commonLabels": {"vpn": "{{ 7 * 7 }}"}, "alerts": []}
    for token, status in (("wrong", "firing"), ("s3cret-of-alertmanager", "resolved")):
        headers = {"Authorization": f"Bearer {token}"}
        semaphore.answer(Request("POST", alias["url"], {}, headers, {**alert, "status": status}))
    assert semaphore.things.get((project, "tasks"), {}) == {}
    headers = {"Authorization": "Bearer s3cret-of-alertmanager"}
    semaphore.answer(Request("POST", alias["url"], {}, headers, alert))
    (task,) = semaphore.things[project, "tasks"].values()
    assert task["template_id"] == semaphore.named(project, "templates", "recover")["id"]
    assert task["environment"] == ""
    semaphore.things[project, "tasks"].clear()


def drift(semaphore: Semaphore, project: int) -> None:
    """Somebody changes every field of every object of the role that can be changed by hand."""
    kept = ("id", "name", "project_id", "integration_id")
    ours = {
        "keys": {"acestream.vpn ssh": ("type",)},
        "repositories": {"acestream.vpn": ("git_url", "git_branch", "ssh_key_id")},
        "inventory": {"acestream.vpn": ("inventory", "type", "ssh_key_id")},
        "environment": {"acestream.vpn": ("json", "env")},
        "templates": dict.fromkeys(
            ("status", "recover", "maintenance", "drill"),
            (
                "playbook",
                "arguments",
                "description",
                "allow_override_args_in_task",
                "app",
                "type",
                "survey_vars",
                "suppress_success_alerts",
                "environment_id",
            ),
        ),
        "schedules": {"acestream.vpn recover": ("cron_format", "active", "template_id")},
        "integrations": {"acestream.vpn alertmanager": ("auth_method", "auth_header", "auth_secret_id", "searchable")},
    }
    for kind, names in ours.items():
        for name, fields in names.items():
            thing = semaphore.named(project, kind, name)
            assert not set(fields) & set(kept)
            thing.update({field: changed(thing[field]) for field in fields})
    semaphore.projects[project]["alert"] = False
    # Not the role's: it stays.
    semaphore.named(project, "templates", "recover")["git_branch"] = "by-hand"
    integration = semaphore.named(project, "integrations", "acestream.vpn alertmanager")["id"]
    parts = f"integrations/{integration}"
    (matcher,) = semaphore.things[project, f"{parts}/matchers"].values()
    matcher.update(key="nothing", value="resolved")
    extracted = {"id": 1, "name": "vpn", "key": "commonLabels.vpn", "variable": "mode"}
    semaphore.things[project, f"{parts}/values"][1] = extracted
    # A secret is gone.
    environment = semaphore.named(project, "environment", "acestream.vpn")
    gone = max(environment["_secrets"])
    environment["_secrets"].pop(gone)
    semaphore.ids[project, "keys"] = gone - 1


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return 1
    if isinstance(value, list):
        return [*value, {"name": "more", "title": "More"}]
    return {"[]": '["-v"]', "{}": '{"more": 1}'}.get(value, "other")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"semaphore_token": "s3cret-but-wrong"}, "refuses semaphore_token (401). Make a new one"),
        ({"semaphore_url": "http://127.0.0.1:9"}, "Nothing answers at semaphore_url, http://127.0.0.1:9"),
        ({"semaphore_token": ""}, "Set semaphore_url, such as https://semaphore.example.org, and semaphore_token"),
        ({"semaphore_schedule": "*/5 * * * * *"}, "Semaphore takes exactly five fields"),
        ({"semaphore_inventory": ""}, "either semaphore_inventory or semaphore_inventory_file"),
        ({"semaphore_secrets": {"NOT A NAME": "s3cret"}}, "none of an environment variable: NOT A NAME"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(world: World, changes: dict, said: str) -> None:
    played = world.run("-vvv", **changes)
    assert played.code == 2
    assert said in played.words
    assert_no_secret(played.output)
    assert world.server.writes() == []


def test_two_objects_of_one_name_are_not_guessed_at(world: World) -> None:
    world.post("/projects", {"name": "acestream.vpn"})
    for _twice in range(2):
        world.post("/project/1/keys", {"name": "acestream.vpn git", "type": "none"})
    played = world.run()
    assert played.code == 2
    assert "several objects named 'acestream.vpn git' (ids 2 and 3)" in played.words


def test_what_semaphore_does_not_let_the_token_do_is_said(tmp_path: Path) -> None:
    semaphore = Semaphore(TOKEN)

    def answer(request: Request) -> tuple[int, Any]:
        return (403, None) if request.path.endswith("/keys") else semaphore.answer(request)

    with served(answer) as server:
        played = World(semaphore, server, tmp_path).run("-vvv")
    assert played.code == 2
    assert "List what is there: Status code was 403" in played.words
    assert_no_secret(played.output)


def assert_a_checkout_in_place_and_a_clone_both_run(environment: dict[str, str], tmp_path: Path) -> None:
    """As Semaphore runs them: in the folder of the playbooks, where no ansible.cfg is found."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True)
    beside = Path(sys.executable).parent
    base = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    base["HOME"] = str(tmp_path)
    for checkout in (ROOT, tmp_path / "clone"):
        done = subprocess.run(
            [beside / "ansible-playbook", "-i", "localhost,", "--syntax-check", "status.yml", "recover.yml"],
            cwd=checkout / "playbooks",
            env={**base, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    # Without it, the collection is not found: the environment is what does it.
    done = subprocess.run(
        [beside / "ansible-playbook", "-i", "localhost,", "--syntax-check", "status.yml"],
        cwd=tmp_path / "clone/playbooks",
        env=base,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "acestream.vpn" in done.stderr
    assert_it_says_what_ansible_cfg_says(beside, base, environment)


def assert_it_says_what_ansible_cfg_says(beside: Path, base: dict[str, str], environment: dict[str, str]) -> None:
    """Ansible itself is asked for its settings, with the one and with the other."""

    def settings(folder: Path, variables: dict[str, str]) -> dict[str, Any]:
        command = [beside / "ansible-config", "dump", "--only-changed", "--format", "json"]
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=True)
        found = {item["name"]: item["value"] for item in json.loads(done.stdout) if "name" in item}
        # Where the file is, and the inventory, which Semaphore names itself.
        return {name: value for name, value in found.items() if name not in ("CONFIG_FILE", "DEFAULT_HOST_LIST")}

    by_file = settings(ROOT, base)
    assert len(by_file) >= 5
    assert settings(ROOT / "playbooks", {**base, **environment}) == by_file
    # Those of a callback are none of the above.
    config = configparser.ConfigParser()
    config.read(ROOT / "ansible.cfg")
    assert environment["ANSIBLE_DISPLAY_SKIPPED_HOSTS"] == config["defaults"]["display_skipped_hosts"]
