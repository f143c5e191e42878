import type { AgentRow } from '../database/directory/agents.ts';
import type { Person, SeatState } from './address-rules.ts';

/** How somebody stands here. */
export const seatState = ({ active }: AgentRow): SeatState => (active ? 'active' : 'deactivated');

/** Somebody as the rules of addresses know people. */
export function personOf(agent: AgentRow): Person {
  const { id, kind, name, email } = agent;
  return { id, kind, name, email, state: seatState(agent) };
}
