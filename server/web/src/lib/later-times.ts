/** When a reply may be sent later. All times are epoch milliseconds, hours are those of the browser's zone. */

import { daysToMonday, morningAfter } from './snooze-times.ts';

const HOUR = 3_600_000;

export interface LaterChoice {
  readonly words: string;
  readonly at: number;
}

/** In an hour, tomorrow morning, and on Monday where that is not tomorrow. */
export function laterChoices(now: number): readonly LaterChoice[] {
  const toMonday = daysToMonday(now);
  return [
    { words: 'In an hour', at: now + HOUR },
    { words: 'Tomorrow morning', at: morningAfter(now, 1) },
    ...(toMonday === 1 ? [] : [{ words: 'Monday morning', at: morningAfter(now, toMonday) }]),
  ];
}

/** The zone that times on this page are in: "Europe/Berlin". */
export function zoneWords(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');
}
