/** What a relay says about a mail, and what that means, tried on a relay of a few lines that says whatever it is told to. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { createRelay } from './relay.ts';
import { readRelayUrl } from './relay-url.ts';

/** What the relay answers to a step; `drop` breaks the connection, `silent` says nothing. */
type Says = string;
interface Script {
  readonly greeting?: Says;
  readonly ehlo?: Says;
  readonly auth?: Says;
  readonly from?: Says;
  /** By the address that is named. */
  readonly to?: Says | ((command: string) => Says);
  readonly data?: Says;
  /** After the mail's last line. */
  readonly end?: Says;
}

interface TinyRelay {
  readonly port: number;
  /** Mails of which the last line arrived. */
  readonly mails: string[];
  readonly commands: string[];
  /** Most connections that were open at one time. */
  most(): number;
  /** Ends all connections. */
  dropAll(): void;
  close(): Promise<void>;
}

const DEFAULTS = {
  greeting: '220 tiny',
  ehlo: '250-tiny\r\n250-AUTH PLAIN\r\n250 SIZE 100000',
  auth: '235 come in',
  from: '250 ok',
  to: '250 ok',
  data: '354 go on',
  end: '250 taken',
};

async function tinyRelay(script: Script = {}): Promise<TinyRelay> {
  const says = { ...DEFAULTS, ...script };
  const mails: string[] = [];
  const commands: string[] = [];
  const open = new Set<Socket>();
  let most = 0;
  const server: Server = createServer((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    const say = (what: Says) => {
      if (what === 'drop') socket.destroy();
      else if (what !== 'silent') socket.write(`${what}\r\n`);
    };
    let mail: string[] | undefined;
    createInterface({ input: socket }).on('line', (line) => {
      if (mail !== undefined) {
        if (line !== '.') return void mail.push(line);
        mails.push(mail.join('\n'));
        mail = undefined;
        return say(says.end);
      }
      commands.push(line);
      const [verb = ''] = line.toUpperCase().split(' ');
      if (verb === 'EHLO') return say(says.ehlo);
      if (verb === 'STARTTLS') return say('502 5.5.1 not here');
      if (verb === 'AUTH') return say(says.auth);
      if (verb === 'MAIL') return say(says.from);
      if (verb === 'RCPT') return say(typeof says.to === 'string' ? says.to : says.to(line));
      if (verb === 'DATA') {
        if (says.data.startsWith('354')) mail = [];
        return say(says.data);
      }
      say('250 ok');
    });
    say(says.greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    commands,
    most: () => most,
    dropAll() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const clock = new ManualClock();
let relays: TinyRelay[] = [];
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.close()));
  relays = [];
});

const mail = (text = 'Subject: x\r\n\r\nHello\r\n.dot\r\n') => ({
  sender: 'orders@fernhill.example',
  recipients: ['cora@quist.example'],
  size: Buffer.byteLength(text),
  open: () => Promise.resolve(Readable.from([Buffer.from(text)])),
});
const never = new AbortController().signal;

const THREE = ['cora@quist.example', 'ben@quist.example', 'eva@quist.example'];

async function handed(script: Script, auth = '', recipients = ['cora@quist.example']) {
  const tiny = await tinyRelay(script);
  relays.push(tiny);
  const relay = createRelay(readRelayUrl(`smtp://${auth}127.0.0.1:${tiny.port}`), clock);
  return { tiny, answer: relay.hand({ ...mail(), recipients }, never) };
}

describe('several recipients', () => {
  /** Refuses Ben. */
  const notBen = (says: Says) => (command: string) => (command.includes('ben@') ? says : '250 ok');

  it('says which of them was refused, and why; the others have it', async () => {
    const { tiny, answer } = await handed({ to: notBen('550 5.1.1 Nobody here') }, '', THREE);
    expect(await answer).toEqual({
      status: 'accepted',
      recipients: [
        { address: 'ben@quist.example', status: 'refused', reason: '550 5.1.1 Nobody here', code: '5.1.1' },
      ],
    });
    expect(tiny.mails).toHaveLength(1);
  });

  it('says which of them is to be tried again', async () => {
    const { answer } = await handed({ to: notBen('450 4.2.1 Later') }, '', THREE);
    expect(await answer).toMatchObject({
      status: 'accepted',
      recipients: [{ address: 'ben@quist.example', status: 'unreachable', code: '4.2.1' }],
    });
  });

  it('knows of each what was said when none of them was taken', async () => {
    const to = (command: string) => (command.includes('ben@') ? '450 later' : '550 never');
    const { tiny, answer } = await handed({ to }, '', THREE);
    const said = await answer;
    expect(said.status).toBe('unreachable');
    expect(said.recipients?.map(({ status }) => status)).toEqual(['refused', 'unreachable', 'refused']);
    expect(tiny.mails).toEqual([]);
  });

  it('says of all of them what was said of the mail', async () => {
    const { answer } = await handed({ to: notBen('550 never'), end: '452 disk full' }, '', THREE);
    expect(await answer).toEqual({ status: 'unreachable', account: 'works', reason: '452 disk full' });
  });
});

