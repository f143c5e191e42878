import { describe, expect, it } from 'vitest';
import { addressBeside, firstName, initials, namesOf, whoColour } from './people.ts';

describe('initials', () => {
  it.each([
    ['Rosa Achterberg', 'RA'],
    ['Noor El-Amin', 'NA'],
    ['Cher', 'C'],
    ['Ana Maria de la Cruz', 'AC'],
    ['  émile  zola ', 'ÉZ'],
    ['+1 415 555 0177', '77'],
    ['(Bindery) O’Neil', 'BO'],
    ['李 小龙', '李小'],
  ])('of %j are %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

it('calls people by their first name', () => {
  expect(firstName(' Ana Brandt')).toBe('Ana');
  expect(firstName('Cher')).toBe('Cher');
  expect(firstName('+44 7700 900774')).toBe('+44 7700 900774');
});

it('shows no address twice', () => {
  expect(addressBeside({ name: 'Cora Quist', address: 'cora@quist.example' })).toBe('cora@quist.example');
  expect(addressBeside({ name: 'cora@quist.example', address: 'Cora@quist.example' })).toBe('');
  expect(addressBeside({ name: '+44 7700 900774', address: '+447700900774' })).toBe('');
});

it('names few and counts many', () => {
  const people = ['Ana B', 'Ben K', 'Cem L', 'Dana R'].map((name) => ({ name }));
  expect(namesOf([])).toBe('');
  expect(namesOf(people.slice(0, 1))).toBe('Ana');
  expect(namesOf(people.slice(0, 2))).toBe('Ana and Ben');
  expect(namesOf(people.slice(0, 3))).toBe('Ana, Ben and Cem');
  expect(namesOf(people)).toBe('Ana, Ben and 2 more');
});

it('gives ids that count up different colours, the same one each time', () => {
  const colours = Array.from({ length: 60 }, (_, at) => whoColour(`agent-${at}`));
  expect(new Set(colours)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  expect(whoColour('agent-7')).toBe(colours[7]);
});
