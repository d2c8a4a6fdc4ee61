// Confirmations that wait for a link, in this browser's own database: in order, each with its key and who spoke. A word
// leaves only once the center has answered it, or whoever spoke takes it back.

const NAME = "loa-phone";
const WORDS = "words";

/** What the browser keeps of pages; see sw.js. */
export const PAGES = "loa-pages";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(WORDS, { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function deal(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      // Strict: what was promised to be sent must outlive a battery that falls out.
      const transaction = database.transaction(WORDS, mode, { durability: "strict" });
      const asked = act(transaction.objectStore(WORDS));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Every word, the oldest first: {id, user, station, date, path, key, fields, label, state, answer}. */
export const all = () => deal("readonly", (words) => words.getAll());
export const add = (word) => deal("readwrite", (words) => words.add(word));
export const put = (word) => deal("readwrite", (words) => words.put(word));
export const drop = (id) => deal("readwrite", (words) => words.delete(id));

/** Words that the center has not answered yet. */
export const waiting = (words) => words.filter((word) => word.state === "waiting");
