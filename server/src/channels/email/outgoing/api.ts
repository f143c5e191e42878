import type { MailAddress } from '@latchbox/shared';
import type { HttpResponse } from '@latchbox/shared/http/index';
import type { OutgoingMail, RelayCheck } from '@latchbox/shared/http/outgoing-mail';
import type { Database } from '../../../database/database.ts';
import type { Actor } from '../../../directory/api.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import type { ResolveTxt } from '../out/dkim/record.ts';
import type { SignMail } from '../out/dkim/sign-mail.ts';
import type { Relay } from '../out/relay.ts';
import type { RelaySettings } from '../out/smtp-session.ts';

export type TestMailAnswer = HttpResponse<'sendTestMail'>;
export type DomainAnswer = HttpResponse<'checkSendingDomain'>;

export interface OutgoingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Both undefined: SMTP_URL is not set. */
  readonly settings: RelaySettings | undefined;
  readonly relay: Relay | undefined;
  readonly sign: SignMail;
  /** Who mail to agents is from. */
  readonly from: MailAddress;
  readonly resolveTxt: ResolveTxt;
}

/** Mail that leaves by the server's own relay. All throw `forbidden` for whoever is no admin. */
export interface OutgoingMailService {
  overview(actor: Actor): Promise<OutgoingMail>;
  /** Throws `refused` with `relay_missing`, as `test` does. */
  check(actor: Actor): Promise<RelayCheck>;
  test(actor: Actor, given: { readonly from?: string | undefined }): Promise<TestMailAnswer>;
  /** Throws `not_found` for a domain that has nothing to do with this server. */
  checkDomain(actor: Actor, domain: string): Promise<DomainAnswer>;
  /** Checks the relay once, in the background; says in one line of the log what is wrong. */
  start(): void;
  stop(): Promise<void>;
}
