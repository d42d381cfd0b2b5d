// Live progress: each message of the event stream is HTML of elements that the page has already.
import { adopt, morph } from "./morph.js";

const running = () => document.querySelector("[data-running]")?.dataset.running === "true";

// What is said once, on arriving, stays where it is: the page that is fetched no longer says it.
const keep = (main, fresh) => {
  for (const said of main.querySelectorAll(":scope > [data-kept]")) {
    const place = [...main.children].indexOf(said);
    fresh.insertBefore(said.cloneNode(true), fresh.children[place] ?? null);
  }
};

// State, buttons and permissions change when a run begins or ends: all of the page, without a reload.
const refresh = async () => {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  // Signed out, or broken: let the browser show what the server says.
  if (!response.ok || response.redirected) return location.reload();
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = document.getElementById("main");
  const fresh = document.importNode(parsed.getElementById("main"), true);
  keep(main, fresh);
  morph(main, fresh);
  document.dispatchEvent(new CustomEvent("seatwise-adopted"));
};

for (const place of document.querySelectorAll("[data-live]")) {
  let before = running();
  const source = new EventSource(place.dataset.live);
  source.addEventListener("message", (event) => {
    adopt(event.data);
    const now = running();
    // Without a network there is a next message to come.
    if (now !== before) refresh().catch(() => (before = !now));
    before = now;
  });
  addEventListener("pagehide", () => source.close());
}
