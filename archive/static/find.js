// The search of the static copy: the index is read in this browser, nothing is asked of a server.
import * as pagefind from "../pagefind/pagefind.js";

const PAGE = 20, BEFORE = 12, LENGTH = 40, RANKED = 100;
const form = document.querySelector("form[role=search]");
const list = document.querySelector("#ket-qua"), status = document.querySelector("#so-ket-qua");
const more = document.querySelector("#them");
const root = new URL("../", document.location);
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const letters = (word) => fold(word).replace(/[^\p{L}\p{N}]/gu, "");

// The index has words without accents; meta.text has the same words as they are spelt.
function snippet(data) {
  const words = data.meta.text.split(" ");
  // Pagefind also finds words that only begin so: whole ones are worth more.
  const whole = data.locations.filter((place) => asked.has(letters(words[place] ?? "")));
  const hits = new Set(whole.length ? whole : data.locations), first = hits.size ? Math.min(...hits) : 0;
  const start = Math.max(0, first - BEFORE);
  const made = element("p", start ? "… " : "", "snippet");
  words.slice(start, start + LENGTH).forEach((word, n) => {
    made.append(hits.has(start + n) ? element("mark", word) : word, " ");
  });
  if (start + LENGTH < words.length) made.append("…");
  return made;
}

const loaded = (results) => Promise.all(results.map((result) => result.data()));

// The index has no accents: where some were typed, the articles that are spelt so come first among the foremost.
async function ranked(results, typed) {
  const spelling = typed.normalize("NFC").toLowerCase();
  if (fold(typed) === spelling) return results;
  const first = results.slice(0, RANKED), found = await loaded(first);
  const exact = first.filter((_, n) => found[n].meta.text.toLowerCase().includes(spelling));
  return [...exact, ...first.filter((result) => !exact.includes(result)), ...results.slice(RANKED)];
}

// For a word it does not know Pagefind finds shorter ones: only articles with every word are what was asked for.
async function withAllWords(results) {
  const found = await loaded(results);
  return results.filter((_, n) => {
    const words = new Set(found[n].meta.text.split(" ").map(letters));
    return [...asked].every((word) => words.has(word));
  });
}

async function show(results, from) {
  for (const data of await loaded(results.slice(from, from + PAGE))) {
    const item = element("li"), heading = element("h3"), link = element("a", data.meta.title);
    link.href = new URL(data.meta.path, root);
    heading.append(link);
    item.append(heading, element("p", data.meta.by, "by"), snippet(data));
    list.append(item);
  }
  more.hidden = from + PAGE >= results.length;
  more.onclick = () => show(results, from + PAGE);
}

const query = (new URLSearchParams(document.location.search).get("q") || "").trim().slice(0, 300);
const asked = new Set(query.split(/\s+/).map(letters));
if (query) {
  form.elements.q.value = query;
  document.title = `${query} · ${document.title}`;
  const words = fold(query).replaceAll('"', " ").trim();
  await pagefind.init();
  let { results } = await pagefind.search(`"${words}"`);
  if (!results.length) results = await withAllWords((await pagefind.search(words)).results.slice(0, RANKED));
  status.textContent = results.length ? status.dataset.found.replace("{count}", results.length) : status.dataset.none;
  await show(await ranked(results, query), 0);
}
