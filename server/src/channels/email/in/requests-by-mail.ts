/** Requests for mailboxes that come by mail (O3). They count only from the account's own address, and an admin decides them. */
import { LatchboxError } from '@latchbox/shared';
import type { Rule } from '@latchbox/shared/rules';
import { isAutomatic } from './automatic.ts';
import type { ArrivedMail, MailIntake } from './intake.ts';
import { readMail } from './read-mail.ts';
import type { Database } from '../../../database/database.ts';
import { agentByEmail } from '../../../database/directory/agents.ts';
import { writeAudit } from '../../../database/directory/records.ts';
import type { Log } from '../../../lib/log.ts';
import type { MailboxRequests } from '../../../seats/requests.ts';
import { settingsOf } from '../../../seats/settings.ts';

interface ByMailDeps {
  readonly db: Database;
  readonly log: Log;
  readonly requests: Pick<MailboxRequests, 'requestByMail'>;
}

/** So much of a mail's text is kept with the request. */
const LONGEST_NOTE = 1_000;
const ADDRESS = /[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+\.[a-z0-9-]+/i;

/** Takes mail to the organisation's request address; everything else goes on to `intake`. */
export function takeRequests(intake: MailIntake, deps: ByMailDeps): MailIntake {
  const { db } = deps;
  const isRequest = async (address: string): Promise<boolean> => {
    const { requestAddress } = await settingsOf(db.read);
    return requestAddress !== null && address.toLowerCase() === requestAddress;
  };
  return {
    ...intake,
    inboxOf: async (address) =>
      (await intake.inboxOf(address)) ?? ((await isRequest(address)) ? address : undefined),
    async accept(mail) {
      const ours = await Promise.all(mail.recipients.map(isRequest));
      const others = mail.recipients.filter((_, place) => ours[place] !== true);
      if (others.length < mail.recipients.length) await takeOne(deps, mail);
      return others.length === 0 ? [] : await intake.accept({ ...mail, recipients: others });
    },
  };
}

/** Nothing is answered to a stranger: what is refused stands in the audit. */
async function takeOne(deps: ByMailDeps, { raw, sender }: ArrivedMail): Promise<void> {
  const { headers, type, subject, text } = await readMail(raw);
  const from = headers.addresses('from').map(({ address }) => address.toLowerCase());
  const [account = ''] = from;
  const agent = await agentByEmail(deps.db.read, account);
  const alone = from.length === 1 && sender?.toLowerCase() === account;
  const machine = isAutomatic({ headers, type, sender, from: account });
  const address = ADDRESS.exec(subject)?.[0].toLowerCase();
  if (agent?.state !== 'active' || agent.email !== account || !alone || machine) {
    return await refused(deps, { from: account, address: address ?? '', rule: 'mailbox_mail_not_account' });
  }
  try {
    const note = text.trim().slice(0, LONGEST_NOTE);
    if (address === undefined) throw new LatchboxError('invalid', { issues: [] });
    await deps.requests.requestByMail({ agentId: agent.id }, address, note);
  } catch (error) {
    if (!LatchboxError.is(error, 'refused', 'invalid')) throw error;
    const rule = LatchboxError.is(error, 'refused') ? error.details.rule : 'mailbox_mail_no_address';
    await refused(deps, { from: account, address: address ?? '', rule, actorId: agent.id });
  }
}

interface Refused {
  readonly from: string;
  readonly address: string;
  readonly rule: Rule;
  readonly actorId?: string;
}

async function refused({ db, log }: ByMailDeps, { actorId = '', ...details }: Refused): Promise<void> {
  log.warn('A request for a mailbox by mail was refused', { ...details });
  await db.inTransaction((tx) =>
    writeAudit(tx, {
      actorId: actorId === '' ? null : actorId,
      action: 'mailbox_request.created.refused',
      objectType: 'mailbox_request',
      objectId: '',
      details,
    }),
  );
}
