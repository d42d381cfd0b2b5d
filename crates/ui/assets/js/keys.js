// Keys: `/` searches, `?` helps, arrows walk through the rows of a table and along the bars of a chart.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

const walk = (event) => {
  const row = event.target.closest("tr[data-row]");
  const frame = event.target.closest(".frame");
  if (!row && event.target !== frame) return;
  const down = event.key === "ArrowDown";
  const rows = [...frame.querySelectorAll("tr[data-row]")];
  const at = rows.indexOf(row);
  const next = rows[row ? at + (down ? 1 : -1) : down ? 0 : rows.length - 1];
  const link = next?.querySelector("a, button, summary");
  if (!link) return;
  event.preventDefault();
  link.focus();
  next.scrollIntoView({ block: "nearest" });
};

// Along the bars of a chart: one of them is a stop of the Tab key, the others are reached from it.
const along = (event) => {
  const bar = event.target.closest("a.day");
  if (!bar) return;
  const bars = [...bar.closest("svg").querySelectorAll("a.day")];
  bars[bars.indexOf(bar) + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
  event.preventDefault();
};

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.matches("[data-search]")) event.target.blur();
  if (typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?") {
    document.getElementById("help")?.showModal();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    walk(event);
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    along(event);
  }
});
