// The map: countries by gain, the measures that are in place, routes. Nothing is asked of any other server.
import { at, el, fill } from "./dom.js";
import { get } from "./api.js";
import { number, percent } from "./format.js";

// Blue gains, orange loses; tellable apart without colour vision, and by the legend.
const STEPS = [-0.05, -0.01, -0.001, 0.001, 0.01, 0.05, 0.1];
const COLOURS = ["#a04a00", "#d9822b", "#f3c79b", "#e9e9e4", "#c3dcec", "#86b9dc", "#4187bd", "#12466b"];
export const ROUTE_COLOURS = ["#b3005e", "#006d5b", "#6a3d9a", "#b15928", "#33507a", "#7a7a00"];

// Lines as wide as the root of their freight, by what the scenario changes; with exact figures only.
const FLOWS = [["#57606a", "freight by width (model, not counts)"], ["#0072b2", "at least 2 % more freight"], ["#d55e00", "at least 2 % less"]];

let map = null;
let loaded = null;
const ready = new Promise((resolve) => { loaded = resolve; });
let world = null;
let drawn = null;
let shown = null;
let latest = null;

const collection = (features) => ({ type: "FeatureCollection", features });
const line = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });

export async function start() {
  legend();
  let gl;
  try {
    gl = await import("./vendor/maplibre-gl.mjs");
    world = await get("/api/world");
    gl.setWorkerUrl(new URL("./vendor/maplibre-gl-worker.mjs", import.meta.url).href);
    map = new gl.Map({
      container: "map",
      style: style(),
      bounds: [[20, 18], [128, 58]],
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 9,
      renderWorldCopies: false,
      fadeDuration: 0,
      locale: { "Map.Title": "Countries by gain, measures, routes; the tables say the same" },
    });
  } catch (error) {
    console.warn(`no map: ${error.message}`);
    fill(at("map"), el("p", { class: "note" }, "This browser cannot draw the map (WebGL is off); all figures are in the tables."));
    map = null;
    return;
  }
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  map.touchZoomRotate.disableRotation();
  await new Promise((resolve) => map.once("load", resolve));
  loaded();
  hover(gl);
}

function style() {
  const geojson = (data) => ({ type: "geojson", data });
  const empty = collection([]);
  const wide = ["interpolate", ["linear"], ["zoom"], 2, 1.6, 6, 4];
  return {
    version: 8,
    sources: {
      world: { ...geojson(world), promoteId: "iso3" },
      rail: geojson(empty), places: geojson(empty), measures: geojson(empty), points: geojson(empty), routes: geojson(empty), flows: geojson(empty),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#dfe9ef" } },
      { id: "countries", type: "fill", source: "world", paint: { "fill-color": ["coalesce", ["feature-state", "colour"], "#f4f4f0"] } },
      { id: "outlines", type: "line", source: "world", paint: { "line-color": "#8d99a3", "line-width": 0.6 } },
      { id: "rail", type: "line", source: "rail", paint: { "line-color": "#6b7780", "line-width": 0.5, "line-opacity": 0.6 } },
      {
        id: "flows", type: "line", source: "flows", layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": ["get", "colour"],
          "line-width": ["interpolate", ["linear"], ["zoom"], 2, ["*", 6, ["get", "width"]], 6, ["*", 14, ["get", "width"]]],
        },
      },
      { id: "places", type: "circle", source: "places", paint: { "circle-radius": 2, "circle-color": "#4a545c" } },
      {
        id: "measures", type: "line", source: "measures", layout: { "line-cap": "round" },
        paint: { "line-width": wide, "line-color": ["case", ["get", "on"], "#c2185b", "#9aa3aa"], "line-opacity": ["case", ["get", "on"], 0.95, 0.5] },
      },
      {
        id: "points", type: "circle", source: "points",
        paint: {
          "circle-radius": ["case", ["get", "on"], 5, 3.5], "circle-color": ["case", ["get", "on"], "#c2185b", "#ffffff"],
          "circle-stroke-color": ["case", ["get", "on"], "#ffffff", "#7d868d"], "circle-stroke-width": 1.2,
        },
      },
      {
        id: "routes", type: "line", source: "routes", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": ["get", "colour"], "line-width": ["case", ["get", "chosen"], 5, 2.2], "line-opacity": ["case", ["get", "chosen"], 1, 0.65] },
      },
    ],
  };
}

