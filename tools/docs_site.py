# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render the documentation as a site to look at: `.venv-docs/bin/python -m tools.docs_site`.

The guides as they are, and a page for each module, plugin and role of the collection (antsibull-docs). What Sphinx
warns of is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CONFIG = ROOT / ".config/docs"
_SITE = ROOT / ".state/docs"
_PROGRAMS = Path(sys.executable).parent


def main() -> int:
    source, built = _SITE / "source", _SITE / "html"
    shutil.rmtree(_SITE, ignore_errors=True)
    _copy_checkout(source)
    shutil.copy2(_CONFIG / "index.md", source)
    (source / "reference").mkdir(mode=0o755)
    _run("antsibull-docs", "collection", "--use-current", "--fail-on-error", "--squash-hierarchy",
         "--no-add-antsibull-docs-version", "--dest-dir", str(source / "reference"), "acestream.vpn")  # fmt: skip
    _run("sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "-c", str(_CONFIG), str(source), str(built))
    print(f"docs: {(built / 'index.html').relative_to(ROOT)}")
    return 0


def _copy_checkout(folder: Path) -> None:
    """Whatever a guide may link to lies where it lies in the checkout; what git ignores is left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _run(program: str, *words: str) -> None:
    """
    :raises SystemExit: it failed, and has said why.
    """
    environment = {
        **os.environ,
        "PATH": f"{_PROGRAMS}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
    }
    code = subprocess.run([str(_PROGRAMS / program), *words], cwd=ROOT, env=environment, check=False).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())
