// The page of one's own approval key: makes it in this browser and asks for it to be admitted.

import { held, hex, make, publicBytes, sha256, sign, supported, toBase64 } from "/assets/own_key.js";

const TYPE = "application/vnd.loa.key-request.v1+json";
const form = document.querySelector("form[data-make-key]");

if (form) begin().catch(() => say("failed"));

function say(what) {
  const place = form.querySelector("[role=status]");
  place.textContent = form.querySelector(`[data-say=${what}]`).textContent;
  place.dataset.said = what;
}

async function begin() {
  if (!(await supported())) return say("unsupported");
  const user = form.dataset.user;
  const pair = await held(user);
  const id = pair && (await sha256(await publicBytes(pair)));
  const row = id && document.querySelector(`[data-keyid="${id}"]`);
  const state = row?.dataset.standing ?? (pair ? "unsent" : "none");
  if (row) row.querySelector("[data-here]").hidden = false;
  // A key that signs or waits is not made anew by a press too many.
  const usable = state === "admitted" || state === "waiting";
  const button = form.querySelector("button");
  button.hidden = usable;
  button.disabled = usable;
  say(state);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    request(user, state === "unsent" ? pair : undefined).catch(() => {
      say("failed");
      button.disabled = false;
    });
  });
}

async function request(user, unsent) {
  const pair = unsent ?? (await make(user));
  const key = hex(await publicBytes(pair));
  const words = new TextEncoder().encode(JSON.stringify({ user, key }));
  form.elements.key.value = key;
  form.elements.signature.value = toBase64(await sign(pair, TYPE, words));
  form.submit();
}
