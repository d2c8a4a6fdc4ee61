// Signing with one's own key: what is to be signed is held against what the page shows and, where the form names one,
// against the sound itself, then signed here. The center checks all of it again.

import { fromBase64, held, publicBytes, sha256, sign, supported, toBase64 } from "/assets/own_key.js";

const text = (value) => (Array.isArray(value) ? value.join(" ") : String(value)).trim();
const codes = (list) => [...(list ?? [])].join(" ");

/** What may be signed: its DSSE payload type, and its words by the names under which pages show them. */
const KINDS = {
  manifest: {
    type: "application/vnd.loa.manifest.v1+json",
    words: (manifest) => ({
      bulletin: manifest.bulletin,
      version: manifest.version,
      title: manifest.title,
      rendition: manifest.rendition,
      areas: codes(manifest.target.areas),
      except: codes(manifest.target.except),
      from: manifest.airs_from,
      to: manifest.airs_to,
      priority: manifest.priority,
      signers: manifest.signers_needed ?? 1,
    }),
  },
  // All of it, so that a word that the page does not show is never signed.
  "break-in": { type: "application/vnd.loa.break-in.v1+json", words: (order) => order },
};

for (const form of document.querySelectorAll("form[data-own-key]")) begin(form).catch(() => say(form, "failed"));

function say(form, what) {
  const place = form.querySelector("[role=status]");
  place.textContent = form.querySelector(`[data-say=${what}]`).textContent;
  place.dataset.said = what;
}

async function begin(form) {
  if (!(await supported())) return say(form, "unsupported");
  const pair = await held(form.dataset.user);
  if (!pair) return say(form, "no-key");
  const keyid = await sha256(await publicBytes(pair));
  if (!form.dataset.ownKey.split(" ").includes(keyid)) return say(form, "other-key");
  const button = form.querySelector("button");
  // Two things hold the button back: a warning left to hear, which desk.js lets go, and a key, which is here.
  button.removeAttribute("data-no-key");
  button.disabled = button.hasAttribute("data-unheard");
  say(form, "ready");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    signAndSend(form, pair, keyid)
      .catch(() => say(form, "failed"))
      .finally(() => (button.disabled = button.hasAttribute("data-unheard")));
  });
}

/** Whether the words to be signed are those that the form shows to the reader. */
function asShown(form, words) {
  return Object.entries(words).every(([name, value]) => {
    const place = form.querySelector(`[data-sign=${CSS.escape(name)}]`);
    return place && place.textContent.trim() === text(value);
  });
}

async function signAndSend(form, pair, keyid) {
  say(form, "working");
  const { type, words } = KINDS[form.dataset.kind];
  const payload = fromBase64(form.elements.payload.value);
  const said = JSON.parse(new TextDecoder().decode(payload));
  if (!asShown(form, words(said))) return say(form, "changed");
  if (form.dataset.sound) {
    const sound = await fetch(form.dataset.sound, { credentials: "same-origin", cache: "no-store" });
    if (!sound.ok || (await sha256(await sound.arrayBuffer())) !== said.rendition) return say(form, "other-sound");
  }
  form.elements.keyid.value = keyid;
  form.elements.signature.value = toBase64(await sign(pair, type, payload));
  form.submit();
}
