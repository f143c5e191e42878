/** The server's own relay, tried step by step against real mail servers, a test mail, and what DNS says about mail that leaves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activateDkimKey, createDkimDomain } from '@latchbox/shared/http/dkim';
import { listAudit } from '@latchbox/shared/http/audit';
import {
  checkRelay,
  checkSendingDomain,
  getOutgoingMail,
  type RelayCheck,
  sendTestMail,
} from '@latchbox/shared/http/outgoing-mail';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRelayUrl } from '../../server/src/channels/email/out/relay-url.ts';
import { tryRelay } from '../../server/src/channels/email/outgoing/relay-check.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { makeCertificate } from '../../server/src/http/testing/make-certificate.ts';
import { type DnsServer, startDnsServer } from '../tools/dns-server.ts';
import { eventually } from '../tools/eventually.ts';
import { type MailProvider, startMailProvider } from '../tools/mail/provider.ts';
import { restClient } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { startWorld, type World } from '../tools/world.ts';

const ORDERS = 'orders@fernhill.example';
const PASSWORD = 'not-to-be-told';
const WARNING = 'Mail cannot leave by the relay of SMTP_URL';

let dns: DnsServer;
let provider: MailProvider;
/** Takes everything, in the open. */
let plain: SmtpSink;
/** With certificates that are over, and that nobody knows. */
let expired: SmtpSink;
let unknown: SmtpSink;
/** Takes mail only from who signs in, and says what it was given when that is wrong. */
let strict: SmtpSink;
/** Has passwords proved, never told. */
let digests: SmtpSink;
let world: World;
const folder = mkdtempSync(join(tmpdir(), 'latchbox-outgoing-'));

const withTls = (certificate: { readonly cert: string; readonly key: string }) =>
  startSmtpSink({ server: { ...certificate, disabledCommands: ['AUTH'] } });

