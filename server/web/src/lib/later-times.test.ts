import { expect, test } from 'vitest';
import { laterChoices } from './later-times.ts';

const at = (text: string) => new Date(text).getTime();
const words = (now: number) => laterChoices(now).map((one) => one.words);

test('an hour, tomorrow, Monday; on a Sunday Monday is tomorrow', () => {
  const tuesday = at('2026-11-24T15:20');
  expect(laterChoices(tuesday).map((one) => one.at)).toEqual([
    at('2026-11-24T16:20'),
    at('2026-11-25T09:00'),
    at('2026-11-30T09:00'),
  ]);
  expect(words(at('2026-11-29T08:00'))).toEqual(['In an hour', 'Tomorrow morning']);
  expect(laterChoices(at('2026-11-30T08:00')).at(-1)?.at).toBe(at('2026-12-07T09:00'));
});
