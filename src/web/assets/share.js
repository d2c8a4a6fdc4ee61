// Offers the telephone's own way to pass a page on, where it has one; the address and its code stand on the page anyway.
const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
for (const button of navigator.share ? document.querySelectorAll("[data-share]") : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
        try {
            await navigator.share({ title: document.querySelector("h1").textContent, url });
        } catch {
            // Whoever closes the offer shares nothing, which is as well.
        }
    });
}
