// A plate that was here before brings its driver back: the server is asked when the plate is typed.
// Without this module the guard types the name again, or finds the plate on the list first.
const form = document.getElementById("in");
const plate = form?.elements.namedItem("plate");

async function bringBack() {
  if (!plate.value.trim() || form.elements.namedItem("driver").value.trim()) return;
  const asked = new URL(form.dataset.again, location.href);
  asked.searchParams.set("plate", plate.value);
  const answer = await fetch(asked, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["driver", "phone", "coming_from", "goods"]) {
    const known = page.querySelector(`[name="${name}"]`)?.value;
    const field = form.elements.namedItem(name);
    if (known && field && !field.value) field.value = known;
  }
}

plate?.addEventListener("change", bringBack);
if (plate && !plate.value) plate.focus();