describe('handing a mail over', () => {
  it('gives the relay the mail as it is', async () => {
    const { tiny, answer } = await handed({});
    expect(await answer).toEqual({ status: 'accepted' });
    expect(tiny.mails).toEqual(['Subject: x\n\nHello\n..dot']);
    expect(tiny.commands).toContain(`MAIL FROM:<orders@fernhill.example> SIZE=${mail().size}`);
    expect(tiny.commands).toContain('RCPT TO:<cora@quist.example>');
  });

  it('signs in where a user is named', async () => {
    const { tiny, answer } = await handed({}, 'me%40x:se%2Fcret@');
    expect(await answer).toEqual({ status: 'accepted' });
    const given = tiny.commands.find((line) => line.startsWith('AUTH PLAIN'))?.split(' ')[2] ?? '';
    expect(Buffer.from(given, 'base64').toString()).toBe('\0me@x\0se/cret');
  });

  it.each([
    ['the sender', { from: '550 5.7.1 You may not' }, '550 5.7.1 You may not'],
    ['the address', { to: '550 5.1.1 No such user' }, '550 5.1.1 No such user'],
    ['the mail', { end: '554 5.7.1 Looks like spam' }, '554 5.7.1 Looks like spam'],
    ['DATA', { data: '552 5.3.4 Too big' }, '552 5.3.4 Too big'],
  ])('refused for good: %s', async (_, script, reason) => {
    const { answer } = await handed(script);
    expect(await answer).toMatchObject({ status: 'refused', reason });
  });

  it.each([
    ['the sender', { from: '451 4.3.0 Later' }, '451 4.3.0 Later'],
    ['the address', { to: '450 4.2.1 Greylisted\u0007' }, '450 4.2.1 Greylisted'],
    ['the mail', { end: '452 4.3.1 Disk full' }, '452 4.3.1 Disk full'],
  ])('to be tried again: %s', async (_, script, reason) => {
    const { answer } = await handed(script);
    expect(await answer).toMatchObject({ status: 'unreachable', reason });
  });

  it.each([
    ['a greeting that refuses', { greeting: '554 go away' }, ''],
    ['a connection that breaks before the greeting', { greeting: 'drop' }, ''],
    ['a connection that breaks at the sender', { from: 'drop' }, ''],
    ['a connection that breaks before the mail', { data: 'drop' }, ''],
    ['a password that is wrong', { auth: '535 5.7.8 me@x is not welcome' }, 'me:wrong@'],
    ['a relay that wants a sign-in first', { from: '530 5.7.0 Sign in first' }, ''],
  ])('the relay certainly has nothing, and the mail is tried again: %s', async (_, script, auth) => {
    const { tiny, answer } = await handed(script, auth);
    const { status, reason } = (await answer) as { status: string; reason: string };
    expect(status).toBe('unreachable');
    // Agents read it: it names no host, no port and no account.
    expect(reason).not.toMatch(/127\.0\.0\.1|me@x|\d{4}/);
    expect(tiny.mails).toEqual([]);
  });

  it('throws when the connection breaks after the last byte: nobody knows', async () => {
    const { tiny, answer } = await handed({ end: 'drop' });
    await expect(answer).rejects.toThrow();
    expect(tiny.mails).toHaveLength(1);
  });

  it('says that nobody is there', async () => {
    const { tiny } = await handed({});
    await tiny.close();
    relays = [];
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    expect(await relay.hand(mail(), never)).toEqual({
      status: 'unreachable',
      account: 'failed',
      reason: 'the relay cannot be reached (ECONNREFUSED)',
    });
  });

  it('refuses by itself what is larger than the relay takes', async () => {
    const { tiny } = await handed({});
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    const answer = await relay.hand({ ...mail(), size: 100_001 }, never);
    expect(answer).toEqual({ status: 'refused', reason: 'the mail is larger than the relay takes' });
  });

  it('lets go when its claim ends, and does not know whether a mail that was given arrived', async () => {
    const tiny = await tinyRelay({ end: 'silent' });
    relays.push(tiny);
    const gaveUp = new AbortController();
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    const answer = relay.hand(mail(), gaveUp.signal);
    const settled = answer.then(
      () => 'answered',
      () => 'unknown',
    );
    await expect.poll(() => tiny.mails.length).toBe(1);
    gaveUp.abort();
    expect(await settled).toBe('unknown');
  });

  it('opens few connections at a time, and a turn that never came is no attempt', async () => {
    const tiny = await tinyRelay({ end: 'silent' });
    relays.push(tiny);
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    const gaveUp = new AbortController();
    const answers = Array.from({ length: 8 }, () =>
      relay.hand(mail(), gaveUp.signal).then(
        ({ status }) => status,
        () => 'unknown',
      ),
    );
    await expect.poll(() => tiny.mails.length).toBe(5);
    gaveUp.abort();
    const counted = Object.groupBy(await Promise.all(answers), (status) => status);
    expect(counted['unknown']).toHaveLength(5);
    expect(counted['unreachable']).toHaveLength(3);
    expect(tiny.most()).toBe(5);
  });
});

