// Somebody without a telephone and a document: made at the table in one step, without a network too.

const SLIP = /^PS-[0-9A-HJKMNP-TV-Z]{10}$/;

/** `form`: name, year, sex, phone, hamlet, slip. `made(scan)`: a person for `step`. */
export class NewPerson {
  constructor(form, { made, closed }) {
    Object.assign(this, { form, made, closed });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.querySelector("[data-close]").addEventListener("click", () => this.close());
    form.addEventListener("keydown", (event) => {
      // A reader ends a slip with Enter: that is the slip, and everything is there.
      if (event.key === "Escape") this.close();
    });
  }

  /** Whether the keys belong to the form. */
  open() {
    return !this.form.hidden;
  }

  show() {
    this.form.hidden = false;
    this.form.elements.name.focus();
  }

  close() {
    this.form.reset();
    this.form.hidden = true;
    this.closed();
  }

  send() {
    if (!this.form.reportValidity()) return;
    const given = Object.fromEntries(new FormData(this.form));
    const slip = given.slip.trim().toUpperCase();
    if (slip && !SLIP.test(slip)) {
      this.form.elements.slip.value = "";
      return this.form.elements.slip.focus();
    }
    const id = crypto.randomUUID();
    const made = { ...given, id, slip, name: given.name.trim().replace(/\s+/g, " ") };
    this.close();
    // A slip is what he is known by from now on, here and on every other device.
    const known = { name: made.name, year: made.year, who: slip || id };
    this.made({ kind: "person", text: id, id: crypto.randomUUID(), made, sampled: null, ...known });
  }
}
