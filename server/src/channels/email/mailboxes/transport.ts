import { refuse } from '@latchbox/shared';
import type { Database } from '../../../database/database.ts';
import { mailboxById } from '../../../database/mailboxes.ts';
import type { FindTransport } from './api.ts';
import type { MailboxTokens } from './tokens.ts';

/** What mail from a mailbox leaves by. A mailbox that only fails to receive sends all the same. */
export function createFindTransport(deps: {
  readonly db: Database;
  readonly tokens: MailboxTokens;
}): FindTransport {
  return async (mailboxId, options) => {
    const mailbox = await mailboxById(deps.db.read, mailboxId);
    if (mailbox === undefined || mailbox.state.status === 'disconnected') throw refuse('not_connected');
    const { address, name, outgoing, incoming, ratePerMinute } = mailbox;
    if (outgoing === null) return null;
    const { host, port, security, verify, sign } = outgoing;
    const credentials = await deps.tokens.credentials(mailbox, 'outgoing', options);
    const { copySent } = incoming;
    return {
      mailboxId,
      address,
      name,
      host,
      port,
      security,
      verify,
      sign,
      credentials,
      ratePerMinute,
      copySent,
    };
  };
}
