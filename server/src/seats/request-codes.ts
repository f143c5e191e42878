/** Codes that are sent to an address, to show that whoever wants it as a mailbox reads its mail (O2, H3). */
import { refuseBy } from '@latchbox/shared';
import { randomInt } from 'node:crypto';
import type { MailboxRequest } from '@latchbox/shared/http/mailbox-requests';
import type { Rule } from '@latchbox/shared/rules';
import type { Tx } from '../database/database.ts';
import { updateRequest } from '../database/seats/requests.ts';
import { administer } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import type { DirectoryDeps } from '../directory/deps.ts';
import { createLimit } from '../directory/limits.ts';
import { hashSecret, sameSecret } from '../lib/ids.ts';
import { judgeAddress } from './facts.ts';
import { changeRequest, type Held, holdForAct } from './held-request.ts';
import { refusalOf } from './refusals.ts';
import { requestView } from './request-view.ts';
import { postCode } from './tell.ts';

export interface CodeDeps {
  /** Whether mail to our own people leaves at all. */
  readonly mailLeaves: boolean;
}

export interface Codes {
  /** Throws `rate_limited` after five in an hour. */
  sendCode(actor: Actor, id: string): Promise<MailboxRequest>;
  /** Approves the request. Throws `forbidden` for an admin: who reads the mail answers it. */
  prove(actor: Actor, id: string, code: string): Promise<MailboxRequest>;
}

/** How long (ms) a code counts, and how often a wrong one may be given. */
const COUNTS_FOR = 86_400_000;
const MOST_TRIES = 5;
const SENT_IN_AN_HOUR = 5;

/** Without letters and digits that look alike. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const GROUP = 4;

function newCode(): string {
  const group = () => Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${group()}-${group()}`;
}

const asSent = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

export function createCodes(deps: DirectoryDeps & CodeDeps): Codes {
  const limit = createLimit(SENT_IN_AN_HOUR, 3_600);
  const act = (id: string) => ({
    action: 'mailbox_request.proved',
    objectType: 'mailbox_request',
    objectId: id,
  });
  return {
    async sendCode(actor, id) {
      if (!deps.mailLeaves) throw refuseBy('mailbox_no_mail');
      const code = newCode();
      // Each asker for itself: nobody uses up what the owner may.
      await limit.take(`${actor.agentId} ${id}`);
      return await administer(deps, actor, act(id), async (tx) => {
        const held = await holdForAct(tx, actor, id, 'send_code', 'either');
        const sent = { codeHash: hashSecret(asSent(code)), codeUntil: tx.now + COUNTS_FOR, codeTries: 0 };
        const line = { action: 'mailbox_request.code_sent', actorId: actor.agentId };
        const row = await changeRequest(tx, held, sent, line);
        await postCode(tx, row, code);
        return await requestView(tx.db, row, tx.now);
      });
    },
    async prove(actor, id, typed) {
      const answer = await administer(deps, actor, act(id), async (tx) => {
        const held = await holdForAct(tx, actor, id, 'prove', 'own');
        const wrong = await tried(tx, held, typed);
        return wrong === undefined ? await proved(tx, actor, held) : { wrong };
      });
      // Thrown only now: that it was tried stays written down.
      if ('wrong' in answer) throw refuseBy(answer.wrong);
      return answer;
    },
  };

  async function proved(tx: Tx, actor: Actor, held: Held): Promise<MailboxRequest> {
    const { request, owner, to } = held;
    const verdict = await judgeAddress(tx.db, owner, request.address, { requestId: request.id });
    if (verdict.is === 'refused') throw refusalOf(verdict, { admin: false });
    const change = { state: to, identifiedBy: 'code', decidedAt: tx.now, codeHash: null } as const;
    const line = { action: 'mailbox_request.proved', actorId: actor.agentId };
    return await requestView(tx.db, await changeRequest(tx, held, change, line), tx.now);
  }
}

/** Counts a try; the rule by which it fails. */
async function tried(tx: Tx, { request }: Held, typed: string): Promise<Rule | undefined> {
  const { codeHash, codeUntil, codeTries } = request;
  if (codeHash === null) return 'mailbox_code_not_sent';
  if ((codeUntil ?? 0) <= tx.now || codeTries >= MOST_TRIES) return 'mailbox_code_over';
  if (sameSecret(codeHash, hashSecret(asSent(typed)))) return undefined;
  await updateRequest(tx, request.id, { codeTries: codeTries + 1 });
  return 'mailbox_code_wrong';
}
