// Selection in a work list: how many rows are ticked, all of the page at once, and whether there is
// anything to go on with. Without this script, the boxes and the form work as they are.

const form = () => document.querySelector("form[data-select]");

const boxes = (form) => [...form.elements].filter((field) => field.name === "finding");

const show = () => {
  const current = form();
  if (!current) return;
  const all = current.querySelector("[data-all]");
  const rows = boxes(current);
  const ticked = rows.filter((box) => box.checked).length;
  for (const box of rows) box.disabled = all.checked;
  const words = all.checked
    ? ""
    : ticked
      ? `${ticked} of ${rows.length} on this page`
      : "None selected";
  current.querySelector("[data-selected]").textContent = words;
  current.querySelector("button[type=submit]").disabled = !all.checked && ticked === 0;
  const page = current.querySelector("[data-page]");
  if (page) {
    page.hidden = all.checked;
    page.textContent = ticked === rows.length && ticked ? "Select none" : "Select this page";
  }
};

document.addEventListener("change", (event) => {
  if (event.target.form && event.target.form === form()) show();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-page]");
  if (!button) return;
  const rows = boxes(form());
  const tick = rows.some((box) => !box.checked);
  for (const box of rows) box.checked = tick;
  show();
});

// The filter replaces the results, and Back restores what was ticked.
const results = document.getElementById("results");
if (results) new MutationObserver(show).observe(results, { attributeFilter: ["aria-busy"] });
addEventListener("pageshow", show);

// A slider beside a number: either moves the other.
for (const slider of document.querySelectorAll("input[data-twin]")) {
  const field = document.getElementById(slider.dataset.twin);
  if (!field) continue;
  slider.hidden = false;
  slider.addEventListener("input", () => (field.value = slider.value));
  field.addEventListener("input", () => (slider.value = field.value));
}
