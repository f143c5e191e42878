import type { RequestState } from '@latchbox/shared/http/mailbox-requests';
import { expect, test } from 'vitest';
import { nextState, type RequestAct } from './request-state.ts';

const ACTS: readonly RequestAct[] = [
  'approve',
  'decline',
  'withdraw',
  'send_code',
  'prove',
  'configure',
  'end',
];

/** What each act leads to, in the order of `ACTS`: a state, or the rule that refuses it. */
const EXPECTED: { readonly [S in RequestState]: readonly string[] } = {
  requested: ['approved', 'declined', 'withdrawn', 'requested', 'approved', 'waiting', 'waiting'],
  approved: ['decided', 'declined', 'withdrawn', 'decided', 'decided', 'configured', 'waiting'],
  declined: Array.from(ACTS, () => 'not: declined'),
  withdrawn: Array.from(ACTS, () => 'not: withdrawn'),
  configured: [...Array.from({ length: 6 }, () => 'not: configured'), 'ended'],
  ended: Array.from(ACTS, () => 'not: ended'),
};

test.each(Object.entries(EXPECTED))('from %s', (state, expected) => {
  const found = ACTS.map((act) => {
    const next = nextState(state as RequestState, act);
    if ('to' in next) return next.to;
    const rule = next.rule.replace('mailbox_request_', '');
    return ['declined', 'withdrawn', 'configured', 'ended'].includes(rule) ? `not: ${rule}` : rule;
  });
  expect(found).toEqual(expected);
});
