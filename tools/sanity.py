# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run `ansible-test sanity` on the collection, with a bootstrap for pip that needs no download."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
_PROGRAM = Path(sys.executable).with_name("ansible-test")

#: What ansible-test would download to get pip into its environments; every Python brings it along.
_BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap(upgrade=True, default_pip=True)\n"


def main() -> int:
    provide_pip()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [str(_PROGRAM), "sanity", "--venv", "--color", "no", "--python", version]
    return subprocess.run(command, cwd=COLLECTION, stdin=subprocess.DEVNULL, check=False).returncode


def provide_pip() -> None:
    """Put the bootstrap where ansible-test keeps its downloads, under the names that it looks for."""
    import ansible_test._internal as internal

    cache = Path.home() / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    source = (Path(internal.__file__).parent / "python_requirements.py").read_text(encoding="utf-8")
    names = set(re.findall(r"get_pip_[\w.]+\.py", source)) | {
        f"get_pip_{version.replace('.', '_')}.py" for version in re.findall(r"\d+\.\d+(?:\.\d+)?", source)
    }
    for name in names:
        if not (cache / name).exists():
            (cache / name).write_text(_BOOTSTRAP, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
