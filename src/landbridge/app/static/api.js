// Asks the server; every error comes as a Refusal with problems to show.
const KEY = "landbridge-token";

// The token comes once in the address and is then kept for this tab only.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, "", location.pathname);
}

export class Refusal extends Error {
  constructor(status, problems) {
    super(problems.map((one) => `${one.place}: ${one.message}${one.remedy ? ` (${one.remedy})` : ""}`).join("\n"));
    this.status = status;
    this.problems = problems;
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(KEY);
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, [{ place: "server", message: "does not answer", remedy: "is landbridge serve running?" }]);
  }
  if (answer.ok) return answer;
  let problems;
  try {
    problems = (await answer.json()).problems;
  } catch {
    problems = [{ place: "server", message: `answered ${answer.status}`, remedy: "" }];
  }
  throw new Refusal(answer.status, problems);
}

export const get = async (path, signal) => (await ask(path, { signal })).json();

export const post = async (path, document, signal) =>
  (
    await ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(document),
      signal,
    })
  ).json();

export const send = async (path, content, type) =>
  (await ask(path, { method: "POST", headers: { "Content-Type": type }, body: content })).json();

export const cancel = (id) => ask(`/api/jobs/${id}`, { method: "DELETE", keepalive: true }).catch(() => undefined);

// Follows a job until it ends; `seen` gets every state.
export async function follow(job, seen, signal) {
  seen(job);
  while (job.state === "waiting" || job.state === "running") {
    job = await get(`/api/jobs/${job.id}?wait=15&seen=${job.version}`, signal);
    seen(job);
  }
  return job;
}

export async function download(path, name) {
  save(await (await ask(path)).blob(), name);
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
