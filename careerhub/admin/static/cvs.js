// Draws the CV anew while somebody types, and moves entries without a round trip. The page works without this file.
"use strict";

const form = document.querySelector("form[data-preview]");
const look = document.getElementById("look");
const says = document.getElementById("look-says");
const PAUSE = 600; // milliseconds after the last key
let timer = 0;
let running = null;
let reader = "";

function drawSoon() {
  look.classList.add("is-stale");
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE);
}

async function draw() {
  running?.abort();
  const mine = running = new AbortController();
  const sent = new URLSearchParams(new FormData(form));
  if (reader) sent.set("reader", reader);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: sent, signal: mine.signal, redirect: "error" });
    const isPart = (answer.headers.get("Content-Type") || "").startsWith("text/html") && [200, 422, 429].includes(answer.status);
    const part = isPart ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".cv-pages") : null;
    if (!part) throw new Error(String(answer.status));
    const parts = [...part.parentNode.children].map((each) => document.adoptNode(each));
    // where nothing can be drawn the last picture stays, and the reason stands above it
    if (!part.querySelector("img")) {
      look.querySelector(".cv-pages > .notice.problem")?.remove();
      const notice = part.querySelector(".notice");
      if (notice) look.querySelector(".cv-pages h2").after(notice);
      says.textContent = notice?.textContent || "";
      return;
    }
    const hadFocus = look.contains(document.activeElement) ? document.activeElement.dataset.reader : "";
    look.replaceChildren(...parts);
    if (hadFocus) look.querySelector(`[data-reader="${hadFocus}"]`)?.focus();
    look.classList.remove("is-stale");
    says.textContent = says.dataset.drawn;
  } catch (error) {
    if (error.name !== "AbortError") says.textContent = says.dataset.failed;
  }
}

function noteChange() {
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

form.addEventListener("input", drawSoon);

// the arrows: here without saving
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=move]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  const isUp = button.value.endsWith(":up");
  const other = isUp ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (isUp) other.before(item); else other.after(item);
  button.focus();
  noteChange();
});

// the mouse: a part is taken at its head, so that text in it can still be selected
for (const list of form.querySelectorAll("[data-movable]")) {
  let dragged = null;
  list.addEventListener("pointerdown", (event) => {
    const head = event.target.closest(".cv-head");
    const item = head?.closest("li");
    if (item?.parentNode === list && !event.target.closest("button, input")) item.draggable = true;
  });
  list.addEventListener("dragstart", (event) => {
    if (event.target.parentNode !== list) return;
    dragged = event.target;
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.stopPropagation();
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = [...list.children].find((each) => each.contains(event.target));
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged); else over.after(dragged);
  });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    dragged.draggable = false;
    dragged = null;
    noteChange();
  });
}

look.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-reader]");
  if (!link) return;
  event.preventDefault();
  reader = link.dataset.reader;
  draw();
});
