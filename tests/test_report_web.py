"""The report in a real browser: silent, self-contained, true to the results, readable by everybody, hard to trick."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import WIDTHS, visit
from landbridge.report import find_browser, formats, render, write
from report_fixture import results as hand_made
from report_sections import with_sections
from test_report import HOSTILE, KEPT, strings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return with_sections(hand_made())


@pytest.fixture(scope="module")
def address(results: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    return (write(results, tmp_path_factory.mktemp("report") / "out") / "report.html").as_uri()


def spaced(text: str) -> str:
    return " ".join(text.split())


def test_report_loads_in_silence_and_asks_for_nothing(browser: Browser, address: str) -> None:
    with visit(browser, address) as seen:
        assert seen.messages == []
        assert seen.requests == [address]
        # The script has run under the page's policy.
        maps = seen.page.locator("figure.mapping").count()
        assert maps > 0
        assert seen.page.locator("figure.mapping.moving").count() == maps


def test_figures_on_the_screen_are_those_of_results_json(browser: Browser, address: str) -> None:
    from urllib.request import url2pathname

    document = json.loads(
        (Path(url2pathname(address.removeprefix("file://"))).parent / "results.json").read_text()
    )
    total = {row["iso3"]: row for row in document["welfare"] if row["measures"] == "all"}
    with visit(browser, address) as seen:
        page = seen.page
        cards = page.locator(".card").all_inner_texts()
        for iso3 in document["parties"]:
            assert spaced(formats.percent(total[iso3]["percent"])) in spaced(cards[0])
            assert spaced(formats.percent_range(total[iso3]["low"], total[iso3]["high"])) in spaced(cards[0])
        most = max(
            (row for row in document["attribution"]["by_measure"] if row["iso3"] == document["parties"][0]),
            key=lambda row: abs(row["percent"]),
        )
        assert most["measure"] in cards[2]
        assert spaced(formats.usd_million(document["finance"]["total"]["annual_cost_musd"])) in spaced(
            cards[3]
        )
        rows = page.locator("#welfare table").first.locator("tbody tr")
        shown = {spaced(row.locator("th").inner_text()): row for row in rows.all()}
        for iso3, row in total.items():
            if row["group"] != "other":
                cells = [spaced(cell) for cell in shown[row["name"]].locator("td").all_inner_texts()]
                assert cells[1] == spaced(formats.percent(row["percent"])), iso3
                assert cells[2] == spaced(formats.usd_million(row["usd_million"], signed=True)), iso3


@pytest.mark.parametrize("width", WIDTHS)
def test_report_fits_its_width_without_shifting(browser: Browser, address: str, width: int) -> None:
    with visit(browser, address, width=width) as seen:
        assert seen.sideways() == 0
        shift = seen.page.evaluate(
            """() => new Promise(done => {
              let total = 0;
              new PerformanceObserver(list => { for (const e of list.getEntries()) total += e.value; })
                .observe({type: "layout-shift", buffered: true});
              setTimeout(() => done(total), 300);
            })"""
        )
        assert shift < 0.02
        for details in seen.page.locator("details").all():
            details.evaluate("node => node.open = true")
        assert seen.sideways() == 0
        cut = seen.page.evaluate(
            """() => [...document.querySelectorAll(".plot-label, .plot-value, .card p, h1, h2, h3, summary")]
              .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).display !== "inline").map(e => e.textContent)"""
        )
        assert cut == []


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser: Browser, address: str, width: int) -> None:
    with visit(browser, address, width=width) as seen:
        for details in seen.page.locator("details").all():
            details.evaluate("node => node.open = true")
        assert seen.axe() == []


def test_report_is_whole_without_a_script(browser: Browser, address: str) -> None:
    with visit(browser, address, script=False) as seen:
        page = seen.page
        assert page.locator("svg.map").first.is_visible()
        assert not page.locator(".live").first.is_visible()
        assert page.locator(".buttons").count() == 0
        assert page.locator("section").count() == page.locator("nav li").count()


def test_map_zooms_by_button_and_key_and_tells_what_a_mark_is(browser: Browser, address: str) -> None:
    with visit(browser, address) as seen:
        page = seen.page
        world = page.locator("figure.mapping g.world").first
        before = world.get_attribute("transform")
        page.get_by_role("button", name="Zoom in").first.click()
        closer = world.get_attribute("transform")
        assert closer != before
        page.get_by_role("button", name="Whole map").first.click()
        assert world.get_attribute("transform") == before
        page.locator("figure.mapping .box").first.focus()
        page.keyboard.press("+")
        assert world.get_attribute("transform") == closer
        page.keyboard.press("0")
        assert world.get_attribute("transform") == before
        page.locator("g.badges [data-hint^='M01'] text").first.hover()
        assert page.locator(".tip").first.inner_text() == "M01 Measure M01"
        assert seen.messages == []


def test_freight_is_shown_before_after_and_as_a_change(browser: Browser, address: str) -> None:
    with visit(browser, address) as seen:
        lines = seen.page.locator("figure.freight g.flows path")

        def widths() -> list[float]:
            return [
                float(one.evaluate("e => parseFloat(getComputedStyle(e).strokeWidth)")) for one in lines.all()
            ]

        assert lines.count() == 2
        after = widths()
        seen.page.get_by_role("button", name="Before", exact=True).click()
        before = widths()
        seen.page.get_by_role("button", name="Change", exact=True).click()
        change = widths()
        # By rail 9,000 and then 12,500 thousand tonnes, the busiest: 17 and 20 steps of width; the change is 11.
        assert before[0] / after[0] == pytest.approx(17 / 20)
        assert change[0] / after[0] == pytest.approx(11 / 20)
        pressed = seen.page.locator(".views button[aria-pressed=true]")
        assert pressed.all_inner_texts() == ["Change"]
        seen.page.get_by_role("button", name="With all", exact=True).click()
        assert widths() == after


def test_keyboard_reaches_every_link_and_the_skip_link_comes_first(browser: Browser, address: str) -> None:
    with visit(browser, address) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


ATTACKS = (
    HOSTILE,
    "</title></svg></style></script><script>alert('x')</script>",
    "javascript:alert(1)",
    "https://example.org/'onmouseover='alert(1)",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_names_and_files_do_nothing(
    browser: Browser, results: dict[str, Any], tmp_path: Path, attack: str
) -> None:
    hostile = copy.deepcopy(results)
    kept = KEPT | {
        "cost_unknown",
        "running_cost_unknown",
        "headline",
        "input",
        "measure",
        "clause",
        "sides",
        "side_a",
        "side_b",
        "for",
        "ranges",
    }
    changed = 0
    for path in strings(hostile):
        keys = [key for key in path if isinstance(key, str)]
        if keys[-1] in kept:
            continue
        part: Any = hostile
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = attack
        changed += 1
    assert changed > 100
    page = tmp_path / "<img src=x onerror=alert(1)>.html"  # a file's name is read by nobody, but try
    page.write_text(render(hostile), encoding="utf-8")
    with visit(browser, page.as_uri()) as seen:
        seen.page.locator("g.world [data-hint]").first.hover()
        assert seen.messages == []
        assert seen.requests == [page.as_uri()]
        assert seen.page.locator("script").count() == 1
        assert seen.page.evaluate("[...document.querySelectorAll('*')].every(e => ![...e.attributes]"
                                  ".some(a => a.name.startsWith('on')))")  # fmt: skip
        hrefs = seen.page.evaluate("[...document.querySelectorAll('a')].map(a => a.protocol)")
        assert set(hrefs) <= {"file:", "https:", "http:"}
        assert attack in seen.page.title()


def test_report_prints_to_a_pdf_with_everything_unfolded(results: dict[str, Any], tmp_path: Path) -> None:
    from pypdf import PdfReader

    folder = write(results, tmp_path / "out", browser=find_browser())
    listed = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert "report.pdf" in {one["path"] for one in listed}
    words = " ".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)
    assert "A hand-made agreement" in words
    assert "sum of the legs" in words  # stands in a part that is folded on the screen
    write(results, folder)  # a folder with a PDF is still ours
    assert not (folder / "report.pdf").exists()


def test_report_opens_fast(browser: Browser, address: str) -> None:
    started = time.perf_counter()
    with visit(browser, address) as seen:
        spent = time.perf_counter() - started
        painted = seen.page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()"
        )
    assert spent < 10  # a machine under load; the usual is a few tenths of a second
    assert painted < 5000
