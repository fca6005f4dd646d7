// Copies what an element says. Without it, people select the text themselves.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value || source.textContent.trim());
    } catch {
      return;
    }
    button.textContent = button.dataset.done;
    document.querySelector("[data-said]")?.replaceChildren(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 3000);
  });
}
