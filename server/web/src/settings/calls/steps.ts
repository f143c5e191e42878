import type { CallRouting } from '@latchbox/client/calls';

export type Step = CallRouting['steps'][number];
export type StepKind = Step['kind'];

/** A member who may be rung. */
export interface Ringing {
  readonly id: string;
  readonly name: string;
}

/** Seconds that a new step rings. */
const RINGS = 20;

/** A step of this kind, with what it has in common with the one before. */
export function stepOf(kind: StepKind, before?: Step): Step {
  const seconds = before?.seconds ?? RINGS;
  if (kind === 'forward') return { kind, number: '', seconds };
  return {
    kind,
    members: before === undefined || before.kind === 'forward' ? null : before.members,
    seconds,
  };
}

/** With one of them moved up (-1) or down (1). */
export function moved<T>(all: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...all];
  const [one] = next.splice(at, 1);
  if (one !== undefined) next.splice(at + by, 0, one);
  return next;
}

/** With a member rung too, after the others, or not any more; null where everybody is. */
export function withMember(members: readonly string[], id: string, on: boolean): string[] {
  return on ? [...members.filter((one) => one !== id), id] : members.filter((one) => one !== id);
}
