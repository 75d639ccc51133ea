// The scenario of this tab, in the address; nothing of it is kept on the server unless it is computed.
export const EMPTY = { schema: "scenario/0.1", name: "", without: [], amounts: {}, at: null, delay: {} };

let scenario = structuredClone(EMPTY);
const listeners = [];

export const current = () => scenario;
export const onChange = (listener) => listeners.push(listener);

export function change(changes, { quiet = false } = {}) {
  scenario = { ...scenario, ...changes };
  for (const listener of listeners) listener(scenario, quiet);
}

export function replace(other) {
  scenario = { ...structuredClone(EMPTY), ...other };
  for (const listener of listeners) listener(scenario, false);
}

const encode = (text) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const decode = (text) =>
  new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)));

export function address(caseName) {
  const hash = new URLSearchParams({ case: caseName, s: encode(JSON.stringify(scenario)) });
  return `${location.origin}${location.pathname}#${hash}`;
}

export function remember(caseName) {
  history.replaceState(null, "", address(caseName));
}

// What an address or a file holds, or null; the server checks names and bounds.
export function fromAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  return { caseName: hash.get("case"), scenario: hash.get("s") ? parse(safely(() => decode(hash.get("s")))) : null };
}

function safely(read) {
  try {
    return read();
  } catch {
    return "";
  }
}

export function parse(text) {
  try {
    const found = JSON.parse(text);
    const fits =
      found.schema === EMPTY.schema &&
      Array.isArray(found.without ?? []) &&
      typeof (found.amounts ?? {}) === "object" &&
      typeof (found.delay ?? {}) === "object";
    if (!fits) return null;
    const kept = Object.keys(EMPTY).filter((key) => found[key] !== undefined && found[key] !== null);
    return { ...structuredClone(EMPTY), ...Object.fromEntries(kept.map((key) => [key, found[key]])) };
  } catch {
    return null;
  }
}
