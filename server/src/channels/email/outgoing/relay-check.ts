import type { MailboxTrouble, PartResult } from '@latchbox/shared/http/mailboxes';
import { RelayStep, type RelayCheck } from '@latchbox/shared/http/outgoing-mail';
import type { Clock } from '../../../lib/clock.ts';
import { tried } from '../mailboxes/check.ts';
import { type SmtpServer, tryOutgoing } from '../mailboxes/check-parts.ts';
import type { Safety } from '../mailboxes/smtp-talk.ts';
import type { RelaySettings } from '../out/smtp-session.ts';

const STEPS = RelayStep.options;
const SKIPPED = { status: 'skipped' } as const;
const OK = { status: 'ok' } as const;

/**
 * Tries a relay as mail would leave by it, with the same TLS policy and the same sign-in, and stops before there would be a mail.
 * What it says of itself is told without the secrets that it was given.
 */
export async function tryRelay(
  deps: { readonly clock: Clock },
  settings: RelaySettings,
  senders: readonly string[],
  stopped: AbortSignal,
): Promise<Omit<RelayCheck, 'at'>> {
  const { user, password } = settings;
  const server = serverOf(settings);
  let begun: RelayStep = 'host';
  let safety: Safety | null = null;
  const result = await tried(deps, async (signal) => {
    await tryOutgoing(
      {
        server,
        credentials: user === '' ? undefined : { kind: 'password', user, password },
        // Whoever set SMTP_URL runs this server: their relay may well be a private one.
        allowedHosts: [settings.host],
        signal: AbortSignal.any([signal, stopped]),
        begins: (part, how) => {
          safety = how ?? safety;
          begun = STEPS.find((step) => step === part) ?? begun;
        },
      },
      senders,
    );
  });
  const steps = stepsOf(withoutSecrets(result, settings), begun).map(({ step, result: one }) => ({
    step,
    // There is nothing to sign in with.
    result: step === 'credentials' && user === '' && one.status === 'ok' ? SKIPPED : one,
  }));
  return { ok: result.status === 'ok', steps, safety, senders: [...senders] };
}

function serverOf({ host, port, secure, tls }: RelaySettings): SmtpServer {
  const security = secure ? 'tls' : tls === 'opportunistic' ? 'offered' : 'starttls';
  return { host, port, security, verify: tls === 'verified' };
}

/** These say how far it had come, not which part is wrong. */
const ANYWHERE: ReadonlySet<MailboxTrouble> = new Set(['port_silent', 'server_trouble']);

function stepsOf(result: PartResult, begun: RelayStep): RelayCheck['steps'] {
  if (result.status !== 'failed') return STEPS.map((step) => ({ step, result: OK }));
  const named = STEPS.find((step) => step === result.part);
  const failed = named === undefined || ANYWHERE.has(result.code) ? begun : named;
  const at = STEPS.indexOf(failed);
  return STEPS.map((step, nth) => ({ step, result: nth < at ? OK : nth === at ? result : SKIPPED }));
}

/** Servers repeat what they do not understand. */
function withoutSecrets(result: PartResult, { user, password }: RelaySettings): PartResult {
  if (result.status !== 'failed' || password === '') return result;
  const coded = [password, `\0${user}\0${password}`].map((text) => Buffer.from(text).toString('base64'));
  const reason = [password, ...coded].reduce((text, secret) => text.replaceAll(secret, '…'), result.reason);
  return { ...result, reason };
}
