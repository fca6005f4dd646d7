// Everything works without this file. It adds: dragging in lists, names that complete themselves, suggestions and
// previews without a new page.
"use strict";

const words = document.querySelector("[data-words]")?.dataset ?? {};
const token = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

function make(tag, values = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

function later(work, milliseconds) {
  let timer;
  return (...values) => { clearTimeout(timer); timer = setTimeout(() => work(...values), milliseconds); };
}

async function ask(address, values) {
  const answer = await fetch(`${address}?${new URLSearchParams(values)}`, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).found : [];
}

function send(address, values) {
  return fetch(address, { method: "POST", body: new URLSearchParams({ ...values, csrf_token: token() }) });
}

// A list: a grip on each entry, for the mouse and the arrow keys; one button saves the whole order.
for (const list of document.querySelectorAll("[data-entries]")) {
  const entries = () => [...list.children];
  if (entries().length < 2) continue;
  const form = list.closest("form");
  const said = document.querySelector("[data-said]");
  const order = make("input", { type: "hidden", name: "order", disabled: "" });
  const save = make("button", { hidden: "" }, list.dataset.save);
  form.append(order, make("p", { class: "actions" }, save));
  // any other button of this form does what it says, and not this
  save.addEventListener("click", () => { order.disabled = false; order.value = entries().map((e) => e.dataset.id).join(","); });

  const moved = (entry) => {
    save.hidden = false;
    const all = entries();
    said.textContent = list.dataset.moved
      .replace("{name}", entry.dataset.name).replace("{place}", all.indexOf(entry) + 1).replace("{total}", all.length);
  };
  for (const entry of entries()) {
    const grip = make("button", { type: "button", class: "quiet grip", "aria-label": list.dataset.grip.replace("{name}", entry.dataset.name) }, "⠿");
    entry.prepend(grip);
    grip.addEventListener("keydown", (event) => {
      const other = event.key === "ArrowUp" ? entry.previousElementSibling : event.key === "ArrowDown" ? entry.nextElementSibling : null;
      if (!other) return;
      event.preventDefault();
      if (event.key === "ArrowUp") other.before(entry); else other.after(entry);
      grip.focus();
      moved(entry);
    });
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.focus();
      grip.setPointerCapture(event.pointerId);
      entry.classList.add("is-dragged");
      const follow = (at) => {
        const over = entries().find((e) => e !== entry && at.clientY > e.getBoundingClientRect().top && at.clientY < e.getBoundingClientRect().bottom);
        if (!over) return;
        const box = over.getBoundingClientRect();
        const isBelow = over.compareDocumentPosition(entry) & Node.DOCUMENT_POSITION_PRECEDING;
        if (isBelow && at.clientY > box.top + box.height / 2) { over.after(entry); moved(entry); }
        else if (!isBelow && at.clientY < box.top + box.height / 2) { over.before(entry); moved(entry); }
        // a node that was moved in the document has lost the pointer
        if (!grip.hasPointerCapture(at.pointerId)) grip.setPointerCapture(at.pointerId);
      };
      const stop = () => {
        entry.classList.remove("is-dragged");
        grip.removeEventListener("pointermove", follow);
        grip.focus();
      };
      grip.addEventListener("pointermove", follow);
      grip.addEventListener("pointerup", stop, { once: true });
      grip.addEventListener("pointercancel", stop, { once: true });
    });
  }
}

