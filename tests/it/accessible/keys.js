// What can be reached by keyboard in this page, what Tab reached, and how it looked then. Run by keys.rs.
const wanted = "a[href], button, input, select, textarea, summary, audio[controls], [tabindex]";

function reachable() {
    const radios = new Set();
    return [...document.querySelectorAll(wanted)].filter(element => {
        if (element.disabled || element.tabIndex < 0 || element.type === "hidden") return false;
        if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return false;
        if (element.type !== "radio") return true;
        // Tab stops once in a group of radio buttons; arrows do the rest.
        const group = `${element.form?.action} ${element.name}`;
        const first = !radios.has(group);
        radios.add(group);
        return first;
    });
}

function name(element) {
    const id = element.id ? `#${element.id}` : element.name ? `[name=${element.name}]` : "";
    const words = (element.textContent || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.localName}${id} "${words}"`;
}

function looks(element) {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
}

// Something of it is seen: inside the window and not beneath something that stays in place.
function seen(element) {
    const box = element.getBoundingClientRect();
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right <= left || bottom <= top) return false;
    const at = (x, y) => {
        const hit = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        return hit && (element.contains(hit) || hit.contains(element));
    };
    return at(0.5, 0.5) || at(0.1, 0.1) || at(0.9, 0.9) || at(0.1, 0.9) || at(0.9, 0.1);
}

// A page that put the focus somewhere, or was opened at a place within, is walked from there.
const begun = document.activeElement !== document.body || location.hash !== "";
const walk = { elements: reachable(), reached: [], faults: [], wrapped: false };
walk.plain = new Map(walk.elements.map(element => [element, looks(element)]));
document.addEventListener("focusin", ({ target }) => {
    if (!walk.plain.has(target)) return;
    if (walk.reached.includes(target)) {
        walk.wrapped ||= target === walk.reached[0] && walk.reached.length > 1;
        return;
    }
    walk.reached.push(target);
    const style = getComputedStyle(target);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (looks(target) === walk.plain.get(target) || !(outlined || style.boxShadow !== "none"))
        walk.faults.push(`its focus is not to be seen: ${name(target)}`);
    if (!seen(target)) walk.faults.push(`it has the focus and is hidden: ${name(target)}`);
});
walk.report = () => {
    const faults = [...walk.faults];
    for (const element of walk.elements)
        if (!walk.reached.includes(element)) faults.push(`Tab does not reach it: ${name(element)}`);
    const order = walk.elements.filter(element => walk.reached.includes(element));
    const first = begun ? order.indexOf(walk.reached[0]) : 0;
    order.push(...order.splice(0, Math.max(first, 0)));
    const wrong = order.findIndex((element, at) => element !== walk.reached[at]);
    if (wrong >= 0) faults.push(`Tab comes to it too early: ${name(walk.reached[wrong])}`);
    return faults;
};
window.walk = walk;

// Tabs it takes: some elements hold several stops of their own.
return walk.elements.reduce((sum, { localName, type }) =>
    sum + (localName === "audio" ? 8 : ["date", "time", "datetime-local"].includes(type) ? 6 : 1), 1);
