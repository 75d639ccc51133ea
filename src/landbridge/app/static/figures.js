// Figures of a scenario as numbers, bars and tables.
import { at, el, fill, svg } from "./dom.js";
import { digitsFor, money, number, percent } from "./format.js";

export const rowsOf = (about, found) =>
  about.economies.map((one, k) => ({
    ...one,
    percent: found.percent[k],
    error: found.error?.[k],
    money: (found.percent[k] / 100) * about.income[k],
    moneyError: found.error ? (found.error[k] / 100) * about.income[k] : undefined,
    group: about.parties.includes(one.iso3)
      ? "party"
      : about.neighbours.includes(one.iso3)
        ? "neighbour"
        : one.iso3 === "WLD" ? "world" : "other",
  }));

const badge = (found) =>
  found.kind === "exact" ? el("span", { class: "badge exact" }, "exact") : el("span", { class: "badge" }, "estimate");

export function headline(about, found, kept) {
  const rows = rowsOf(about, found).filter((one) => one.group === "party" || one.group === "world");
  const before = kept ? rowsOf(about, kept.figures) : null;
  fill(
    at("headline"),
    rows.map((one) => {
      const digits = digitsFor(one.percent, one.error);
      const other = before?.find((row) => row.iso3 === one.iso3);
      return el(
        "div",
        { class: "figure", "data-iso3": one.iso3, "data-percent": one.percent },
        el("span", { class: "who" }, one.name, " ", badge(found)),
        el("span", { class: "big" }, percent(one.percent, digits)),
        el("span", { class: "sub" }, `${money(one.money)} a year`,
          one.error === undefined ? "" : `, within ${Number(one.error.toPrecision(1))} points of exact in trials`),
        other ? el("span", { class: "sub" }, `kept: ${percent(other.percent, digitsFor(other.percent, other.error))}`) : null,
      );
    }),
  );
}

export function bars(about, found, kept) {
  const rows = rowsOf(about, found).filter((one) => one.group === "party" || one.group === "neighbour");
  rows.sort((a, b) => b.percent - a.percent);
  const others = kept ? new Map(rowsOf(about, kept.figures).map((one) => [one.iso3, one])) : null;
  const all = [...rows.map((one) => one.percent), ...(others ? rows.map((one) => others.get(one.iso3).percent) : [])];
  const high = Math.max(0, ...all), low = Math.min(0, ...all);
  const width = Math.max(300, Math.min(900, at("bars").clientWidth || 620));
  const left = width < 420 ? 96 : 130, right = width < 420 ? 165 : 190, line = 24, top = 6;
  const room = width - left - right;
  const x = (value) => left + (room * (value - low)) / (high - low || 1);
  const parts = rows.flatMap((one, k) => {
    const y = top + k * line;
    const digits = digitsFor(one.percent, one.error);
    const from = Math.min(x(0), x(one.percent)), to = Math.max(x(0), x(one.percent));
    const pieces = [
      svg("text", { x: left - 8, y: y + 15, "text-anchor": "end", class: one.group }, one.name),
      svg("rect", { x: from, y: y + 4, width: Math.max(to - from, 1), height: 14, class: one.percent < 0 ? "loss" : "gain" }),
      svg("text", { x: to + 6, y: y + 15 }, `${percent(one.percent, digits)}  ${money(one.money)}`),
    ];
    if (one.error !== undefined && one.error > 0) {
      const a = x(Math.max(low, one.percent - one.error)), b = x(Math.min(high, one.percent + one.error));
      pieces.push(svg("line", { x1: a, x2: b, y1: y + 11, y2: y + 11, class: "whisker" }));
    }
    const other = others?.get(one.iso3);
    if (other) pieces.push(svg("line", { x1: x(other.percent), x2: x(other.percent), y1: y + 1, y2: y + 21, class: "kept" }));
    return pieces;
  });
  const height = top + rows.length * line + 4;
  const words = rows.map((one) => `${one.name} ${percent(one.percent)}`).join(", ");
  fill(
    at("bars"),
    svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `Change of real income: ${words}`, class: "chart" },
      svg("line", { x1: x(0), x2: x(0), y1: 0, y2: height, class: "axis" }), parts),
    el("p", { class: "note" },
      found.kind === "exact"
        ? "Parties in bold. Exact figures of a solved equilibrium."
        : "Parties in bold. Estimates; the thin line is the largest gap from exact figures in trials.",
      others ? " The upright stroke is the kept scenario." : ""),
    everyone(about, found),
  );
}

