// Reads a document on the server and shows what was found, all of it as text.
import { send } from "./api.js";
import { at, el, fill } from "./dom.js";

const TYPES = {
  txt: "text/plain", md: "text/markdown", html: "text/html", htm: "text/html", pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};
const MOST = 5_000_000;
let asked = 0;

export function wire() {
  const drop = at("drop");
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) readFile(event.dataTransfer.files[0]);
  });
  at("document-file").addEventListener("change", (event) => { if (event.target.files.length) readFile(event.target.files[0]); });
  at("document-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("document-text").value;
    if (text.trim()) read(text, "text/plain; charset=utf-8", "the text given");
    else fail("Paste a text or choose a file first.");
  });
}

const fail = (words) => fill(at("document"), el("p", { class: "error", role: "alert" }, words));

function readFile(file) {
  const type = TYPES[file.name.split(".").pop().toLowerCase()];
  if (!type) return fail(`${file.name}: this kind of file cannot be read; use .txt, .md, .html, .docx or .pdf.`);
  if (file.size > MOST) return fail(`${file.name}: is larger than 5 MB.`);
  return read(file, type, file.name);
}

async function read(content, type, name) {
  const mine = ++asked;
  fill(at("document"), el("p", { class: "note" }, `Reading ${name}\u2026`));
  try {
    const found = await send("/api/read", content, type);
    if (mine === asked) show(found, name);
  } catch (error) {
    if (mine === asked) fail(`${name}: ${error.message}`);
  }
}

function show(found, name) {
  fill(
    at("document"),
    el("h3", {}, found.title || name),
    el("ul", { class: "plain" }, found.summary.map((words) => el("li", {}, words.trim()))),
    found.commitments.length
      ? el("details", {}, el("summary", {}, `${found.commitments.length} promises`),
          el("ol", { class: "promises" }, found.commitments.map((one) =>
            el("li", {}, el("b", {}, `${one.id} ${one.strength}`), ` (${one.promisors.join(", ")}; ${one.areas.join(", ") || "no area"}) `,
              el("q", {}, one.quote)))))
      : null,
    found.alignments.length
      ? el("details", {}, el("summary", {}, `${found.alignments.length} alignments`),
          el("ul", {}, found.alignments.map((one) => el("li", {}, `${one.id} ${one.side_a ?? "?"} \u2194 ${one.side_b ?? "?"}`))))
      : null,
    el("p", { class: "note" },
      el("mark", { class: "commitment" }, "promise"), " ", el("mark", { class: "alignment" }, "alignment"), " ",
      el("mark", { class: "instrument" }, "instrument"), found.shortened ? " \u2014 only the beginning of the text is shown." : ""),
    el("div", { class: "text", tabindex: "0", role: "region", "aria-label": "The text with what was read marked" }, marked(found.text, found.marks)),
    el("p", { class: "note" },
      "To appraise it, write down what the clauses change: landbridge read FILE -o record.json --measures measures.toml, then landbridge serve FOLDER."),
  );
}

// The text cut where marks begin and end; positions count characters, not UTF-16 units.
function marked(text, marks) {
  const letters = Array.from(text);
  const cuts = [...new Set([0, letters.length, ...marks.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
  const pieces = [];
  for (let k = 0; k + 1 < cuts.length; k++) {
    const words = letters.slice(cuts[k], cuts[k + 1]).join("");
    const over = marks.filter((one) => one.start <= cuts[k] && cuts[k + 1] <= one.end);
    if (!over.length) pieces.push(words);
    else {
      const best = over.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
      pieces.push(el("mark", { class: best.kind, title: over.map((one) => one.id).join(", ") }, words));
    }
  }
  return pieces;
}
