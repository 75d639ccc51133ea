"""The page in a real browser: figures as the API says, nothing from elsewhere, nothing executed, usable by all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import AXE, WIDTHS
from page_fixture import HOSTILE, NAME, Server

pytestmark = pytest.mark.web


class Watched:
    """A page, what it complained of and what it asked for elsewhere."""

    def __init__(self, browser: Any, server: Server, width: int = 1280) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        here = f"http://127.0.0.1:{server.port}/"

        def asked(request: Any) -> None:
            if not request.url.startswith((here, "data:", f"blob:{here}")):
                self.elsewhere.append(request.url)

        self.page.on("request", asked)
        self.here = here

    def open(self, rest: str = "") -> None:
        self.page.goto(self.here + rest)
        self.until(lambda: self.page.locator(".figure").count() == 3)

    def until(self, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.page.inner_text("#status"), self.complaints)
            self.page.wait_for_timeout(50)

    def until_exact(self) -> None:
        self.until(lambda: self.page.inner_text("#status").startswith("Exact."))

    def figures(self) -> dict[str, float]:
        found = self.page.eval_on_selector_all(
            ".figure", "all => all.map(one => [one.dataset.iso3, Number(one.dataset.percent)])"
        )
        return dict(found)

    def scenario(self) -> dict[str, Any]:
        """The scenario in the address."""
        found = self.page.evaluate(
            "() => { const s = new URLSearchParams(location.hash.slice(1)).get('s');"
            " return new TextDecoder().decode(Uint8Array.from(atob(s.replaceAll('-','+').replaceAll('_','/')),"
            " c => c.charCodeAt(0))); }"
        )
        return json.loads(found)


@pytest.fixture
def watched(browser: Any, server: Server) -> Iterator[Watched]:
    found = Watched(browser, server)
    yield found
    assert not found.complaints
    assert not found.elsewhere
    found.context.close()


def exact(server: Server, scenario: dict[str, Any]) -> dict[str, float]:
    _, about, _ = server.ask("GET", f"/api/cases/{NAME}")
    job = server.finished(server.ask("POST", f"/api/cases/{NAME}/exact", scenario)[1])
    percent = dict(zip([one["iso3"] for one in about["economies"]], job["result"]["percent"], strict=True))
    return {code: percent[code] for code in ("CHN", "KAZ", "WLD")}


def test_figures_are_those_of_the_api(watched: Watched, server: Server) -> None:
    watched.open()
    watched.until_exact()
    assert watched.figures() == exact(server, {})


def test_a_switch_changes_the_figures_as_the_api_says(watched: Watched, server: Server) -> None:
    watched.open()
    watched.until_exact()
    page = watched.page
    before = watched.figures()
    page.click('[data-side="A04.a"] summary >> nth=0')
    began = time.monotonic()
    page.locator("#measure-M18").uncheck()
    watched.until(lambda: watched.figures() != before, 5)
    seconds = time.monotonic() - began
    scenario = watched.scenario()
    assert scenario["without"] == ["M18"]
    quick = server.ask("POST", f"/api/cases/{NAME}/estimate", scenario)[1]["percent"]
    if page.inner_text("#status").startswith("Estimate"):
        assert watched.figures()["WLD"] == quick[-1]
        assert page.locator(".figure .badge.exact").count() == 0
    watched.until_exact()
    assert page.locator(".figure .badge.exact").count() == 3
    assert watched.figures() == exact(server, scenario)
    assert seconds < 2.0


def test_a_value_is_moved_beyond_its_range_with_the_keyboard(watched: Watched, server: Server) -> None:
    watched.open()
    watched.until_exact()
    page = watched.page
    page.locator('[data-side="A02.b"] summary').first.focus()
    page.keyboard.press("Enter")
    slider = page.locator('[data-measure="M06"] input[type="range"]')
    slider.focus()
    page.keyboard.press("Home")
    assert watched.scenario()["amounts"]["M06"] == pytest.approx(-7.7)
    assert "beyond the range" in page.inner_text('[data-measure="M06"]')
    watched.until_exact()
    assert watched.figures() == exact(server, {"amounts": {"M06": watched.scenario()["amounts"]["M06"]}})


def test_a_day_before_the_measures_leaves_nothing(watched: Watched) -> None:
    watched.open()
    watched.page.fill("#at", "2017-07-01")
    watched.until(lambda: set(watched.figures().values()) == {0.0})
    watched.until_exact()
    assert max(abs(value) for value in watched.figures().values()) < 1e-9


def test_a_shared_address_opens_the_scenario(watched: Watched, server: Server) -> None:
    watched.open()
    watched.page.click("#all-off")
    watched.until(lambda: len(watched.scenario()["without"]) == 10)
    address = watched.page.url
    other = Watched(watched.page.context.browser, server)
    other.open(address.removeprefix(other.here))
    other.until_exact()
    assert max(abs(value) for value in other.figures().values()) < 1e-9
    assert not other.complaints
    other.context.close()


def test_two_scenarios_are_compared(watched: Watched) -> None:
    watched.open()
    watched.until_exact()
    page = watched.page
    page.click("#tab-share")
    page.click("#keep")
    page.click("#tab-scenario")
    page.click("#all-off")
    watched.until_exact()
    page.click("#tab-share")
    row = page.locator("#compare tbody tr", has_text="Kazakhstan")
    assert "0.000 %" in row.inner_text()
    page.click("#swap")
    watched.until_exact()
    assert watched.figures()["KAZ"] > 0.01


def test_routes_are_found_and_chosen(watched: Watched) -> None:
    watched.open()
    page = watched.page
    page.click("#tab-routes")
    page.click("#route-form button[type=submit]")
    watched.until(lambda: page.locator(".route").count() >= 2)
    page.locator(".route").nth(1).click()
    assert page.locator(".route").nth(1).get_attribute("aria-pressed") == "true"
    assert page.locator(".legs li").count() >= 1
    page.fill("[name=from]", HOSTILE[:70])
    page.click("#route-form button[type=submit]")
    watched.until(lambda: page.locator("#routes .error").count() == 1)
    assert "<img src=x" in page.inner_text("#routes .error")
    # The browser itself notes that the server refused the question.
    watched.complaints = [one for one in watched.complaints if "status of 422" not in one]


def test_nothing_of_a_text_is_executed(watched: Watched, tmp_path: Path) -> None:
    """Markup in a case's texts, in a document, in its file's name and in a scenario's name stays text."""
    watched.open()
    watched.until_exact()
    page = watched.page
    assert page.inner_text("#case-title") == HOSTILE
    assert HOSTILE in page.inner_text("#sides")
    page.click("#tab-document")
    path = tmp_path / "<img src=x onerror=window.hurt=1>.txt"
    path.write_text(f"China and Kazakhstan agreed to build a railway. {HOSTILE}", encoding="utf-8")
    page.set_input_files("#document-file", path)
    watched.until(lambda: page.locator("#document .text").count() == 1)
    assert HOSTILE in page.inner_text("#document .text")
    assert page.locator("#document mark.commitment").count() >= 2
    page.set_input_files(
        "#document-file", {"name": path.name + ".exe", "mimeType": "text/plain", "buffer": b"x"}
    )
    watched.until(lambda: page.locator("#document .error").count() == 1)
    page.click("#tab-share")
    page.fill("#scenario-name", HOSTILE[:80])
    page.click("#keep")
    assert page.evaluate("() => window.hurt") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("script").count() == 1


