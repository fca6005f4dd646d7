// Search in the browser: files below /s/ say who is found by what. Nothing that is typed leaves it.
"use strict";

const form = document.getElementById("find");
const settings = JSON.parse(form.dataset.settings);
const by = (id) => document.getElementById(id);
const A_PAGE = 10;
const MOST_TERMS = 40;

// --- words, as careerhub/document/search.py makes them ---

const ORNAMENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640]/g;
const FOLDED = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d", "ς": "σ", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي" };
const SPACELESS = /^[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const LETTER = /^[\p{L}\p{N}\p{M}]/u;

function normalise(text) {
  const plain = text.normalize("NFKD").toLowerCase().replace(ORNAMENTS, "");
  return Array.from(plain, (c) => FOLDED[c] ?? c).join("").normalize("NFC");
}

function split(text) {
  const runs = [];
  let run = "", was = "";
  for (const letter of normalise(text)) {
    const kind = LETTER.test(letter) ? (SPACELESS.test(letter) ? "g" : "w") : "";
    if (kind !== was && run) { runs.push(run); run = ""; }
    was = kind;
    if (kind) run += letter;
  }
  if (run) runs.push(run);
  return runs;
}

function listWords(text) {
  const found = [];
  for (const run of split(text)) {
    const letters = Array.from(run);
    if (SPACELESS.test(run)) letters.forEach((_, at) => found.push(letters.slice(at, at + 2).join("")));
    else found.push(letters.slice(0, 24).join(""));
  }
  return found.slice(0, 40);
}

const hex = (text) => Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
const beginning = (word) => Array.from(word).slice(0, SPACELESS.test(word) ? 1 : 2).join("");

// --- files ---

const known = new Map();
let bits = 14, blocks = 1;

function load(path, read) {
  if (!known.has(path)) {
    known.set(path, fetch(settings.base + path).then((answer) => (answer.ok ? answer[read]() : null)).catch(() => { known.delete(path); return null; }));
  }
  return known.get(path);
}

const loadLeaf = (word) => load(`s/${bits}/x/${hex(beginning(word))}.json`, "json");

// Slots are bits of one array: 2 to the power of `bits`.
async function loadSlots(path) {
  const slots = new Uint8Array((1 << bits) / 8);
  const parts = await Promise.all(Array.from({ length: blocks }, (_, block) => load(`${path}.${block}.bin`, "arrayBuffer")));
  parts.forEach((part, block) => { if (part) decode(new Uint8Array(part), slots, block << 13); });
  return slots;
}

function decode(bytes, slots, offset) {
  if (bytes[0] === 1) { slots.set(bytes.subarray(1), offset); return; }
  let place = -1, gap = 0, shift = 0;
  for (let at = 1; at < bytes.length; at++) {
    gap |= (bytes[at] & 127) << shift;
    if (bytes[at] & 128) { shift += 7; continue; }
    place += gap + 1;
    slots[offset + (place >> 3)] |= 1 << (place & 7);
    gap = shift = 0;
  }
}

const loadFacet = (kind, value) => loadSlots(`s/${bits}/b/${kind}/${value}`);
const has = (slots, slot) => (slots[slot >> 3] >> (slot & 7)) & 1;

function* each(slots) {
  for (let byte = 0; byte < slots.length; byte++) {
    if (slots[byte]) for (let bit = 0; bit < 8; bit++) if ((slots[byte] >> bit) & 1) yield byte * 8 + bit;
  }
}

// --- a word: who has it, and how well ---

const WORTH = { n: [16, 12, 7], w: [8, 6, 4] };
let vocabulary = { t: [], l: [], s: [] }, places = { g: [] };

// One word of the query. `terms` are the words of the index that it may mean, `slugs` technologies.
async function findWord(said, isLast) {
  const word = { said, terms: new Set(), slugs: new Set(), scores: new Map(), isSpaceless: SPACELESS.test(said) };
  const letters = Array.from(said);
  if (word.isSpaceless && letters.length > 1) {
    const pairs = letters.slice(0, -1).map((_, at) => letters.slice(at, at + 2).join(""));
    const found = await Promise.all(pairs.map(async (pair) => {
      const one = { terms: word.terms, scores: new Map() };
      await addTerms(one, pair, (await loadLeaf(pair)) ?? {}, (term) => (term === pair ? 0 : -1));
      return one.scores;
    }));
    for (const [slot, score] of found[0]) if (found.every((scores) => scores.has(slot))) word.scores.set(slot, score);
    return word;
  }
  const leaf = (await loadLeaf(said)) ?? {};
  await addTerms(word, said, leaf, (term) => (term === said ? 0 : (isLast && letters.length > 1 || word.isSpaceless) && term.startsWith(said) ? 1 : -1));
  await addTechnologies(word, (name) => (name === said ? 0 : isLast && letters.length > 1 && name.startsWith(said) ? 1 : -1));
  if (!word.scores.size && letters.length > 3 && !word.isSpaceless) await addMisspelt(word, said, leaf);
  return word;
}

async function addTerms(word, said, leaf, judge) {
  const fits = Object.keys(leaf).map((term) => [judge(term), term]).filter(([how]) => how >= 0);
  fits.sort((one, other) => one[0] - other[0] || one[1].length - other[1].length);
  await Promise.all(fits.slice(0, MOST_TERMS).map(([how, term]) => addTerm(word, term, leaf[term], how, 0)));
}

async function addTerm(word, term, [names, words], how, minus) {
  word.terms.add(term);
  for (const [kind, held] of [["n", names], ["w", words]]) {
    const slots = held === 1 ? each(await loadSlots(`s/${bits}/w/${hex(term)}.${kind}`)) : held;
    for (const slot of slots) raise(word, slot, WORTH[kind][how] - (kind === "n" ? 2 * minus : minus));
  }
}

async function addTechnologies(word, judge) {
  const fits = vocabulary.t.map(([slug, name, size]) => [Math.max(...[normalise(name), ...listWords(name)].map((one) => { const how = judge(one); return how < 0 ? -1 : 2 - how; })), size, slug]).filter(([how]) => how > 0);
  fits.sort((one, other) => other[0] - one[0] || other[1] - one[1]);
  await Promise.all(fits.slice(0, 4).map(async ([how, , slug]) => {
    word.slugs.add(slug);
    for (const slot of each(await loadFacet("t", slug))) raise(word, slot, how === 2 ? 8 : 6);
  }));
}

// One wrong letter can't be at both ends: words that begin alike, and names that end alike.
async function addMisspelt(word, said, leaf) {
  const most = Array.from(said).length < 8 ? 1 : 2;
  const ending = Array.from(said).slice(-2).join("");
  const alike = new Set([...Object.keys(leaf), ...((await load(`s/${bits}/r/${hex(ending)}.json`, "json")) ?? [])]);
  const near = [...alike].map((term) => [distance(said, term, most), term]).filter(([wrong]) => wrong <= most);
  near.sort((one, other) => one[0] - other[0]);
  await Promise.all(near.slice(0, 8).map(async ([wrong, term]) => {
    const held = ((await loadLeaf(term)) ?? {})[term];
    if (held) await addTerm(word, term, held, 2, wrong);
  }));
  await addTechnologies(word, (name) => (distance(said, name, most) <= most ? 1 : -1));
}

function raise(word, slot, score) {
  if (score > (word.scores.get(slot) ?? 0)) word.scores.set(slot, score);
}

// How many letters are wrong, missing, too many or exchanged with a neighbour; beyond `most` it stops counting.
function distance(one, other, most) {
  const a = Array.from(one), b = Array.from(other);
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [], row = b.map((_, at) => at + 1);
  row.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2] + 1);
      next.push(best);
    }
    before = row; row = next;
  }
  return row[b.length];
}

