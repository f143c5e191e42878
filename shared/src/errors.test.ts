import { expect, expectTypeOf, test } from 'vitest';
import {
  type AnyLatchboxError,
  ERRORS,
  fromWireError,
  LatchboxError,
  refuse,
  refuseBy,
  toWireError,
} from './errors.ts';
import { RULES, type Rule } from './rules.ts';
import { WireErrorSchema } from './realtime/ack.ts';

test('an error crosses the wire and comes back as the same code, details and sentence', () => {
  const sent = new LatchboxError('lock_held', { holder: { id: 'agt_1', name: 'Ana' }, since: 5 });
  const wire = JSON.parse(JSON.stringify(toWireError(sent, 'req_1'))) as never;
  expect(WireErrorSchema.parse(wire)).toEqual({
    code: 'lock_held',
    message: sent.message,
    details: sent.details,
    requestId: 'req_1',
  });
  const received = fromWireError(wire);
  expect(received.code).toBe('lock_held');
  expect(received.details).toEqual(sent.details);
  expect(received.retry).toBe('later');
});

test('a code from the future becomes internal and keeps its reference', () => {
  const error = fromWireError({ code: 'toString', message: 'New.', requestId: 'req_2' });
  expect(error.code).toBe('internal');
  expect(error.details).toEqual({ ref: 'req_2' });
});

test('is() narrows by code, across copies of this module, and refuses strangers', () => {
  const error: unknown = refuse('forbidden');
  expect(LatchboxError.is(error, 'forbidden', 'not_found')).toBe(true);
  expect(LatchboxError.is(error, 'not_found')).toBe(false);
  expect(LatchboxError.is({ code: 'forbidden' }, 'forbidden')).toBe(false);
  expect(LatchboxError.is(null)).toBe(false);
  const fromAnotherCopy = { code: 'limit', details: { max: 3 }, [Symbol.for('latchbox.error')]: true };
  if (!LatchboxError.is(fromAnotherCopy, 'limit')) throw new Error('a copy was not recognised');
  expectTypeOf(fromAnotherCopy.details).toEqualTypeOf<{ max: number }>();
});

test('every code has a sentence for people, without a code or a placeholder in it', () => {
  for (const [code, row] of Object.entries(ERRORS)) {
    expect(row.message, code).toMatch(/^[A-Z].*\.$/);
    expect(row.message).not.toContain('_');
    expect(row.status).toBeGreaterThanOrEqual(400);
  }
});

test('a refusal by a rule names it, in its own sentence, and crosses the wire with it', () => {
  for (const [rule, sentence] of Object.entries(RULES)) {
    expect(rule).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(sentence, rule).toMatch(/^[A-Z].*\.$/);
  }
  const sent = refuseBy('inbox_address_taken');
  expect(sent.message).toBe(RULES.inbox_address_taken);
  const received: AnyLatchboxError = fromWireError(JSON.parse(JSON.stringify(toWireError(sent))) as never);
  if (received.code !== 'refused') throw new Error('another code came back');
  expectTypeOf(received.details.rule).toEqualTypeOf<Rule>();
  expect(received.details.rule).toBe('inbox_address_taken');
});

test('the union of all errors narrows by its code', () => {
  const read = (error: AnyLatchboxError): number => (error.code === 'too_large' ? error.details.max : 0);
  expect(read(new LatchboxError('too_large', { max: 7 }) as AnyLatchboxError)).toBe(7);
});
