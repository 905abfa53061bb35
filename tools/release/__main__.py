# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m tools.release release VERSION`, or `rebuild VERSION` for the tarball of one that is tagged."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from tools.release.layout import RELEASES
from tools.release.links import Links
from tools.release.refusal import Refused
from tools.release.release import rebuild, release

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str]) -> int:
    """Exit code 0: released. 1: refused, with one line that says why."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("command", choices=("release", "rebuild"))
    parser.add_argument("version")
    for name in ("repository", "documentation", "homepage", "issues"):
        parser.add_argument(f"--{name}", default="", metavar="ADDRESS", help=f"the link {name} of galaxy.yml")
    given = parser.parse_args(words)
    act = {"release": release, "rebuild": rebuild}[given.command]
    # A copy that is worked in is put away, also if somebody ends this.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        links = Links.given(given.repository, given.documentation, given.homepage, given.issues)
        tarball = act(ROOT, given.version, links, lambda line: print(f"release: {line}", flush=True))
    except (Refused, OSError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("release: stopped", file=sys.stderr)
        return 130
    print(f"release: {RELEASES / tarball.name}")
    if not links.repository:
        print(
            "release: it names no repository, which Galaxy insists on. For one that does: "
            f"make tarball VERSION={given.version} REPOSITORY=https://..."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
