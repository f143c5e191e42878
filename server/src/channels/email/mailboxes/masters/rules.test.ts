import { expect, test } from 'vitest';
import { masterRefusal, planMasters, type RuledMailbox } from './rules.ts';

const box = (id: string, more: Partial<RuledMailbox> = {}): RuledMailbox => ({
  id,
  ownerId: 'ana',
  masterId: null,
  state: 'connected',
  ...more,
});
const known = (...all: RuledMailbox[]) => new Map(all.map((one) => [one.id, one]));

test('each refusal has a rule of its own', () => {
  const all = known(
    box('a'),
    box('b'),
    box('led', { masterId: 'b' }),
    box('off', { state: 'disconnected' }),
    box('slow', { state: 'connecting' }),
    box('broken', { state: 'failed' }),
    box('bens', { ownerId: 'ben' }),
    box('shared', { ownerId: null }),
  );
  const why = (id: string, masterId: string | null) => masterRefusal(all, all.get(id) ?? box(id), masterId);
  expect(why('a', 'b')).toBeUndefined();
  expect(why('a', null)).toBeUndefined();
  expect(why('a', 'a')).toBe('master_itself');
  expect(why('a', 'nowhere')).toBe('master_unknown');
  expect(why('a', 'shared')).toBe('master_shared');
  expect(why('shared', 'a')).toBe('master_for_shared');
  expect(why('shared', null)).toBe('master_for_shared');
  expect(why('a', 'bens')).toBe('master_of_other');
  expect(why('a', 'led')).toBe('master_has_master');
  expect(why('b', 'a')).toBe('master_has_followers');
  for (const state of ['off', 'slow', 'broken']) expect(why('a', state)).toBe('master_not_connected');
});

test('what is set already is not judged again', () => {
  const all = known(box('a', { masterId: 'b' }), box('b', { state: 'disconnected' }));
  expect(masterRefusal(all, box('a', { masterId: 'b' }), 'b')).toBeUndefined();
  expect(masterRefusal(all, box('c'), 'b')).toBe('master_not_connected');
});

test('of several, one that is a master may have one once nobody has it any more', () => {
  const [a, b, c] = [box('a'), box('b', { masterId: 'a' }), box('c')];
  const all = known(a, b, c);
  expect(planMasters(all, [a], 'c').get('a')).toEqual({ rule: 'master_has_followers' });
  expect([...planMasters(all, [a, b], 'c')]).toEqual([
    ['a', { from: null }],
    ['b', { from: 'a' }],
  ]);
  expect([...planMasters(all, [a, b, c], 'c')].find(([id]) => id === 'c')).toEqual([
    'c',
    { rule: 'master_itself' },
  ]);
});

/** Every world of four mailboxes that single steps lead to, from one in which nobody has a master. */
function reached(): Map<string, RuledMailbox>[] {
  const start = known(
    box('a'),
    box('b'),
    box('c', { ownerId: 'ben' }),
    box('d'),
    box('e', { state: 'failed' }),
  );
  const seen = new Map([[said(start), start]]);
  for (const world of seen.values()) {
    for (const mailbox of world.values()) {
      for (const masterId of [null, ...world.keys()]) {
        if (masterRefusal(world, mailbox, masterId) !== undefined) continue;
        const next = new Map(world).set(mailbox.id, { ...mailbox, masterId });
        seen.set(said(next), next);
      }
    }
  }
  return [...seen.values()];
}
const said = (world: ReadonlyMap<string, RuledMailbox>) =>
  JSON.stringify([...world.values()].map(({ masterId }) => masterId));

test('no step leads to a chain, nor to a master of somebody else', () => {
  const worlds = reached();
  expect(worlds.length).toBeGreaterThan(10);
  for (const world of worlds) {
    for (const { id, ownerId, masterId } of world.values()) {
      if (masterId === null) continue;
      expect(world.get(masterId), said(world)).toMatchObject({ ownerId, masterId: null, state: 'connected' });
      expect(masterId).not.toBe(id);
    }
  }
});
