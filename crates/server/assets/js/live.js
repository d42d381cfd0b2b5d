// Live progress: each message of the event stream is HTML of elements that the page has already.
import { adopt } from "./morph.js";

for (const place of document.querySelectorAll("[data-live]")) {
  let running = place.querySelector("[data-running]")?.dataset.running === "true";
  const source = new EventSource(place.dataset.live);
  source.addEventListener("message", (event) => {
    adopt(event.data);
    const now = place.querySelector("[data-running]")?.dataset.running === "true";
    // The rest of the page (state, buttons, permissions) changes when a run begins or ends.
    if (now !== running) location.reload();
    running = now;
  });
  addEventListener("pagehide", () => source.close());
}
