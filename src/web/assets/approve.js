// Approving with one's own key: what is to be signed is held against what the page shows and against the sound itself,
// then signed here. The center checks all of it again.

import { fromBase64, held, publicBytes, sha256, sign, supported, toBase64 } from "/assets/own_key.js";

const TYPE = "application/vnd.loa.manifest.v1+json";
const form = document.querySelector("form[data-own-key]");

if (form) begin().catch(() => say("failed"));

function say(what) {
  const place = form.querySelector("[role=status]");
  place.textContent = form.querySelector(`[data-say=${what}]`).textContent;
  place.dataset.said = what;
}

async function begin() {
  if (!(await supported())) return say("unsupported");
  const pair = await held(form.dataset.user);
  if (!pair) return say("no-key");
  const keyid = await sha256(await publicBytes(pair));
  if (!form.dataset.ownKey.split(" ").includes(keyid)) return say("other-key");
  const button = form.querySelector("button");
  button.disabled = false;
  say("ready");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    approve(pair, keyid).catch(() => say("failed")).finally(() => (button.disabled = false));
  });
}

/** What the page shows to the reader, by name. */
function shown(name) {
  return form.querySelector(`[data-sign=${name}]`).textContent.trim();
}

/** Whether the words to be signed are those that the page shows. */
function asShown(manifest) {
  const codes = (list) => [...(list ?? [])].join(" ");
  const said = {
    bulletin: manifest.bulletin,
    version: String(manifest.version),
    title: manifest.title,
    rendition: manifest.rendition,
    areas: codes(manifest.target.areas),
    except: codes(manifest.target.except),
    from: manifest.airs_from,
    to: manifest.airs_to,
    priority: manifest.priority,
    signers: String(manifest.signers_needed ?? 1),
  };
  return Object.entries(said).every(([name, value]) => shown(name) === value.trim());
}

async function approve(pair, keyid) {
  say("working");
  const payload = fromBase64(form.elements.payload.value);
  const manifest = JSON.parse(new TextDecoder().decode(payload));
  if (!asShown(manifest)) return say("changed");
  const sound = await fetch(form.dataset.sound, { credentials: "same-origin", cache: "no-store" });
  if (!sound.ok || (await sha256(await sound.arrayBuffer())) !== manifest.rendition) return say("other-sound");
  form.elements.keyid.value = keyid;
  form.elements.signature.value = toBase64(await sign(pair, TYPE, payload));
  form.submit();
}