describe('connections', () => {
  it('take the next mails too; one that the relay ended meanwhile is made anew, and the mail leaves once', async () => {
    const tiny = await tinyRelay();
    relays.push(tiny);
    const relay = createRelay(readRelayUrl(`smtp://a:b@127.0.0.1:${tiny.port}`), clock);
    for (let count = 0; count < 3; count += 1)
      expect(await relay.hand(mail(), never)).toMatchObject({ status: 'accepted' });
    expect(tiny.commands.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
    tiny.dropAll();
    expect(await relay.hand(mail(), never)).toMatchObject({ status: 'accepted' });
    expect(tiny.commands.filter((line) => line.startsWith('AUTH'))).toHaveLength(2);
    expect(tiny.mails).toHaveLength(4);
  });

  it('are good for the next mail where only this one was refused', async () => {
    const to = (command: string) => (command.includes('ben@') ? '550 never' : '250 ok');
    const tiny = await tinyRelay({ to });
    relays.push(tiny);
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    expect(await relay.hand({ ...mail(), recipients: ['ben@quist.example'] }, never)).toMatchObject({
      status: 'refused',
    });
    expect(await relay.hand(mail(), never)).toMatchObject({ status: 'accepted' });
    expect(tiny.commands.filter((line) => line.startsWith('EHLO'))).toHaveLength(1);
    expect(tiny.commands).toContain('RSET');
  });

  it('are ended when nothing left over them for a second', async () => {
    const tiny = await tinyRelay();
    relays.push(tiny);
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    await relay.hand(mail(), never);
    await clock.advance(1_000);
    await expect.poll(() => tiny.commands).toContain('QUIT');
  });
});

describe('ids that a relay gives', () => {
  it.each([
    [
      '250 2.0.0 OK <A1.B2@XY.prod.outlook.com> [Hostname=XY.prod.outlook.com]',
      ['A1.B2@XY.prod.outlook.com'],
    ],
    ['250 2.0.0 Ok: queued as 4XyZ12abc', ['4XyZ12abc@mx.tiny.example', '4XyZ12abc@127.0.0.1']],
    ['250 taken', undefined],
    ['250 ok <cora@quist.example> has it', undefined],
  ])('are read from what it says last: %s', async (end, ids) => {
    const { answer } = await handed({ end, ehlo: '250-mx.tiny.example\r\n250 SIZE 100000' });
    const said = await answer;
    expect(said).toEqual({ status: 'accepted', ...(ids === undefined ? {} : { providerIds: ids }) });
  });
});

describe('TLS that is required', () => {
  it.each(['required', 'verified'])(
    'and not offered: %s says nothing of the mail, and says what to do',
    async (tls) => {
      const tiny = await tinyRelay();
      relays.push(tiny);
      const relay = createRelay(readRelayUrl(`smtp://a:b@127.0.0.1:${tiny.port}?tls=${tls}`), clock);
      expect(await relay.hand(mail(), never)).toEqual({
        status: 'unreachable',
        account: 'failed',
        code: 'tls_not_offered',
        reason: expect.stringContaining('TLS policy'),
      });
      expect(tiny.commands.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
    },
  );
});

describe('waiting for a turn', () => {
  it('is given up in time for the next attempt', async () => {
    const tiny = await tinyRelay({ end: 'silent' });
    relays.push(tiny);
    const relay = createRelay(readRelayUrl(`smtp://127.0.0.1:${tiny.port}`), clock);
    const gaveUp = new AbortController();
    const first = Array.from({ length: 5 }, () => relay.hand(mail(), gaveUp.signal).catch(() => 'unknown'));
    await expect.poll(() => tiny.mails.length).toBe(5);
    const waiting = relay.hand(mail(), gaveUp.signal);
    await clock.advance(25_000);
    expect(await waiting).toEqual({
      status: 'unreachable',
      reason: 'too many mails were waiting for the relay',
    });
    gaveUp.abort();
    expect(new Set(await Promise.all(first))).toEqual(new Set(['unknown']));
  });
});
