// Sets light or dark before the first paint. Without a choice the device decides.
// The choice is kept where Django's admin keeps its own, so that both agree.
(() => {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
})();
