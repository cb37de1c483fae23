// Fields that complete as one types (a combobox of the ARIA kind). Without this script they are plain fields whose text
// the server reads when the form is sent.
"use strict";

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let found = [];
  let at = -1;
  let asked = 0;
  let waiting = 0;

  list.id = field.id + "-list";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent);
  status.className = "unseen";
  status.setAttribute("role", "status");
  field.after(list, status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const point = (place) => {
    at = (place + found.length) % found.length;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
    field.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };

  const choose = (place) => {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = found[place].parameter;
    hidden.value = found[place].value;
    field.value = "";
    field.form.append(hidden);
    field.form.requestSubmit();
  };

  const show = (suggestions) => {
    found = suggestions;
    list.replaceChildren(...found.map((one, n) => {
      const item = document.createElement("li");
      const count = document.createElement("small");
      item.id = list.id + "-" + n;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = one.hint ? one.label + " (" + one.hint + ") " : one.label + " ";
      count.textContent = one.articles;
      item.append(count);
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(n));
      return item;
    }));
    status.textContent = field.dataset.found.replace("{count}", found.length);
    if (found.length === 0) {
      close();
      return;
    }
    at = -1;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };

  const ask = async () => {
    const mine = ++asked;
    const text = field.value.trim();
    if (!text) {
      close();
      return;
    }
    const words = new URLSearchParams({ q: text, truong: field.dataset.kind });
    try {
      const answer = await fetch(field.dataset.suggest + "?" + words);
      const read = answer.ok ? await answer.json() : { suggestions: [] };
      if (mine === asked) show(read.suggestions);
    } catch {
      close(); // without a network it is a plain field
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at < 0 ? found.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(at);
    else return;
    event.preventDefault();
  });
}
