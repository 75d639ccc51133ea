// The page: keeps scenario, figures and map together.
import * as api from "./api.js";
import * as controls from "./controls.js";
import * as documents from "./documents.js";
import { at, el, fill } from "./dom.js";
import * as figures from "./figures.js";
import * as map from "./map.js";
import * as routes from "./routes.js";
import * as share from "./share.js";
import * as state from "./state.js";

const QUIET_MS = 500;
let about = null;
let caseName = null;
let now = null; // figures shown
let sides = null; // what each side adds, from the last estimate
let kept = null; // {scenario, figures, name}
let turn = 0; // rises with every change, so that late answers are dropped
let exactJob = null;
let waiting = null;
let asking = null; // the estimate on its way
let wanted = null; // the scenario to ask for when it is back
let estimates = false;

const path = () => `/api/cases/${encodeURIComponent(caseName)}`;

function say(words, isError = false) {
  at("status").textContent = words;
  at("status").classList.toggle("error", isError);
}

async function open(name, scenario) {
  turn++;
  stopExact();
  caseName = name;
  about = await api.get(path());
  now = sides = kept = null;
  estimates = false;
  at("case-title").textContent = about.title;
  document.title = `${about.title} \u2013 Landbridge`;
  controls.build(about);
  routes.use(name);
  share.use(name);
  fill(at("left-out"), about.left_out.map((words) => el("li", {}, words)));
  figures.freight(null);
  figures.trade(about, null);
  figures.bySide(about, {});
  for (const id of ["headline", "bars"]) fill(at(id), el("p", { class: "note" }, "The figures are on their way\u2026"));
  figures.compare(about, null, null);
  state.replace(scenario ?? {});
  watch(name);
}

