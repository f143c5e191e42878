import { expect, test } from 'vitest';
import { Scope } from './scope.ts';
import { Store } from './readable.ts';

function makeStore<T>(initial: T) {
  const reports: unknown[] = [];
  const scope = new Scope((_message, error) => reports.push(error));
  return { scope, reports, store: new Store<T>(scope, initial) };
}

test('a snapshot is frozen and keeps its identity until it says something else', () => {
  const { store } = makeStore<{ people: { id: string }[] }>({ people: [{ id: 'a' }] });
  const before = store.getSnapshot();
  expect(Object.isFrozen(before)).toBe(true);
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.put({ people: [{ id: 'a' }] });
  expect(store.getSnapshot()).toBe(before);
  store.put({ people: [{ id: 'b' }] });
  expect(store.getSnapshot()).not.toBe(before);
  expect(calls).toBe(1);
});

test('getSnapshot and subscribe need no receiver', () => {
  const { store } = makeStore(1);
  const { getSnapshot, subscribe } = store;
  const seen: number[] = [];
  subscribe(() => seen.push(getSnapshot()));
  store.put(2);
  expect(seen).toEqual([2]);
});

test('a listener that throws is reported and stops nobody else', () => {
  const { store, reports } = makeStore(0);
  const seen: string[] = [];
  store.subscribe(() => seen.push('first'));
  store.subscribe(() => {
    throw new Error('broken');
  });
  store.subscribe(() => seen.push('last'));
  store.put(1);
  expect(seen).toEqual(['first', 'last']);
  expect(reports).toHaveLength(1);
});

test('listeners that come or go during a change are handled by the next one', () => {
  const { store } = makeStore(0);
  const seen: string[] = [];
  const off = store.subscribe(() => {
    seen.push('one');
    off();
    store.subscribe(() => seen.push('late'));
  });
  store.put(1);
  expect(seen).toEqual(['one']);
  store.put(2);
  expect(seen).toEqual(['one', 'late']);
});

test('subscribing the same function twice makes two subscriptions', () => {
  const { store } = makeStore(0);
  let calls = 0;
  const listener = (): void => void (calls += 1);
  const off = store.subscribe(listener);
  store.subscribe(listener);
  off();
  store.put(1);
  expect(calls).toBe(1);
});

test('until takes the present value too, and rejects with aborted or closed', async () => {
  const { scope, store } = makeStore(5);
  expect(await store.until((value) => value > 4)).toBe(5);
  const abort = new AbortController();
  const given = store.until((value) => value > 9, { signal: abort.signal });
  abort.abort();
  await expect(given).rejects.toMatchObject({ code: 'aborted' });
  const waiting = store.until((value) => value > 9);
  scope.end();
  await expect(waiting).rejects.toMatchObject({ code: 'closed' });
});

test('until rejects with what its match throws, and leaves no listener behind', async () => {
  const { store } = makeStore(0);
  const waiting = store.until((value) => {
    if (value === 1) throw new Error('cannot tell');
    return false;
  });
  store.put(1);
  await expect(waiting).rejects.toThrow('cannot tell');
  store.put(2);
});

test('values yields the present one and then the newest; slow readers skip; the end of the client ends it', async () => {
  const { scope, store } = makeStore(1);
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of store.values()) {
      seen.push(value);
      if (value === 1) {
        store.put(2);
        store.put(3);
      }
      if (value === 3) scope.end();
    }
  })();
  await reading;
  expect(seen).toEqual([1, 3]);
});

test('values can be left early', async () => {
  const { store } = makeStore(1);
  for await (const value of store.values()) {
    expect(value).toBe(1);
    break;
  }
});
