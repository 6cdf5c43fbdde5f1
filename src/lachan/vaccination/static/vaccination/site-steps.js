// Where somebody is, by what this device did and by what the server says of his number.

const AWAY = ["postpone", "contraindicated"];

/** What people read and hear: "A12"; "" without a number. */
export const labelOf = (row) => (row?.number ? `${row.letter ?? ""}${row.number}` : "");

/** Where somebody is by what this device did itself. */
export function stepOf(row) {
  if (row.gone) return "home";
  if (row.injected) return "observed";
  if (row.problem) return "problem";
  if (AWAY.includes(row.outcome)) return "not_today";
  if (row.outcome && row.consent) return "injection";
  return row.received ? "screening" : "";
}

/** Whoever told last is right: this device, or the server of all devices. */
export function standing({ row, ticket }) {
  if (!row || (ticket && ticket.since > row.at)) return { step: ticket.step, since: ticket.since };
  return { step: stepOf(row), since: row.at };
}
