import { expect, it } from 'vitest';
import { inLine } from './place-words.ts';

const person = (name: string) => ({ id: name, name });

it('says where somebody stands in line, or who else waits', () => {
  expect(inLine({ queue: [], place: null })).toBeNull();
  expect(inLine({ queue: [person('Ben Ode')], place: null })).toBe('Ben waits for it.');
  expect(inLine({ queue: [person('Ben'), person('Dana')], place: null })).toBe('Ben and Dana wait for it.');
  const places = [1, 2, 3, 4, 11, 21, 22].map((place) => inLine({ queue: [], place }));
  expect(places[0]).toBe('You are next in line.');
  expect(places.slice(1).map((words) => words?.split(' ')[2])).toEqual([
    '2nd',
    '3rd',
    '4th',
    '11th',
    '21st',
    '22nd',
  ]);
});
