// How the page is built: its width, its headings, the sizes of what is pressed. Run by mod.rs with the least side in CSS
// pixels.
const [least] = arguments;
const faults = [];
const root = document.documentElement;
if (root.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter(element =>
        element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll"));
    const named = wide.slice(0, 3).map(element => `<${element.localName} class="${element.className}">`);
    faults.push(`the page is ${root.scrollWidth} px wide in ${innerWidth}: ${named.join(" ")}`);
}
const titles = document.querySelectorAll("h1").length;
if (titles !== 1) faults.push(`${titles} h1 instead of one`);
if (!document.title.trim() || !root.lang) faults.push("no title or no language");

// A link within a sentence is as high as its line.
function inText(element) {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    return [...element.parentElement.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
}

function box(element) {
    const boxes = [element, ...(element.labels ?? [])].map(one => one.getBoundingClientRect());
    // What is ticked is pressed at its label too.
    const counted = ["checkbox", "radio"].includes(element.type) ? boxes : boxes.slice(0, 1);
    const span = (from, to) => Math.max(...counted.map(one => one[to])) - Math.min(...counted.map(one => one[from]));
    return [span("left", "right"), span("top", "bottom")];
}

for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, audio[controls]")) {
    if (element.disabled || element.type === "hidden" || inText(element)) continue;
    // Out of sight and of the keyboard's way: a button beside it opens it.
    if (element.matches(".vh") && element.tabIndex < 0) continue;
    if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) continue;
    const [width, height] = box(element);
    if (width < least - 0.5 || height < least - 0.5) {
        const words = (element.textContent || element.name || "").trim().slice(0, 40);
        faults.push(`${Math.round(width)} × ${Math.round(height)} px is less than ${least}: ${element.localName} "${words}"`);
    }
}
return faults;
