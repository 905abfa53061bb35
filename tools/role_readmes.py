# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the README of each role from its `meta/argument_specs.yml`: `python -m tools.role_readmes [--check]`.

ansible-docsmith does it, as .config/docsmith says. What stands outside of its markers is for people to write.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tools.stages import COLLECTION, ROOT

_CONFIG = ROOT / ".config/docsmith/ansible-docsmith.toml"

#: What a README begins with; docsmith would make one whose licence is to be filled in.
_NEW = """<!--
SPDX-FileCopyrightText: 2026 acestream.vpn contributors
SPDX-License-Identifier: GPL-3.0-or-later

Between the markers, `make role-readmes` writes what meta/argument_specs.yml says.
-->
# Role `acestream.vpn.{role}`

<!-- ANSIBLE DOCSMITH MAIN START -->
<!-- ANSIBLE DOCSMITH MAIN END -->
"""


def main() -> int:
    """Write or compare. 1 if one is missing or says something else, as docsmith's own exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.role_readmes", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if something would change")
    check = parser.parse_args().check
    missing = [path for path in _readmes() if not path.exists()]
    if check and missing:
        print("missing:", *(path.relative_to(ROOT) for path in missing))
        return 1
    for path in missing:
        path.write_text(_NEW.format(role=path.parent.name), encoding="utf-8")
    program = Path(sys.executable).with_name("ansible-docsmith")
    command = [str(program), "generate", "--config", str(_CONFIG), *(["--check"] if check else []), str(COLLECTION)]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


def _readmes() -> list[Path]:
    return [path.parent.parent / "README.md" for path in sorted(COLLECTION.glob("roles/*/meta/argument_specs.yml"))]


if __name__ == "__main__":
    sys.exit(main())
