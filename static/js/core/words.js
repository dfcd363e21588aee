// What the code says on the screen stands in the page, in the person's language.
const words = new Map();
for (const element of document.querySelector("[data-words]").content.children) {
  words.set(element.dataset.word, element.textContent);
}

/** The sentence of that name, with %things% put in. */
export function word(name, values = {}) {
  return words.get(name).replace(/%(\w+)%/g, (_, key) => values[key] ?? "");
}
