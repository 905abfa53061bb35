# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows from options alone."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions

from ..option_builders import docker_options, host_options


@pytest.mark.parametrize(("said", "chosen"), [(None, None), ("", None), ("auto", None), ("1.44", "1.44")])
def test_a_version_that_somebody_insists_on(said, chosen):
    assert docker_options(api_version=said).chosen_version == chosen


def test_a_declaration_is_found_by_its_name():
    host = host_options(["one", "two"], [EngineOptions("engine", "one", 6878)])
    assert host.declared("engine").http_port == 6878
    assert host.declared("other") is None
