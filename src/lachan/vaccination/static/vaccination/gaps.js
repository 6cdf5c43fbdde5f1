// One gap a line: Enter writes it, the line goes, the next one has the keys. Without this script each
// line is a form of its own.

import { csrf } from "../ui/scan/net.js";

const list = document.getElementById("gaps");

list.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const [field, said] = [form.querySelector(".field"), form.querySelector(".err")];
  if (!field.value.trim() || form.dataset.busy) return;
  form.dataset.busy = "1";
  // The keys go on at once; a line that is refused stays, with its sentence.
  next(form)?.focus();
  const answer = await fetch(location.href, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf() },
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => null);
  delete form.dataset.busy;
  if (answer?.status === 204) return gone(form);
  said.textContent = answer?.status === 422 ? await answer.text() : list.dataset.failed;
  said.hidden = false;
});

const lines = () => [...list.querySelectorAll("form .field:not([type=hidden])")];

function next(form) {
  const all = lines();
  return all[all.indexOf(form.querySelector(".field")) + 1];
}

function gone(form) {
  form.closest("li").remove();
  document.getElementById("gaps-left").textContent = String(lines().length);
}
