import { vi } from 'vitest';

/** Waits for what comes by itself, as long as it may take on a busy machine (ms): Vitest gives it a second. */
const PATIENCE = 20_000;

/** Waits until `check` does not throw any more. */
export async function patiently(check: () => unknown): Promise<void> {
  await vi.waitFor(check, PATIENCE);
}
