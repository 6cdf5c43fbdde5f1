// An event that says all of itself, so that the order in which events arrive is nothing.

/**
 * `event`: as `step` gives it. `knowing`, `setting` (what was chosen for the session), `tube` (the
 * one in hand before), `offline`, `reason`, `onset`: what holds now. `who` stays on this device.
 */
export function eventOf(event, { knowing, setting, tube, offline, reason, onset }) {
  const { kind, barcode, id, who, code, made, undoes } = event;
  const { limit, ...chosen } = setting;
  const device = new Date();
  const told = {
    id: id ?? crypto.randomUUID(),
    kind,
    at: new Date(device.getTime() + knowing.offset).toISOString(),
    device_at: device.toISOString(),
    offset_ms: Math.round(knowing.offset),
    offline,
    tube: { ...chosen, barcode, limit: tube?.barcode === barcode ? tube.limit : limit },
    who,
  };
  if (kind === "undo") return { ...told, undoes };
  if (kind === "close") return told;
  return { ...told, ...(made ? { new: made } : { code }), reason, onset };
}
