// The week grid as one stop of Tab: arrows go from cell to cell, Home and End through a row, with Control through the
// whole grid (the ARIA grid pattern). Without it every slot is a link of its own.

const moves = {
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  Home: ([row], last, control) => [control ? 0 : row, 0],
  End: ([row], last, control) => [control ? last[0] : row, last[1]],
};

for (const table of document.querySelectorAll('table[data-grid]')) {
  // A cell is where its link is, or itself where it has none.
  const stops = [...table.tBodies[0].rows].map(row =>
    [...row.cells].filter(cell => cell.localName === 'td').map(cell => cell.querySelector('a') ?? cell));
  const last = [stops.length - 1, stops[0].length - 1];
  let here = null;
  const stay = place => {
    if (here) stops[here[0]][here[1]].tabIndex = -1;
    here = place;
    stops[place[0]][place[1]].tabIndex = 0;
  };
  for (const stop of stops.flat()) stop.tabIndex = -1;
  const today = [...table.tHead.rows[0].cells].findIndex(cell => cell.classList.contains('now'));
  const first = stops.findIndex(row => row[Math.max(today - 1, 0)].localName === 'a');
  stay([Math.max(first, 0), Math.max(today - 1, 0)]);

  table.setAttribute('role', 'grid');
  table.setAttribute('aria-describedby', 'kg-keys');
  document.getElementById('kg-keys').hidden = false;
  // The region around it scrolls with the cell in focus; it needs no stop of its own any more.
  table.parentElement.removeAttribute('tabindex');

  table.addEventListener('focusin', ({ target }) => {
    const row = stops.findIndex(row => row.includes(target));
    if (row >= 0) stay([row, stops[row].indexOf(target)]);
  });
  table.addEventListener('keydown', event => {
    const move = moves[event.key];
    if (!move || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.ctrlKey && !['Home', 'End'].includes(event.key)) return;
    const [row, column] = move(here, last, event.ctrlKey);
    event.preventDefault();
    const next = stops[row]?.[column];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}
