# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tunnel: an OpenVPN client, watched over, and what comes with it.

As in a real Gluetun ``running`` says that the client process survived its first moment, not that anything passes.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable

from log import log
from port_forwarding import PortForwarding
from public_ip import PublicIp
from settings import Settings

_SURVIVED = 0.1  # seconds until a process is called running
_BACK_OFF = 15.0  # seconds until a process that ended by itself is started again
_COMPLETED = "Initialization Sequence Completed"


class Tunnel:
    """One OpenVPN client and its loop. ``on_up`` is called, in a thread, when a tunnel has come up."""

    def __init__(self, settings: Settings) -> None:
        """Nothing runs before ``begin``."""
        self._settings = settings
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._recovered = threading.Event()
        self.status = "starting"
        self.on_up: Callable[[], None] = lambda: None
        self.on_down: Callable[[], None] = lambda: None
        self.public_ip = PublicIp(settings.public_ip_url)
        self.forwarding = PortForwarding(settings)

    def begin(self) -> None:
        """Start the client."""
        with self._lock:
            self._start()

    def put(self, wanted: str) -> str:
        """Stop or run, and say the outcome in Gluetun's words.

        ``crashed`` cannot be left this way: the loop is busy with its back-off, and then goes on by itself.
        """
        if self.status == "crashed":
            self._recovered.wait(_BACK_OFF + 5)
            return "already crashed"
        with self._lock:
            if self.status == wanted:
                return f"already {wanted}"
            if wanted == "running":
                self._start()
            else:
                self.status = "stopping"
                self._end()
                self.status = "stopped"
            return self.status

    def restart(self, reason: str) -> None:
        """What Gluetun does inside the container when its own check fails."""
        with self._lock:
            if self.status == "running":
                log("WARN", "vpn", f"restarting VPN because it failed to pass the healthcheck: {reason}")
                self.status = "starting"
                self._end()
                self._start()

    def kill(self) -> None:
        """End the client at once, as this container ends."""
        process = self._process
        if process is not None:
            process.kill()

    def _start(self) -> None:
        self.status = "starting"
        command = ["openvpn", "--config", self._settings.config, "--suppress-timestamps"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._process = process
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()
        time.sleep(_SURVIVED)
        if self._process is process and process.poll() is None:
            self.status = "running"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
        self._forget()

    def _forget(self) -> None:
        self.on_down()
        self.public_ip.forget()
        self.forwarding.stop()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        """Read the client's log, which tells when the tunnel is up, until the client ends."""
        for line in process.stdout or ():
            log("INFO", "openvpn", line.rstrip())
            if _COMPLETED in line:
                threading.Thread(target=self._up, args=(process,), daemon=True).start()
        code = process.wait()
        with self._lock:
            if self._process is not process:
                return  # it was ended on purpose
            self._process = None
            self._recovered.clear()
            self.status = "crashed"
            self._forget()
        log("ERROR", "vpn", f"OpenVPN ended with code {code}; retrying in {_BACK_OFF:.0f}s")
        time.sleep(_BACK_OFF)
        with self._lock:
            self._start()
        self._recovered.set()

    def _up(self, process: subprocess.Popen[str]) -> None:
        self.on_up()
        with self._lock:
            if self._process is not process:
                return
            if self._settings.port_forwarding:
                self.forwarding.start()
        found = self.public_ip.fetch()
        with self._lock:
            if self._process is process:
                self.public_ip.keep(found)
