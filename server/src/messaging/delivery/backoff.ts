/** How long to wait before the next attempt, in ms. */
export interface BackoffSettings {
  readonly first: number;
  readonly longest: number;
}

/**
 * Doubles with every attempt up to the longest, and takes a random half of it off: messages that failed together (a provider
 * was down) do not come back together. `random` is in [0, 1).
 */
export function backoffMs(attempts: number, random: () => number, settings: BackoffSettings): number {
  const doublings = Math.min(Math.max(0, attempts - 1), 30);
  const wait = Math.min(settings.longest, settings.first * 2 ** doublings);
  return Math.round(wait / 2 + (wait / 2) * random());
}
