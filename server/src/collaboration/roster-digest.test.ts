import { expect, test } from 'vitest';
import type { PresenceEntry } from '../cluster/registry.ts';
import { createDigests } from './roster-digest.ts';

const entry = (sessionId: string, revision: number): PresenceEntry => ({
  sessionId,
  serverId: 'srv_1',
  revision,
  agentId: 'agt_1',
  agentName: 'Ana',
  state: 'active',
  inboxIds: [],
  viewing: [],
});

function sumOf(...entries: readonly PresenceEntry[]): number {
  const digests = createDigests();
  for (const one of entries) digests.add(one);
  return digests.of('srv_1').sum;
}

test('two sessions that change alike are told apart from what they were', () => {
  const before = sumOf(entry('ses_a', 1_000_000), entry('ses_b', 1_000_000));
  expect(sumOf(entry('ses_a', 1_000_001), entry('ses_b', 1_000_001))).not.toBe(before);
  expect(sumOf(entry('ses_b', 1_000_000), entry('ses_a', 1_000_000))).toBe(before);
});
