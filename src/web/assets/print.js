// Offers to print where a browser can be asked to; without this, its own menu prints the same page.
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}
