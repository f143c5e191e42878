/** How events are given to a room: `events` in all, `group` of them at a time. */
export interface Emission {
  readonly events: number;
  readonly group: number;
}

/** µs since the start of the machine: the same reading in all processes. */
export function machineTime(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Emits group after group, each in a turn of its own, so that sockets are written in between; answers when it began. */
export async function inGroups(
  { events, group }: Emission,
  emit: (count: number) => Promise<void> | void,
): Promise<number> {
  const began = machineTime();
  for (let left = events; left > 0; left -= group) {
    await emit(Math.min(group, left));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return began;
}
