// Loads an upload's page again once the upload has moved on; without scripts the page does so by itself.

const LOOK_MS = 2_000;
const { id, state } = document.getElementById("up-where").dataset;

async function look() {
  try {
    const answer = await fetch(`/api/v1/uploads/${id}`);
    if (!answer.ok || (await answer.json()).state !== state) return location.reload();
  } catch { /* the network is gone for a while */ }
  setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
