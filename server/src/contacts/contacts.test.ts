import type { ContactRecord } from '@latchbox/shared/http/contacts';
import { LatchboxError } from '@latchbox/shared';
import { describe, expect, test } from 'vitest';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { givenDirectory, givenStaff } from '../directory/testing/directory.ts';
import type { Clock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { createContacts } from './api.ts';

async function given(dialect: (typeof TEST_DIALECTS)[number]) {
  const at = await givenDirectory(dialect);
  const { admin, anna } = await givenStaff(at.directory);
  // What rests between two portions rests for one turn of the loop.
  const clock: Clock = {
    now: () => at.clock.now(),
    monotonic: () => at.clock.monotonic(),
    setTimer(_ms, fire) {
      const timer = setImmediate(fire);
      return () => clearImmediate(timer);
    },
  };
  const contacts = createContacts({
    db: at.db,
    clock,
    log: silentLog,
    wake: () => undefined,
    every: 60_000,
  });
  const { book, imports } = contacts;
  return {
    ...contacts,
    contacts,
    admin,
    anna,
    create: (name: string, address: string) =>
      book.create(admin, { name, addresses: [{ channel: 'email', address }] }),
    standing: () => book.list(admin, {}, null, 500),
    async begin(lines: readonly string[]) {
      const content = (async function* () {
        yield await Promise.resolve(Buffer.from(lines.join('\n')));
      })();
      const one = await imports.upload(admin, { name: 'people.csv', content });
      await imports.start(admin, one.id, one.suggestion);
      return one.id;
    },
    import: (id: string) => imports.get(admin, id),
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

/** `ok`, or the code or rule by which each was refused. */
async function said(works: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(works);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return 'ok';
    if (LatchboxError.is(one.reason, 'refused')) return one.reason.details.rule;
    if (LatchboxError.is(one.reason)) return one.reason.code;
    throw one.reason;
  });
}

const mails = ({ addresses }: ContactRecord): string[] => addresses.map(({ address }) => address).toSorted();

describe.each(TEST_DIALECTS)('contacts at once on %s', { timeout: 60_000 }, (dialect) => {
  test('two that are merged into each other become one', async () => {
    await using on = await given(dialect);
    const [a, b] = [await on.create('A', 'a@x.example'), await on.create('B', 'b@x.example')];
    const answers = await said([
      on.parts.merge(on.admin, a.id, [b.id]),
      on.parts.merge(on.admin, b.id, [a.id]),
    ]);
    expect(answers.toSorted()).toEqual(['not_found', 'ok']);
    const [one, ...none] = await on.standing();
    expect(none).toEqual([]);
    expect(one && mails(one)).toEqual(['a@x.example', 'b@x.example']);
  });

  test('a merge is undone once, however often at once', async () => {
    await using on = await given(dialect);
    const [a, b] = [await on.create('A', 'a@x.example'), await on.create('B', 'b@x.example')];
    await on.parts.merge(on.admin, a.id, [b.id]);
    const { acts } = await on.contacts.detail(on.admin, a.id);
    const undo = () => on.parts.undo(on.admin, a.id, acts[0]?.id ?? '');
    expect((await said([undo(), undo(), undo()])).toSorted()).toEqual([
      'contact_act_undone',
      'contact_act_undone',
      'ok',
    ]);
    expect((await on.standing()).map(mails)).toEqual([['a@x.example'], ['b@x.example']]);
  });

  test('what is merged and erased at once is one of the two', async () => {
    await using on = await given(dialect);
    const [a, b] = [await on.create('A', 'a@x.example'), await on.create('B', 'b@x.example')];
    const [merged, erased] = await said([
      on.parts.merge(on.admin, a.id, [b.id]),
      on.contacts.erase(on.admin, b.id, 'B'),
    ]);
    expect([
      ['ok', 'not_found'],
      ['contact_erased', 'ok'],
    ]).toContainEqual([merged, erased]);
    const [one, ...none] = await on.standing();
    expect(none).toEqual([]);
    expect(one && mails(one)).toEqual(merged === 'ok' ? ['a@x.example', 'b@x.example'] : ['a@x.example']);
  });

  test('an address that is written down and imported at once is one contact’s, and every row is counted', async () => {
    await using on = await given(dialect);
    const numbers = Array.from({ length: 60 }, (_, at) => at);
    const id = await on.begin(['Name,Email', ...numbers.map((n) => `Row ${n},p${n}@x.example`)]);
    const by = [1, 31, 59].map((n) => on.create(`By hand ${n}`, `p${n}@x.example`));
    const [, ...answers] = await said([on.importer.look(), ...by]);
    const made = answers.filter((answer) => answer === 'ok').length;
    expect(answers.filter((answer) => answer === 'contact_address_taken')).toHaveLength(3 - made);
    const { state, done, counts } = await on.import(id);
    expect({ state, done }).toEqual({ state: 'done', done: 60 });
    expect(counts).toMatchObject({ created: 60 - made, changed: made, failed: 0, duplicates: 0 });
    expect((await on.standing()).flatMap(mails)).toHaveLength(60);
  });

  test('what is imported and merged at once loses no row and no address, and undoing takes nothing from the one that stays', async () => {
    await using on = await given(dialect);
    const people = Array.from({ length: 80 }, (_, at) => `p${at}@x.example`);
    const known: ContactRecord[] = [];
    for (const [at, address] of people.entries()) known.push(await on.create(`Person ${at}`, address));
    const id = await on.begin([
      'Name,Email,Owner',
      ...people.map((one) => `New ${one},${one},${on.anna.id}`),
    ]);
    const idOf = (at: number): string => known[at]?.id ?? '';
    const merges = [0, 20, 40, 60].map((at) =>
      on.parts.merge(on.admin, idOf(at), [idOf(at + 1), idOf(79 - at)]),
    );
    const [, ...answers] = await said([on.importer.look(), ...merges]);
    expect(answers).toEqual(['ok', 'ok', 'ok', 'ok']);
    const { state, counts } = await on.import(id);
    expect(state).toBe('done');
    // Two rows about what is one contact by then: the first one counts.
    expect(counts.changed + counts.duplicates).toBe(80);
    const standing = await on.standing();
    expect(standing.flatMap(mails).toSorted()).toEqual(people.toSorted());
    expect(standing.every(({ owner }) => owner?.id === on.anna.id)).toBe(true);
    await on.imports.undo(on.admin, id);
    await on.importer.look();
    const undone = await on.import(id);
    expect(undone.state).toBe('undone');
    expect((undone.undo?.undone ?? 0) + (undone.undo?.kept ?? 0)).toBe(counts.changed);
    expect((await on.standing()).flatMap(mails).toSorted()).toEqual(people.toSorted());
  });
});
