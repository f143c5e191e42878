import type { PartResult } from '@latchbox/shared/http/mailboxes';
import { addressHolder, listMailboxes, type StoredMailbox } from '../../../database/mailboxes.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Actor } from '../../../directory/api.ts';
import {
  type CheckAnswer,
  type CheckInput,
  type Credentials,
  type Mailboxes,
  MailboxUnusable,
} from './api.ts';
import { tryIncoming, tryOutgoing } from './check-parts.ts';
import type { FreshGrants } from './fresh-grants.ts';
import { managedInboxes, managedMailbox, type MailboxesDeps } from './managed.ts';
import { type MailboxSecrets, openWhatOpens } from './secrets.ts';
import { checkSettings, mergeSecrets } from './settings.ts';
import type { MailboxTokens } from './tokens.ts';

/** Ms for each of the two directions. */
const LIMIT = 10_000;

export interface CheckDeps extends MailboxesDeps {
  readonly clock: Clock;
  readonly tokens: MailboxTokens;
  readonly grants: FreshGrants;
}

/** Tries settings and says which part of them is wrong (H4). Both directions at once; neither keeps the other from an answer. */
export function createCheck(deps: CheckDeps): Mailboxes['check'] {
  return async (actor, input) => {
    const { stored, secrets } = await known(deps, actor, input);
    return await tryBoth(deps, input, stored, secrets);
  };
}

/** What is tried. `aliasOf`: of which mailbox the address may be an alias until now. */
export type Tried = Pick<CheckInput, 'address' | 'incoming' | 'outgoing' | 'oauth2' | 'mailbox'> & {
  readonly aliasOf?: string | undefined;
};

/** Tries both directions with these secrets, for whoever has asked and may. Throws `invalid` for settings that cannot be. */
export async function tryBoth(
  deps: CheckDeps,
  input: Tried,
  stored: StoredMailbox | undefined,
  secrets: MailboxSecrets,
): Promise<CheckAnswer> {
  checkSettings(input, secrets, deps.allowedHosts);
  const { incoming, outgoing, address } = input;
  const [into, out] = await Promise.all([
    tried(deps, async (signal) => {
      const credentials = await credentialsFor(deps, 'incoming', input, stored, secrets);
      await tryIncoming({ server: incoming, credentials, allowedHosts: deps.allowedHosts, signal });
    }),
    outgoing === null
      ? SKIPPED
      : tried(deps, async (signal) => {
          const credentials = await credentialsFor(deps, 'outgoing', input, stored, secrets);
          const { allowedHosts } = deps;
          await tryOutgoing({ server: outgoing, credentials, allowedHosts, signal }, [address]);
        }),
  ]);
  const answer = { address: await addressOf(deps, input, out), incoming: into, outgoing: out };
  const ok = Object.values(answer).every(({ status }) => status !== 'failed');
  return { ok, ...answer };
}

const SKIPPED = { status: 'skipped' } as const;

async function known(
  deps: CheckDeps,
  actor: Actor,
  input: CheckInput,
): Promise<{ stored: StoredMailbox | undefined; secrets: MailboxSecrets }> {
  const { db, seal, grants } = deps;
  await managedInboxes(db.read, actor, input.inbox);
  const { password, outgoingPassword, oauth2 } = input;
  const given = { password, outgoingPassword, oauth2: oauth2 && grants.newest(oauth2) };
  if (input.mailbox === undefined) return { stored: undefined, secrets: given };
  const stored = await managedMailbox(db.read, actor, input.mailbox, 'connection');
  const before = { ...stored, secrets: openWhatOpens(seal, stored.id, stored.secrets) };
  return { stored, secrets: mergeSecrets(before, input, given) };
}

async function credentialsFor(
  deps: CheckDeps,
  side: 'incoming' | 'outgoing',
  input: Tried,
  stored: StoredMailbox | undefined,
  secrets: MailboxSecrets,
): Promise<Credentials> {
  const server = side === 'incoming' ? input.incoming : (input.outgoing ?? input.incoming);
  const { user, auth } = server;
  if (auth === 'password') {
    const own = side === 'outgoing' ? (secrets.outgoingPassword ?? secrets.password) : secrets.password;
    return { kind: 'password', user, password: own ?? '' };
  }
  // A stored grant is changed where it is stored, and nowhere else: the provider may take each refresh token only once.
  if (stored !== undefined && input.oauth2 === undefined)
    return { ...(await deps.tokens.credentials(stored, side)), user };
  if (secrets.oauth2 === undefined) throw new Error('a grant was not given');
  return { kind: 'oauth2', user, accessToken: await deps.grants.accessToken(secrets.oauth2) };
}

/** What became of one direction, within its time. */
export async function tried(
  { clock }: Pick<CheckDeps, 'clock'>,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<PartResult> {
  const over = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = clock.setTimer(LIMIT, () => {
    over.abort();
    reject(new MailboxUnusable('port', 'port_silent', 'The server did not answer in time.'));
  });
  const trying = work(over.signal);
  trying.catch(() => undefined);
  try {
    await Promise.race([trying, promise]);
    return { status: 'ok' };
  } catch (error) {
    return failed(error);
  } finally {
    cancel();
    over.abort();
  }
}

function failed(error: unknown): PartResult {
  if (!(error instanceof MailboxUnusable)) throw error;
  const { part, code, message: reason } = error;
  return { status: 'failed', part, code, reason };
}

/** Whose the address is, and whether the account is the address's own. */
async function addressOf({ db }: CheckDeps, input: Tried, out: PartResult): Promise<CheckAnswer['address']> {
  const { address, incoming, mailbox, aliasOf } = input;
  const others = (await listMailboxes(db.read, undefined)).filter(({ id }) => id !== mailbox);
  const holder = await addressHolder(db.read, address);
  const taken = others.some((one) => one.address === address) || isElsewhere(holder, [mailbox, aliasOf]);
  const account = others.some(
    (one) => one.incoming.host === incoming.host && one.incoming.user === incoming.user,
  );
  if (taken || account) {
    const what = taken ? 'This address' : 'This account';
    return failed(new MailboxUnusable('elsewhere', 'connected_elsewhere', `${what} is connected already.`));
  }
  // An account that may write as the address is one of it; without that only its name says so.
  const { user } = incoming;
  if (out.status === 'ok' || !user.includes('@') || user.toLowerCase() === address) return { status: 'ok' };
  if (out.status === 'failed') return SKIPPED;
  const reason = `The account is ${user}, and not ${address}. Where that is an alias of it, give the outgoing server as well.`;
  return failed(new MailboxUnusable('address', 'address_mismatch', reason));
}

function isElsewhere(
  holder: { readonly mailboxId: string | null } | undefined,
  own: readonly (string | undefined)[],
): boolean {
  return holder !== undefined && holder.mailboxId !== null && !own.includes(holder.mailboxId);
}
