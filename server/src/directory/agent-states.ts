/** Where an account can go from where it is (T14). What is not in this table is refused by the rule of its state. */
import { refuseBy } from '@latchbox/shared';
import type { AgentState } from '@latchbox/shared/model/agent';

/** What happens to an account, as it stands in the audit. */
export type AgentStep =
  | 'accepted'
  | 'withdrawn'
  | 'locked'
  | 'unlocked'
  | 'deactivated'
  | 'reactivated'
  | 'invited';

const STEPS: {
  readonly [From in AgentState]: { readonly [To in Exclude<AgentState, From>]?: AgentStep };
} = {
  // By its invitation alone: an admin cannot accept for somebody else.
  invited: { active: 'accepted', deactivated: 'withdrawn' },
  active: { locked: 'locked', deactivated: 'deactivated' },
  locked: { active: 'unlocked', deactivated: 'deactivated' },
  // Who never accepted is invited again, everybody else is back at once.
  deactivated: { active: 'reactivated', invited: 'invited' },
};

const RULE = {
  invited: 'user_is_invited',
  active: 'user_is_active',
  locked: 'user_is_locked',
  deactivated: 'user_is_deactivated',
} as const;

/** What leads from one state to another; undefined: nothing does. */
export function stepBetween(from: AgentState, to: AgentState): AgentStep | undefined {
  const steps: { readonly [To in AgentState]?: AgentStep } = STEPS[from];
  return steps[to];
}

/** Throws `refused` with the rule of the state unless this step leads away from it. */
export function requireStep(from: AgentState, step: AgentStep): void {
  if (!Object.values(STEPS[from]).includes(step)) throw refuseBy(RULE[from]);
}

/** Throws `refused` by the rule of the state. */
export function refuseState(state: AgentState): never {
  throw refuseBy(RULE[state]);
}
