import { expect, it } from 'vitest';
import { parseCustomer } from './own-threads.ts';

const thread = { token: 't', inboxCode: 'orders', inboxName: 'Orders', subject: 'Nib' };

it('reads back what was kept', () => {
  const kept = { name: 'Rosa', address: 'rosa@x.example', threads: [thread] };
  expect(parseCustomer(JSON.stringify(kept))).toEqual(kept);
});

it('keeps what makes sense of something that does not', () => {
  const nobody = { name: '', address: '', threads: [] };
  for (const stored of [null, 'null', '{', '[]', '"x"', '{"name":1}'])
    expect(parseCustomer(stored)).toEqual(nobody);
  const half = { name: 'Rosa', address: '', threads: [thread, null, { token: 1 }] };
  expect(parseCustomer(JSON.stringify(half)).threads).toEqual([thread]);
});
