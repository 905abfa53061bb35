# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter stops when it is told to, whatever happens at that moment."""

from __future__ import annotations

import asyncio

import pytest
from acestream_vpn_exporter.connection_limit import ConnectionLimitRunner
from acestream_vpn_exporter.web import Site


async def _turns(count: int) -> None:
    """Let everything else go on for so many turns of the event loop."""
    for _turn in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("turns", range(6))
def test_a_look_that_ends_just_then_does_not_keep_it_from_stopping(tmp_path, turns):
    async def stop() -> None:
        site = Site(str(tmp_path), ["gluetun"], 5.0, None, lambda: None)
        runner = ConnectionLimitRunner(site.application())
        await runner.setup()
        await _turns(10)
        site.looked(None)
        await _turns(turns)
        # Not wait_for, which ends what it waits for, and so hides that it hung.
        stopping = asyncio.create_task(runner.cleanup())
        _done, pending = await asyncio.wait({stopping}, timeout=10)
        assert not pending

    asyncio.run(stop())
