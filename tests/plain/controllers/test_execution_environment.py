# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment: what ansible-builder makes of a checkout can be built from."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
BESIDE = Path(sys.executable).parent
#: From what is imported to what it is called by pip.
PACKAGES = {"dotenv": "python-dotenv", "docker": "docker", "requests": "requests"}
#: Python's own, Ansible's, PyYAML, which every Ansible has, and urllib3, which requests brings.
NOT_ASKED_FOR = {*sys.stdlib_module_names, "ansible", "ansible_collections", "urllib3", "yaml"}


def run(*words: str, folder: Path = ROOT, **environment: str) -> str:
    variables = {**os.environ, "PATH": f"{BESIDE}:{os.environ['PATH']}", **environment}
    done = subprocess.run(
        [str(BESIDE / words[0]), *words[1:]], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("context")
    run("ansible-builder", "create", "--context", str(folder), "--output-filename", "Containerfile")
    return folder


def test_the_context_holds_what_is_built(context: Path) -> None:
    text = (context / "Containerfile").read_text(encoding="utf-8")
    assert "ansible-galaxy collection install $ANSIBLE_GALAXY_CLI_COLLECTION_OPTS -r requirements.yml" in text
    assert 'PYPKG="python3.12"' in text
    assert ">=2.19,<2.22" in text
    assert lines(context / "_build/acestream-vpn/requirements.txt") == lines(COLLECTION / "requirements.txt")
    assert lines(context / "_build/acestream-vpn/bindep.txt") == lines(COLLECTION / "bindep.txt")


def test_the_collection_is_installed_from_the_context_and_introspected(context: Path, tmp_path: Path) -> None:
    """As the Containerfile does: in the folder of the build, without any server."""
    words = ("collection", "install", "--offline", "-r", "requirements.yml", "-p", str(tmp_path))
    run("ansible-galaxy", *words, folder=context / "_build", HOME=str(tmp_path / "home"))
    installed = tmp_path / "ansible_collections/acestream/vpn"
    assert (installed / "playbooks/recover.yml").is_file()
    found = yaml.safe_load(run("ansible-builder", "introspect", str(tmp_path)))
    said = {kind: [line.partition("  # ")[0] for line in found[kind]] for kind in ("python", "system")}
    assert said == {"python": lines(COLLECTION / "requirements.txt"), "system": lines(COLLECTION / "bindep.txt")}
    # Its own playbook is found there, as AWX finds it.
    check = ("ansible-playbook", "-i", "localhost,", "--syntax-check", "acestream.vpn.recover")
    run(*check, folder=tmp_path, ANSIBLE_COLLECTIONS_PATH=str(tmp_path))


def test_the_collection_asks_for_what_it_imports() -> None:
    imported = set()
    for path in (COLLECTION / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.partition(".")[0])
    asked_for = {re.split("[<>=]", line)[0] for line in lines(COLLECTION / "requirements.txt")}
    assert asked_for == {PACKAGES[name] for name in imported - NOT_ASKED_FOR}


def test_the_versions_are_those_that_the_documentation_names() -> None:
    fragment = (COLLECTION / "plugins/doc_fragments/docker.py").read_text(encoding="utf-8")
    for name, version in re.findall(r"Python library (\w+) ([\d.]+) or newer", fragment):
        assert f"{name}>={version}" in lines(COLLECTION / "requirements.txt")


def test_the_version_of_core_is_that_of_the_collection() -> None:
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text(encoding="utf-8"))
    definition = yaml.safe_load((ROOT / "execution-environment.yml").read_text(encoding="utf-8"))
    asked = definition["dependencies"]["ansible_core"]["package_pip"].removeprefix("ansible-core")
    assert asked.split(",")[0] == runtime["requires_ansible"].replace(".0", "")
