// The route finder.
import { get, post } from "./api.js";
import { at, el, fill } from "./dom.js";
import { number } from "./format.js";
import * as map from "./map.js";
import * as state from "./state.js";

let caseName = null;
let asked = 0;

export const use = (name) => { caseName = name; };

export function wire() {
  const form = at("route-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find(new FormData(form));
  });
  for (const name of ["from", "to"]) {
    const field = form.elements[name];
    let last = 0;
    field.addEventListener("input", async () => {
      const mine = ++last;
      const typed = field.value.trim();
      if (typed.length < 2) return;
      const found = await get(`/api/places?q=${encodeURIComponent(typed.slice(0, 60))}`).catch(() => null);
      if (found && mine === last) {
        fill(at(`places-${name}`), found.places.map((one) => el("option", { value: one.name }, one.iso3)));
      }
    });
  }
}

const list = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

async function find(data) {
  const mine = ++asked;
  const request = { from: data.get("from"), to: data.get("to"), class: data.get("class") };
  if (data.get("mode")) request.mode = data.get("mode");
  const avoid = list(data.get("avoid")).map((one) => one.toUpperCase());
  if (avoid.length) request.avoid = avoid;
  if (data.get("via").trim()) request.via = [data.get("via").trim()];
  if (data.get("scenario")) Object.assign(request, { case: caseName, scenario: state.current() });
  fill(at("routes"), el("p", { class: "note" }, "Looking for ways\u2026"));
  try {
    const found = await post("/api/route", request);
    if (mine === asked) show(found);
  } catch (error) {
    if (mine !== asked) return;
    fill(at("routes"), el("p", { class: "error", role: "alert" }, error.message));
    map.routes([], 0);
  }
}

function show(found) {
  const choose = (k) => {
    for (const [n, card] of cards.entries()) card.setAttribute("aria-pressed", n === k);
    map.routes(found.alternatives, k);
    fill(legs, legTable(found.alternatives[k]));
  };
  const cards = found.alternatives.map((one, k) => {
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = map.ROUTE_COLOURS[k % map.ROUTE_COLOURS.length];
    return el(
      "button",
      { type: "button", class: "route", "aria-pressed": "false", onclick: () => choose(k) },
      el("span", { class: "route-name" }, swatch, `${k + 1} ${one.label}`, one.merits.length ? ` (${one.merits.join(", ")})` : ""),
      el("span", { class: "sub" },
        `${both(one, "days", 1)} days · ${both(one, "usd_per_t", 0)} USD/t · ${both(one, "kgco2e_per_t", 0)} kg CO2e/t · `,
        `${number(one.hours.border)} h at borders · spread ${number(one.spread_h)} h`),
    );
  });
  const legs = el("div", {});
  fill(
    at("routes"),
    el("p", { class: "note" },
      `${found.from} to ${found.to}, ${found.class}, network of ${found.at}`,
      found.compared ? "; before \u2192 in this scenario" : ""),
    cards, legs,
    el("p", { class: "note" }, "Spread: standard deviation of the hours. The first is what shippers take most likely."),
  );
  choose(0);
}

const both = (one, key, digits) =>
  one.before ? `${number(one.before[key], digits)} \u2192 ${number(one[key], digits)}` : number(one[key], digits);

function legTable(one) {
  return el(
    "ol",
    { class: "legs" },
    one.legs.map((leg) => {
      const km = Object.values(leg.km).reduce((a, b) => a + b, 0);
      return el("li", {},
        `${leg.mode}: ${leg.from} \u2013 ${leg.to}, ${number(km)} km, ${number(24 * leg.days)} h, ${number(leg.usd_per_t)} USD/t`,
        leg.crossings.length ? `; crosses at ${leg.crossings.join(", ")}` : "");
    }),
  );
}
