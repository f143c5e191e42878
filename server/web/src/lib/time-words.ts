/** Times in the words of this page. All take epoch milliseconds; `now` is the server's present time. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

function dayNumber(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY;
}

/** The time of day here, over 24 hours: "11:46", "9:02". */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** Everything, for a tooltip: "Tuesday 14 May 2030 at 11:46". */
export function fullTime(at: number): string {
  return full.format(at);
}

/** How long ago, short enough for the corner of a row: "now", "4 min", "2 h", "10:12", "Yesterday", "Mon", "14 May". */
export function shortTime(at: number, now: number): string {
  const ago = now - at;
  if (ago < MINUTE) return 'now';
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min`;
  if (ago < 3 * HOUR) return `${Math.floor(ago / HOUR)} h`;
  const days = dayNumber(now) - dayNumber(at);
  if (days < 1) return clockTime(at);
  if (days < 2) return 'Yesterday';
  if (days < 7) return weekday.format(at);
  return days < 300 ? dayAndMonth.format(at) : monthAndYear.format(at);
}

/** How long something has lasted, in whole minutes: "a few seconds", "2 min", "1 h 5 min", "3 days". */
export function lasting(from: number, now: number): string {
  const span = Math.max(0, now - from);
  const minutes = Math.floor(span / MINUTE);
  if (minutes < 1) return 'a few seconds';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(span / HOUR);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(span / DAY);
  return days === 1 ? '1 day' : `${days} days`;
}

/** Since when something is so, as short as it can be said: "since now", "since 2 min". */
export function sinceWords(from: number, now: number): string {
  return `since ${now - from < MINUTE ? 'now' : lasting(from, now)}`;
}

/** "just now", "5 s ago", "3 min ago". */
export function agoWords(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1_000);
  if (seconds < 2) return 'just now';
  return seconds < 60 ? `${seconds} s ago` : `${lasting(at, now)} ago`;
}

/** The line between two days of a thread: "Today", "Yesterday", "Monday 6 May". */
export function dayWords(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  return days < 1 ? 'Today' : days < 2 ? 'Yesterday' : longDay.format(at);
}

/** The day in front of a time gone by, where there is little room: "" today, "Yesterday", "Mon" within the week, "3 Jun". */
export function shortDay(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days < 1) return '';
  if (days < 2) return 'Yesterday';
  return (days < 7 ? weekday : dayAndMonth).format(at);
}

/** True when two times lie on the same day here. */
export function sameDay(a: number, b: number): boolean {
  return dayNumber(a) === dayNumber(b);
}

/** Whole seconds until a deadline, never below 0. The last one counts in full: 0.3 s left reads 1. */
export function secondsLeft(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / 1_000));
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

const withoutZero = (text: string): string => text.replace(/\b0(\d:)/, '$1');

/** A time to come, by its day: "15:00", "Mon 9:00", "3 Jun, 9:00". */
export function dayTime(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now);
  if (days < 1) return clockTime(at);
  return withoutZero((days < 7 ? dayAndTime : dateAndTime).format(at));
}

/** A time to come: "15:00", "tomorrow 9:00", "Mon 9:00", "3 Jun, 9:00". */
export function comingTime(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now);
  return days === 1 ? `tomorrow ${clockTime(at)}` : dayTime(at, now);
}
