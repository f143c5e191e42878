import { expect, it } from 'vitest';
import {
  agoWords,
  clockTime,
  dayWords,
  lasting,
  sameDay,
  secondsLeft,
  shortTime,
  sinceWords,
} from './time-words.ts';

const now = new Date(2030, 4, 15, 16, 0, 0).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it('shortens times by how long ago they are', () => {
  expect(shortTime(now - 20_000, now)).toBe('now');
  expect(shortTime(now + 5_000, now)).toBe('now');
  expect(shortTime(now - 4 * MINUTE, now)).toBe('4 min');
  expect(shortTime(now - 2 * HOUR - MINUTE, now)).toBe('2 h');
  expect(shortTime(now - 6 * HOUR, now)).toBe('10:00');
  expect(shortTime(now - 20 * HOUR, now)).toBe('Yesterday');
  expect(shortTime(new Date(2030, 4, 13, 9).getTime(), now)).toBe('Mon');
  expect(shortTime(new Date(2030, 2, 2).getTime(), now)).toBe('2 Mar');
  expect(shortTime(new Date(2028, 10, 2).getTime(), now)).toBe('Nov 2028');
});

it('says how long something has lasted', () => {
  expect(lasting(now + 400, now)).toBe('a few seconds');
  expect(lasting(now - 59_000, now)).toBe('a few seconds');
  expect(lasting(now - 2 * MINUTE, now)).toBe('2 min');
  expect(lasting(now - HOUR, now)).toBe('1 h');
  expect(lasting(now - HOUR - 5 * MINUTE, now)).toBe('1 h 5 min');
  expect(lasting(now - 24 * HOUR, now)).toBe('1 day');
  expect(lasting(now - 75 * HOUR, now)).toBe('3 days');
});

it('says since when something is so, in a word where that is enough', () => {
  expect(sinceWords(now - 59_000, now)).toBe('since now');
  expect(sinceWords(now - 2 * MINUTE, now)).toBe('since 2 min');
});

it('says how long ago something was', () => {
  expect(agoWords(now, now)).toBe('just now');
  expect(agoWords(now - 5_000, now)).toBe('5 s ago');
  expect(agoWords(now - 3 * MINUTE, now)).toBe('3 min ago');
});

it('writes the time of day over 24 hours, midnight as 0', () => {
  expect(clockTime(new Date(2030, 4, 15, 0, 5).getTime())).toBe('0:05');
  expect(clockTime(new Date(2030, 4, 15, 23, 59).getTime())).toBe('23:59');
});

it('names days', () => {
  expect(dayWords(now - HOUR, now)).toBe('Today');
  expect(dayWords(now - 20 * HOUR, now)).toBe('Yesterday');
  expect(dayWords(new Date(2030, 4, 6, 12).getTime(), now)).toBe('Monday 6 May');
  expect(sameDay(now, now - HOUR)).toBe(true);
  expect(sameDay(now, now - 17 * HOUR)).toBe(false);
});

it('counts seconds down to 0 and no further', () => {
  expect(secondsLeft(now + 42_000, now)).toBe(42);
  expect(secondsLeft(now + 300, now)).toBe(1);
  expect(secondsLeft(now - 300, now)).toBe(0);
});
