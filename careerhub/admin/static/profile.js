// Extras of the profile and the first steps: tell while typing whether an address is free, and keep what was typed.
"use strict";

const wait = (work, milliseconds) => {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(work, milliseconds); };
};

for (const form of document.querySelectorAll("form[data-slug]")) {
  const field = form.querySelector("[name=slug]"), said = form.querySelector("[data-slug-said]");
  field?.addEventListener("input", wait(async () => {
    const asked = field.value.trim();
    if (!asked) { said.textContent = ""; return; }
    try {
      const answer = await fetch(`${form.dataset.slug}?slug=${encodeURIComponent(asked)}`);
      if (!answer.ok) return;
      const told = await answer.json();
      if (field.value.trim() === asked) said.textContent = told.sentence;
    } catch { /* the button does the same */ }
  }, 400));
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = form.querySelector("[data-autosave-said]");
  form.addEventListener("input", wait(async () => {
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
      if (said) said.textContent = answer.ok ? form.dataset.saved : "";
    } catch { /* "Save and go on" does the same */ }
  }, 1500));
}
