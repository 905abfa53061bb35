# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the linter of links (rumdl, as .rumdl.toml sets it up) finds: were it set up wrongly, it would find nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PAGE = """# A page

## When it's `mended`: twice & more

## Again

## Again

[a]: other.md
"""


def _lint(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "page.md").write_text(f"{PAGE}\n{line}\n", encoding="utf-8")
    (folder / "other.md").write_text('# Other\n\n## Its part\n\n<a id="anchor"></a>\n', encoding="utf-8")
    (folder / "code.py").touch()
    program = Path(sys.executable).with_name("rumdl")
    command = [str(program), "check", "--config", str(ROOT / ".rumdl.toml"), "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "target",
    [
        "other.md",
        "other.md#its-part",
        "other.md#anchor",
        "#when-its-mended-twice--more",
        "#again-1",
        "code.py",
        "code.py#L3",
        "https://example.org/missing.md#nothing",
    ],
)
def test_a_link_that_leads_somewhere_passes(tmp_path, target):
    done = _lint(tmp_path, f"[a link]({target}), [a]")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("[a](missing.md)", "missing.md"),
        ("[a](folder/)", "folder/"),
        ("![a](missing.png)", "missing.png"),
        ("[a](#nowhere)", "nowhere"),
        ("[a](other.md#nowhere)", "nowhere"),
        ("[a][nowhere]", "nowhere"),
        ("[a]()", "[a]()"),
        ("(a)[other.md]", "other.md"),
    ],
)
def test_a_link_that_leads_nowhere_is_named_with_its_line(tmp_path, line, named):
    done = _lint(tmp_path, line)
    found = [entry for entry in done.stdout.splitlines() if entry.startswith("page.md:11:")]
    assert done.returncode == 1
    assert any(named in entry for entry in found), done.stdout