// --- a query: words and facets ---

const EMPTY = { q: "", t: [], g: [], l: [], s: [], o: false, page: 1 };
const isEmpty = (state) => !split(state.q).length && !state.t.length && !state.g.length && !state.l.length && !state.s.length && !state.o;

// `C++` and `.NET` are names of technologies before they are words.
function listSaid(text) {
  const said = [];
  for (const part of text.trim().split(/\s+/)) {
    const lower = part.toLowerCase();
    const named = /[^\p{L}\p{N}\p{M}]/u.test(part) && vocabulary.t.find(([, name]) => name.toLowerCase() === lower);
    if (named) said.push({ slug: named[0] });
    else said.push(...split(part).map((run) => ({ run })));
  }
  return said;
}

async function search(state) {
  const said = listSaid(state.q);
  const isTyping = !/\s$/.test(state.q);
  const technologies = [...state.t, ...said.filter((one) => one.slug).map((one) => one.slug)];
  const runs = said.filter((one) => one.run);
  const or = async (kind, values) => {
    const all = await Promise.all(values.map((value) => loadFacet(kind, value)));
    return all.reduce((some, more) => some.map((byte, at) => byte | more[at]));
  };
  const wanted = [
    ...technologies.map((slug) => loadFacet("t", slug)),
    ...state.l.map((tag) => loadFacet("l", tag)),
    ...(state.g.length ? [or("g", state.g)] : []),
    ...(state.s.length ? [or("s", state.s)] : []),
    ...(state.o ? [loadFacet("o", "1")] : []),
  ];
  const [facets, primary, words] = await Promise.all([
    Promise.all(wanted),
    Promise.all(technologies.map((slug) => loadFacet("p", slug))),
    Promise.all(runs.map(({ run }, at) => findWord(run, isTyping && at === runs.length - 1))),
  ]);
  const hits = [];
  const slots = words.length ? words[0].scores.keys() : facets.length ? each(facets[0]) : [];
  for (const slot of slots) {
    if (!facets.every((facet) => has(facet, slot)) || !words.every((word) => word.scores.has(slot))) continue;
    let score = 0;
    for (const word of words) score += 8 * word.scores.get(slot);
    for (const main of primary) score += 24 * has(main, slot);
    hits.push([score, slot]);
  }
  hits.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
  return { hits, words, technologies };
}

