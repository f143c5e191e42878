import { refuse, refuseBy } from '@latchbox/shared';
import { agentById } from '../../../database/directory/agents.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import { administer, invalid, requireAdmin } from '../../../directory/admin.ts';
import type { Actor } from '../../../directory/api.ts';
import { domainOf } from '../../../lib/domain-of.ts';
import { newId } from '../../../lib/ids.ts';
import { createHandNotice } from '../out/notice-mail.ts';
import type { SignMail } from '../out/dkim/sign-mail.ts';
import type { OutgoingDeps, OutgoingMailService, TestMailAnswer } from './api.ts';

/** Ms until nobody waits for the relay's answer any more. */
const LIMIT = 20_000;

/** Sends one to whoever asks, the way of every mail without a mailbox's own server; it is in the audit. */
export function createSendTest(
  deps: OutgoingDeps,
  sendersOf: () => Promise<readonly string[]>,
): OutgoingMailService['test'] {
  return async (actor, given) => {
    const { to, from } = await allowed(deps, actor, given.from, sendersOf);
    const { relay } = deps;
    if (relay === undefined) throw refuseBy('relay_missing');
    let signedBy: string | null = null;
    const sign: SignMail = async (mail) => {
      const signed = await deps.sign(mail);
      if (signed !== mail && !('status' in signed)) signedBy = domainOf(from);
      return signed;
    };
    const hand = createHandNotice({ relay, sign, from: { name: 'Latchbox', address: from } });
    const letter = { ...letterOf(deps.clock.now(), from), ...to };
    const over = new AbortController();
    const cancel = deps.clock.setTimer(LIMIT, () => over.abort());
    try {
      const answer = await hand(letter, over.signal);
      const reason = answer.status === 'accepted' ? null : answer.reason.slice(0, 500);
      return { from, to: to.to, status: answer.status, reason, signedBy };
    } catch (error) {
      deps.log.warn('A test mail was handed over, and nobody knows whether it was taken', { error });
      const unknown: TestMailAnswer['status'] = 'unknown';
      return { from, to: to.to, status: unknown, reason: null, signedBy };
    } finally {
      cancel();
    }
  };
}

async function allowed(
  deps: OutgoingDeps,
  actor: Actor,
  given: string | undefined,
  sendersOf: () => Promise<readonly string[]>,
): Promise<{ to: { to: string; name: string }; from: string }> {
  const from = given ?? deps.from.address.toLowerCase();
  const senders = await sendersOf();
  const act = { action: 'relay.tested', objectType: 'relay', objectId: 'relay' };
  return await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    if (deps.relay === undefined) throw refuseBy('relay_missing');
    if (!senders.includes(from))
      throw invalid('from', 'must be an address that mail leaves from by the relay');
    const agent = await agentById(tx.db, actor.agentId);
    if (agent === undefined) throw refuse('forbidden');
    if (agent.email === null) throw refuseBy('relay_test_no_address');
    const details = { from, to: agent.email };
    await writeAudit(tx, { ...act, actorId: actor.agentId, details });
    return { to: { to: agent.email, name: agent.name }, from };
  });
}

const letterOf = (createdAt: number, from: string) => ({
  id: newId('ntc'),
  createdAt,
  subject: 'Test mail of Latchbox',
  body: `Mail from ${from} leaves this server by its relay, and has arrived here.\n\nLook whether your mail program says that it is signed, and that it did not land among spam.`,
});
