// Keeps the operator's day for when there is no link: their last days as they saw them, what those pages load, and a
// notice; nothing else. Everything else passes by untouched. The first two lines are filled in by the center, so that a
// new version of any of these files is another worker.
const VERSION = "";
const FILES = [];

const PAGES = "loa-pages";
const ASSETS = `loa-assets-${VERSION}`;
const NOTICE = "/khong-mang";
const DAY = "/hom-nay";
/** Days kept, and for how long; older ones no longer get confirmations either. */
const MOST_PAGES = 8;
const OLDEST_MS = 7 * 86_400_000;
/** The next day is fetched again when it is older than this. */
const FRESH_MS = 3_600_000;
/** A link that does not answer for this long is none, where a copy is at hand. */
const PATIENCE_MS = 8_000;
const KEPT = /<p [^>]*id="kept"[^>]*>/;

self.addEventListener("install", (event) => {
  const fetched = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(ASSETS).then((assets) => assets.addAll(fetched)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(take()));

async function take() {
  for (const name of await caches.keys()) {
    if (name.startsWith("loa-assets-") && name !== ASSETS) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(fetchDay(event.data.keep, true));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === "/dang-xuat") return event.respondWith(leave(request));
  if (request.method !== "GET") return;
  if (FILES.includes(url.pathname)) return event.respondWith(file(request, url.pathname));
  // Downloads have an ending; pages have none.
  if (request.mode === "navigate" && !/\.[a-z]+$/.test(url.pathname)) event.respondWith(page(event, url));
});

async function leave(request) {
  const answer = await fetch(request);
  // Led on to the log-in: the session is over, and what was kept for it goes.
  if (answer.type === "opaqueredirect" || answer.ok) await caches.delete(PAGES);
  return answer;
}

async function file(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok) return answer;
  } catch {
    // No link: as it was kept.
  }
  return (await caches.match(path, { cacheName: ASSETS })) ?? Response.error();
}

async function page(event, url) {
  const copy = await find(url);
  const live = fetch(event.request).then((answer) => {
    if (answer.status >= 502 && answer.status <= 504) throw new Error("nobody behind the gate");
    if (answer.ok && url.pathname === DAY) event.waitUntil(keep(answer.clone(), true));
    return answer;
  });
  try {
    return await (copy ? Promise.race([live, late()]) : live);
  } catch {
    live.catch(() => {});
    return copy ?? (await caches.match(NOTICE, { cacheName: ASSETS })) ?? Response.error();
  }
}

function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));
}

const address = (station, date) => `${DAY}?${new URLSearchParams({ station, date })}`;

function day(offset) {
  const at = new Date();
  at.setDate(at.getDate() + offset);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What is kept, the newest first; what is too old goes. */
async function held(pages) {
  const all = [];
  for (const request of await pages.keys()) {
    const answer = await pages.match(request);
    const at = Number(answer.headers.get("x-loa-kept"));
    if (Date.now() - at > OLDEST_MS) {
      await pages.delete(request);
      continue;
    }
    const asked = new URL(request.url).searchParams;
    const [station, date] = [asked.get("station"), asked.get("date")];
    all.push({ request, answer, at, station, date, user: answer.headers.get("x-loa-user") });
  }
  return all.sort((one, other) => other.at - one.at);
}

/** The copy that stands in for an address, with the words that say so. */
async function find(url) {
  if (url.pathname !== DAY && url.pathname !== "/") return undefined;
  if (!(await caches.has(PAGES))) return undefined;
  const all = await held(await caches.open(PAGES));
  const station = url.searchParams.get("station") || all[0]?.station;
  const date = url.searchParams.get("date");
  const mine = all.filter((one) => one.station === station);
  const on = (wanted) => mine.find((one) => one.date === wanted);
  const found = date ? on(date) : (on(day(0)) ?? mine[0]);
  if (!found) return undefined;
  const text = await found.answer.text();
  const said = text.replace(KEPT, (mark) => mark.replace(" hidden", ""));
  return new Response(said, { headers: found.answer.headers });
}

async function fetchDay(path, ahead) {
  const answer = await fetch(path);
  if (answer.ok) await keep(answer, ahead);
}

/** Keeps a page that says it may be kept, without the token its forms carry. */
async function keep(answer, ahead) {
  const text = await answer.text();
  const mark = KEPT.exec(text)?.[0];
  if (!mark) return;
  const [user, station, date] = ["user", "station", "date"].map((name) => mark.split(` data-${name}="`)[1].split('"')[0]);
  const headers = new Headers(answer.headers);
  headers.set("x-loa-kept", String(Date.now()));
  headers.set("x-loa-user", encodeURIComponent(user));
  const pages = await caches.open(PAGES);
  const bare = text.replaceAll(/name="csrf" value="[^"]*"/g, 'name="csrf" value=""');
  await pages.put(address(station, date), new Response(bare, { headers }));
  const all = await held(pages);
  const away = all.filter((one) => one.user !== encodeURIComponent(user));
  const rest = all.filter((one) => !away.includes(one)).slice(MOST_PAGES);
  for (const one of [...away, ...rest]) await pages.delete(one.request);
  for (const client of await self.clients.matchAll()) client.postMessage("kept");
  const next = day(1);
  const known = all.find((one) => one.station === station && one.date === next);
  // Who goes out early has the morning with them.
  if (ahead && date === day(0) && !(known && Date.now() - known.at < FRESH_MS)) await fetchDay(address(station, next), false);
}
