/** How replies leave: how long they wait to be taken back, and what stands below them. */
import type { Database, Tx } from '../database/database.ts';
import { getMeta, removeMeta, setMeta } from '../database/meta.ts';
import { writeAudit } from '../database/directory/records.ts';
import { agentUndoFor, setAgentUndoFor } from '../database/people.ts';
import { ownSignature, putSignature, type Signature, type SignatureOwner } from '../database/signatures.ts';
import { administer, requireAdmin } from './admin.ts';
import type { Actor, Sending, SendingSettings } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import { managedInbox, visibleInbox } from './inbox-access.ts';

export interface SendingDeps extends DirectoryDeps {
  /** How long (ms) replies wait where nobody set it; default: not at all. */
  readonly undoFor?: number | undefined;
  /** Takes out of a signature's HTML what does not belong into one. */
  readonly sanitise?: ((html: string) => string) | undefined;
}

export function createSending(deps: SendingDeps): Sending {
  const { db } = deps;
  return {
    sending: (actor) => settingsOf(deps, db.read, actor),
    changeSending: (actor, changes) => changeSending(deps, actor, changes),
    async mySignature(actor, inbox) {
      return (await ownSignature(db.read, await ofMine(db, actor, inbox))) ?? null;
    },
    async putMySignature(actor, inbox, given) {
      const who = await ofMine(db, actor, inbox);
      const signature = given && clean(deps, given);
      await db.inTransaction((tx) => putSignature(tx, who, signature));
      return signature ?? null;
    },
    async inboxSignature(actor, ref) {
      const { inbox } = await visibleInbox(db.read, actor, ref);
      return (await ownSignature(db.read, { agentId: '', inboxId: inbox.id })) ?? null;
    },
    putInboxSignature: (actor, ref, given) => putInboxSignature(deps, actor, ref, given),
  };
}

async function settingsOf(
  { undoFor: usual = 0 }: SendingDeps,
  db: Tx['db'],
  { agentId }: Actor,
): Promise<SendingSettings> {
  const set = await getMeta(db, 'undo_for');
  const organisation = set === undefined ? usual : Number(set);
  const mine = (await agentUndoFor(db, agentId))?.undoFor ?? null;
  return { undoFor: mine ?? organisation, mine, organisation };
}

async function changeSending(
  deps: SendingDeps,
  actor: Actor,
  {
    mine,
    organisation,
  }: { readonly mine?: number | null | undefined; readonly organisation?: number | null | undefined },
): Promise<SendingSettings> {
  const act = { action: 'sending.changed', objectType: 'deployment', objectId: 'this' };
  return await administer(deps, actor, act, async (tx) => {
    if (organisation !== undefined) {
      await requireAdmin(tx, actor);
      if (organisation === null) await removeMeta(tx, 'undo_for');
      else await setMeta(tx, 'undo_for', String(organisation));
      await writeAudit(tx, { ...act, actorId: actor.agentId, details: { undoFor: organisation } });
    }
    if (mine !== undefined) await setAgentUndoFor(tx, actor.agentId, mine);
    return await settingsOf(deps, tx.db, actor);
  });
}

async function ofMine(db: Database, actor: Actor, inbox: string | undefined): Promise<SignatureOwner> {
  const inboxId = inbox === undefined ? '' : (await visibleInbox(db.read, actor, inbox)).inbox.id;
  return { agentId: actor.agentId, inboxId };
}

async function putInboxSignature(
  deps: SendingDeps,
  actor: Actor,
  ref: string,
  given: Signature | undefined,
): Promise<Signature | null> {
  const act = { action: 'inbox.signature_put', objectType: 'inbox', objectId: ref };
  const signature = given && clean(deps, given);
  return await administer(deps, actor, act, async (tx) => {
    const { inbox } = await managedInbox(tx, actor, ref);
    await putSignature(tx, { agentId: '', inboxId: inbox.id }, signature);
    await writeAudit(tx, { ...act, actorId: actor.agentId, objectId: inbox.id });
    return signature ?? null;
  });
}

function clean({ sanitise }: SendingDeps, { body, html }: Signature): Signature {
  return { body, html: html === null || sanitise === undefined ? null : sanitise(html) };
}
