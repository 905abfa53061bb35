# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a broken VPN to its recovery with nobody at the keyboard, hop by hop: `python -m lab.demo.alerts`.

Exporter, Prometheus, Alertmanager and ansible-rulebook are real, and configured by the collection's own roles and
rulebooks, with the figures that these have by default. One Gluetun is restarted, and nothing else is touched.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lab.alert_chain import ALERT, AlertChain
from lab.definition import load
from lab.demo.stage import PATIENCE, DemoError, Stage, raise_lab
from lab.errors import LabError
from lab.say import say
from lab.wait import wait_for


class Hops:
    """Prints each hop once it is there, in seconds since the fault."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        print(f"  {'seconds':>8}  what happened", flush=True)

    def mark(self, text: str) -> None:
        print(f"  {time.monotonic() - self._began:8.1f}  {text}", flush=True)

    def wait(self, text: str, condition: Callable[[], object]) -> None:
        """:raises DemoError: it does not happen."""
        if not wait_for(condition, PATIENCE, every=0.05):
            raise DemoError(f"this did not happen within {PATIENCE} s: {text}")
        self.mark(text)


def show(stage: Stage, chain: AlertChain) -> None:
    """Restart the first Gluetun, and tell what follows by itself."""
    lab, vpn = stage.lab, stage.lab.vpns[0]
    everything = sorted(engine.name for engine in lab.engines)
    others = sorted(set(everything) - {engine.name for engine in vpn.engines})
    said = len(chain.responder.lines)

    def responder_says(words: str) -> bool:
        return any(words in line for line in chain.responder.lines[said:])

    with ThreadPoolExecutor(max_workers=1) as beside:
        hops = Hops()
        hops.mark(f"loss: {vpn.gluetun} is restarted, which leaves its engines without a network")
        broken = beside.submit(stage.fault, "gluetun-restart")
        hops.wait("hidden: the exporter lists none of its engines", lambda: chain.exporter.shown() == others)
        broken.result()
    hops.wait(f"back: {vpn.gluetun} carries traffic again", lambda: chain.healthy(vpn.gluetun))
    hops.wait(f"alert: {ALERT} fires in Prometheus", lambda: ALERT in chain.prometheus.alerts())
    hops.wait("webhook: Alertmanager has told the responder", lambda: responder_says("[received event]"))
    hops.wait("run: the responder has started acestream.vpn.recover", lambda: responder_says("PLAY [Keep the"))
    hops.wait(
        f"recovered: all {len(everything)} engines are listed again", lambda: chain.exporter.shown() == everything
    )
    hops.wait("the run has ended", lambda: responder_says("PLAY RECAP"))
    hops.wait("over: the alert fires no longer", lambda: ALERT not in chain.prometheus.alerts())


def main() -> int:
    lab = load()
    began = time.monotonic()
    try:
        raise_lab(lab)
        stage = Stage(lab)
        say("starting exporter, Prometheus, Alertmanager and ansible-rulebook on loopback (half a minute)")
        with AlertChain(lab.prefix, [vpn.gluetun for vpn in lab.vpns]) as chain:
            everything = sorted(engine.name for engine in lab.engines)
            if not wait_for(lambda: chain.exporter.shown() == everything, 60):
                raise DemoError("not all engines work: python -m lab status")
            chain.responder.until(chain.listens, "it listens")
            print(f"\nVPN1 is broken. Nobody touches anything else; alert {ALERT} starts the recovery.")
            show(stage, chain)
    except (DemoError, LabError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print(f"\nThe demonstration took {time.monotonic() - began:.0f} s. The lab is still up; make lab-down removes it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
