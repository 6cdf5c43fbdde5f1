// Somebody without a telephone and a document is entered in one step, with who vouches for him.

export class NewPerson {
  constructor(form, { made, closed }) {
    Object.assign(this, { form, made, closed });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.reportValidity()) this.make();
    });
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

  make() {
    const told = Object.fromEntries(new FormData(this.form));
    const made = { id: crypto.randomUUID(), ...told };
    this.hide();
    const { name, year: birth, sex } = told;
    this.made({ kind: "person", who: made.id, made, name, birth, sex, entry: null, seen: null, written: {} });
  }
}
