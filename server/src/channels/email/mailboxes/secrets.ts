import type { OAuth2Grant } from '@latchbox/shared/http/mailboxes';
import type { Seal } from '../../../lib/seal.ts';

/** What a mailbox signs in with. Nothing of it is ever shown, logged or audited. */
export interface MailboxSecrets {
  readonly password?: string | undefined;
  /** Of the outgoing server; absent: the same. */
  readonly outgoingPassword?: string | undefined;
  readonly oauth2?: StoredGrant | undefined;
}

/** An OAuth2 grant, with the newest access token and until when it is good (epoch ms of the server). */
export interface StoredGrant extends OAuth2Grant {
  readonly access?: { readonly token: string; readonly until: number } | undefined;
}

/** What is sealed belongs to one mailbox: moved into another one's row it does not open. */
const about = (mailboxId: string): string => `mailbox ${mailboxId}`;

export function sealSecrets(seal: Seal, mailboxId: string, secrets: MailboxSecrets): string {
  return seal.seal(JSON.stringify(secrets), about(mailboxId));
}

/** Throws `SealBroken`. */
export function openSecrets(seal: Seal, mailboxId: string, sealed: string): MailboxSecrets {
  return JSON.parse(seal.open(sealed, about(mailboxId))) as MailboxSecrets;
}

/** As `openSecrets`; without those that cannot be opened any more: they are given anew. */
export function openWhatOpens(seal: Seal, mailboxId: string, sealed: string): MailboxSecrets {
  try {
    return openSecrets(seal, mailboxId, sealed);
  } catch {
    return {};
  }
}
