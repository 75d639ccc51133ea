// Compare, share, download.
import * as api from "./api.js";
import { at, el, fill } from "./dom.js";
import * as state from "./state.js";

let caseName = null;
let job = null;

export function use(name) {
  caseName = name;
  reset();
}

function reset() {
  if (job && (job.state === "running" || job.state === "waiting")) api.cancel(job.id);
  job = null;
  for (const id of ["report-cancel", "report-progress"]) at(id).hidden = true;
  fill(at("report-files"));
  at("report-said").textContent = "";
  at("report").disabled = false;
}

export function wire() {
  const said = (words) => { at("share-said").textContent = words; };
  at("scenario-name").addEventListener("change", () => state.change({ name: at("scenario-name").value }));
  at("copy").addEventListener("click", async () => {
    const address = state.address(caseName);
    try {
      await navigator.clipboard.writeText(address);
      said("The address is on the clipboard. Whoever opens it on their own Landbridge sees this scenario.");
    } catch {
      said(`Copy the address of this page: ${address}`);
    }
  });
  at("save").addEventListener("click", () => {
    const content = JSON.stringify({ ...state.current(), case: caseName }, null, 1);
    api.save(new Blob([content], { type: "application/json" }), "scenario.json");
  });
  at("open").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    event.target.value = "";
    if (!file) return;
    const found = file.size < 100_000 ? state.parse(await file.text()) : null;
    if (found) state.replace(found);
    said(found ? `${file.name} is open.` : `${file.name} is no scenario of Landbridge.`);
  });
  at("report").addEventListener("click", make);
  at("report-cancel").addEventListener("click", () => job && api.cancel(job.id));
}

export function show(scenario) {
  if (document.activeElement !== at("scenario-name")) at("scenario-name").value = scenario.name;
}

async function make() {
  reset();
  at("report").disabled = true;
  try {
    const mine = await api.post(`/api/cases/${encodeURIComponent(caseName)}/report?quick=${!at("report-all").checked}`, state.current());
    job = mine;
    const done = await api.follow(mine, (seen) => {
      if (job?.id !== seen.id) return;
      job = seen;
      const busy = seen.state === "waiting" || seen.state === "running";
      at("report-progress").hidden = at("report-cancel").hidden = !busy;
      at("report-progress").value = seen.progress;
      at("report-said").textContent = seen.words;
    });
    if (job?.id !== done.id) return;
    if (done.state === "done") files(done);
    else at("report-said").textContent = done.state === "failed" ? done.problems.map((one) => one.message).join("; ") : done.state;
  } catch (error) {
    at("report-said").textContent = error.message;
  } finally {
    at("report").disabled = false;
  }
}

function files(done) {
  const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const button = (words, path, name) =>
    el("button", { type: "button", onclick: () => api.download(`/api/jobs/${done.id}/${path}`, name) }, words);
  at("report-said").textContent = "The report of the scenario as it was when you asked for it.";
  fill(
    at("report-files"),
    button(`Report (${size(done.result.report_bytes)})`, "report.html", "report.html"),
    button(`Everything, as a data package (${size(done.result.package_bytes)})`, "package.zip", "landbridge-package.zip"),
  );
}
