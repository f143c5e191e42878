import { expect, test } from 'vitest';
import { BELIEVED_FOR, createElsewhere, type Outgoing } from './hints-elsewhere.ts';

function onClock() {
  let now = 10_000;
  const elsewhere = createElsewhere({ monotonic: () => now });
  const asks = (channel = 'wake'): Outgoing & { readonly no: number } => {
    const outgoing = elsewhere.outgoing(channel);
    if (outgoing?.no === undefined) throw new Error('nothing is asked');
    return outgoing as Outgoing & { readonly no: number };
  };
  return {
    elsewhere,
    asks,
    pass: (ms: number) => {
      now += ms;
    },
    goesOut: (channel = 'wake') => elsewhere.outgoing(channel) !== undefined,
    /** One message goes out, is counted and comes back. */
    answered: (receivers: number, channel = 'wake') => {
      const { no, given } = asks(channel);
      given(receivers);
      elsewhere.cameBack(channel, no);
    },
  };
}

test('nothing goes out for a second after one message reached nobody but us; then one asks again', () => {
  const { answered, goesOut, pass, asks } = onClock();
  answered(1);
  expect(goesOut()).toBe(false);
  pass(BELIEVED_FOR - 1);
  expect(goesOut()).toBe(false);
  pass(1);
  expect(asks().no).toBe(2);
});

test('the second counts from when it was asked, however late the answer comes', () => {
  const { elsewhere, asks, pass, goesOut } = onClock();
  const { no, given } = asks();
  pass(BELIEVED_FOR - 1);
  given(1);
  elsewhere.cameBack('wake', no);
  expect(goesOut()).toBe(false);
  pass(1);
  expect(goesOut()).toBe(true);
});

test('everything goes out while somebody else listens', () => {
  const { answered, goesOut } = onClock();
  for (let at = 0; at < 5; at += 1) answered(2);
  expect(goesOut()).toBe(true);
});

test('one receiver is no proof before our own copy came back: it may be another', () => {
  const { elsewhere, asks, goesOut } = onClock();
  const { no, given } = asks();
  given(1);
  expect(goesOut()).toBe(true);
  elsewhere.cameBack('wake', no + 1);
  expect(goesOut()).toBe(true);
  elsewhere.cameBack('wake', no);
  expect(goesOut()).toBe(false);
});

test('the copy may come before the count', () => {
  const { elsewhere, asks, goesOut } = onClock();
  const { no, given } = asks();
  elsewhere.cameBack('wake', no);
  expect(goesOut()).toBe(true);
  given(1);
  expect(goesOut()).toBe(false);
});

test('what was asked before somebody said that they listen is not believed', () => {
  const { elsewhere, asks, goesOut } = onClock();
  const { no, given } = asks();
  elsewhere.forget();
  given(1);
  elsewhere.cameBack('wake', no);
  expect(goesOut()).toBe(true);
});

test('whoever says that they listen is heard at once', () => {
  const { elsewhere, answered, goesOut } = onClock();
  answered(1);
  expect(goesOut()).toBe(false);
  elsewhere.forget();
  expect(goesOut()).toBe(true);
});

test('a question whose answer was lost is put again, and only the newest counts', () => {
  const { elsewhere, asks, pass, goesOut } = onClock();
  const lost = asks();
  pass(BELIEVED_FOR);
  const { no, given } = asks();
  lost.given(1);
  elsewhere.cameBack('wake', lost.no);
  expect(goesOut()).toBe(true);
  given(1);
  elsewhere.cameBack('wake', no);
  expect(goesOut()).toBe(false);
});

test('channels are apart', () => {
  const { answered, goesOut } = onClock();
  answered(1);
  answered(2, 'presence');
  expect([goesOut(), goesOut('presence'), goesOut('revoke')]).toEqual([false, true, true]);
});