const KIND = { slot: 0, slug: 1, name: 2, headline: 3, location: 4, seniority: 5, open: 6, technologies: 7, places: 8, languages: 9, primary: 10, towns: 11 };

// A copy of a file may be older than a person's page, and a slot may be shared: what is shown is looked at again.
function isMeant(card, state, { words, technologies }) {
  if (!technologies.every((slug) => card[KIND.technologies].includes(slug))) return false;
  if (!state.l.every((tag) => card[KIND.languages].includes(tag))) return false;
  if (state.g.length && !state.g.some((slug) => card[KIND.places].includes(slug))) return false;
  if (state.s.length && !state.s.includes(card[KIND.seniority])) return false;
  if (state.o && !card[KIND.open]) return false;
  const texts = [card[KIND.name], card[KIND.headline], card[KIND.location], ...card[KIND.towns]];
  const own = new Set(texts.flatMap(listWords));
  return words.every((word) => {
    if (word.isSpaceless) return texts.some((text) => normalise(text).includes(word.said));
    return [...word.terms].some((term) => own.has(term)) || [...word.slugs].some((slug) => card[KIND.technologies].includes(slug));
  });
}

async function loadCards(slots) {
  const found = await Promise.all(slots.map((slot) => load(`s/${bits}/c/${(slot >> 12).toString(16)}/${((slot >> 4) & 255).toString(16)}.json`, "json")));
  return found.flatMap((cards, at) => (cards ?? []).filter((card) => card[0] === slots[at]));
}

// --- the page ---

let state = { ...EMPTY }, asked = 0;

function readAddress() {
  const said = new URLSearchParams(location.search);
  const list = (name) => (said.get(name) ?? "").split(",").filter((one) => /^[a-z0-9-]{1,80}$/.test(one)).slice(0, 8);
  return { q: (said.get("q") ?? "").slice(0, 200), t: list("t"), g: list("g"), l: list("l"), s: list("s"), o: said.get("o") === "1", page: Math.min(Math.max(1, parseInt(said.get("page") ?? "1", 10) || 1), 10000) };
}

function writeAddress(wanted) {
  const said = new URLSearchParams();
  if (wanted.q.trim()) said.set("q", wanted.q);
  for (const kind of "tgls") if (wanted[kind].length) said.set(kind, wanted[kind].join(","));
  if (wanted.o) said.set("o", "1");
  if (wanted.page > 1) said.set("page", wanted.page);
  const text = said.toString().replaceAll("%2C", ",");
  return settings.base + "search/" + (text ? `?${text}` : "");
}

function go(changes, isTyping = false) {
  state = { ...state, page: 1, ...changes };
  history[isTyping ? "replaceState" : "pushState"](null, "", writeAddress(state));
  show();
}

