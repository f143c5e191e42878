/** What a mail server's answers and failures mean for a mail. */
import { oneLine } from '../../../lib/one-line.ts';
import {
  accepted,
  type DeliveryAnswer,
  type RecipientOutcome,
  refused,
  unreachable,
} from '../../../messaging/delivery/channel.ts';

/** What nodemailer's errors bring. */
export interface SmtpFailure {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly recipient?: string | undefined;
  /** One for each recipient that was not taken. */
  readonly rejectedErrors?: readonly SmtpFailure[] | undefined;
}

/** `given`: the last byte of the mail may be on its way; from then on silence says nothing. */
export type SmtpStep = 'connecting' | 'signing in' | 'sending' | 'given';

const NO_UTF8 =
  'the address has other letters than ASCII before its @, and the relay does not take such (SMTPUTF8)';

export const withoutUtf8 = (address: string): RecipientOutcome => ({
  address,
  status: 'refused',
  reason: NO_UTF8,
});

/** Of a mail that was taken for all but these. */
export function answerOf(
  recipients: readonly RecipientOutcome[],
  of: number,
  providerIds: readonly string[],
): DeliveryAnswer {
  const [first] = recipients;
  const ids = providerIds.length === 0 ? {} : { providerIds };
  if (first === undefined) return { ...accepted, ...ids };
  // Nobody was left to send it to.
  if (recipients.length === of) return { ...refused(first.reason ?? ''), recipients };
  return { status: 'accepted', recipients, ...ids };
}

/** What a failure says about the mail. Throws it when it says nothing. */
export function answerFor(error: unknown, step: SmtpStep): DeliveryAnswer {
  const failure = error as SmtpFailure;
  const { code = '', responseCode, response = '', originalCode } = failure;
  if (step === 'connecting') return notConnected(failure);
  // An operator mends the sign-in, and then the mail leaves.
  if (step === 'signing in' || SIGN_IN_FIRST.has(responseCode ?? 0)) {
    return ofAccount(`the relay does not let this server in (${responseCode ?? code})`, 'sign_in');
  }
  // Told where nobody was taken: some may have been refused for good and some not.
  const recipients = outcomesOf(failure.rejectedErrors);
  const each = recipients.length === 0 ? {} : { recipients };
  if (responseCode !== undefined && responseCode >= 400) {
    if (responseCode >= 500) return { status: 'refused', ...said(response), ...each };
    return { status: 'unreachable', account: 'works', ...said(response), ...each };
  }
  // Found out here, before anything was sent: too large for the relay, or an address that cannot be written to.
  if (code === 'EMESSAGE') return refused('the mail is larger than the relay takes');
  if (code === 'EENVELOPE') return refused('the relay cannot write to this address');
  if (step === 'given') throw error;
  return unreachable(`the connection to the relay broke (${originalCode ?? code})`);
}

const SIGN_IN_FIRST: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** Nothing was said of the mail: it is the account that does not work. */
const ofAccount = (reason: string, code?: string): DeliveryAnswer => ({
  ...unreachable(reason),
  account: 'failed',
  ...(code === undefined ? {} : { code }),
});

const CERTIFICATE = /certificate|altnames|CERT_|_ISSUER_|SELF_SIGNED|UNABLE_TO_VERIFY/i;

function notConnected({
  code = '',
  originalCode = '',
  message = '',
  responseCode,
}: SmtpFailure): DeliveryAnswer {
  const why = `${originalCode} ${message}`;
  if (/STARTTLS/.test(message) && !/initiating/i.test(message)) {
    const cure = 'use its port for TLS, or another TLS policy';
    return ofAccount(`the relay offers no TLS on this port, which is required: ${cure}`, 'tls_not_offered');
  }
  if (CERTIFICATE.test(why)) {
    const cure = 'use the name that it is for, NODE_EXTRA_CA_CERTS, or another TLS policy';
    return ofAccount(`the certificate of the relay is not accepted: ${cure}`, 'tls_certificate');
  }
  if (code === 'ETLS' || /^ERR_(SSL|TLS)|EPROTO/.test(originalCode)) {
    const cure = 'look at the port, and whether it speaks TLS from the first byte on';
    return ofAccount(`the relay and this server agree on no TLS: ${cure}`, 'tls_failed');
  }
  return ofAccount(`the relay cannot be reached (${responseCode ?? (originalCode || code)})`);
}

/** What a relay said of recipients that it did not take: 5xx is for good, 4xx may be tried again. */
export function outcomesOf(errors: readonly SmtpFailure[] = []): RecipientOutcome[] {
  return errors.flatMap(({ recipient, responseCode = 0, response = '' }) => {
    if (recipient === undefined) return [];
    return [
      { address: recipient, status: responseCode >= 500 ? 'refused' : 'unreachable', ...said(response) },
    ];
  });
}

/** An answer as agents read it, and its enhanced status code (RFC 3463) where it has one. */
function said(response: string): { readonly reason: string; readonly code?: string } {
  const [, code] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return { reason: oneLine(response, 400), ...(code === undefined ? {} : { code }) };
}

/**
 * Message-IDs (without angle brackets) that a relay may have put in place of ours, as its last answer tells them: it names the id
 * itself (Exchange), or a number of its own that becomes the id at one of its names (SES, `queued as`).
 */
export function idsGiven(
  taken: { readonly response?: string | undefined; readonly serverMessageId?: string | undefined },
  envelope: { readonly sender: string; readonly recipients: readonly string[] },
  names: readonly string[],
): string[] {
  const response = (taken.response ?? '').slice(0, 2_000);
  const addresses = new Set([envelope.sender, ...envelope.recipients].map((one) => one.toLowerCase()));
  const ids = [...`${taken.serverMessageId ?? ''} ${response}`.matchAll(/<([^<>\s@]+@[^<>\s@]+)>/g)]
    .map(([, id = '']) => id)
    .filter((id) => !addresses.has(id.toLowerCase()));
  const [, queued] =
    /\b(?:queued|accepted)(?: mail)? (?:for delivery )?as:? ([A-Za-z0-9._-]{5,100})\b/i.exec(response) ?? [];
  if (queued !== undefined)
    ids.push(...names.filter((name) => name !== '').map((name) => `${queued}@${name}`));
  return [...new Set(ids)].filter((id) => id.length <= 400).slice(0, 4);
}
