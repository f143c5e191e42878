/** What the tests of seats share: a provider of mail accounts, a started server, and the acts of people on their requests. */
import { RULES } from '@latchbox/shared';
import { listAudit } from '@latchbox/shared/http/audit';
import {
  approveMailboxRequest,
  configureMailbox,
  declineMailboxRequest,
  listMailboxRequests,
  type MailboxRequest,
  requestMailbox,
  withdrawMailboxRequest,
} from '@latchbox/shared/http/mailbox-requests';
import { changeOrganisation } from '@latchbox/shared/http/organisation';
import { expect } from 'vitest';
import { type MailProvider, startMailProvider } from '../tools/mail/provider.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { startWorld, type World } from '../tools/world.ts';

/** For what goes through several mail servers, ms. */
export const MAIL = 30_000;

/** The rule that refuses it, with the sentence of that rule unless it is told another one. */
export async function rule(work: Promise<unknown>): Promise<string> {
  const { details, message } = await refusal('refused', work);
  if (details.rule !== 'mailbox_in_use' && details.rule !== 'mailbox_check_failed')
    expect(message).toBe(RULES[details.rule]);
  return details.rule;
}

export const at = ({ id }: { readonly id: string }) => ({ params: { request: id } });

export type SeatStage = Awaited<ReturnType<typeof startSeatStage>>;

/** Ann manages the inbox `front` and Bob replies there, Cy, Dee and Eve are nowhere yet, and Ada administers. */
export async function startSeatStage(addresses: readonly string[]) {
  const provider = await startMailProvider(Object.fromEntries(addresses.map((one) => [one, `pw-${one}`])));
  const smtp = await freePort();
  const world = await startWorld({
    seed: {
      inboxes: { front: { conversations: 1 }, back: { conversations: 0 } },
      agents: {
        ann: { inboxes: ['front'], capability: 'manage' },
        bob: { inboxes: ['front'] },
        cy: { inboxes: [] },
        dee: { inboxes: [] },
        eve: { inboxes: [] },
        ada: { role: 'admin', inboxes: [] },
      },
    },
    env: {
      ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.1',
      NODE_EXTRA_CA_CERTS: provider.caFile,
      MAILBOX_SCAN_SECONDS: '1',
      SMTP_URL: `smtp://127.0.0.1:${provider.exim.smtp}`,
      SMTP_PORT: String(smtp),
      NOTICES_FROM: 'no-reply@latchbox.example',
    },
  });
  return {
    provider,
    world,
    smtp,
    ...people(world, provider),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

function people(world: World, provider: MailProvider) {
  const as = (name: string) => world.rest(name);
  const withdraw = (request: MailboxRequest, who: string) =>
    as(who).call(withdrawMailboxRequest, at(request));
  return {
    as,
    idOf: (name: string): string => world.agent(name).id,
    inboxId: (name: string): string => world.seeded.inboxes[name]?.inboxId ?? '',
    organisation: (change: object) => as('ada').call(changeOrganisation, { body: change }),
    ask: (who: string, address: string, more: object = {}) =>
      as(who).call(requestMailbox, { body: { address, ...more } }),
    approve: (request: MailboxRequest, reason?: string, who = 'ada') =>
      as(who).call(approveMailboxRequest, { ...at(request), body: { ...(reason && { reason }) } }),
    decline: (request: MailboxRequest, reason: string, who = 'ada') =>
      as(who).call(declineMailboxRequest, { ...at(request), body: { reason } }),
    withdraw,
    configure(request: MailboxRequest, who: string, more: object = {}) {
      const { address: _address, ...settings } = provider.account(request.address);
      // Accounts that the provider does not have have no password.
      const password = settings.password || 'none';
      return as(who).call(configureMailbox, { ...at(request), body: { ...settings, password, ...more } });
    },
    async audited(action: string) {
      return (await as('ada').call(listAudit, { query: { action, limit: 100 } })).entries;
    },
    /** Everything that was requested and not decided against is out of the way. */
    async clear(who: string): Promise<void> {
      const { requests } = await as(who).call(listMailboxRequests);
      for (const one of requests) {
        if (one.state === 'requested' || one.state === 'approved') await withdraw(one, who);
      }
    },
  };
}
