import type { Person } from '@latchbox/shared';
import type { Tx } from '../../../../database/database.ts';
import type { Wake } from '../../../../database/event-log.ts';
import type { MasterRow } from '../../../../database/mailbox-masters.ts';
import { type NoticeMail, notify } from '../../../../notices/notify.ts';

/**
 * Tells owners that somebody else said where answers to their mailboxes arrive (A4): in the page each mailbox for itself, by mail all
 * of an owner in one. Appends to their streams: the last thing in its transaction.
 */
export async function tellOwners(
  tx: Tx,
  deps: { readonly wake: Wake },
  { id, name }: Person,
  changed: readonly MasterRow[],
  master: MasterRow | undefined,
): Promise<void> {
  const by = { id, name };
  const others = Map.groupBy(
    changed.filter(({ ownerId }) => ownerId !== id),
    ({ ownerId }) => ownerId,
  );
  // In the order of their ids, as everybody does who appends to several streams.
  const owners = [...others].toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
  for (const [agentId, mailboxes] of owners) {
    if (agentId === null) continue;
    for (const [at, { id: mailboxId, address }] of mailboxes.entries()) {
      const named = { masterId: master?.id ?? null, masterAddress: master?.address ?? null };
      const mail = at === 0 ? mailOf(by, mailboxes, master) : null;
      const notification = { kind: 'master_set' as const, mailboxId, address, by, ...named };
      await notify(tx, deps, { agentId, notification, mail });
    }
  }
}

function mailOf(by: Person, mailboxes: readonly MasterRow[], master: MasterRow | undefined): NoticeMail {
  const which = mailboxes.map(({ address }) => address);
  const what = which.length === 1 ? (which[0] ?? '') : `${which.length} of your mailboxes`;
  const where = master === undefined ? 'come back to the mailbox that wrote' : `arrive at ${master.address}`;
  return {
    subject: `Answers to ${what} now ${where}`,
    body: [
      `${by.name}, who administers Latchbox, has changed where answers to your mail arrive.`,
      '',
      ...which.map((address) => `From ${address}: answers ${where}.`),
      '',
      'This counts from your next mail on. Answers to mail that went out before still arrive where it said.',
      'You can change it yourself: Settings, My mailboxes.',
      '',
    ].join('\n'),
  };
}
