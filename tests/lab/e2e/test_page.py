# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status page of a real exporter over a real host, in a real browser. No playbook is run in these tests.

Its pictures are in C(.state/screenshots), to be looked at; that of an outage is in C(docs/images/status-page.png).
"""

from __future__ import annotations

import json
import time

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.client import Player
from lab.exporter import Exporter
from tests.lab.e2e.browser import Browser
from tests.lab.e2e.harness import ROOT, Lab, until

LAB = {"vpns": 2, "engines": 4}
DOCUMENTED = ROOT / "docs/images/status-page.png"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


def ready(world: Lab, exporter: Exporter) -> None:
    def shown() -> bool:
        return len(requests.get(exporter.url + "/engines", timeout=10).json()) == len(world.engines)

    until(lambda: requests.get(exporter.url + "/readyz", timeout=10).ok, "the first look is done")
    until(shown, "all engines are shown", 60)


def past(world: Lab) -> None:
    """A journal that has seen a day: one outage of each VPN."""
    one, two = world.gluetuns
    lines = []
    for vpn, ago, lasted in ((one, 90_000, None), (two, 90_000, None), (one, 60_000, 190.0), (two, 21_000, 2400.0)):
        line = {"at": time.time() - ago, "kind": "gluetun_healthy", "level": "INFO", "vpn": vpn}
        if lasted is None:
            lines.append({**line, "message": "Gluetun VPN is healthy"})
            continue
        why = {"data": {"why": "egress failed 2 times in a row"}, "message": "Gluetun VPN became unhealthy"}
        lines.append({**line, "at": line["at"] - lasted, "kind": "gluetun_unhealthy", "level": "WARN", **why})
        message = "Gluetun VPN recovered and is now healthy"
        lines.append({**line, "message": message, "data": {"outage_seconds": lasted}})
    world.state.mkdir(parents=True, exist_ok=True)
    lines.sort(key=lambda line: line["at"])
    (world.state / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def everybody_can_use_it(browser: Browser, state: str) -> None:
    """On a phone and on a desk, in light and dark: nothing for axe-core to find, nothing to scroll sideways."""
    for width in (375, 1280):
        for scheme in ("light", "dark"):
            browser.look(width, scheme)
            where = f"{state}, {width} px, {scheme}"
            assert browser.violations() == [], where
            assert browser.run("return document.documentElement.scrollWidth") <= width, where
            browser.shot(f"{state}-{width}-{scheme}")


def by_keyboard(browser: Browser) -> None:
    """Tab reaches the link that skips, then all else that can be used; and one sees where one is."""
    can = browser.run("return document.querySelectorAll('a[href], summary, button, input').length")
    browser.run("document.activeElement.blur(); scrollTo(0, 0)")
    reached = []
    for _step in range(can):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        found = browser.run(
            "const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();"
            "return [e.tagName + e.textContent.trim(), s.outlineStyle, r.left >= 0 && r.width > 0]"
        )
        assert found[1:] == ["solid", True], found
        reached.append(found[0])
    assert reached[0] == "ASkip to the state"
    assert len(set(reached)) == can
    assert any(name.startswith("SUMMARY") for name in reached)
    browser.driver.find_element(By.CSS_SELECTOR, ".skip").send_keys(Keys.ENTER)
    assert browser.run("return document.activeElement.id") == "main"


def test_an_outage_appears_without_a_reload_and_so_does_the_recovery(world, browser):
    one, two = world.gluetuns
    past(world)
    with Player(world.url(world.engines_of(2)[0])) as player, Exporter(world.prefix) as exporter:
        ready(world, exporter)
        until(lambda: player.count.bytes, "a stream plays")
        browser.driver.get(exporter.url + "/")
        browser.run("window.mark = 'not reloaded'")
        until(lambda: "All is well" in browser.text("#headline"), "all is well")
        until(lambda: browser.text("#live") == "Live", "it says that it is live")
        until(lambda: "1" in browser.text(".numbers > :nth-child(3)"), "the stream is counted")
        everybody_can_use_it(browser, "well")
        by_keyboard(browser)

        # Somebody reads, and is not to be disturbed: a table is open, its handle has the focus, the page is scrolled.
        summary = browser.driver.find_element(By.CSS_SELECTOR, "#outages summary")
        summary.click()
        browser.run("scrollTo(0, 150)")
        world.fault("provider-silent", "--vpn", "1")
        until(lambda: f"{one} is unhealthy" in browser.text("#headline"), "the outage appears", 30)
        undisturbed = "return [window.mark, scrollY, document.activeElement.tagName, arguments[0].parentElement.open]"
        assert browser.run(undisturbed, summary) == ["not reloaded", 150, "SUMMARY", True]
        assert browser.driver.title == f"{one} is unhealthy - VPN status"
        assert f"New streams go to {two}." in browser.text("#announce"), "it is read aloud"
        cards = browser.run("return [...document.querySelectorAll('article')].map(card => card.innerText)")
        for words in ("Unhealthy", "Not connected", "Not Available", "0 of 2 available", "cycle the tunnel"):
            assert words in cards[0], words
        for words in ("Healthy", "Connected", "203.0.113.8", "Otherland", "45101", "2 of 2 available"):
            assert words in cards[1], words
        assert "VPN is not healthy" in browser.text("#engines")
        assert "still lasts" in browser.text("#outages table")
        assert "Gluetun VPN became unhealthy" in browser.text("#journal")
        everybody_can_use_it(browser, "outage")
        documented(browser)
        shown = browser.text("main")

        without_scripts(browser, exporter, shown)
        world.fault("provider-back", "--vpn", "1")
        until(lambda: "is unhealthy" not in browser.text("#headline"), "the recovery appears", 60)
        assert browser.run("return window.mark") == "not reloaded"
        until(lambda: "Gluetun VPN recovered and is now healthy" in browser.text("#journal"), "and is in the journal")
        port = int(exporter.url.rpartition(":")[2])

    until(lambda: "nothing new has come" in browser.text("body"), "it says that the exporter is gone", 15)
    assert browser.text("#headline") == "Not known at present"
    assert browser.driver.title == "Not known at present - VPN status"
    browser.look(1280, "dark")
    browser.run("scrollTo(0, 0)")
    assert browser.violations() == []
    browser.shot("lost-1280-dark")
    with Exporter(world.prefix, port=port):
        until(lambda: "nothing new has come" not in browser.text("body"), "it follows again", 30)
        assert browser.text("#headline") != "Not known at present"
        assert browser.run("return window.mark") == "not reloaded"


def without_scripts(browser: Browser, exporter: Exporter, shown: str) -> None:
    """In a tab of its own: the page says the same, and how to see the newest."""
    with browser.without_scripts():
        browser.driver.get(exporter.url + "/")
        body = words(browser.driver.find_element(By.TAG_NAME, "body").text)
    assert "show the newest state" in body
    for line in shown.splitlines():
        # Figures may be those of the next look; and what is opened here is closed there.
        if not any(character.isdigit() for character in line) and "Began" not in line:
            assert words(line) in body, line


def words(text: str) -> str:
    return " ".join(text.lower().split())


def documented(browser: Browser) -> None:
    """The picture for the documentation; the one that is kept is replaced by hand, when the page has changed."""
    browser.look(1280, "light")
    browser.run("document.querySelector('#outages details').open = false")
    until_engines = browser.run("return document.querySelector('#streams').getBoundingClientRect().top + scrollY")
    taken = browser.shot("status-page", height=until_engines)
    assert taken.stat().st_size < 200_000
    assert DOCUMENTED.is_file(), f"copy {taken.relative_to(ROOT)} to {DOCUMENTED.relative_to(ROOT)}"
    browser.run("document.querySelector('#outages details').open = true")


def test_a_browser_gives_the_token_as_its_password(world, browser, tmp_path):
    token = tmp_path / "token"
    token.write_text("a-token-of-this-test\n", encoding="utf-8")
    with Exporter(world.prefix, token_file=str(token)) as exporter:
        until(lambda: requests.get(exporter.url + "/readyz", timeout=10).ok, "the first look is done")
        # What the browser's own dialog does, which no driver can see: name and password, once.
        browser.driver.get(exporter.url.replace("://", "://anybody:a-token-of-this-test@") + "/")
        until(lambda: browser.text("#live") == "Live", "what is fetched comes with it, also at such an address")
        browser.driver.get(exporter.url + "/")
        until(lambda: browser.text("#live") == "Live", "and later without being asked again")
        follow = "const e = new EventSource('events'), done = arguments[0]; e.onerror = () => done('refused');"
        follow += "e.addEventListener('hello', () => { e.close(); done('hello'); })"
        assert browser.driver.execute_async_script(follow) == "hello"
        assert "a-token-of-this-test" not in browser.driver.page_source + browser.driver.current_url
