import { LatchboxError, refuseBy } from '@latchbox/shared';
import type { SeatState, Verdict } from './address-rules.ts';

const STATES: { readonly [S in SeatState]: string } = {
  invited: 'who is invited',
  active: 'who is active',
  locked: 'whose seat is locked',
  deactivated: 'who was deactivated',
};

/** The refusal of a verdict. Whose seat is in the way, and how that stands, is told to admins alone (O6). */
export function refusalOf(
  verdict: Extract<Verdict, { is: 'refused' }>,
  told: { readonly admin: boolean },
): LatchboxError {
  const { rule, of } = verdict;
  if (!told.admin || rule !== 'mailbox_in_use') return refuseBy(rule);
  const where = of === undefined ? 'by a shared inbox' : `on the seat of ${of.name}, ${STATES[of.state]}`;
  const message = `This address is in use ${where}. It has to be removed there first.`;
  return new LatchboxError('refused', { rule }, { message });
}
