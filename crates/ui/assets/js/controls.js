// Small controls that need a script, and are hidden without one: theme switch, dialogs, copying,
// dismissing a message, closing menus, keeping the current tab in sight.

const NEXT = { system: "light", light: "dark", dark: "system" };
const theme = () => document.documentElement.dataset.theme ?? "system";
const switches = document.querySelectorAll("[data-theme-switch]");
const label = () => {
  for (const button of switches) button.textContent = `Theme: ${theme()}`;
};
label();

const reveal = () => {
  for (const control of document.querySelectorAll(
    "[data-theme-switch], [data-open], [data-copy], [data-dismiss]",
  )) {
    control.hidden = false;
  }
};
reveal();
document.addEventListener("seatwise-adopted", reveal);

const copy = async (button) => {
  const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // No clipboard (plain http): select it, so that it can be copied by hand.
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
};

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const open = on("[data-open]");
  const button = on("[data-copy]");
  if (on("[data-theme-switch]")) {
    document.dispatchEvent(new CustomEvent("seatwise-theme", { detail: NEXT[theme()] }));
    label();
  } else if (open) document.getElementById(open.dataset.open)?.showModal();
  else if (button) copy(button);
  else if (on("[data-dismiss]")) on("[data-flash]").remove();
  for (const menu of document.querySelectorAll("details.menu[open], details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open], details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The tab of this page is in sight, also where tabs don't fit side by side.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) {
  const tabs = tab.parentElement;
  const before = tab.offsetLeft - tabs.offsetLeft;
  tabs.scrollLeft = before - (tabs.clientWidth - tab.offsetWidth) / 2;
}

// Browsers that can't show the content of closed details by style get them opened.
const facets = document.querySelector("[data-facets]");
if (facets && !CSS.supports("selector(::details-content)")) {
  facets.open = matchMedia("(min-width: 1180px)").matches;
}

// A slider says its number while it is being moved.
document.addEventListener("input", (event) => {
  const shown = event.target.dataset?.shows;
  const output = shown && document.getElementById(shown);
  if (output) output.textContent = Number(event.target.value).toLocaleString("en-GB");
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
