// On the page of what is urgent: says that an order came in or moved on. The page is never loaded by itself: somebody may
// be writing a reason or about to sign.

const LOOK_MS = 4_000;
const place = document.getElementById("news");
const title = document.title;

const isNew = ([id, state]) => document.querySelector(`[data-order="${CSS.escape(id)}"]`)?.dataset.state !== state;

function say(words) {
  const link = document.createElement("a");
  Object.assign(link, { href: location.pathname, className: "dl", textContent: place.dataset.link });
  place.className = "flash f-warn";
  place.replaceChildren(`${words} `, link);
  document.title = `(!) ${title}`;
}

async function look() {
  try {
    const answer = await fetch("/khan-cap/moi", { headers: { Accept: "application/json" } });
    // Led on to the log-in: whoever is away for long must prove anew who they are.
    if (answer.redirected) return say(place.dataset.ended);
    if (answer.ok && Object.entries(await answer.json()).some(isNew)) return say(place.dataset.say);
  } catch { /* the network is gone for a while */ }
  setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
