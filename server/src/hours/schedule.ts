/** Office hours: when they say open, and when that changes. Pure: no clock of its own, no database. */
import { minutesOf, type OfficeHours, type Span, WEEKDAYS } from '@latchbox/shared/model/hours';
import { offsetAt, steadyTimes } from './zone.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How far ahead and back a change is looked for. A holiday of every year comes within it. */
const HORIZON = 400 * DAY;
/** Ms looked through at once: most changes are near. */
const STRETCH = 8 * DAY;

/** A stretch of time, its end not included (epoch ms). */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether the office is open at a time (epoch ms). The clock on the wall of its zone decides: what it skips in spring is not there, and
 * what it shows twice in autumn counts twice.
 */
export function isOpen(hours: OfficeHours, at: number): boolean {
  const local = at + offsetAt(hours.timeZone, at);
  const day = Math.floor(local / DAY);
  const inDay = local - day * DAY;
  return spansOf(hours, day).some(
    ({ from, to }) => minutesOf(from) * MINUTE <= inDay && inDay < minutesOf(to) * MINUTE,
  );
}

/** The next time after `at` at which open becomes closed or closed open; undefined: not within 400 days. */
export function nextChange(hours: OfficeHours, at: number): number | undefined {
  if (neverChanges(hours)) return undefined;
  const open = isOpen(hours, at);
  for (let from = at; from < at + HORIZON; from += STRETCH) {
    const [first] = openTimes(hours, from, from + STRETCH);
    if (open) {
      const until = first?.from === from ? first.to : from;
      if (until < from + STRETCH) return until;
    } else if (first !== undefined) return first.from;
  }
  return undefined;
}

/** Since when it is as it is at `at`: the newest change that was not after `at`; undefined: not within 400 days. */
export function lastChange(hours: OfficeHours, at: number): number | undefined {
  if (neverChanges(hours)) return undefined;
  const open = isOpen(hours, at);
  for (let to = at + 1; to > at - HORIZON; to -= STRETCH) {
    const last = openTimes(hours, to - STRETCH, to).at(-1);
    if (open) {
      const since = last?.to === to ? last.from : to;
      if (since > to - STRETCH) return since;
    } else if (last !== undefined) return last.to;
  }
  return undefined;
}

/** When it is open between two times, in order; what touches is one. */
export function openTimes(hours: OfficeHours, from: number, to: number): Interval[] {
  const open: Interval[] = [];
  for (const steady of steadyTimes(hours.timeZone, from, to)) {
    const first = Math.floor((steady.from + steady.offset) / DAY);
    const last = Math.floor((steady.to - 1 + steady.offset) / DAY);
    for (let day = first; day <= last; day += 1) {
      const midnight = day * DAY - steady.offset;
      for (const span of spansOf(hours, day)) {
        const start = Math.max(steady.from, midnight + minutesOf(span.from) * MINUTE);
        const end = Math.min(steady.to, midnight + minutesOf(span.to) * MINUTE);
        if (start < end) append(open, start, end);
      }
    }
  }
  return open;
}

function append(open: Interval[], from: number, to: number): void {
  const last = open.at(-1);
  if (last?.to === from) open[open.length - 1] = { from: last.from, to };
  else open.push({ from, to });
}

/** Of a day of the calendar, counted from 1970-01-01. */
function spansOf({ week, holidays }: OfficeHours, day: number): readonly Span[] {
  if (holidays.length > 0) {
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    const holiday =
      holidays.find((one) => one.date === date) ??
      holidays.find((one) => one.yearly && one.date <= date && one.date.slice(4) === date.slice(4));
    if (holiday !== undefined) return holiday.spans;
  }
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAYS[(((day + 3) % 7) + 7) % 7];
  return weekday === undefined ? [] : week[weekday];
}

/** Always open, or never. */
function neverChanges({ week, holidays }: OfficeHours): boolean {
  if (holidays.length > 0) return false;
  const days = WEEKDAYS.map((day) => week[day]);
  const whole = (spans: readonly Span[]): boolean =>
    spans.reduce((sum, { from, to }) => sum + minutesOf(to) - minutesOf(from), 0) === 24 * 60;
  return days.every((spans) => spans.length === 0) || days.every(whole);
}
