// Sends files in pieces with progress, one after the other; goes on after a lost connection by itself and after a
// reload once the same file is picked again. Without it the form sends its files whole.

const CHUNK = 4 * 1024 * 1024;
const HEAD = 1024 * 1024;
const STALLED_MS = 30_000;
const LONGEST_WAIT_MS = 30_000;
const RATE_OVER_MS = 15_000;
const LOOK_MS = 2_000;
const API = "/api/v1/uploads";
const TELLING = ["code", "title", "producer", "transcript", "areas", "airs_from", "airs_to", "source_document"];

const form = document.getElementById("up-form");
const words = document.getElementById("up-words").dataset;
const list = document.getElementById("ups");
const live = document.getElementById("up-live");
const picker = form.elements.file;
const csrf = form.elements.csrf.value;
const jobs = [];
let busy = false;

const fill = (text, ...values) => values.reduce((said, value, place) => said.replace(`%${place + 1}`, value), text);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1).replace(".", words.decimal)} MB`;
const clock = () => new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", hour12: false });
const say = (text) => { live.textContent = text; };
// What a refusal says, and what to do.
const why = (said) => [said.error?.message, said.error?.remedy].filter(Boolean).join(" ");
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const headOf = async (file) => hex(await crypto.subtle.digest("SHA-256", await file.slice(0, HEAD).arrayBuffer()));

function element(kind, name, text) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function button(text, whose, pressed) {
  const made = element("button", "btn", text);
  made.type = "button";
  made.append(element("span", "vh", ` ${whose}`));
  made.addEventListener("click", pressed);
  return made;
}

// A piece of the row, made when it is not there yet.
function part(row, name, kind = "span") {
  let found = row.querySelector(`.${name}`);
  if (!found) {
    found = element(kind, name + (kind === "span" && name !== "up-sign" ? " sm" : ""));
    row.insertBefore(found, row.querySelector(".up-do"));
  }
  return found;
}

function note(row, text, warns = false) {
  const said = part(row, "up-note");
  said.textContent = text;
  said.classList.toggle("warn", warns);
}

function count() {
  document.getElementById("up-card").hidden = list.children.length === 0;
  document.getElementById("up-count").textContent = list.children.length;
}

function newRow(name) {
  const row = element("li", "up");
  row.dataset.name = name;
  row.append(element("a", "up-name", name), element("span", "up-sign"), element("div", "btns up-do"));
  list.prepend(row);
  count();
  return row;
}

function showState(row, answer) {
  row.dataset.state = answer.state;
  row.dataset.id = answer.id;
  row.querySelector(".up-name").href = `/tai-len/${answer.id}`;
  part(row, "up-sign").textContent = words[answer.state] ?? "";
  if (answer.reason) part(row, "up-why").textContent = answer.reason;
}

function showProgress(job) {
  const bar = part(job.row, "up-bar", "progress");
  bar.max = job.file.size;
  bar.value = job.received + job.sent;
  bar.setAttribute("aria-label", fill(words.progressOf, job.file.name));
  const said = [fill(words.progress, megabytes(bar.value), megabytes(job.file.size))];
  const left = timeLeft(job);
  if (left) said.push(left);
  part(job.row, "up-said").textContent = said.join(", ");
  const quarter = Math.floor((4 * bar.value) / job.file.size);
  if (quarter > job.quarter) {
    job.quarter = quarter;
    say(`${job.file.name}: ${said.join(", ")}`);
  }
}

function timeLeft(job) {
  const now = performance.now();
  const here = job.received + job.sent;
  job.rate.push([now, here]);
  while (job.rate.length > 2 && now - job.rate[0][0] > RATE_OVER_MS) job.rate.shift();
  const [since, from] = job.rate[0];
  if (now - since < 1000 || here <= from) return "";
  const seconds = ((job.file.size - here) * (now - since)) / 1000 / (here - from);
  return seconds < 60 ? words.leftLess : fill(words.leftMinutes, Math.round(seconds / 60));
}

// One request: its status (0 when there was no answer) and its JSON.
async function ask(method, path, body, headers = {}) {
  try {
    const answer = await fetch(path, { method, body, headers: { "x-csrf": csrf, ...headers } });
    const said = answer.status === 204 ? {} : await answer.json();
    return { status: answer.status, said };
  } catch {
    return { status: 0, said: {} };
  }
}

// One piece, with its progress; ends without an answer when nothing moves for too long.
function sendPiece(job) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    job.request = request;
    let watch;
    const moved = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED_MS);
    };
    const ended = () => {
      clearTimeout(watch);
      job.request = null;
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* no answer, or none of ours */ }
      resolve({ status: request.status, said });
    };
    request.upload.addEventListener("progress", (event) => {
      moved();
      job.sent = event.loaded;
      showProgress(job);
    });
    request.addEventListener("loadend", ended);
    request.open("PATCH", `${API}/${job.id}`);
    request.setRequestHeader("x-csrf", csrf);
    request.setRequestHeader("upload-offset", job.received);
    request.setRequestHeader("content-type", "application/octet-stream");
    moved();
    request.send(job.file.slice(job.received, job.received + CHUNK));
  });
}

// Waits longer after each failure in a row, but no longer than until the network is back.
function wait(job) {
  const most = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(job.failures, 6));
  job.failures += 1;
  return new Promise((resolve) => {
    const go = () => {
      removeEventListener("online", go);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(go, most * (0.5 + Math.random() / 2));
    addEventListener("online", go);
  });
}

function lost(job) {
  if (job.lostAt) return;
  job.lostAt = clock();
  const text = fill(words.lost, job.lostAt);
  note(job.row, text, true);
  say(`${job.file.name}: ${text}`);
}

function found(job) {
  if (!job.lostAt) return;
  const text = `${fill(words.again, job.lostAt, clock())} ${fill(words.from, megabytes(job.received))}`;
  note(job.row, text);
  say(`${job.file.name}: ${text}`);
  job.lostAt = null;
  job.failures = 0;
  job.rate = [];
}

function refuse(job, text) {
  job.over = true;
  job.row.dataset.state = "failed";
  part(job.row, "up-why").textContent = text || words.trouble;
  part(job.row, "up-sign").textContent = words.failed;
  part(job.row, "up-do").replaceChildren();
  say(`${job.file.name}: ${text || words.trouble}`);
}

// Whether to try again: yes without an answer and while the server is in trouble; no when it says no.
const again = (status) => status === 0 || status === 408 || status === 429 || status >= 500;

// Asks until there is an answer that is not trouble.
async function askOn(job, method, path, body, headers) {
  for (;;) {
    const answer = await ask(method, path, body, headers);
    if (job.over || !again(answer.status)) return answer;
    lost(job);
    if (answer.said.error) note(job.row, why(answer.said), true);
    await wait(job);
  }
}

async function announce(job) {
  part(job.row, "up-sign").textContent = words.reading;
  const announced = { file_name: job.file.name, bytes: job.file.size, head_sha256: await headOf(job.file), trim: job.trim };
  const { status, said } = await askOn(job, "POST", API, JSON.stringify(announced), { "content-type": "application/json" });
  if (job.over) return;
  if (status !== 200 && status !== 201) return refuse(job, why(said));
  job.id = said.id;
  job.received = said.received;
  const older = Array.from(list.children).find((row) => row !== job.row && row.dataset.id === said.id);
  older?.remove();
  count();
  showState(job.row, said);
  if (status === 200 && said.received > 0) {
    const text = fill(words.from, megabytes(said.received));
    note(job.row, text);
    say(`${job.file.name}: ${text}`);
  }
  job.state = said.state;
}

async function giveFacts(job) {
  const body = new URLSearchParams(job.facts);
  body.set("csrf", csrf);
  try {
    const answer = await fetch(`/tai-len/${job.id}`, { method: "POST", body });
    if (answer.status === 422) note(job.row, words.factsWrong);
  } catch {
    note(job.row, words.factsWrong);
  }
}

async function sendAll(job) {
  job.quarter = Math.floor((4 * job.received) / job.file.size);
  showProgress(job);
  while (!job.over && job.state === "receiving") {
    if (job.paused) {
      await new Promise((resolve) => { job.go = resolve; });
      const now = await askOn(job, "GET", `${API}/${job.id}`);
      if (job.over) return;
      if (now.status !== 200) return refuse(job, why(now.said));
      job.received = now.said.received;
      job.state = now.said.state;
      continue;
    }
    job.sent = 0;
    const { status, said } = await sendPiece(job);
    job.sent = 0;
    if (job.over) return;
    if (status === 200) {
      job.received = said.received;
      job.state = said.state;
      found(job);
      showState(job.row, said);
      showProgress(job);
    } else if (status === 409) {
      job.received = said.received;
      // Two pages that send the same file would end each other's pieces for ever: this one steps back.
      if (said.error?.code === "overtaken") job.pause(why(said));
    } else if (status === 410) {
      break;
    } else if (again(status) || status === 400) {
      if (job.paused) continue;
      lost(job);
      if (said.error) note(job.row, why(said), true);
      await wait(job);
      const now = await askOn(job, "GET", `${API}/${job.id}`);
      if (now.status !== 200) return refuse(job, why(now.said));
      job.received = now.said.received;
      job.state = now.said.state;
      found(job);
    } else {
      return refuse(job, why(said));
    }
  }
}

function buttons(job) {
  const name = job.file.name;
  const pause = button(words.pause, name, () => {
    if (!job.paused) return job.pause(words.paused);
    job.paused = false;
    pause.firstChild.textContent = words.pause;
    note(job.row, "");
    job.rate = [];
    job.go?.();
  });
  job.pause = (why) => {
    job.paused = true;
    pause.firstChild.textContent = words.continue;
    note(job.row, why);
    say(`${name}: ${why}`);
    job.request?.abort();
  };
  const cancel = button(words.cancel, name, async () => {
    job.over = true;
    job.request?.abort();
    job.go?.();
    if (job.id) await ask("DELETE", `${API}/${job.id}`);
    const next = job.row.nextElementSibling ?? form;
    job.row.remove();
    count();
    say(`${name}: ${words.cancelled}`);
    (next.querySelector("a, button") ?? picker).focus();
  });
  part(job.row, "up-do").replaceChildren(pause, cancel);
}

function offerFacts(job) {
  const link = element("a", "btn", words.facts);
  link.href = `/tai-len/${job.id}?dien=1`;
  link.append(element("span", "vh", ` ${job.file.name}`));
  part(job.row, "up-do").append(link);
}

async function run(job) {
  if (job.over) return;
  await announce(job);
  if (job.over) return;
  if (job.facts) await giveFacts(job);
  await sendAll(job);
  if (job.over) return;
  job.over = true;
  part(job.row, "up-do").replaceChildren();
  part(job.row, "up-bar", "progress").remove();
  part(job.row, "up-said").textContent = megabytes(job.file.size);
  const now = await ask("GET", `${API}/${job.id}`);
  if (now.status === 200) showState(job.row, now.said);
  note(job.row, words.sent);
  say(`${job.file.name}: ${words.sent}`);
  if (now.status === 200 && !now.said.has_facts) offerFacts(job);
  job.done = true;
}

async function runAll() {
  if (busy) return;
  busy = true;
  let job;
  while ((job = jobs.find((waiting) => !waiting.begun))) {
    job.begun = true;
    await run(job);
  }
  busy = false;
  const batch = jobs.splice(0);
  if (batch.length === 1 && batch[0].done) location.assign(`/tai-len/${batch[0].id}`);
  else look();
}

function begin(file, row, facts) {
  const job = {
    file, facts, row: row ?? newRow(file.name), trim: form.elements.trim?.checked ?? false, received: 0, sent: 0,
    failures: 0, quarter: 0, rate: [], paused: false, over: false, begun: false, lostAt: null,
  };
  part(job.row, "up-sign").textContent = words.waiting;
  job.row.querySelector(".up-why")?.remove();
  buttons(job);
  jobs.push(job);
  runAll();
}

function factsOf() {
  const fields = new FormData(form);
  for (const name of ["csrf", "file", "trim", "facts"]) fields.delete(name);
  const given = fields.has("replaces") || TELLING.some((name) => (fields.get(name) ?? "").trim() !== "");
  return given ? Array.from(fields) : null;
}

// Looks after rows that move on by themselves.
async function look() {
  const moving = () => Array.from(list.children).filter((row) => ["queued", "checking"].includes(row.dataset.state));
  while (!busy && moving().length > 0) {
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
    for (const row of moving()) {
      const { status, said } = await ask("GET", `${API}/${row.dataset.id}`);
      if (status !== 200 || said.state === row.dataset.state) continue;
      showState(row, said);
      note(row, "");
      say(`${said.file_name}: ${words[said.state]}`);
    }
  }
}

// A row left from before: the same file, picked again, goes on.
function offerAgain(row) {
  const hidden = element("input", "vh");
  hidden.type = "file";
  hidden.accept = picker.accept;
  hidden.tabIndex = -1;
  hidden.setAttribute("aria-label", `${words.pick}: ${row.dataset.name}`);
  hidden.addEventListener("change", async () => {
    const [file] = hidden.files;
    if (!file) return;
    if (file.size !== Number(row.dataset.bytes) || (await headOf(file)) !== row.dataset.head) {
      note(row, words.otherFile);
      say(words.otherFile);
      hidden.value = "";
      return;
    }
    begin(file, row, null);
  });
  const pick = button(words.pick, row.dataset.name, () => hidden.click());
  pick.classList.add("up-pick");
  row.querySelector(".up-do").prepend(pick, hidden);
}

if (globalThis.crypto?.subtle) {
  for (const row of list.children) if (row.dataset.state === "receiving") offerAgain(row);
  form.addEventListener("submit", (event) => {
    const files = Array.from(picker.files);
    if (files.length === 0) return;
    event.preventDefault();
    const facts = factsOf();
    for (const file of files) begin(file, null, files.length === 1 ? facts : null);
    picker.value = "";
    document.getElementById("u").focus();
  });
  addEventListener("beforeunload", (event) => {
    if (jobs.some((job) => !job.over)) event.preventDefault();
  });
  look();
}
