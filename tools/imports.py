# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom: `python -m tools.imports` at the root holds the contracts of `.importlinter`.

It is import-linter's own command, which has to find the packages first: the collection and the exporter are in folders
that no path leads to.
"""

from __future__ import annotations

import sys
from pathlib import Path

from importlinter.cli import lint_imports_command

#: Where the packages that `.importlinter` names begin, from the root of a checkout.
PACKAGES = ("collections", "collections/ansible_collections/acestream/vpn/roles/exporter/files")


def main() -> None:
    """Print which contracts are kept, and of each that is not the lines that break it.

    :raises SystemExit: always; 1: a contract is broken.
    """
    sys.path[:0] = [str(Path(folder).resolve()) for folder in PACKAGES]
    # Reading everything anew takes less than a second, and a cache would be one more thing to clean up.
    lint_imports_command(["--no-logo", "--no-cache", *sys.argv[1:]], prog_name="python -m tools.imports")


if __name__ == "__main__":
    main()
