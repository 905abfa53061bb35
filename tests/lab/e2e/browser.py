# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium that opens the status page as a person's browser does."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.lab.e2e.harness import ROOT

SCREENSHOTS = ROOT / ".state/screenshots"
AXE = ROOT / ".state/npm/node_modules/axe-core/axe.min.js"
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
#: What axe-core is to hold the page to.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
    """Chromium, with an empty profile. Use it as a context manager."""

    def __init__(self, profile: Path) -> None:
        missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
        assert not missing, f"{' and '.join(missing)} is missing: 'tools/setup test' installs it"
        assert AXE.is_file(), f"{AXE.relative_to(ROOT)} is missing: 'tools/setup test' installs it"
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for each in (*_OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(each)
        # Selenium is to fetch no driver, and to tell nobody that it runs.
        os.environ.update(SE_AVOID_STATS="true", SE_OFFLINE="true")
        self.driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_page_load_timeout(30)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_error: object) -> None:
        self.driver.quit()

    def run(self, script: str, *values: object) -> object:
        """The value of a script's C(return)."""
        return self.driver.execute_script(script, *values)

    def text(self, selector: str = "main") -> str:
        """What a person reads there; it has to be there."""
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def look(self, width: int, scheme: str) -> None:
        """Be a screen of this width, in C(light) or C(dark) mode."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            # Colours that are still changing cannot be measured.
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """A tab of its own whose pages run no scripts."""
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
            yield
        finally:
            self.driver.close()
            self.driver.switch_to.window(first)

    def shot(self, name: str, height: float | None = None) -> Path:
        """The page as a picture, for somebody to look at: the whole of it, or this many pixels from its top."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        options = {"captureBeyondViewport": True, "optimizeForSpeed": False}
        height = height or self.run("return document.documentElement.scrollHeight")
        width = self.run("return document.documentElement.clientWidth")
        options["clip"] = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", options)
        path = SCREENSHOTS / f"{name}.png"
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def violations(self) -> list[str]:
        """What axe-core finds wrong with the page as it is shown now."""
        if not self.run("return typeof axe === 'object'"):
            self.run(AXE.read_text(encoding="utf-8"))
        script = "axe.run(document, {runOnly: arguments[0]}).then(arguments[1], error => arguments[1](String(error)))"
        found = self.driver.execute_async_script(script, _RULES)
        assert isinstance(found, dict), found
        assert found["passes"], "axe-core looked at nothing"
        return [
            f"{item['id']}: {node['target']} {node['html'][:120]}"
            for item in found["violations"]
            for node in item["nodes"]
        ]