// A name, or several with commas, that completes itself: a combobox with a list.
for (const input of document.querySelectorAll("[data-complete]")) {
  const isOne = input.dataset.complete === "one";
  const list = make("ul", { role: "listbox", id: `${input.id}-found`, class: "completions", hidden: "", "aria-label": input.labels[0]?.textContent ?? "" });
  const status = make("p", { class: "unseen", role: "status" });
  const box = make("div", { class: "completing" });
  input.before(box);
  box.append(input, list, status);
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let here = -1;

  // the name in which the caret stands
  const part = () => {
    if (isOne) return [0, input.value.length];
    const before = Math.max(...[",", ";", "\n"].map((sign) => input.value.lastIndexOf(sign, input.selectionStart - 1))) + 1;
    const rest = input.value.slice(before).search(/[,;\n]/);
    return [before, rest < 0 ? input.value.length : before + rest];
  };
  const close = () => {
    list.hidden = true;
    here = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (place) => {
    here = (place + list.children.length) % list.children.length;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === here)));
    input.setAttribute("aria-activedescendant", list.children[here].id);
    list.children[here].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    const [start, end] = part();
    const lead = !isOne && start > 0 && input.value[start - 1] !== "\n" ? " " : "";
    const rest = input.value.slice(end);
    const chosen = lead + option.dataset.name + (isOne || rest ? "" : ", ");
    input.setRangeText(chosen, start, end, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  let asked = 0;
  const look = later(async () => {
    const typed = input.value.slice(...part()).trim();
    const mine = ++asked;
    if (!typed) { close(); return; }
    const found = await ask(words.address, { q: typed.slice(0, 200) }).catch(() => []);
    if (mine !== asked || document.activeElement !== input) return;
    list.replaceChildren(...found.map((each, number) => {
      const option = make("li", { role: "option", id: `${list.id}-${number}`, "aria-selected": "false" }, each.alias ? `${each.name} (${each.alias})` : each.name);
      option.dataset.name = each.name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    here = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length ? words.found.replace("{count}", found.length) : words.none;
  }, 150);
  let isChoosing = false;
  input.addEventListener("input", () => { if (!isChoosing) look(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); point(here + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); point(here < 0 ? -1 : here - 1); }
    else if (event.key === "Enter" && here >= 0) { event.preventDefault(); isChoosing = true; choose(list.children[here]); isChoosing = false; }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
    else if (event.key === "Tab") close();
  });
}

// Suggestions for a position, added with one button each.
for (const offers of document.querySelectorAll("[data-offers]")) {
  const form = offers.closest("form");
  const place = offers.querySelector("[data-found]");
  const said = offers.querySelector("[data-said]");
  const text = form.elements.responsibilities;
  offers.querySelector("[name=suggest]").addEventListener("click", async (event) => {
    const position = form.elements.position.value.trim();
    if (!position) return; // the page itself says what is missing
    event.preventDefault();
    const found = await ask(words.offersAddress, { position, seniority: form.elements.seniority.value }).catch(() => []);
    const rows = found.map((each) => {
      const button = make("button", { type: "button", class: "second", "aria-label": `${place.dataset.add}: ${each.text}` }, place.dataset.add);
      const row = make("li", {}, make("span", {}, each.text), button);
      button.addEventListener("click", () => {
        text.value = [text.value.trimEnd(), each.text].filter(Boolean).join("\n");
        text.dispatchEvent(new Event("input", { bubbles: true }));
        send(words.takenAddress, { id: each.id });
        said.textContent = `${place.dataset.added}: ${each.text}`;
        const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button");
        row.remove();
        (next ?? text).focus();
      });
      return row;
    });
    said.textContent = rows.length ? words.found.replace("{count}", rows.length).split(":")[0] : place.dataset.none;
    place.replaceChildren(rows.length ? make("ul", { class: "offered" }, ...rows) : make("p", { class: "notice" }, place.dataset.none));
  });
}

// A preview that keeps up with what is typed, once it was asked for.
for (const button of document.querySelectorAll("[data-preview]")) {
  const form = button.closest("form");
  const shown = form.querySelector("[data-shown]");
  const field = form.querySelector("[data-markdown]");
  const refresh = async () => {
    const answer = await send(button.dataset.preview, { text: field.value });
    // what the server's sanitiser let through, and nothing else
    if (answer.ok) shown.querySelector(".rendered").innerHTML = await answer.text();
  };
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    document.querySelector("section.preview")?.remove();
    shown.hidden = false;
    await refresh();
    shown.scrollIntoView({ block: "nearest" });
  });
  field.addEventListener("input", later(() => { if (!shown.hidden) refresh(); }, 400));
}
