// Sides and measures: on or off, how large, how much later.
import { at, el, fill } from "./dom.js";
import { amount, percent } from "./format.js";
import * as state from "./state.js";

let about = null;
const rows = new Map();

const origin = { text: "from the text", source: "from a source", assumption: "assumed" };

export function build(found) {
  about = found;
  rows.clear();
  fill(at("sides"), about.sides.map(side));
  at("at").value = state.current().at ?? "";
}

function side(one) {
  const measures = about.measures.filter((measure) => measure.side === one.id);
  const box = el("input", {
    type: "checkbox",
    id: `side-${one.id}`,
    "aria-label": `${one.label} (${one.id}) in place`,
    title: "in place",
    onchange: () => set(one.id, box.checked, measures),
  });
  const adds = el("output", { class: "adds", title: "what it adds to the others, world" });
  const delay = el("input", {
    type: "number", min: 0, max: 50, step: 0.5, value: 0, id: `delay-${one.id}`,
    onchange: () => {
      const years = Math.min(50, Math.max(0, Number(delay.value) || 0));
      const { [one.id]: _, ...others } = state.current().delay;
      state.change({ delay: years ? { ...others, [one.id]: years } : others });
    },
  });
  rows.set(one.id, { box, adds, delay, measures });
  // The switch stands beside the fold, not in it: a side goes off without being unfolded.
  return el(
    "div",
    { class: "side", "data-side": one.id },
    box,
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("span", { class: "side-head" },
          el("span", { class: "side-name" }, one.label),
          el("span", { class: "side-what" }, `${one.id} · ${nameOf(one.country)} · ${measures.length} measures `, adds)),
      ),
      el("label", { class: "delay" }, "starts later by ", delay, " years"),
      measures.map(measure),
    ),
  );
}

function measure(one) {
  const { low, mid, high, unit } = one.value;
  const box = el("input", {
    type: "checkbox",
    id: `measure-${one.id}`,
    onchange: () => set(one.id, box.checked, []),
  });
  const common = {
    min: one.least, max: one.most, step: step(one),
    "aria-label": `${one.title}: value in ${unit}`,
  };
  const moved = (value, quiet) => {
    const { [one.id]: _, ...others } = state.current().amounts;
    const kept = Math.min(one.most, Math.max(one.least, value));
    state.change({ amounts: kept === mid || Number.isNaN(kept) ? others : { ...others, [one.id]: kept } }, { quiet });
  };
  const slider = el("input", {
    type: "range", ...common, class: "slider",
    oninput: () => moved(Number(slider.value), true),
    onchange: () => moved(Number(slider.value), false),
  });
  const field = el("input", { type: "number", ...common, step: "any", onchange: () => moved(Number(field.value), false) });
  const across = (value) => (100 * (value - one.least)) / (one.most - one.least || 1);
  slider.style.setProperty("--from", `${across(Math.min(low, high))}%`);
  slider.style.setProperty("--to", `${across(Math.max(low, high))}%`);
  const beyond = el("span", { class: "beyond" });
  rows.set(one.id, { box, slider, field, beyond, one });
  return el(
    "div",
    { class: "measure", "data-measure": one.id },
    el("label", { class: "check" }, box, el("span", {}, el("b", {}, one.id), ` ${one.title}`)),
    el("div", { class: "value" }, slider, field, el("span", { class: "unit" }, unit)),
    el("p", { class: "note" },
      `${amount(low)} to ${amount(high)}, mid ${amount(mid)} ${unit}; ${origin[one.from]}; from ${one.start}`,
      one.probability < 1 ? `; probability ${one.probability}` : "", " ", beyond),
    el("details", { class: "evidence" }, el("summary", {}, "Evidence"),
      el("p", { class: "what", "data-change": one.id }), el("p", {}, one.citation), one.note ? el("p", {}, one.note) : null),
  );
}

const step = (one) => {
  const width = one.most - one.least;
  return width > 0 ? 10 ** Math.floor(Math.log10(width / 50)) : 1;
};

