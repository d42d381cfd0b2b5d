// Makes one element like another while keeping what is the same: focus, scroll positions, what is
// unfolded, and running transitions. Nothing blinks.

const KEPT = new Set(["open", "aria-busy"]);

const attributes = (from, to) => {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !KEPT.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (!KEPT.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
};

const same = (a, b) =>
  a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");

export const morph = (from, to) => {
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) return;
  attributes(from, to);
  if (from.localName === "input" && from !== document.activeElement) {
    if (from.type === "checkbox" || from.type === "radio") from.checked = to.checked;
    else if (from.value !== to.value) from.value = to.value;
  }
  const next = [...to.childNodes];
  for (const [index, child] of next.entries()) {
    const old = from.childNodes[index];
    if (!old) from.append(child);
    else if (same(old, child)) morph(old, child);
    else old.replaceWith(child);
  }
  while (from.childNodes.length > next.length) from.lastChild.remove();
};

// Takes over each element of `html` that has an id which the page has too.
export const adopt = (html, ids) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const wanted = ids ?? [...parsed.body.children].map((child) => child.id).filter(Boolean);
  for (const id of wanted) {
    const from = document.getElementById(id);
    const to = parsed.getElementById(id);
    if (from && to) morph(from, document.importNode(to, true));
  }
  return parsed;
};
