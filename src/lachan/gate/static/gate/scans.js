// A scan as this device makes it: its own number, its clock, and how far it believes ours ahead.

/** `at`: milliseconds of this device's clock, where the scan was not made now (a picture). */
export function scanOf({ data, offset }, found, { at, ...how }) {
  const device = at ? new Date(at) : new Date();
  return {
    id: crypto.randomUUID(),
    gate: data.gate,
    text: found.text,
    ...how,
    at: new Date(device.getTime() + offset).toISOString(),
    device_at: device.toISOString(),
    offset_ms: Math.round(offset),
  };
}