beforeAll(async () => {
  dns = await startDnsServer();
  provider = await startMailProvider({ [ORDERS]: PASSWORD });
  const over = makeCertificate('localhost', Date.now() - 60_000);
  [plain, expired, unknown, strict, digests] = await Promise.all([
    startSmtpSink(),
    withTls(over),
    withTls(makeCertificate('localhost')),
    startSmtpSink({
      server: {
        ...makeCertificate('localhost'),
        disabledCommands: [],
        authOptional: false,
        onAuth: ({ username, password }, _session, done) =>
          done(new Error(`nobody is ${username} with ${password}`)),
      },
    }),
    startSmtpSink({
      server: {
        disabledCommands: ['STARTTLS'],
        authMethods: ['CRAM-MD5'],
        allowInsecureAuth: true,
        onAuth: (auth, _session, done) =>
          auth.validatePassword(PASSWORD)
            ? done(null, { user: 'some-user' })
            : done(new Error('not this one')),
      },
    }),
  ]);
  const trusted = join(folder, 'trusted.pem');
  writeFileSync(trusted, `${provider.certificate.cert}\n${over.cert}`);
  world = await startWorld({
    seed: {
      inboxes: {
        orders: { addresses: [ORDERS, 'hello@fernhill.example'], conversations: 1 },
        board: { addresses: ['board@quist.example'], conversations: 1 },
      },
      agents: { ana: { inboxes: ['orders'] }, mo: { role: 'admin', inboxes: [] } },
    },
    env: {
      SMTP_URL: plain.url,
      DNS_SERVERS: dns.address,
      NODE_EXTRA_CA_CERTS: trusted,
      NOTICES_FROM: 'Desk <no-reply@fernhill.example>',
    },
  });
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  for (const sink of [plain, expired, unknown, strict, digests]) await sink[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A check may take its 10 s. */
const admin = () => restClient(world.server().url, world.agent('mo').token, 20_000);

/** `ok ok ok - ok`, or `ok ok tls_certificate - -`. */
const told = ({ steps }: Pick<RelayCheck, 'steps'>): string =>
  steps
    .map(({ result }) =>
      result.status === 'failed' ? result.code : result.status === 'skipped' ? '-' : result.status,
    )
    .join(' ');

const reasonOf = (check: Pick<RelayCheck, 'steps'> | undefined): string =>
  check?.steps.map(({ result }) => ('reason' in result ? result.reason : '')).join('') ?? '';

/** Starts the server again with this relay, and answers what it found out by itself. */
async function startedWith(url: string): Promise<{ check: RelayCheck; warnings: readonly string[] }> {
  const before = world.server().lines.length;
  const at = (await admin().call(getOutgoingMail)).lastCheck?.at ?? 0;
  await world.server().restart({ env: { SMTP_URL: url } });
  const check = await eventually(
    'the start has tried the relay',
    async () => {
      const { lastCheck } = await admin().call(getOutgoingMail);
      return lastCheck !== null && lastCheck.at > at && lastCheck;
    },
    20_000,
  );
  const since = () => world.server().lines.slice(before);
  if (!check.ok) await eventually('it says so', () => since().some((line) => line.includes(WARNING)));
  return { check, warnings: since().filter((line) => line.includes(WARNING)) };
}

test('H4, P4: what is wrong with the relay is told step by step, at the start by one line without secrets, and again when asked', {
  timeout: 180_000,
}, async () => {
  const { exim } = provider;
  const signedIn = (user: string, password: string, rest: string) =>
    `smtp://${encodeURIComponent(user)}:${password}@localhost:${rest}`;
  const closed = await freePort();
  // What needs no authority of its own is tried here, without starting a server for each.
  const here: [string, string][] = [
    ['smtp://relay.nowhere.invalid:2525', 'host_unknown - - - -'],
    [`smtp://127.0.0.1:${closed}`, 'ok port_closed - - -'],
    [`smtps://localhost:${exim.smtp}`, 'ok ok tls_not_spoken - -'],
    [`${plain.url}?tls=required`, 'ok ok tls_not_offered - -'],
    [`smtp://localhost:${unknown.port}?tls=verified`, 'ok ok tls_certificate - -'],
    [`smtp://localhost:${strict.port}`, 'ok ok ok sign_in_needed -'],
    [
      signedIn('some-user', 'repeated-secret', `${strict.port}?tls=required`),
      'ok ok ok credentials_refused -',
    ],
    [`smtp://localhost:${unknown.port}?tls=required`, 'ok ok ok - ok'],
    [signedIn('some-user', PASSWORD, `${digests.port}?tls=opportunistic`), 'ok ok ok ok ok'],
    [signedIn('some-user', 'wrong', `${digests.port}?tls=opportunistic`), 'ok ok ok credentials_refused -'],
  ];
  const { signal } = new AbortController();
  const tried = await Promise.all(
    here.map(([url]) => tryRelay({ clock: systemClock }, readRelayUrl(url), [ORDERS], signal)),
  );
  expect(tried.map(told)).toEqual(here.map(([, expected]) => expected));
  expect(reasonOf(tried[4])).toContain('nobody but itself signed it');
  expect(reasonOf(tried[6])).toContain('nobody is some-user with …');
  expect(tried[7]?.safety).toBe('unverified');

  const started: [string, string, RelayCheck['safety']][] = [
    [`smtp://localhost:${expired.port}?tls=verified`, 'ok ok tls_certificate - -', null],
    [
      signedIn(ORDERS, 'wrong-and-secret', `${exim.smtp}?tls=verified`),
      'ok ok ok credentials_refused -',
      'verified',
    ],
    // Exim lets this account write as itself alone, and there are other addresses here.
    [signedIn(ORDERS, PASSWORD, `${exim.smtp}?tls=verified`), 'ok ok ok ok address_mismatch', 'verified'],
    [plain.url, 'ok ok ok - ok', 'none'],
  ];
  const checks: RelayCheck[] = [];
  for (const [url, expected, safety] of started) {
    const { check, warnings } = await startedWith(url);
    expect([told(check), check.safety], url).toEqual([expected, safety]);
    expect(warnings, url).toHaveLength(check.ok ? 0 : 1);
    checks.push(check);
  }
  expect(reasonOf(checks[0])).toContain('it has expired');
  expect(reasonOf(checks[2])).toMatch(/board@quist\.example.*hello@fernhill\.example/);
  expect(reasonOf(checks[2])).not.toContain(`${ORDERS},`);
  // Nothing has left, and nothing says the secrets.
  for (const sink of [plain, expired, unknown, strict]) expect(sink.mails).toEqual([]);
  const all = JSON.stringify([tried, checks, world.server().lines, world.rows('SELECT * FROM meta')]);
  for (const secret of [
    PASSWORD,
    'wrong-and-secret',
    'repeated-secret',
    Buffer.from(PASSWORD).toString('base64'),
  ])
    expect(all).not.toContain(secret);

  // Asked again, it is tried again; what it found is there for whoever looks later.
  plain.next({ at: 'recipient', says: '550 5.7.1 not from here', of: 'board@quist.example' });
  const again = await admin().call(checkRelay);
  expect(told(again)).toBe('ok ok ok - address_mismatch');
  const shown = await admin().call(getOutgoingMail);
  expect(shown.lastCheck).toEqual(again);
  expect(shown.relay).toEqual({
    host: '127.0.0.1',
    port: plain.port,
    security: 'starttls',
    policy: 'opportunistic',
    signsIn: false,
  });
  for (const route of [getOutgoingMail, checkRelay])
    await refusal('forbidden', world.rest('ana').call(route));
});

test('H4: a test mail goes to whoever asks, from an address of theirs, and says what the relay said', async () => {
  const sent = await admin().call(sendTestMail, { body: {} });
  expect(sent).toMatchObject({ from: 'no-reply@fernhill.example', status: 'accepted', signedBy: null });
  const arrived = await plain.mail('it arrives', ({ from }) => from === 'no-reply@fernhill.example');
  expect(arrived.to).toEqual([sent.to]);
  expect(arrived.parsed.subject).toBe('Test mail of Latchbox');
  plain.next({ at: 'data', says: '554 5.7.1 looks like spam' });
  expect(await admin().call(sendTestMail, { body: { from: ORDERS } })).toMatchObject({
    from: ORDERS,
    status: 'refused',
    reason: expect.stringContaining('looks like spam') as string,
  });
  plain.next('vanish');
  expect((await admin().call(sendTestMail, { body: { from: ORDERS } })).status).toBe('unknown');
  await plain.mail('it arrives all the same', ({ from }) => from === ORDERS);
  await refusal('invalid', admin().call(sendTestMail, { body: { from: 'boss@elsewhere.example' } }));
  await refusal('forbidden', world.rest('ana').call(sendTestMail, { body: {} }));
  const { entries } = await admin().call(listAudit, { query: { action: 'relay.tested' } });
  expect(entries).toHaveLength(3);
});

test('P4: what receivers find in DNS about a domain is told: its key, SPF, DMARC, and what to mend', async () => {
  const at = { params: { domain: 'fernhill.example' } };
  const found = async () => await admin().call(checkSendingDomain, at);
  const codes = async () => (await found()).findings.map(({ code }) => code);
  const { domains } = await admin().call(getOutgoingMail);
  expect(domains).toEqual([
    {
      domain: 'fernhill.example',
      addresses: ['hello@fernhill.example', ORDERS, 'no-reply@fernhill.example'],
    },
    { domain: 'quist.example', addresses: ['board@quist.example'] },
  ]);
  expect(await codes()).toEqual(['not_signed', 'spf_missing', 'dmarc_missing']);
  dns.txt.set('_dmarc.fernhill.example', ['v=DMARC1; p=reject']);
  dns.txt.set('fernhill.example', ['some-site-verification=1', 'v=spf1 mx -all', 'v=spf1 ~all']);
  expect(await codes()).toEqual(['dmarc_strict', 'not_signed', 'spf_several']);
  dns.txt.set('fernhill.example', ['some-site-verification=1', 'v=spf1 mx -all']);

  const { key } = await admin().call(createDkimDomain, { body: { domain: 'fernhill.example' } });
  const { name, value } = key.record;
  const [head = '', p = ''] = value.split('p=');
  const states: [string, readonly string[] | undefined, string, string][] = [
    ['nothing', undefined, 'missing', 'record_missing'],
    ['another key', [`${head}p=QUJD`], 'different', 'key_other'],
    ['cut off', [value.slice(0, 255)], 'different', 'record_split'],
    ['its strings as records', [value.slice(0, 255), value.slice(255)], 'different', 'record_split'],
    [
      'with its quotation marks',
      [`"${value.slice(0, 255)}" "${value.slice(255)}"`],
      'different',
      'record_split',
    ],
    ['twice', [value, `${head}p=QUJD`], 'different', 'record_several'],
    ['withdrawn', [`${head}p=`], 'different', 'record_revoked'],
    ['in test mode', [`${head}t=y; p=${p}`], 'published', 'test_mode'],
    ['for something else', [`${head}s=tlsrpt; p=${p}`], 'different', 'use_restricted'],
    ['as it should', [value], 'published', ''],
  ];
  for (const [what, records, status, code] of states) {
    if (records === undefined) dns.txt.delete(name);
    else dns.txt.set(name, records);
    const { dkim } = await found();
    expect(dkim?.key.status, what).toBe(status);
    expect(dkim?.key.findings.map((one) => one.code).join(' '), what).toBe(code);
  }
  expect(await codes()).toEqual(['dmarc_strict', 'not_activated']);
  await admin().call(activateDkimKey, at);
  expect(await found()).toEqual({
    dkim: { key: { status: 'published', found: [], findings: [] }, next: null },
    spf: 'v=spf1 mx -all',
    dmarc: 'v=DMARC1; p=reject',
    findings: [],
  });
  expect(await admin().call(sendTestMail, { body: { from: ORDERS } })).toMatchObject({
    status: 'accepted',
    signedBy: 'fernhill.example',
  });
  dns.failing.add(name);
  dns.failing.add('fernhill.example');
  const { dkim, findings } = await found();
  expect(dkim?.key).toMatchObject({ status: 'unknown', findings: [{ code: 'dns_silent' }] });
  expect(findings.map(({ code }) => code)).toEqual(['dns_silent']);
  await refusal('not_found', admin().call(checkSendingDomain, { params: { domain: 'other.example' } }));
});

test('without SMTP_URL there is nothing to check, and it says so', async () => {
  await world.server().restart({ env: { SMTP_URL: '' } });
  expect(await admin().call(getOutgoingMail)).toMatchObject({ relay: null, lastCheck: null });
  for (const call of [admin().call(checkRelay), admin().call(sendTestMail, { body: {} })])
    expect((await refusal('refused', call)).details.rule).toBe('relay_missing');
});