// Follows the engine until it is ready: first the map's ground, then the estimates.
async function watch(name) {
  let ground = false;
  while (name === caseName) {
    let engine;
    try {
      engine = await api.get(`${path()}/engine`);
    } catch (error) {
      at("engine").textContent = error.message;
      return;
    }
    if (name !== caseName) return;
    if (engine.drawn && !ground) {
      ground = true;
      api.get(`${path()}/map`).then((found) => {
        if (name !== caseName) return;
        controls.showChanges(found);
        map.ground(found, about).then(() => map.measures(controls.inPlace(state.current())));
      });
    }
    if (engine.estimates && !estimates) {
      estimates = true;
      refresh();
    }
    if (engine.state === "broken") {
      at("engine").textContent = engine.problems.map((one) => `${one.place}: ${one.message}`).join("; ");
      return;
    }
    at("engine").textContent =
      engine.state === "ready" ? "" : engine.state === "fitting" && engine.share > 0
        ? `Once per case: fitting the quick estimates, ${Math.round(100 * engine.share)} %; until then figures are exact and take some seconds`
        : engine.words;
    if (engine.state === "ready" && ground) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

// A scenario has changed: estimates follow at once, exact figures when it rests.
function refresh(quiet = false) {
  turn++;
  const scenario = state.current();
  controls.show(scenario);
  share.show(scenario);
  map.measures(controls.inPlace(scenario));
  stopExact();
  stale(true);
  if (caseName) say("The figures of this scenario are on their way\u2026");
  if (scenario.shut.length) wanted = sides = null;
  else if (estimates) {
    wanted = scenario;
    if (!asking) askEstimate();
  }
  clearTimeout(waiting);
  waiting = setTimeout(() => askExact(turn), quiet ? 2 * QUIET_MS : QUIET_MS);
  state.remember(caseName);
}

async function askEstimate() {
  while (wanted) {
    const scenario = wanted, mine = turn, name = caseName;
    wanted = null;
    asking = api.post(`${path()}/estimate`, scenario);
    try {
      const found = await asking;
      if (name === caseName && scenario === state.current() && !(now?.kind === "exact" && now.turn === mine)) {
        sides = found.sides;
        show({ ...found, turn: mine });
        say("Estimate; exact figures follow.");
      }
    } catch (error) {
      if (name !== caseName) continue;
      if (error.status === 409) estimates = false;
      else say(error.message, true);
    }
  }
  asking = null;
}

function stopExact() {
  clearTimeout(waiting);
  if (exactJob) {
    exactJob.abort.abort();
    if (exactJob.id) api.cancel(exactJob.id);
    exactJob = null;
  }
  at("progress").hidden = at("cancel").hidden = true;
}

async function askExact(mine) {
  const own = { id: null, abort: new AbortController() };
  exactJob = own;
  try {
    const job = await api.post(`${path()}/exact`, state.current());
    own.id = job.id;
    if (exactJob !== own) return void api.cancel(job.id);
    const done = await api.follow(
      job,
      (seen) => {
        if (exactJob !== own) return;
        const busy = seen.state === "waiting" || seen.state === "running";
        at("progress").hidden = at("cancel").hidden = !busy;
        at("progress").value = seen.progress;
        if (busy) say(seen.partial ? `Real income is exact; computing ${seen.words}` : `Exact, computing: ${seen.words}`);
        if (seen.partial && now?.turn !== mine + 0.5) show({ ...seen.partial, turn: mine + 0.5, sides });
      },
      own.abort.signal,
    );
    if (exactJob !== own) return;
    exactJob = null;
    if (done.state === "done") {
      show({ ...done.result, turn: mine, sides });
      figures.freight(done.result.freight);
      figures.trade(about, done.result.trade);
      say(`Exact. The equations hold to ${done.result.certificate.max_residual.toExponential(0)}.`);
    } else if (done.state === "failed") {
      say(done.problems.map((one) => `${one.place}: ${one.message}`).join("; "), true);
    } else say("Cancelled.");
  } catch (error) {
    if (error.name === "AbortError" || exactJob !== own) return;
    exactJob = null;
    at("progress").hidden = at("cancel").hidden = true;
    say(error.message, true);
  }
}

function show(found) {
  now = found;
  stale(false);
  drawMap();
  figures.headline(about, found, kept);
  figures.bars(about, found, kept);
  figures.bySide(about, { sides });
  figures.compare(about, found, kept);
  controls.showAdds(sides);
  map.colour(figures.rowsOf(about, found));
  for (const id of ["freight", "trade"]) at(id).classList.toggle("stale", !found.freight);
}

// Figures of the last scenario are shown pale until those of this one are there.
function stale(yes) {
  for (const id of ["headline", "bars", "freight", "trade"]) at(id).classList.toggle("stale", yes);
}

// The map comes after the first figures: it is large, and they matter more.
let mapStarted = false;
function drawMap() {
  if (mapStarted) return;
  mapStarted = true;
  const begin = () =>
    map.start().then(() => {
      if (now) map.colour(figures.rowsOf(about, now));
    });
  setTimeout(begin, 30);
}

function compareWith(entry) {
  kept = entry;
  at("swap").disabled = at("drop-kept").disabled = !entry;
  if (now) show(now);
}

function wireCompare() {
  at("keep").addEventListener("click", () => {
    if (now) compareWith({ scenario: state.current(), figures: now, name: state.current().name || "kept" });
  });
  at("drop-kept").addEventListener("click", () => compareWith(null));
  at("swap").addEventListener("click", () => {
    if (!kept || !now) return;
    const other = kept;
    compareWith({ scenario: state.current(), figures: now, name: state.current().name || "kept" });
    state.replace(other.scenario);
  });
}

function wireTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const one of tabs) {
      one.setAttribute("aria-selected", one === tab);
      one.tabIndex = one === tab ? 0 : -1;
      at(one.getAttribute("aria-controls")).hidden = one !== tab;
    }
    tab.focus();
  };
  for (const [k, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(tabs[(k + step + tabs.length) % tabs.length]);
    });
  }
}

async function start() {
  controls.wire();
  routes.wire();
  documents.wire();
  share.wire();
  wireCompare();
  wireTabs();
  at("cancel").addEventListener("click", () => {
    stopExact();
    say("Cancelled.");
  });
  state.onChange((_, quiet) => refresh(quiet));
  const given = state.fromAddress();
  try {
    const listed = await api.get("/api/cases");
    const name = listed.cases.includes(given.caseName) ? given.caseName : listed.first;
    fill(at("case-choice"), listed.cases.map((one) => el("option", { value: one }, one)));
    at("case-choice").value = name;
    at("case-choice").addEventListener("change", (event) => open(event.target.value, null).catch((error) => say(error.message, true)));
    await open(name, given.scenario);
  } catch (error) {
    say(error.message, true);
  }
  setTimeout(drawMap, 3000);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (now && Math.abs(innerWidth - width) > 20) show(now);
    width = innerWidth;
  });
  addEventListener("pagehide", () => exactJob?.id && api.cancel(exactJob.id));
  addEventListener("hashchange", () => {
    const next = state.fromAddress();
    if (next.scenario && JSON.stringify(next.scenario) !== JSON.stringify(state.current())) state.replace(next.scenario);
  });
}

start();
