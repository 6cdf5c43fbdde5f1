// Whom we sample and since when they are ill: what holds for the next scan.

const at = (id) => document.getElementById(id);

/** {reason, onset} as they stand on the page; `onset` null where nothing is chosen. */
export const asked = () => ({ reason: at("reason").value, onset: at("onset").value || null });

/** Whether it must be asked since when somebody is ill; not of whom is taken out again. */
export function sinceWhen({ kind, who }, tube) {
  const { reason, onset } = asked();
  if (kind !== "person" || reason !== "symptoms" || onset) return false;
  return tube?.people.at(-1)?.who !== who;
}

/** Whether the hand is at one of these: then keys are not the reader's. */
export const choosing = () => ["reason", "onset"].includes(document.activeElement?.id);
