// A person's own approval key: made by this browser, kept in its IndexedDB so that no script can read the secret half,
// and used to sign DSSE envelopes. One key for each log-in name.

const DATABASE = "loa", STORE = "keys", ALGORITHM = { name: "Ed25519" };

/** Whether this browser can make and use such a key here at all. */
export async function supported() {
  if (!window.isSecureContext || !window.crypto?.subtle || !window.indexedDB) return false;
  try {
    await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return (await done(opening)).transaction(STORE, mode).objectStore(STORE);
}

/** The key of this log-in name in this browser; undefined when there is none. */
export async function held(user) {
  return done((await store("readonly")).get(user));
}

/** Makes a key in place of the one held before. */
export async function make(user) {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  // Asks the browser not to clear it away when space runs short; it may say no.
  await navigator.storage?.persist?.();
  await done((await store("readwrite")).put(pair, user));
  return pair;
}

export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
export const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The 32 bytes of the public half. */
export const publicBytes = (pair) => crypto.subtle.exportKey("raw", pair.publicKey);

/** Signs type and payload together, as DSSE v1 wants it. */
export async function sign(pair, type, payload) {
  const text = new TextEncoder();
  const head = text.encode(`DSSEv1 ${text.encode(type).length} ${type} ${payload.length} `);
  const message = new Uint8Array(head.length + payload.length);
  message.set(head);
  message.set(payload, head.length);
  return crypto.subtle.sign(ALGORITHM, pair.privateKey, message);
}
