import type { AgentRow } from '../database/directory/agents.ts';
import type { Person } from './address-rules.ts';

/** Somebody as the rules of addresses know people. */
export function personOf({ id, kind, name, email, state }: AgentRow): Person {
  return { id, kind, name, email, state };
}
