import type { MasterRow } from '@latchbox/client/admin';
import { expect, test } from 'vitest';
import { pictureOf } from './layout.ts';

function row(
  id: string,
  owner: string,
  masterId: string | null,
  all: readonly [string, string | null][],
): MasterRow {
  return {
    id,
    address: `${id}@shop.example`,
    name: '',
    inboxId: `ibx_${id}`,
    inboxName: id,
    owner: { id: `agt_${owner}`, name: owner },
    status: id === 'off' ? 'disconnected' : 'connected',
    since: 0,
    masterId,
    masterOf: all.filter(([, master]) => master === id).length,
    set: null,
  };
}
function rows(owner: string, ...all: [string, string | null][]): MasterRow[] {
  return all.map(([id, masterId]) => row(id, owner, masterId, all));
}

test('masters stand at the right beside those who have them, and their wires do not cross', () => {
  const ana = rows('ana', ['a', 'z'], ['b', 'm'], ['c', 'z'], ['d', null], ['m', null], ['z', null]);
  const picture = pictureOf([...rows('ben', ['e', 'off'], ['off', null]), ...ana]);
  expect(picture.senders.map(({ id }) => id)).toEqual(['b', 'a', 'c', 'd', 'e']);
  expect(picture.masters.map(({ master }) => master.id)).toEqual(['m', 'z', 'off']);
  expect(picture.wires.map(({ from, to, broken }) => [from, to, broken])).toEqual([
    ['b', 'm', false],
    ['a', 'z', false],
    ['c', 'z', false],
    ['e', 'off', true],
  ]);
  const ends = picture.wires.map(({ y: [, to] }) => to);
  expect(ends).toEqual(ends.toSorted((one, other) => one - other));
});

test('cards never lie over each other, however many there are', () => {
  const many = Array.from({ length: 12 }, (_, place): [string, string | null][] => [
    [`s${place}`, `m${place}`],
    [`m${place}`, null],
  ]).flat();
  const { masters, senders, height } = pictureOf(rows('ana', ...many));
  expect(masters).toHaveLength(12);
  for (const [at, { top }] of masters.entries()) {
    expect(top).toBeGreaterThanOrEqual(at === 0 ? 0 : (masters[at - 1]?.top ?? 0) + 72);
  }
  expect(height).toBeGreaterThanOrEqual((masters.at(-1)?.top ?? 0) + 72);
  expect(senders).toHaveLength(12);
});

test('without masters there is a column of mailboxes alone', () => {
  const { masters, wires, height } = pictureOf(rows('ana', ['a', null], ['b', null]));
  expect([masters, wires, height]).toEqual([[], [], 124]);
  expect(pictureOf([]).height).toBe(0);
});
