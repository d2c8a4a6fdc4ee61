// The operator's day without a link. Every word is written down here before it is sent, is sent once in its turn, and
// stays until the center has answered it. Without this script, and without a browser that can do it, the forms are sent
// as forms are.

import { PAGES, add, all, drop, put, waiting } from "/assets/queue.js";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
const PATIENCE_MS = 30_000;
const LOOK_MS = 20_000;
const CALL_MS = 30_000;

const kept = document.getElementById("kept");
const { user, station, date, seen } = kept.dataset;
/** Whether this is a kept copy and not what the center says now. */
const copy = !kept.hidden;
const place = document.getElementById("phone");
const here = `/hom-nay?${new URLSearchParams({ station, date })}`;

let parts;
let csrf = copy ? "" : (document.querySelector("[name=csrf]")?.value ?? "");
/** Why words wait: "", "sending", "offline", "log-in", "other". */
let why = "";
let tries = 0;
let timer;
let busy = false;
let warned = false;

begin().catch(() => {});

async function begin() {
  parts = await load(`/assets/hom-nay.${document.documentElement.lang}.html`);
  document.addEventListener("submit", (event) => taken(event));
  addEventListener("online", () => awake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  if (copy) stale();
  register().catch(() => {});
  setInterval(ask, LOOK_MS);
  if (!copy) setInterval(() => called().catch(() => {}), CALL_MS);
  ask();
  if (!copy) await answered();
  await show();
  await flush();
}

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function say(what, count) {
  return parts.querySelector(`[data-say=${what}]`).textContent.replace("#", String(count));
}

/** What a kept copy cannot know or do. */
function stale() {
  const gone = document.querySelectorAll("#said, .live, .clk, form[action='/dang-xuat'], audio");
  for (const one of gone) one.hidden = true;
}

/** Has the browser keep this day; says so once it does. */
async function register() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  const look = async () => {
    const held = await caches.match(here, { cacheName: PAGES });
    if (held) document.getElementById("is-kept").textContent = say("kept", 0);
  };
  navigator.serviceWorker.addEventListener("message", () => look());
  await navigator.serviceWorker.register("/sw.js");
  const ready = await navigator.serviceWorker.ready;
  if (copy) return;
  // The page that brought the worker was loaded without it.
  if (!(await caches.match(here, { cacheName: PAGES }))) ready.active.postMessage({ keep: here });
  await look();
}

/** Asks about items whose end has passed since the page was made. */
function ask() {
  for (const row of document.querySelectorAll("li[data-ask]")) {
    if (Number(row.dataset.ask) * 1000 > Date.now()) continue;
    row.removeAttribute("data-ask");
    const form = document.importNode(parts.querySelector("form"), true);
    const { airing } = row.dataset;
    for (const [name, value] of Object.entries({ station, date, airing })) form.elements[name].value = value;
    // Ids are the page's: each form has its own.
    for (const one of form.querySelectorAll("[id]")) one.id += airing;
    for (const one of form.querySelectorAll("[for]")) one.htmlFor += airing;
    for (const one of form.querySelectorAll("use")) {
      if (!document.querySelector(one.getAttribute("href"))) one.closest("svg").remove();
    }
    row.querySelector("div").append(form);
    mark().catch(() => {});
  }
}

