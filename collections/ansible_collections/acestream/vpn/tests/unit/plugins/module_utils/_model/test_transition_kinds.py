# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of kinds is that of the code: a word that is written into the journal and is not in it counts as foreign."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine, desired_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition_kinds import KINDS
from ansible_collections.acestream.vpn.plugins.module_utils._publish.drill_report import BEGINS, ENDS

PLUGINS = Path(__file__).resolve().parents[5] / "plugins"
#: A kind stands behind a level, or begins a pair of words to be said.
_WRITTEN = re.compile(
    r'(?:INFO|WARN|ERROR|CRITICAL|level|_failed\(|(?:want|container_actions)\.[A-Z]+: \()(?:, )?f?"([a-z0-9_{}.]+)"'
)


def test_every_kind_that_the_code_writes_is_in_the_list_and_no_other():
    found = {BEGINS, ENDS}
    for path in PLUGINS.rglob("*.py"):
        for word in _WRITTEN.findall(path.read_text(encoding="utf-8")):
            found |= _spelt_out(word)
    assert found - KINDS == set()
    assert KINDS - found == set()


def _spelt_out(word):
    """C(engine_{engine.action}_failed) stands for one kind for each action."""
    if "{" not in word:
        return {word}
    engines = (*desired_engine.MENDING, desired_engine.STOP, desired_engine.REMOVE)
    want = desired_gluetun
    gluetuns = (want.START, want.UNPAUSE, want.RESTART, want.CYCLE, want.STOP)
    return {re.sub(r"{.*?}", action, word) for action in (engines if word.startswith("engine") else gluetuns)}
