// Sentences come from the page, where the server translated them.

const kept = [...document.querySelectorAll("#words, #more-words")].map((one) => one.content);

/** The sentence of a name; {n} stands for a number. */
export function word(name, n) {
  const found = kept.map((one) => one.querySelector(`[data-word="${name}"]`)).find(Boolean);
  const text = found?.textContent ?? name;
  const language = document.documentElement.lang || "vi";
  return n === undefined ? text : text.replace("{n}", n.toLocaleString(language));
}
