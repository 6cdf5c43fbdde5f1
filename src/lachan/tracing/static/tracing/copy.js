// Copies the text of a field; where the browser refuses, it marks the text for the officer to copy.

/** @param {HTMLTextAreaElement} field @returns {Promise<boolean>} whether the text was copied */
export async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copy));
    document.getElementById("copied").textContent = done ? button.dataset.done : button.dataset.failed;
  });
}