function make(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const nameOf = (kind, value) => ((kind === "g" ? places.g : vocabulary[kind]).find(([known]) => known === value) ?? [value, value])[1];

async function show() {
  const mine = ++asked, wanted = state;
  if (by("q").value.trim() !== wanted.q.trim()) by("q").value = wanted.q;
  by("o").checked = wanted.o;
  if (wanted.g.length) await loadPlaces();
  showChosen(wanted);
  if (isEmpty(wanted)) { by("count").textContent = ""; showResults([], 0, wanted); return; }
  const found = await search(wanted);
  const first = (wanted.page - 1) * A_PAGE;
  const cards = await loadCards(found.hits.slice(first, first + A_PAGE).map(([, slot]) => slot));
  if (mine !== asked) return;
  const meant = cards.filter((card) => isMeant(card, wanted, found));
  const count = found.hits.length <= A_PAGE ? meant.length : found.hits.length;
  by("count").textContent = count === 1 ? settings.one_person : settings.people_with.replace("{count}", count.toLocaleString(document.documentElement.lang));
  showResults(meant, found.hits.length, wanted);
}

function showChosen(wanted) {
  const chips = [];
  for (const kind of "tgls") {
    for (const value of wanted[kind]) {
      const chip = make("button", { type: "button", class: "button", "aria-label": `${settings.drop}: ${nameOf(kind, value)}` }, make("bdi", {}, nameOf(kind, value)), "\u00a0×");
      chip.addEventListener("click", () => { go({ [kind]: state[kind].filter((one) => one !== value) }); by("q").focus(); });
      chips.push(make("li", {}, chip));
    }
  }
  by("chosen").replaceChildren(...chips);
  by("chosen").hidden = !chips.length;
}

function showResults(cards, total, wanted) {
  const results = by("results");
  results.replaceChildren(...cards.map(makeCard));
  results.hidden = !cards.length;
  by("pager").hidden = total <= A_PAGE;
  for (const [id, page, isThere] of [["before", wanted.page - 1, wanted.page > 1], ["after", wanted.page + 1, wanted.page * A_PAGE < total]]) {
    by(id).hidden = !isThere;
    by(id).href = writeAddress({ ...wanted, page });
    by(id).onclick = (event) => { event.preventDefault(); go({ page }); by("count").scrollIntoView(); };
  }
}

function makeCard(card) {
  const link = make("a", { href: `${settings.base}p/${card[KIND.slug]}/` }, card[KIND.name]);
  const box = make("li", { class: "card person" }, make("h2", { dir: "auto" }, link));
  if (card[KIND.headline]) box.append(make("p", { class: "headline", dir: "auto" }, card[KIND.headline]));
  const place = card[KIND.location] || card[KIND.towns].join(", ");
  if (place) box.append(make("p", { class: "meta" }, make("span", { dir: "auto" }, place)));
  box.append(make("p", { class: "keep" }, makeStar(card)));
  return box;
}

// --- the shortlist: in this browser only ---

const SHORTLIST = `careerhub-shortlist:${settings.base}`;

function readKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(SHORTLIST) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => Array.isArray(one) && one.length === 4 && one.every((text) => typeof text === "string") && /^[a-z0-9-]+$/.test(one[0])) : [];
  } catch { return []; }
}

function writeKept(kept) {
  try { localStorage.setItem(SHORTLIST, JSON.stringify(kept)); } catch { /* a browser that keeps nothing */ }
  showKept();
}

function makeStar(card) {
  const slug = card[KIND.slug];
  const star = make("button", { type: "button", class: "button", "data-slug": slug });
  star.addEventListener("click", () => {
    const kept = readKept(), others = kept.filter((one) => one[0] !== slug);
    writeKept(others.length < kept.length ? others : [...kept, [slug, card[KIND.name], card[KIND.headline], card[KIND.location] || card[KIND.towns].join(", ")]]);
  });
  sayKept(star);
  return star;
}

function sayKept(star) {
  const isKept = readKept().some((one) => one[0] === star.dataset.slug);
  star.textContent = isKept ? `★ ${settings.drop}` : `☆ ${settings.keep}`;
}

