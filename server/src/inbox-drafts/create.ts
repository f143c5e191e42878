/** The inbox itself with its number and members, in the transaction that ends its draft. */
import { refuseBy } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { inboxByRef } from '../database/directory/inboxes.ts';
import { writeAudit } from '../database/directory/records.ts';
import { type StoredInboxDraft, stepDraft } from '../database/inbox-drafts.ts';
import { insertNumber } from '../database/texting/numbers.ts';
import { campaignOf, changeCampaign } from '../database/texting/campaigns.ts';
import { setMember } from '../directory/inbox-members.ts';
import { createInbox } from '../directory/inboxes.ts';
import { newId } from '../lib/ids.ts';
import { needsCampaign, readPhone } from '../lib/phone.ts';
import type { BoughtNumber, InboxDraftDeps } from './api.ts';

export interface Created {
  readonly inboxId: string;
  readonly teamId: string;
  /** Its number waits for the registration of the team. */
  readonly needsCampaign: boolean;
}

/** `by` has been checked by the caller; the draft is held and complete. Throws `invalid`, `refused`, and a violation of `numbers_e164`. */
export async function createFrom(
  tx: Tx,
  deps: InboxDraftDeps,
  draft: StoredInboxDraft,
  bought: BoughtNumber | null,
  by: string,
): Promise<Created> {
  const { id, name, apiCode, colour, teamId } = draft;
  const created = await createInbox(
    tx,
    { name, colour, apiCode: apiCode ?? undefined, teamId: teamId ?? undefined },
    by,
  );
  const waits = bought !== null && (await giveNumber(tx, draft, bought, created, by));
  const inbox = await inboxByRef(tx.db, created.id);
  if (inbox === undefined) throw new Error('an inbox vanished inside its transaction');
  await stepDraft(tx, id, { state: 'done', inboxId: inbox.id, dueAt: null, problem: null });
  // Last, because it appends to the streams of the members; of a registered team also while its number is being taken in.
  for (const member of draft.members) await setMember(tx, deps, inbox, member, by, { evenWaiting: true });
  return { inboxId: inbox.id, teamId: inbox.teamId, needsCampaign: waits };
}

async function giveNumber(
  tx: Tx,
  { number: e164, voiceForward }: StoredInboxDraft,
  { sid, ...can }: BoughtNumber,
  { id: inboxId, teamId }: { readonly id: string; readonly teamId: string },
  by: string,
): Promise<boolean> {
  const phone = e164 === null ? undefined : readPhone(e164);
  if (phone === undefined) throw new Error('a number was bought that is none');
  if (!can.sms) throw refuseBy('number_no_texts');
  const needed = needsCampaign(phone);
  await insertNumber(tx, {
    id: newId('num'),
    inboxId,
    e164: phone.e164,
    providerSid: sid,
    ...can,
    tollFree: phone.kind === 'toll_free',
    isPrimary: true,
    voiceForward,
    registration: needed ? 'unassigned' : 'not_needed',
  });
  const details = { number: phone.e164 };
  await writeAudit(tx, {
    actorId: by,
    action: 'number.bought',
    objectType: 'inbox',
    objectId: inboxId,
    details,
  });
  // A registered team takes its new number in.
  const campaign = needed ? await campaignOf(tx.db, teamId) : undefined;
  if (campaign?.state === 'registered') await changeCampaign(tx, campaign, { dueAt: tx.now });
  return needed;
}
