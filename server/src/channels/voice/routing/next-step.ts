/** What becomes of an incoming call, step by step: a function of its plan and of what happened, and of nothing else. */
import type { CallWhy } from '@latchbox/shared';

/** A phone that can ring. */
export interface Target {
  readonly e164: string;
  /** Whose phone it is; null: nobody's of the team. */
  readonly agentId: string | null;
}

/** Phones that ring at the same time, until one is answered or their time is over. */
export interface Attempt {
  readonly targets: readonly Target[];
  readonly seconds: number;
}

/** How one call is routed, as it stood when the call began: what is changed meanwhile is for the next one. */
export interface Plan {
  /** False: out of office hours, where nobody is rung. */
  readonly open: boolean;
  readonly attempts: readonly Attempt[];
  readonly voicemail: {
    readonly text: string;
    readonly seconds: number;
    readonly transcribe: boolean;
  } | null;
  readonly pressToAnswer: boolean;
}

export type Happened =
  | { readonly what: 'began' }
  /** The phones of an attempt ring no more. `gone`: the caller is not on the line any more. */
  | {
      readonly what: 'rang';
      readonly attempt: number;
      readonly result: 'taken' | 'busy' | 'no_answer' | 'failed' | 'gone';
    }
  /** The caller spoke, or did not. */
  | { readonly what: 'recorded' };

export type Step =
  | { readonly step: 'dial'; readonly attempt: number; readonly why: StepReason }
  | { readonly step: 'voicemail'; readonly why: CallWhy }
  /** `apology`: the caller hears that nobody is there. */
  | { readonly step: 'hang_up'; readonly apology: boolean; readonly why: CallWhy | 'over' };

type StepReason = 'began' | 'busy' | 'no_answer' | 'failed';

/** The one table of routing. */
export function nextStep(plan: Plan, happened: Happened): Step {
  switch (happened.what) {
    case 'began':
      if (!plan.open) return toNobody(plan, 'closed');
      if (plan.attempts.length === 0) return toNobody(plan, 'nobody_to_ring');
      return { step: 'dial', attempt: 0, why: 'began' };
    case 'rang': {
      const { attempt, result } = happened;
      if (result === 'taken') return { step: 'hang_up', apology: false, why: 'over' };
      if (result === 'gone') return { step: 'hang_up', apology: false, why: 'hung_up' };
      const next = attempt + 1;
      if (next < plan.attempts.length) return { step: 'dial', attempt: next, why: result };
      return toNobody(plan, result);
    }
    case 'recorded':
      return { step: 'hang_up', apology: false, why: 'over' };
  }
}

function toNobody(plan: Plan, why: CallWhy): Step {
  return plan.voicemail === null ? { step: 'hang_up', apology: true, why } : { step: 'voicemail', why };
}