function showKept() {
  const kept = readKept();
  by("shortlist").hidden = !kept.length;
  by("kept").replaceChildren(...kept.map(([slug, name]) => {
    const drop = make("button", { type: "button", class: "button", "aria-label": `${settings.drop}: ${name}` }, "×");
    drop.addEventListener("click", () => writeKept(readKept().filter((one) => one[0] !== slug)));
    return make("li", {}, make("a", { href: `${settings.base}p/${slug}/` }, make("bdi", {}, name)), drop);
  }));
  document.querySelectorAll("#results [data-slug]").forEach(sayKept);
}

// Who is no longer on the site leaves the shortlist, too.
async function forgetGone() {
  const gone = new Set();
  await Promise.all(readKept().map(async ([slug]) => {
    const answer = await fetch(`${settings.base}p/${slug}/contact.vcf`, { method: "HEAD" }).catch(() => null);
    if (answer && [403, 404, 410].includes(answer.status)) gone.add(slug);
  }));
  if (gone.size) writeKept(readKept().filter(([slug]) => !gone.has(slug)));
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// A table program would take a text that begins so for a formula.
const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function saveTable() {
  const rows = readKept().map(([slug, name, headline, place]) => [name, headline, place, new URL(`${settings.base}p/${slug}/`, location.href).href]);
  save("shortlist.csv", "text/csv;charset=utf-8", "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join(""));
}

async function saveCards() {
  const cards = await Promise.all(readKept().map(async ([slug]) => {
    const answer = await fetch(`${settings.base}p/${slug}/contact.vcf`).catch(() => null);
    return answer?.ok ? answer.text() : "";
  }));
  save("shortlist.vcf", "text/vcard;charset=utf-8", cards.join(""));
}

// --- what people do ---

async function loadPlaces() {
  places = (await load("s/g.json", "json")) ?? places;
  if (!by("g-known").childElementCount) by("g-known").append(...places.g.map(([, name]) => make("option", { value: name })));
}

function choose(kind, input) {
  const said = normalise(input.value.trim());
  const found = (kind === "g" ? places.g : vocabulary[kind]).find(([value, name]) => value === said || normalise(name) === said);
  if (!found) return;
  input.value = "";
  if (!state[kind].includes(found[0])) go({ [kind]: [...state[kind], found[0]] });
}

function moveFocus(event) {
  const links = [...document.querySelectorAll("#results h2 a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); by("q").focus(); by("q").select(); }
  else if (event.key === "Escape" && at >= 0) by("q").focus();
  else if (event.key === "ArrowDown" && links.length && (at >= 0 || document.activeElement === by("q"))) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
  else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] ?? by("q")).focus(); }
}

let waiting = 0;

async function start() {
  const [head, names] = await Promise.all([load("s/head.json", "json"), load("s/v.json", "json")]);
  bits = head?.bits ?? bits;
  blocks = Math.max(1, 2 ** (bits - 16));
  vocabulary = { t: [], l: [], s: [], ...names };
  by("t-known").append(...vocabulary.t.map(([, name]) => make("option", { value: name })));
  for (const kind of "ls") {
    by(kind).append(...vocabulary[kind].map(([value, name]) => make("option", { value }, name)));
    by(kind).addEventListener("change", () => { if (by(kind).value && !state[kind].includes(by(kind).value)) go({ [kind]: [...state[kind], by(kind).value] }); by(kind).value = ""; });
  }
  for (const kind of "tg") {
    by(kind).addEventListener("input", (event) => { if (event.inputType === undefined || event.inputType === "insertReplacementText") choose(kind, by(kind)); });
    by(kind).addEventListener("change", () => choose(kind, by(kind)));
  }
  by("g").addEventListener("focus", loadPlaces, { once: true });
  by("o").addEventListener("change", () => go({ o: by("o").checked }));
  by("q").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => go({ q: by("q").value }, true), 150); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (document.activeElement === by("t") || document.activeElement === by("g")) choose(document.activeElement.id, document.activeElement);
    else go({ q: by("q").value });
  });
  by("csv").addEventListener("click", saveTable);
  by("cards").addEventListener("click", saveCards);
  document.addEventListener("keydown", moveFocus);
  addEventListener("popstate", () => { state = readAddress(); show(); });
  addEventListener("storage", showKept);
  form.hidden = false;
  state = readAddress();
  showKept();
  forgetGone();
  show();
}

start();
