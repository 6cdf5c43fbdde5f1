// Sentences come from the page, where the server translated them.

const kept = document.getElementById("words")?.content;

/** The sentence of a name; {n} stands for a number. */
export function word(name, n) {
  const text = kept?.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  const language = document.documentElement.lang || "vi";
  return n === undefined ? text : text.replace("{n}", n.toLocaleString(language));
}
