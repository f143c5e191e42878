import { refuse, refuseBy } from '@latchbox/shared';
import { type OutgoingMail, RelayCheck } from '@latchbox/shared/http/outgoing-mail';
import type { Database } from '../../../database/database.ts';
import { dkimOf, listDkim } from '../../../database/dkim-keys.ts';
import { getMeta, setMeta } from '../../../database/meta.ts';
import { type OutgoingAddresses, outgoingAddresses } from '../../../database/outgoing-addresses.ts';
import { readAsAdmin } from '../../../directory/inbox-access.ts';
import type { Log } from '../../../lib/log.ts';
import { publishedKeys } from '../out/dkim/dkim-domains.ts';
import type { RelaySettings } from '../out/smtp-session.ts';
import { needsUtf8, wireAddress } from '../out/wire-address.ts';
import type { OutgoingDeps, OutgoingMailService } from './api.ts';
import { judgeDomain, policiesOf } from './policies.ts';
import { tryRelay } from './relay-check.ts';
import { sendersToTry, sendingDomains } from './senders.ts';
import { createSendTest } from './test-mail.ts';

export function createOutgoingMail(deps: OutgoingDeps): OutgoingMailService {
  const { db, settings } = deps;
  const stopped = new AbortController();
  /** The one that is under way: whoever asks meanwhile gets the same answer. */
  let running: Promise<RelayCheck> | undefined;

  const sendersOf = ({ byRelay }: Pick<OutgoingAddresses, 'byRelay'>): string[] => [
    ...new Set([...byRelay, deps.from.address.toLowerCase()]),
  ];
  const senders = async (): Promise<string[]> => sendersOf(await outgoingAddresses(db.read));

  async function look(at: RelaySettings): Promise<RelayCheck> {
    // What needs SMTPUTF8 some relays take and others do not: that is told where it happens.
    const asked = sendersToTry((await senders()).map(wireAddress).filter((one) => !needsUtf8(one)));
    const result = await tryRelay(deps, at, asked, stopped.signal);
    // What broke off because this server stops says nothing of the relay.
    stopped.signal.throwIfAborted();
    const check = { at: await db.now(), ...result };
    await db.inTransaction((tx) => setMeta(tx, 'relay_check', JSON.stringify({ of: placeOf(at), check })));
    return check;
  }

  const lookOnce = (at: RelaySettings): Promise<RelayCheck> =>
    (running ??= look(at).finally(() => (running = undefined)));

  return {
    async overview(actor) {
      await readAsAdmin(deps, actor);
      const [addresses, keys] = await Promise.all([outgoingAddresses(db.read), listDkim(db.read)]);
      const withKeys = keys.map(({ domain }) => domain);
      return {
        relay: settings === undefined ? null : shownRelay(settings),
        lastCheck: settings === undefined ? null : await lastCheck(db, settings),
        noticesFrom: deps.from.address.toLowerCase(),
        senders: sendersOf(addresses),
        domains: sendingDomains(addresses, deps.from.address, withKeys),
        mailboxes: addresses.ownServers,
      };
    },
    async check(actor) {
      await readAsAdmin(deps, actor);
      if (settings === undefined) throw refuseBy('relay_missing');
      return await lookOnce(settings);
    },
    test: createSendTest(deps, senders),
    checkDomain: createCheckDomain(deps),
    start() {
      if (settings === undefined) return;
      lookOnce(settings).then(
        (check) => tell(deps.log, settings, check),
        (error: unknown) => {
          if (!stopped.signal.aborted) deps.log.warn('The relay of SMTP_URL could not be checked', { error });
        },
      );
    },
    async stop() {
      stopped.abort();
      await running?.catch(() => undefined);
    },
  };
}

function createCheckDomain({ db, from, resolveTxt }: OutgoingDeps): OutgoingMailService['checkDomain'] {
  return async (actor, domain) => {
    await readAsAdmin({ db }, actor);
    const [addresses, key] = await Promise.all([outgoingAddresses(db.read), dkimOf(db.read, domain)]);
    const known = sendingDomains(addresses, from.address, key === undefined ? [] : [domain]);
    const sent = known.find((one) => one.domain === domain);
    if (sent === undefined) throw refuse('not_found');
    const [dkim, policies] = await Promise.all([
      key === undefined ? null : publishedKeys(resolveTxt, key),
      policiesOf(resolveTxt, domain),
    ]);
    const used = sent.addresses.length > 0;
    const state = key === undefined ? 'none' : key.active ? 'signs' : 'waits';
    return {
      dkim,
      spf: policies.spf?.[0] ?? null,
      dmarc: typeof policies.dmarc === 'object' ? policies.dmarc.record : null,
      findings: judgeDomain({ domain, used, key: state }, policies),
    };
  };
}

/** A check of another relay says nothing of this one. */
const placeOf = ({ host, port }: RelaySettings): string => `${host}:${port}`;

async function lastCheck(db: Database, settings: RelaySettings): Promise<RelayCheck | null> {
  const text = await getMeta(db.read, 'relay_check');
  if (text === undefined) return null;
  const { of, check } = JSON.parse(text) as { of: string; check: unknown };
  // Perhaps an older version wrote it.
  return of === placeOf(settings) ? (RelayCheck.safeParse(check).data ?? null) : null;
}

/** Neither user nor password: with some providers the user is a secret, too. */
function shownRelay({ host, port, secure, tls, user }: RelaySettings): NonNullable<OutgoingMail['relay']> {
  return { host, port, security: secure ? 'tls' : 'starttls', policy: tls, signsIn: user !== '' };
}

function tell(log: Log, { host, port }: RelaySettings, check: RelayCheck): void {
  const wrong = check.steps.find(({ result }) => result.status === 'failed');
  if (wrong?.result.status !== 'failed') return;
  const { code, reason } = wrong.result;
  log.warn('Mail cannot leave by the relay of SMTP_URL', { host, port, step: wrong.step, code, reason });
}
