// What a bar or a dot of a chart stands for, at once and also for a finger or the keyboard. Without
// this script the browser shows the same words after a while.

const tip = document.createElement("div");
tip.className = "tip";
tip.ariaHidden = "true";
tip.hidden = true;
document.body.append(tip);

const hide = () => (tip.hidden = true);

const show = (event) => {
  const place = event.target.closest?.(".chart-plot :is([aria-label], :has(> title))");
  if (!place) return hide();
  // Said as a label from now on, so that the browser does not show it a second time.
  const title = place.querySelector(":scope > title");
  if (title) place.setAttribute("aria-label", title.textContent);
  title?.remove();
  tip.textContent = place.getAttribute("aria-label");
  tip.hidden = false;
  const box = place.getBoundingClientRect();
  const middle = box.left + box.width / 2 - tip.offsetWidth / 2;
  const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(middle, most))}px`;
  const above = box.top - tip.offsetHeight - 6;
  tip.style.top = `${above < 8 ? box.bottom + 6 : above}px`;
};

document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);
document.addEventListener("focusout", hide);
addEventListener("scroll", hide, { capture: true, passive: true });
addEventListener("keydown", (event) => event.key === "Escape" && hide());
