// The search of the static copy: the index is read in this browser, nothing is asked of a server.
import * as pagefind from "../pagefind/pagefind.js";

const PAGE = 20, BEFORE = 12, LENGTH = 40;
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

// The index has words without accents; meta.text has the same words as they are spelt.
function snippet(data) {
  const words = data.meta.text.split(" "), hits = new Set(data.locations);
  const at = data.locations.find((place) => place < words.length) ?? 0, start = Math.max(0, at - BEFORE);
  const made = element("p", start ? "… " : "", "snippet");
  words.slice(start, start + LENGTH).forEach((word, n) => {
    made.append(hits.has(start + n) ? element("mark", word) : word, " ");
  });
  if (start + LENGTH < words.length) made.append("…");
  return made;
}

async function show(results, from) {
  for (const data of await Promise.all(results.slice(from, from + PAGE).map((result) => result.data()))) {
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
if (query) {
  form.elements.q.value = query;
  document.title = `${query} · ${document.title}`;
  const words = fold(query).replaceAll('"', " ").trim();
  await pagefind.init();
  let { results } = await pagefind.search(`"${words}"`);
  if (!results.length) ({ results } = await pagefind.search(words));
  status.textContent = results.length ? status.dataset.found.replace("{count}", results.length) : status.dataset.none;
  await show(results, 0);
}
