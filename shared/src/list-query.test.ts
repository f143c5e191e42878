import { expect, test } from 'vitest';
import { compareRows, rowMatches, type SeenRow } from './list-query.ts';

const row = (change: Partial<SeenRow>): SeenRow => ({
  id: 'cnv_1',
  inboxId: 'ibx_1',
  number: 1,
  channel: 'simulator',
  contact: { id: 'ctc_1', name: 'Rosa', address: 'rosa@studio.example' },
  subject: 'Cracked',
  preview: { kind: 'message', author: 'Rosa', text: 'Hello' },
  status: 'open',
  assignee: null,
  createdAt: 1,
  lastAt: 1,
  newestPosition: 1,
  newestIncoming: 1,
  lock: { status: 'free', fence: 0 },
  drafts: [],
  unread: true,
  ...change,
});

test('a filter leaves out what it names, and nothing else', () => {
  const mine = row({ assignee: { id: 'agt_me', name: 'Me' } });
  expect(rowMatches({}, mine, 'agt_me')).toBe(true);
  expect(rowMatches({ assignee: 'me' }, mine, 'agt_me')).toBe(true);
  expect(rowMatches({ assignee: 'me' }, mine, 'agt_other')).toBe(false);
  expect(rowMatches({ assignee: 'agt_me' }, mine, 'agt_other')).toBe(true);
  expect(rowMatches({ assignee: 'none' }, mine, 'agt_me')).toBe(false);
  expect(rowMatches({ inboxIds: [] }, mine, 'agt_me')).toBe(false);
  expect(rowMatches({ status: 'archived' }, mine, 'agt_me')).toBe(false);
  expect(rowMatches({ unread: true }, mine, 'agt_me')).toBe(true);
  expect(rowMatches({ unread: false }, mine, 'agt_me')).toBe(false);
});

test('others are all but me and nobody, and a team has what is assigned to it, whoever has taken it on', () => {
  const [nobodys, mine, ivos] = [null, 'agt_me', 'agt_ivo'].map((id) =>
    row({ assignee: id === null ? null : { id, name: 'Somebody' } }),
  );
  const seen = (filter: string) =>
    [nobodys, mine, ivos].map((one) => one && rowMatches({ assignee: filter }, one, 'agt_me'));
  expect(seen('others')).toEqual([false, false, true]);
  expect(seen('none')).toEqual([true, false, false]);
  const ofTeam = row({ assignee: { id: 'agt_ivo', name: 'Ivo' }, team: { id: 'tea_1', name: 'Repairs' } });
  expect(rowMatches({ assignee: 'tea_1' }, ofTeam, 'agt_me')).toBe(true);
  expect(rowMatches({ assignee: 'tea_2' }, ofTeam, 'agt_me')).toBe(false);
});

test('newest first, and equal times have one order', () => {
  const rows = [row({ id: 'a', lastAt: 1 }), row({ id: 'b', lastAt: 2 }), row({ id: 'c', lastAt: 2 })];
  expect(rows.toSorted(compareRows).map((one) => one.id)).toEqual(['c', 'b', 'a']);
  expect(compareRows({ lastAt: 1, id: 'a' }, { lastAt: 1, id: 'a' })).toBe(0);
});
