import { expect, it } from 'vitest';
import { fieldTime, snoozeChoices } from './snooze-times.ts';

const at = (text: string): number => new Date(text).getTime();
const words = (now: string) =>
  snoozeChoices(at(now)).map(({ words: name, until }) => `${name} ${fieldTime(until)}`);

it('offers later today, tomorrow and the next Monday', () => {
  // A Wednesday.
  expect(words('2030-05-15T11:46:00')).toEqual([
    'Later today 2030-05-15T15:00',
    'Tomorrow 2030-05-16T09:00',
    'Next week 2030-05-20T09:00',
  ]);
});

it('offers nothing later today in the evening', () => {
  expect(words('2030-05-15T17:30:00')[0]).toBe('Tomorrow 2030-05-16T09:00');
});

it('means the Monday after next by next week where the next one is tomorrow', () => {
  expect(words('2030-05-19T10:00:00').slice(1)).toEqual([
    'Tomorrow 2030-05-20T09:00',
    'Next week 2030-05-27T09:00',
  ]);
  expect(words('2030-05-20T10:00:00').at(-1)).toBe('Next week 2030-05-27T09:00');
});
