# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the project promises of its own files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import SCENARIOS
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import host_argument_spec

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
ROLES = sorted(path.name for path in (COLLECTION / "roles").iterdir())

#: A machine's own paths, and hosts of package registries: neither belongs into a project that others clone.
FORBIDDEN = re.compile(
    "|".join(
        [
            "/" + "work/",
            "/" + "root/",
            "/home" + r"/[a-z]",
            r"pypi\." + "org",
            "registry\\." + "npmjs",
            "files\\.python" + "hosted",
        ]
    )
)


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def _role(name: str, part: str) -> dict:
    return yaml.safe_load((COLLECTION / "roles" / name / part).read_text(encoding="utf-8"))


def _defaults(role: str) -> dict:
    """The defaults; of one that a .env or a server may give, the value where there is none."""
    return {name: _without_env(value) for name, value in _role(role, "defaults/main.yml").items()}


def _without_env(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.search(r"recovery_env\.\w+ \| default\((.*?)\)", value)
    # AWX and Semaphore define variables that tell that it is them.
    found = found or re.search(r"semaphore_vars is defined else ('.*?') }}", value)
    return yaml.safe_load(found[1]) if found else value


@pytest.mark.parametrize("role", ROLES)
def test_argument_specs_equal_the_defaults(role):
    options = _role(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    specified = {name: option.get("default") for name, option in options.items()}
    assert specified == _defaults(role)


@pytest.mark.parametrize("role", ROLES)
def test_each_variable_of_a_role_is_used_and_described(role):
    folders = [COLLECTION / "roles" / role / part for part in ("tasks", "vars", "templates")]
    files = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    tasks = "".join(path.read_text(encoding="utf-8") for path in files)
    tasks += "".join(str(value) for value in _role(role, "defaults/main.yml").values())
    for name, option in _role(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"].items():
        assert name in tasks, f"{name} is used by no task"
        assert option["description"], name


def test_the_roles_figures_are_those_of_the_policy():
    """The policy is where the figures live; the role repeats them for its readers."""
    defaults = _defaults("recovery")
    for name, value in vars(Policy()).items():
        if f"recovery_{name}" in defaults:
            assert defaults[f"recovery_{name}"] == value, name


def test_the_role_looks_as_the_modules_do_by_default():
    defaults = _defaults("recovery")
    spec = host_argument_spec()
    for name in ("egress_targets", "dns_name", "probe_timeout", "evidence_timeout", "engine_label", "state_dir"):
        assert defaults[f"recovery_{name}"] == spec[name]["default"], name
    assert defaults["recovery_scenarios"] == list(SCENARIOS)


def test_no_file_names_this_machine_or_a_registry():
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FORBIDDEN.finditer(text)]
    assert found == []


def test_every_playbook_of_the_collection_has_a_thin_entry_point():
    for path in (COLLECTION / "playbooks").glob("*.yml"):
        entry = yaml.safe_load((ROOT / "playbooks" / path.name).read_text(encoding="utf-8"))
        assert [step["ansible.builtin.import_playbook"] for step in entry] == [f"acestream.vpn.{path.stem}"]


def test_action_group_holds_every_module():
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("*.py") if path.stem != "__init__")
    assert sorted(runtime["action_groups"]["docker"]) == modules
