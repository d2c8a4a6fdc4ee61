// On the log-in: says that confirmations wait in this browser for the person who made them.

import { all, waiting } from "/assets/queue.js";

const place = document.getElementById("waiting");

async function look() {
  const count = waiting(await all()).length;
  if (!count) return;
  place.textContent = place.dataset.say.replace("#", String(count));
  place.className = "flash f-warn";
}

if (place) look().catch(() => {});
