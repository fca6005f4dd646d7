// Everything works without this file. It moves the focus to what went wrong, and warns before unsaved work is lost.
"use strict";

document.querySelector("[data-focus]")?.focus();

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let isChanged = false;
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
}