function hover(gl) {
  const popup = new gl.Popup({ closeButton: false, closeOnClick: false, maxWidth: "280px" });
  const says = {
    routes: (f) => f.properties.title,
    points: (f) => f.properties.title,
    measures: (f) => f.properties.title,
    flows: (f) => f.properties.title,
    countries: (f) => {
      const value = shown?.get(f.properties.iso3);
      return value === undefined ? `${f.properties.name}: not an economy of its own here` : `${f.properties.name}: ${percent(value)}`;
    },
  };
  const order = Object.keys(says);
  map.on("mousemove", (event) => {
    const found = map.queryRenderedFeatures(event.point, { layers: order });
    if (!found.length) return void popup.remove();
    const top = found.reduce((best, one) => (order.indexOf(one.layer.id) < order.indexOf(best.layer.id) ? one : best));
    popup.setLngLat(event.lngLat).setText(says[top.layer.id](top)).addTo(map);
  });
  map.on("mouseout", () => popup.remove());
}

const colourOf = (value) => COLOURS[STEPS.filter((step) => value >= step).length];

function legend() {
  const words = COLOURS.map((colour, k) => {
    const text = k === 0 ? `under ${STEPS[0]} %` : k === STEPS.length ? `over ${STEPS.at(-1)} %` : k === 3 ? "about 0" : `${STEPS[k - 1]} to ${STEPS[k]} %`;
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = colour;
    return el("span", { class: "key" }, swatch, text.replaceAll("-", "\u2212"));
  });
  const dot = el("span", { class: "swatch dot" });
  const freight = FLOWS.map(([colour, text]) => {
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = colour;
    return el("span", { class: "key" }, swatch, text);
  });
  fill(at("legend"), words, el("span", { class: "key" }, dot, "measure in place (grey: not)"), freight);
}

export async function colour(rows) {
  shown = new Map(rows.map((one) => [one.iso3, one.percent]));
  await ready;
  for (const feature of world.features) {
    const value = shown.get(feature.properties.iso3);
    map.setFeatureState({ source: "world", id: feature.properties.iso3 }, { colour: value === undefined ? null : colourOf(value) });
  }
}

export async function ground(found, about) {
  drawn = { ...found, titles: new Map(about.measures.map((one) => [one.id, `${one.id} ${one.title}`])) };
  await ready;
  map.getSource("rail").setData(collection(found.rail.map((one) => line(one, {}))));
  map.getSource("places").setData(
    collection([...found.crossings, ...found.ports].map((one) => point([one.lon, one.lat], { name: one.name }))),
  );
}

export async function measures(inPlace) {
  latest = inPlace;
  await ready;
  if (!drawn || latest !== inPlace) return;
  const lines = [], points = [];
  for (const [id, one] of Object.entries(drawn.measures)) {
    const properties = { id, on: inPlace.has(id), title: `${drawn.titles.get(id)}: ${one.change}` };
    for (const shape of one.geometry) {
      if (shape.length > 1) lines.push(line(shape, properties));
      else points.push(point(shape[0], properties));
    }
  }
  lines.sort((a, b) => a.properties.on - b.properties.on);
  map.getSource("measures").setData(collection(lines));
  map.getSource("points").setData(collection(points));
}

export async function routes(alternatives, chosen) {
  await ready;
  const features = alternatives.flatMap((one, k) =>
    one.lines.map((geometry) => ({
      type: "Feature",
      geometry,
      properties: { colour: ROUTE_COLOURS[k % ROUTE_COLOURS.length], chosen: k === chosen, title: `${k + 1} ${one.label}` },
    })),
  );
  features.sort((a, b) => a.properties.chosen - b.properties.chosen);
  map.getSource("routes").setData(collection(features));
  if (!features.length) return;
  const points = features.flatMap((one) => (one.geometry.type === "LineString" ? one.geometry.coordinates : one.geometry.coordinates.flat()));
  const xs = points.map((one) => one[0]), ys = points.map((one) => one[1]);
  map.fitBounds([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], { padding: 40, maxZoom: 7, animate: false });
}

export async function flows(rows) {
  await ready;
  const most = Math.max(1, ...rows.map((one) => Math.max(one.before_kt, one.after_kt)));
  const features = rows.map((one) => {
    const gap = one.after_kt - one.before_kt, same = Math.abs(gap) < 0.02 * Math.max(one.before_kt, one.after_kt);
    return line(one.line, {
      colour: FLOWS[same ? 0 : gap > 0 ? 1 : 2][0],
      width: Math.max(0.05, Math.sqrt(one.after_kt / most)),
      title: `${one.mode}: ${number(one.before_kt)} thousand tonnes a year before, ${number(one.after_kt)} in this scenario`,
    });
  });
  map.getSource("flows").setData(collection(features));
}
