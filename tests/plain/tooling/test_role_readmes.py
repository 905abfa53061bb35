# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each role's README says what its `meta/argument_specs.yml` says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLES = ROOT / "collections/ansible_collections/acestream/vpn/roles"


def test_they_are_as_they_would_be_written_today():
    command = [sys.executable, "-m", "tools.role_readmes", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"`make role-readmes` writes them anew\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("role", sorted(path.name for path in ROLES.iterdir()))
def test_each_variable_has_its_line(role):
    """The template leaves none out."""
    lines = (ROLES / role / "README.md").read_text(encoding="utf-8").splitlines()
    first_cells = [line.split(" | ")[0] for line in lines if line.startswith("| ")]
    specs = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    for name in _names(specs):
        assert any(f"`{name}`" in cell for cell in first_cells), name


def _names(specs: dict) -> set[str]:
    """The variables of all entry points, and the keys of those that have some."""
    found = set()
    for spec in specs.values():
        for name, option in (spec.get("options") or {}).items():
            found |= {name, *(option.get("options") or {})}
    return found
