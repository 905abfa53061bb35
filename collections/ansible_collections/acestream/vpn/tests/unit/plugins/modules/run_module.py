# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module as Ansible does: a process of its own, arguments on its standard input, JSON on its output."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def run_module(name, arguments, check_mode=False, diff=False, environment=None):
    """Run a module.

    :returns: what it returned, and everything that it printed.
    """
    given = {**arguments, "_ansible_check_mode": check_mode, "_ansible_diff": diff}
    code = f"from ansible_collections.acestream.vpn.plugins.modules.{name} import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", _PREPARE + code],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": given}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(environment or {})},
    )
    printed = done.stdout + done.stderr
    try:
        return json.loads(done.stdout.splitlines()[-1]), printed
    except (IndexError, ValueError):
        raise AssertionError(f"{name} printed no JSON: {printed}") from None


# ansible-core 2.19 and later hand modules a serialisation profile beside their arguments.
_PREPARE = """
try:
    from ansible.module_utils import basic
    basic._ANSIBLE_PROFILE = "legacy"
except ImportError:
    pass
"""