function everyone(about, found) {
  const rows = rowsOf(about, found);
  return el(
    "details",
    {},
    el("summary", {}, `All ${rows.length - 1} economies`),
    table(
      ["Economy", "Real income", "USD a year", ...(found.error ? ["Largest gap in trials"] : [])],
      [...rows].sort((a, b) => b.percent - a.percent).map((one) => [
        one.name,
        percent(one.percent, digitsFor(one.percent, one.error)),
        money(one.money),
        ...(found.error ? [`${Number(one.error.toPrecision(2))} points`] : []),
      ]),
    ),
  );
}

export function table(head, rows, caption) {
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption ?? head.join(", ") },
    el("table", {},
      caption ? el("caption", {}, caption) : null,
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, k) => el(k ? "td" : "th", k ? {} : { scope: "row" }, cell)))))),
  );
}

export function bySide(about, found) {
  if (!found.sides) {
    fill(at("by-side"), el("p", { class: "note" }, "Comes with the quick estimates."));
    return;
  }
  const codes = [...about.parties, "WLD"];
  const name = new Map(about.economies.map((one) => [one.iso3, one.name]));
  const labels = new Map(about.sides.map((one) => [one.id, one.label]));
  fill(
    at("by-side"),
    table(
      ["Programme", ...codes.map((code) => name.get(code))],
      Object.entries(found.sides).map(([id, row]) => [
        `${labels.get(id)} (${id})`,
        ...codes.map((code) => percent(row[code])),
      ]),
    ),
    el("p", { class: "note" }, "Estimates: what would be lost if that programme alone were left out of this scenario."),
  );
}

const arrow = (before, after, digits) => `${number(before, digits)} \u2192 ${number(after, digits)}`;

export function freight(found) {
  if (!found) {
    fill(at("freight"), el("p", { class: "note" }, "Exact figures only; they are being computed."));
    return;
  }
  fill(
    at("freight"),
    table(
      ["From, to", "Days", "USD/t", "kg CO2e/t", "Hours at borders"],
      found.map((one) => [
        `${one.from} \u2013 ${one.to}`,
        arrow(one.baseline.days, one.scenario.days, 1),
        arrow(one.baseline.usd_per_t, one.scenario.usd_per_t, 1),
        arrow(one.baseline.kgco2e_per_t, one.scenario.kgco2e_per_t, 0),
        arrow(one.baseline.border_hours, one.scenario.border_hours, 1),
      ]),
    ),
    el("p", { class: "note" }, "Exact. Manufactures, door to door, over all ways weighted by their shares; before \u2192 in this scenario."),
  );
}

export function trade(about, found) {
  if (!found) {
    fill(at("trade"), el("p", { class: "note" }, "Exact figures only; they are being computed."));
    return;
  }
  const name = new Map(about.economies.map((one) => [one.iso3, one.name]));
  fill(
    at("trade"),
    table(
      ["Exports", "Before", "Change", "Per cent"],
      found.slice(0, 12).map((one) => [
        `${name.get(one.exporter)} to ${name.get(one.importer)}`,
        money(one.baseline_musd).replace("+", ""),
        money(one.change_musd),
        percent(one.percent, 2),
      ]),
    ),
    el("p", { class: "note" }, "Exact. The twelve largest changes between the parties, and between them and their neighbours."),
  );
}

export function compare(about, now, kept) {
  if (!kept) {
    fill(at("compare"), el("p", { class: "note" }, "Keep a scenario, change it, and see the two side by side."));
    return;
  }
  const a = rowsOf(about, kept.figures), b = rowsOf(about, now);
  const kind = (one) => (one.kind === "exact" ? "exact" : "estimate");
  fill(
    at("compare"),
    table(
      ["", `${kept.name} (${kind(kept.figures)})`, `now (${kind(now)})`, "Difference"],
      b
        .map((one, k) => [one, a[k]])
        .filter(([one]) => one.group !== "other")
        .map(([one, other]) => [
          one.name,
          percent(other.percent, digitsFor(other.percent, other.error)),
          percent(one.percent, digitsFor(one.percent, one.error)),
          `${percent(one.percent - other.percent)} (${money(one.money - other.money)})`,
        ]),
    ),
  );
}
