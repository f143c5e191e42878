import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

/** Work that is done when the test says so. */
function work(log: string[], name: string) {
  const done = Promise.withResolvers<string>();
  return {
    start: () => {
      log.push(`${name} began`);
      return done.promise;
    },
    finish: () => done.resolve(name),
    fail: () => done.reject(new Error(name)),
  };
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('does what a session says about one thing one after the other, and the rest beside it', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const [send, leave, other] = [work(log, 'send'), work(log, 'leave'), work(log, 'other')];
    const sent = turns.run('s1', 'c1', send.start);
    const left = turns.run('s1', 'c1', leave.start);
    void turns.run('s1', 'c2', other.start);
    await settle();
    expect(log).toEqual(['send began', 'other began']);
    expect(turns.count('s1')).toBe(3);
    send.finish();
    expect(await sent).toBe('send');
    await settle();
    expect(log).toEqual(['send began', 'other began', 'leave began']);
    leave.finish();
    other.finish();
    await left;
    await turns.allSettled();
    expect(turns.count('s1')).toBe(0);
  });

  it('goes on after work that failed, also at once', async () => {
    const turns = createTurns();
    const first = turns.run('s1', 'c1', () => {
      throw new Error('at once');
    });
    const second = turns.run('s1', 'c1', () => Promise.reject(new Error('later')));
    const third = turns.run('s1', 'c1', () => Promise.resolve('done'));
    await expect(first).rejects.toThrow('at once');
    await expect(second).rejects.toThrow('later');
    expect(await third).toBe('done');
    expect(turns.count('s1')).toBe(0);
  });

  it('says when everything is done that was given before', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const [first, second] = [work(log, 'first'), work(log, 'second')];
    void turns.run('s1', 'c1', first.start);
    void turns.run('s1', 'c1', second.start);
    let settled = false;
    const all = turns.settled('s1').then(() => {
      settled = true;
    });
    first.finish();
    await settle();
    expect(settled).toBe(false);
    second.finish();
    await all;
    await turns.settled('nobody');
  });
});
