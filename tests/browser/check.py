"""Opens reports in a headless Chromium and behaves like a reader.

    check.py CHROMEDRIVER [--shots DIR] FILE.html …

Speaks the WebDriver protocol with chromedriver (W3C WebDriver; Chromium's own additions for logs and the DevTools), with
nothing but Python's standard library. Exits 1 with a line for every fault.
"""

import json
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.request


# What stands for a value that nobody knows; it sorts last.
UNKNOWN = ("?", "-", "–", "none")


class Browser:
    def __init__(self, driver):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        self.session = None
        deadline = time.time() + 20
        while True:
            try:
                self.call("GET", "/status")
                break
            except OSError:
                if time.time() > deadline:
                    raise
                time.sleep(0.1)
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900"],
        }
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = answer["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["value"]

    def of_session(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def open(self, path):
        self.of_session("POST", "/url", {"url": pathlib.Path(path).resolve().as_uri()})

    def run(self, script, *arguments):
        return self.of_session("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **params):
        return self.of_session("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def log(self, kind):
        return self.of_session("POST", "/se/log", {"type": kind})

    def shot(self, path):
        import base64

        path.write_bytes(base64.b64decode(self.devtools("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def close(self):
        try:
            if self.session:
                self.of_session("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()


def column(browser, table, index):
    return browser.run(
        "return [...document.querySelectorAll('table')[arguments[0]].tBodies[0].rows]"
        ".filter((row) => !row.classList.contains('total')).map((row) => row.cells[arguments[1]].innerText)",
        table,
        index,
    )


def number(text):
    text = text.replace(",", "")
    found = re.search(r"[-+±]?\$-?\d+(\.\d+)?", text) or re.search(r"-?\+?-?\d+(\.\d+)?", text)
    if not found:
        return None
    digits = re.sub(r"[$+±]", "", found.group(0))
    return float(digits)


def sorting(browser, fault):
    """Every column of money sorts as numbers, both ways, by key; the words for screen readers follow."""
    headings = browser.run(
        "return [...document.querySelectorAll('table')].flatMap((table, t) => [...table.querySelectorAll('thead th')]"
        ".map((th, c) => [t, c, th.innerText.trim(), !!th.querySelector('button')]))"
    )
    sortable = [it for it in headings if it[3]]
    if not sortable:
        fault("no table sorts")
        return
    for table, index, name, _ in sortable:
        before = column(browser, table, index)
        if len({*before}) < 2 or not all("$" in cell for cell in before if cell not in UNKNOWN):
            continue
        press = (
            "const button = document.querySelectorAll('table')[arguments[0]].querySelectorAll('thead th')[arguments[1]]"
            ".querySelector('button'); button.focus(); button.click();"
            "return [button.closest('th').getAttribute('aria-sort'), document.querySelector('[role=status]').innerText,"
            " document.activeElement === button]"
        )
        for direction in ("ascending", "descending"):
            state, said, focused = browser.run(press, table, index)
            values = [number(cell) for cell in column(browser, table, index) if cell not in UNKNOWN]
            if state != direction or direction not in said or not focused:
                fault(f"heading `{name}`: {state}, `{said}`, focused {focused}")
            if values != sorted(values, reverse=direction == "descending"):
                fault(f"column `{name}` is not {direction}: {values}")
        if sorted(column(browser, table, index)) != sorted(before):
            fault(f"column `{name}` lost cells")


def structure(browser, fault):
    unnamed = browser.run(
        "return [...document.querySelectorAll('svg')].filter((svg) => !svg.querySelector('title') || "
        "!svg.querySelector('desc') || svg.getAttribute('role') !== 'img').length"
    )
    if unnamed:
        fault(f"{unnamed} pictures have no name")
    checks = {
        "a level-one heading": "return document.querySelectorAll('h1').length === 1",
        "a main part": "return document.querySelectorAll('main').length === 1",
        "a language": "return document.documentElement.lang === 'en'",
        "a way past the head": "return !!document.querySelector('a.skip[href=\"#main\"]')",
        "named tables": "return [...document.querySelectorAll('table')].every((table) => table.caption && table.caption.innerText)",
        "scoped headings": "return [...document.querySelectorAll('th')].every((th) => th.scope)",
        "unique ids": "const ids = [...document.querySelectorAll('[id]')].map((it) => it.id); return new Set(ids).size === ids.length",
        "text that is seen": "return document.body.innerText.length > 200",
    }
    outside = browser.run(
        "return [...document.querySelectorAll('svg text')].filter((text) => { "
        "const box = text.getBBox(); const view = text.ownerSVGElement.viewBox.baseVal; "
        "return box.x < -1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 1 })"
        ".map((text) => text.textContent)"
    )
    for text in outside:
        fault(f"the picture's text `{text}` reaches out of it")
    for name, script in checks.items():
        if not browser.run(script):
            fault(f"lacks {name}")


def contrast(browser, fault, room):
    """The text against the page: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    ratio = browser.run(
        """
        const part = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
        const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number); return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b) };
        const style = getComputedStyle(document.body);
        const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05)
        """
    )
    if ratio < 4.5:
        fault(f"text in the {room} room has a contrast of {ratio:.1f}")


def folds(browser, fault):
    """What is folded is hidden, unfolds by its summary, which keys reach, and stays open for what follows."""
    closed = "return [...document.querySelectorAll('details:not([open])')].length"
    before = browser.run(closed)
    hidden = browser.run(
        "return [...document.querySelectorAll('details:not([open]) svg')].filter((it) => it.checkVisibility"
        "({contentVisibilityAuto: true})).length"
    )
    if hidden:
        fault(f"{hidden} pictures of folded parts are seen")
    if browser.run("return [...document.querySelectorAll('summary')].some((it) => it.tabIndex < 0 || !it.innerText.trim())"):
        fault("a summary is not reached by keys, or says nothing")
    browser.run("document.querySelectorAll('details:not([open]) > summary').forEach((it) => it.click())")
    if before and browser.run(closed):
        fault("a folded part does not unfold")


def phone(browser, fault):
    browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth")
    if wide > 1:
        fault(f"on a phone the page is {wide} pixels too wide")


def check(browser, path, shots):
    faults = []
    fault = lambda text: faults.append(f"{path}: {text}")
    browser.log("performance")
    browser.open(path)
    folds(browser, fault)
    structure(browser, fault)
    contrast(browser, fault, "light")
    keep = (lambda name: browser.shot(shots / f"{pathlib.Path(path).stem}-{name}.png")) if shots else (lambda name: None)
    keep("light")
    browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    contrast(browser, fault, "dark")
    keep("dark")
    browser.devtools("Emulation.setEmulatedMedia", media="print", features=[])
    contrast(browser, fault, "printed")
    keep("print")
    browser.devtools("Emulation.setEmulatedMedia", media="", features=[])
    phone(browser, fault)
    keep("phone")
    browser.devtools("Emulation.clearDeviceMetricsOverride")
    sorting(browser, fault)
    for entry in browser.log("browser"):
        fault(f"console: {entry['level']} {entry['message']}")
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if not url.startswith(("file:", "data:")):
                fault(f"asks {url}")
    return faults


def main(arguments):
    driver, *rest = arguments
    shots = None
    if rest and rest[0] == "--shots":
        shots = pathlib.Path(rest[1])
        shots.mkdir(parents=True, exist_ok=True)
        rest = rest[2:]
    browser = Browser(driver)
    try:
        faults = [fault for path in rest for fault in check(browser, path, shots)]
    finally:
        browser.close()
    print("\n".join(faults) if faults else f"{len(rest)} reports are good")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