def test_a_scenario_file_comes_back(watched: Watched) -> None:
    watched.open()
    page = watched.page
    page.fill("#at", "2019-01-01")
    page.click("#tab-share")
    with page.expect_download() as started:
        page.click("#save")
    saved = Path(started.value.path()).read_text(encoding="utf-8")
    assert json.loads(saved)["at"] == "2019-01-01"
    page.click("#tab-scenario")
    page.click("#reset")
    page.click("#tab-share")
    page.set_input_files(
        "#open", {"name": "s.json", "mimeType": "application/json", "buffer": saved.encode()}
    )
    watched.until(lambda: watched.scenario()["at"] == "2019-01-01")
    page.set_input_files("#open", {"name": "s.json", "mimeType": "application/json", "buffer": b"[1]"})
    watched.until(lambda: "no scenario" in page.inner_text("#share-said"))


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_off_the_page(browser: Any, server: Server, width: int, tmp_path: Path) -> None:
    found = Watched(browser, server, width)
    found.open()
    found.until_exact()
    for tab in ("scenario", "routes", "document", "share"):
        found.page.click(f"#tab-{tab}")
        assert found.page.evaluate("() => document.documentElement.scrollWidth") <= width
    content = found.page.screenshot(full_page=True, path=tmp_path / f"page-{width}.png")
    assert len(content) > 30_000
    shift = found.page.evaluate(
        "() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()"
        ".filter(one => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)))"
        ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 500))"
    )
    assert shift < 0.25
    assert not found.complaints
    assert not found.elsewhere
    found.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_everyone_can_use_it(browser: Any, server: Server, width: int) -> None:
    found = Watched(browser, server, width)
    found.open()
    found.until_exact()
    page = found.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wrong = []
    for tab in ("scenario", "routes", "document", "share"):
        page.click(f"#tab-{tab}")
        if tab == "scenario":
            page.click('[data-side="A02.b"] summary >> nth=0')
        answer = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        wrong += [
            f"{tab}: {one['id']} {one['impact']} {one['nodes'][0]['html'][:120]} "
            f"{one['nodes'][0]['failureSummary'][:200]}"
            for one in answer["violations"]
        ]
    found.context.close()
    assert not wrong, "\n".join(wrong)


def test_the_first_view_comes_soon(browser: Any, server: Server) -> None:
    """First figures on loopback; the bound is wide, for the machine of a test may be busy."""
    Watched(browser, server).open()
    found = Watched(browser, server)
    began = time.monotonic()
    found.open()
    seconds = time.monotonic() - began
    found.context.close()
    print(f"first view after {seconds:.2f} s")
    assert seconds < 6.0
