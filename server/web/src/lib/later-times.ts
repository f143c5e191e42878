/** When a reply may be sent later. All times are epoch milliseconds, hours are those of the browser's zone. */

const HOUR = 3_600_000;
const MORNING = 9;

export interface LaterChoice {
  readonly words: string;
  readonly at: number;
}

function morningAfter(now: number, days: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(MORNING, 0, 0, 0);
}

/** In an hour, tomorrow morning, and on Monday where that is not tomorrow. */
export function laterChoices(now: number): readonly LaterChoice[] {
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
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