function set(id, on, measures) {
  let without = state.current().without.filter((name) => name !== id);
  if (measures.length) without = without.filter((name) => !measures.some((one) => one.id === name));
  if (!on) without.push(id);
  else {
    const own = about.measures.find((one) => one.id === id);
    if (own && without.includes(own.side)) {
      // The side was off as a whole: only this measure of it comes back.
      without = without.filter((name) => name !== own.side);
      without.push(...about.measures.filter((one) => one.side === own.side && one.id !== id).map((one) => one.id));
    }
  }
  state.change({ without });
}

export const nameOf = (iso3) => about?.economies.find((one) => one.iso3 === iso3)?.name ?? iso3;

// Whether a measure is in place, as the server counts it.
export function inPlace(scenario) {
  const off = new Set(scenario.without);
  return new Set(
    about.measures
      .filter((one) => {
        if (off.has(one.id) || off.has(one.side)) return false;
        if (!scenario.at) return true;
        const start = new Date(`${one.start}T00:00Z`);
        start.setUTCDate(start.getUTCDate() + Math.round(365.25 * (scenario.delay[one.side] ?? 0)));
        return start.toISOString().slice(0, 10) <= scenario.at;
      })
      .map((one) => one.id),
  );
}

export function show(scenario) {
  const off = new Set(scenario.without);
  const there = inPlace(scenario);
  for (const side of about.sides) {
    const row = rows.get(side.id);
    const on = row.measures.filter((one) => !off.has(one.id) && !off.has(side.id));
    row.box.checked = on.length === row.measures.length;
    row.box.indeterminate = on.length > 0 && on.length < row.measures.length;
    if (document.activeElement !== row.delay) row.delay.value = scenario.delay[side.id] ?? 0;
    const shown = document.querySelector(`[data-side="${CSS.escape(side.id)}"]`);
    shown.classList.toggle("off", on.length === 0);
  }
  for (const one of about.measures) {
    const { box, slider, field, beyond } = rows.get(one.id);
    box.checked = !off.has(one.id) && !off.has(one.side);
    const value = scenario.amounts[one.id] ?? one.value.mid;
    if (document.activeElement !== slider) slider.value = value;
    if (document.activeElement !== field) field.value = Number(value.toPrecision(6));
    slider.setAttribute("aria-valuetext", `${amount(value)} ${one.value.unit}`);
    const ends = [one.value.low, one.value.high].sort((a, b) => a - b);
    const words = [];
    if (value < ends[0] || value > ends[1]) words.push("beyond the range");
    if (box.checked && !there.has(one.id)) words.push("not yet in place on this day");
    beyond.textContent = words.length ? `— ${words.join("; ")}` : "";
  }
  at("at").value = scenario.at ?? "";
  if (document.activeElement !== at("shut")) at("shut").value = scenario.shut.join(", ");
}

// What a side adds last, for the world, beside its name.
export function showAdds(sides) {
  for (const side of about.sides) {
    const row = rows.get(side.id);
    row.adds.textContent = sides?.[side.id] ? `· world ${percent(Number(sides[side.id].WLD.toPrecision(2)))}` : "";
  }
}

export function showChanges({ measures, closable }) {
  fill(at("closable"), closable.map((name) => el("option", { value: name })));
  for (const [id, one] of Object.entries(measures)) {
    const where = document.querySelector(`[data-change="${CSS.escape(id)}"]`);
    if (where) where.textContent = one.change;
  }
}

export function wire() {
  at("shut").addEventListener("change", () =>
    state.change({ shut: at("shut").value.split(",").map((one) => one.trim()).filter(Boolean).slice(0, 6) }));
  at("at").addEventListener("change", () => state.change({ at: at("at").value || null }));
  at("all-on").addEventListener("click", () => state.change({ without: [] }));
  at("all-off").addEventListener("click", () => state.change({ without: about.sides.map((one) => one.id) }));
  at("reset").addEventListener("click", () => state.replace({ name: state.current().name }));
}
