import type { HoursSettings } from '@latchbox/client/admin';

export type Schedule = NonNullable<HoursSettings['hours']>;
export type Week = Schedule['week'];
export type Day = keyof Week;
export type Span = Week[Day][number];
export type Holiday = Schedule['holidays'][number];
export type Away = HoursSettings['outOfOffice'];

export const DAYS: readonly (readonly [Day, string])[] = [
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
];

/** The weeks to begin with, as the server names them. */
export const PRESET_WORDS: readonly (readonly [string, string])[] = [
  ['weekdays', 'Monday to Friday, 9 to 17'],
  ['weekdaysWithBreak', 'Monday to Friday, 9 to 12 and 13 to 17'],
  ['shop', 'Monday to Saturday, 9 to 18'],
  ['always', 'Day and night'],
  ['closed', 'Never'],
];
