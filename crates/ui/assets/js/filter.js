// Instant filter: a change in a form with data-filter fetches the page that submitting it would
// show, and takes over the elements that the attribute names. The address follows; Back works.
import { adopt } from "./morph.js";

const form = document.querySelector("form[data-filter]");
let running;

const address = () => {
  const url = new URL(form.action, location.href);
  for (const [name, value] of new FormData(form)) {
    if (value !== "" && typeof value === "string") url.searchParams.append(name, value);
  }
  return url;
};

const show = async (url, remember) => {
  running?.abort();
  running = new AbortController();
  const places = form.dataset.filter.split(" ");
  const results = document.getElementById(places[0]);
  results?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { signal: running.signal, headers: { accept: "text/html" } });
    // Signed out, or broken: let the browser show what the server says.
    if (!response.ok || response.redirected) return location.assign(url);
    const parsed = adopt(await response.text(), places);
    document.title = parsed.title;
    if (remember) history.pushState({ filter: true }, "", url);
    links(parsed);
    results?.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
};

// What is outside the replaced elements but depends on the filter: the export, and the sort that a
// next change has to keep.
const links = (parsed) => {
  for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
  form.append(...parsed.querySelectorAll(`#${form.id} input[type=hidden]`));
  for (const link of form.querySelectorAll("a[download]")) {
    const other = parsed.querySelector(`#${form.id} a[download]`);
    if (other) link.setAttribute("href", other.getAttribute("href"));
  }
};

// Back and Forward: the fields follow the address.
const restore = () => {
  const query = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "checkbox") field.checked = query.getAll(field.name).includes(field.value);
    else if (query.has(field.name)) field.value = query.get(field.name);
    else field.value = field.defaultValue ?? "";
  }
  show(new URL(location.href), false);
};

if (form) {
  let timer;
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.form === form && field.type !== "search" && field.checkValidity()) {
      show(address(), true);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.form !== form || event.target.type !== "search") return;
    clearTimeout(timer);
    timer = setTimeout(() => show(address(), true), 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show(address(), true);
  });
  // Sorting, chips and pages change the results only; the rest stays where it is.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".sort, .chip, .chip-all, .pagination a, .empty a");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain || new URL(link.href).pathname !== location.pathname) return;
    event.preventDefault();
    history.pushState({ filter: true }, "", link.href);
    restore();
    if (link.closest(".pagination")) document.getElementById("results")?.scrollIntoView();
  });
  addEventListener("popstate", restore);
}
