/** When something that is put off comes back. All times are epoch milliseconds. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The hour at which a day begins, for those who put things off. */
const MORNING = 9;
const EVENING = 20;

export interface SnoozeChoice {
  readonly words: string;
  readonly until: number;
}

/** The morning so many days after today. */
export function morningAfter(now: number, days: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(MORNING, 0, 0, 0);
}

/** Days until the next Monday: 1 to 7. */
export const daysToMonday = (now: number): number => (8 - new Date(now).getDay()) % 7 || 7;

/** Later today (in three hours, while that is before the evening), tomorrow, and the next Monday after that. */
export function snoozeChoices(now: number): readonly SnoozeChoice[] {
  const later = Math.ceil((now + 3 * HOUR) / (30 * MINUTE)) * 30 * MINUTE;
  const sameEvening = new Date(now).setHours(EVENING, 0, 0, 0);
  const tomorrow = morningAfter(now, 1);
  // On a Sunday the next Monday is tomorrow: next week is meant to be later than that.
  const toMonday = daysToMonday(now);
  return [
    ...(later <= sameEvening ? [{ words: 'Later today', until: later }] : []),
    { words: 'Tomorrow', until: tomorrow },
    { words: 'Next week', until: morningAfter(now, toMonday === 1 ? 8 : toMonday) },
  ];
}

/** A time as a `datetime-local` field takes it. */
export function fieldTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