/** Brings an urgent order to the eyes of whoever has the day open. */
async function called() {
  if (document.visibilityState !== "visible" || document.activeElement?.matches("input, select, textarea")) return;
  const answer = await askCenter("/hom-nay/khan-cap", { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const news = (await answer.json()).filter((airing) => !document.querySelector(`[data-airing="${airing}"]`)).join();
  // Once for each: what a page does not show the second time, it will not show the third.
  if (!news || sessionStorage.getItem("called") === news) return;
  sessionStorage.setItem("called", news);
  location.reload();
}

function taken(event) {
  const form = event.target;
  if ("plain" in form.dataset) return;
  const path = new URL(form.action).pathname;
  if (path === "/dang-xuat") return leave(event);
  if (!path.startsWith("/hom-nay/")) return;
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf" && name !== "key");
  if (event.submitter?.name) fields.push([event.submitter.name, event.submitter.value]);
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  fields.push(["key", key], ["seen", seen]);
  const word = { user, station, date, path, key, fields, label: label(form, event.submitter), state: "waiting" };
  // At once: a second tap, before the list is shown anew, would say the same thing twice.
  form.hidden = true;
  add(word).then(
    () => show().then(flush),
    () => {
      // Where nothing can be written down, the form goes its old way.
      form.hidden = false;
      form.dataset.plain = "";
      form.requestSubmit(event.submitter);
    },
  );
}

/** What was said, in the words of the page. */
function label(form, button) {
  const said = (button ?? form.querySelector("button:not([hidden])")).textContent.trim();
  const airings = form.querySelectorAll("[name=airing]");
  const row = airings.length === 1 && document.querySelector(`li[data-airing="${airings[0].value}"]`);
  if (!row || form.matches("[action='/hom-nay/hoan-tac']")) return said;
  return `${row.querySelector("time").textContent} ${row.querySelector("b").textContent}: ${said}`;
}

/** Warns once before the log-out that words are left; the kept pages go with it, the words stay. */
function leave(event) {
  const left = Number(place.dataset.waiting);
  if (left && !warned) {
    warned = true;
    event.preventDefault();
    show().then(() => place.scrollIntoView());
    return;
  }
  globalThis.caches?.delete(PAGES);
}

/** What the center answered to words that were sent from the page before this one; shown once. */
async function answered() {
  const sent = (await all()).filter((word) => word.user === user && word.state === "sent");
  if (!sent.length) return;
  const last = document.createElement("p");
  last.className = `flash ${sent.some((word) => word.kind === "note") ? "f-warn" : "f-ok"}`;
  last.id = "said";
  last.setAttribute("role", "status");
  document.getElementById("m").prepend(last);
  last.textContent = sent.length === 1 ? sent[0].answer : say("sent", sent.length);
  for (const word of sent) await drop(word.id);
}

async function show() {
  const words = await all();
  const mine = words.filter((word) => word.user === user);
  const left = waiting(mine).length;
  const others = waiting(words).length - left;
  place.dataset.waiting = left;
  const list = place.querySelector("ul");
  list.replaceChildren(...mine.filter((word) => word.state !== "sent").map(entry));
  list.hidden = !list.children.length;
  const lines = [];
  if (left && warned) lines.push(say("leave", left));
  else if (left) lines.push(say("waiting", left), why && say(why, left));
  if (others) lines.push(say("others", others));
  const text = lines.filter(Boolean).join(" ");
  const says = document.getElementById("phone-says");
  // The same text set again would be read out again.
  if (says.textContent !== text) says.textContent = text;
  place.classList.toggle("todo", Boolean(text || list.children.length));
  place.classList.toggle("box", Boolean(text || list.children.length));
  const way = document.getElementById("phone-log-in");
  way.hidden = !(left && (why === "log-in" || why === "other"));
  way.href = `/dang-nhap?next=${encodeURIComponent(here)}`;
  way.textContent = say("way", 0);
  await mark();
}

function entry(word) {
  const row = document.createElement("li");
  const body = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = word.label;
  const state = document.createElement("span");
  state.className = `st ${word.state === "refused" ? "st-fail" : "st-warn"}`;
  state.textContent = word.state === "refused" ? `${say("refused", 0)} ${word.answer}` : say("one-waiting", 0);
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn";
  away.textContent = say(word.state === "refused" ? "seen" : "drop", 0);
  const of = document.createElement("span");
  of.className = "vh";
  of.textContent = ` ${word.label}`;
  away.append(of);
  away.addEventListener("click", () => drop(word.id).then(show));
  body.append(name, state, away);
  row.append(body);
  return row;
}

/** Puts a sign in the place of each form whose word waits. */
async function mark() {
  const states = new Map();
  for (const word of await all()) {
    if (word.user !== user || word.state === "refused" || word.station !== station || word.date !== date) continue;
    for (const [name, value] of word.fields) if (name === "airing") states.set(value, word.state);
  }
  for (const old of document.querySelectorAll("[data-mark]")) old.remove();
  for (const form of document.querySelectorAll("form[action^='/hom-nay/']")) {
    const held = [...form.querySelectorAll("[name=airing]")].find((field) => states.has(field.value));
    form.hidden = Boolean(held);
    if (!held) continue;
    const sign = document.createElement("p");
    sign.dataset.mark = states.get(held.value);
    sign.className = "st st-warn";
    sign.textContent = say(states.get(held.value) === "sent" ? "one-sent" : "one-waiting", 0);
    form.before(sign);
  }
}

async function awake() {
  await flush();
  const typing = document.activeElement?.matches("input, select, textarea");
  // A copy has served its turn once the center can be reached.
  if (copy && !typing && (await who()) === "") location.reload();
}

async function flush() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  try {
    // Two windows would send the same words; each still counts once by its key.
    await (navigator.locks ? navigator.locks.request("loa-phone", send) : send());
  } finally {
    busy = false;
  }
}

async function send() {
  let answers = 0;
  for (const word of waiting(await all()).filter((one) => one.user === user)) {
    why = "sending";
    const answer = await deliver(word);
    if (typeof answer === "string") {
      why = answer;
      break;
    }
    why = "";
    tries = 0;
    // Taken back while it was on its way: the page will say whether it came.
    if (!(await all()).some((one) => one.id === word.id)) continue;
    await put({ ...word, state: answer.kind === "refused" ? "refused" : "sent", kind: answer.kind, answer: answer.text });
    if (answer.kind !== "refused") answers += 1;
  }
  if (why === "offline") {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + Math.random() / 2);
    tries += 1;
    timer = setTimeout(() => flush(), wait);
  }
  await show();
  if (answers) location.reload();
}

function askCenter(path, options) {
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  return fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal, ...options });
}

/** Who is logged in now: "" for the one who speaks here, with their token in hand; else why nothing can be sent. */
async function who() {
  try {
    const answer = await askCenter(here, {});
    if (answer.type === "opaqueredirect") return "log-in";
    if (answer.status === 429 || answer.status >= 500) return "offline";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.getElementById("kept")?.dataset.user !== user) return "other";
    csrf = page.querySelector("[name=csrf]").value;
    return "";
  } catch {
    return "offline";
  }
}

/** The center's answer, or why there is none. */
async function deliver(word) {
  if (!csrf) {
    const not = await who();
    if (not) return not;
  }
  const body = new URLSearchParams([["csrf", csrf], ...word.fields]);
  try {
    const answer = await askCenter(word.path, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.type === "opaqueredirect") {
      csrf = "";
      return "log-in";
    }
    if (answer.status === 429 || answer.status >= 500) return "offline";
    if (answer.headers.get("content-type") !== "application/json") {
      // Another session than the one of this page: look who is in before the next try.
      csrf = "";
      return "offline";
    }
    return await answer.json();
  } catch {
    // Whether it came or not: the same key makes it count once.
    return "offline";
  }
}
