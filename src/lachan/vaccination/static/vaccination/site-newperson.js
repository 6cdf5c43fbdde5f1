// Somebody without a telephone and a document is entered in one step, with who vouches for him.

export class NewPerson {
  constructor(form, { made, closed }) {
    Object.assign(this, { form, made, closed });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.reportValidity()) this.make();
    });
    form.querySelector("[data-unvouched]").addEventListener("click", () => this.alone());
    form.querySelector("[data-close]").addEventListener("click", () => this.hide());
    addEventListener("keydown", (event) => event.key === "Escape" && this.open() && this.hide());
  }

  open() {
    return !this.form.hidden;
  }

  show() {
    this.form.reset();
    this.form.hidden = false;
    this.form.elements.name.focus();
  }

  hide() {
    this.form.hidden = true;
    this.closed();
  }

  /** Nobody says who it is: everything else is asked, and the table for problems settles it. */
  alone() {
    const { vouched_by: field } = this.form.elements;
    field.value = "";
    field.required = false;
    if (this.form.reportValidity()) this.make({ unvouched: true });
    field.required = true;
  }

  make(more = {}) {
    const told = Object.fromEntries(new FormData(this.form));
    const made = { id: crypto.randomUUID(), ...told, ...more };
    this.hide();
    const { name, year: birth, sex } = told;
    this.made({ kind: "person", who: made.id, made, name, birth, sex, entry: null, seen: null, written: {} });
  }
}
