// Sets the theme before anything is painted, and remembers it in this browser.
// Loaded as a plain script in the head; the switch itself is in controls.js.
(() => {
  const key = "seatwise-theme";
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());
  addEventListener("storage", (event) => {
    if (event.key === key) apply(event.newValue);
  });
  document.addEventListener("seatwise-theme", (event) => {
    apply(event.detail);
    try {
      if (root.dataset.theme) localStorage.setItem(key, root.dataset.theme);
      else localStorage.removeItem(key);
    } catch {
      // Not remembered: the browser keeps nothing for this site.
    }
  });
})();
