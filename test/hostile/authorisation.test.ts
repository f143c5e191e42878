/** C20–C26, C34, I25: the table of who may do what, over sockets, REST, resume, snapshots, presence and files. */

import { PROTOCOL_VERSION, UP, type UpResult } from '@latchbox/shared';
import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { HTTP, type Route } from '@latchbox/shared/http/index';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { staysTrue } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { connectWire, type WireClient } from '../tools/wire-client.ts';
import { type Caller, fits, hides, type RestLine, type Target, verdict } from './authorisation.ts';
import { FURTHER_REST_LINES, REST_LINES } from './authorisation-routes.ts';
import { freshId, FURTHER_SOCKET_LINES, SOCKET_LINES } from './authorisation-sockets.ts';
import { makeTarget, NOWHERE } from './authorisation-target.ts';
import { type Answer, type PersonName, type Stage, startStage } from './stage.ts';

let stage: Stage;
let there: Target;
let callers: readonly Caller[];

beforeAll(async () => {
  const port = await freePort();
  stage = await startStage({ env: { SMTP_PORT: String(port) } });
  there = await makeTarget(stage, port);
  callers = everyStanding();
});
afterAll(() => stage[Symbol.asyncDispose]());

function everyStanding(): Caller[] {
  const person = (
    name: PersonName,
    capability: Caller['capability'],
    rest: Partial<Caller> = {},
  ): Caller => ({
    name,
    token: stage.key(name),
    signedIn: true,
    admin: false,
    kind: 'person',
    bySignIn: false,
    capability,
    ...rest,
  });
  const nobody = { name: '', signedIn: false, admin: false, kind: 'person', bySignIn: false } as const;
  const signedIn = (name: PersonName) => ({ token: stage.accessToken(name), bySignIn: true });
  return [
    person('ann', 'reply'),
    person('ann', 'reply', { name: 'ann, signed in', ...signedIn('ann') }),
    person('rita', 'read'),
    person('mona', 'manage'),
    person('mia', null, { admin: true }),
    person('mia', null, { name: 'mia, signed in', admin: true, ...signedIn('mia') }),
    person('zoe', null),
    person('gone', null),
    person('bot', 'reply', { kind: 'system' }),
    person('emb', 'reply', { token: stage.issuedToken() }),
    // Last of them: who takes over leaves the conversation to nobody.
    person('ada', 'reply', { admin: true }),
    { ...nobody, name: 'nobody', token: null, capability: null },
    { ...nobody, name: 'a stranger', token: 'lbk_none', capability: null },
  ];
}

test('every command and every route of the contract has its line', () => {
  expect(Object.keys(UP).filter((name) => SOCKET_LINES[name] === undefined)).toEqual([]);
  expect(Object.keys(HTTP).filter((name) => REST_LINES[name] === undefined)).toEqual([]);
  const ahead = (lines: object, contract: object): string[] =>
    Object.keys(lines).filter((name) => !Object.hasOwn(contract, name));
  // A line for what the contract does not have is a name that was mistyped or renamed.
  expect([...ahead(SOCKET_LINES, UP), ...ahead(REST_LINES, HTTP)]).toEqual([]);
});

describe('over sockets', () => {
  test('every command, for whoever is signed in', async () => {
    const wrong: string[] = [];
    await using holder = await stage.world.connect('ben');
    await holder.acquire(there.held);
    const all = Object.entries(SOCKET_LINES);
    const last = all.filter(([name]) => name === 'session.close');
    const lines = [...all.filter((line) => !last.includes(line)), ...FURTHER_SOCKET_LINES, ...last];
    for (const caller of callers.filter(({ signedIn }) => signedIn)) {
      await using client = await connectWire({
        url: stage.url,
        token: caller.token ?? '',
        name: caller.name,
      });
      for (const [name, line] of lines) {
        const said = verdict(line, caller);
        // The end of the session can be said once.
        const twice = hides(line, said) && name !== 'session.close';
        const [first, second] = [line.input(there), twice ? line.input(NOWHERE) : undefined];
        const answer = await say(client, name, first);
        if (!fits(line, said, answer.code)) wrong.push(`${name} of ${caller.name}: ${told(answer, said)}`);
        if (second === undefined) continue;
        const twin = await say(client, name, second);
        if (!alike(answer, twin))
          wrong.push(`${name} of ${caller.name} tells what is there: ${told(answer, told(twin))}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every command, as the first word of whoever did not say hello', async () => {
    for (const [name, line] of Object.entries(SOCKET_LINES)) {
      const socket = io(stage.url, { transports: ['websocket'], reconnection: false, forceNew: true });
      const input = name === 'hello' ? hello('lbk_none') : line.input(there);
      const closed = new Promise((done) => void socket.once('disconnect', done));
      const { error } = (await socket.timeout(5_000).emitWithAck(name, input)) as {
        error?: { code: string };
      };
      expect([name, error?.code]).toEqual([name, 'unauthenticated']);
      await closed;
    }
  });
});

const hello = (token: string, resume: { id: string; key: string } | null = null) => ({
  protocol: PROTOCOL_VERSION,
  client: 'hostile/1',
  token,
  resume,
  device: 'x',
});

interface Told {
  readonly code: string;
  readonly body: unknown;
}

async function say(client: WireClient, name: string, input: object): Promise<Told> {
  try {
    const result: unknown = await client.call(name as 'presence', input as { state: 'active' });
    return { code: 'ok', body: result };
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: unknown };
    return { code, body: { message, details } };
  }
}

const told = ({ code, body }: Told, expected = ''): string =>
  `${code} ${JSON.stringify(body).slice(0, 200)}${expected === '' ? '' : `, not ${expected}`}`;

/** Nothing differs but what has to: an id of a request, a moment, something that was just made. */
const alike = (a: Told, b: Told): boolean =>
  a.code === b.code && (a.code === 'ok' || JSON.stringify(a.body) === JSON.stringify(b.body));

describe('over REST', () => {
  // Thousands of requests, one after the other.
  test('every route, for everybody', { timeout: 240_000 }, async () => {
    const wrong: string[] = [];
    await using holder = await stage.world.connect('ben');
    await holder.acquire(there.held);
    for (const caller of callers) {
      for (const [name, line] of [...Object.entries(REST_LINES), ...FURTHER_REST_LINES]) {
        const route = HTTP[name as keyof typeof HTTP] as Route;
        const said = verdict(line, caller);
        const answer = toldBy(await callRoute(route, line, caller, there));
        if (!fits(line, said, answer.code)) wrong.push(`${name} of ${caller.name}: ${told(answer, said)}`);
        if (!hides(line, said)) continue;
        const twin = toldBy(await callRoute(route, line, caller, NOWHERE));
        if (!alike(answer, twin))
          wrong.push(`${name} of ${caller.name} tells what is there: ${told(answer, told(twin))}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function callRoute(route: Route, line: RestLine, { token }: Caller, on: Target): Promise<Answer> {
  const params = line.params?.(on) ?? {};
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  );
  const query = new URLSearchParams(line.query?.(on)).toString();
  const body = line.body?.(on);
  return stage.ask(route.method, `${path}${query === '' ? '' : `?${query}`}`, {
    token,
    ...(body === undefined ? {} : { body }),
    ...(line.bytes === undefined
      ? {}
      : { raw: line.bytes, headers: { 'content-type': 'application/octet-stream' } }),
  });
}

const toldBy = ({ code, error, status }: Answer): Told => ({
  code,
  body: { status, message: error?.message, details: error?.details },
});

describe('what is not said', () => {
  test('a busy inbox is told to none but its members, whatever others ask for (C20)', async () => {
    await using ben = await stage.world.connect('ben');
    await ben.wire.subscribe(stage.world.stream('orders'));
    const strangers = await Promise.all(
      (['zoe', 'gone', 'mia'] as const).map((name) => stage.world.connect(name)),
    );
    const conversationId = stage.conversation(1);
    for (const { wire } of strangers) {
      await say(wire, 'stream.subscribe', { stream: `inbox:${stage.orders}`, after: null });
      await say(wire, 'stream.subscribe', { stream: `agent:${stage.id('ben')}`, after: null });
      await say(wire, 'conversation.open', { conversationId, view: true, limit: 1 });
      wire.signal('activity', { conversationId, kind: 'note' });
    }
    const { fence } = await ben.acquire(conversationId);
    for (let turn = 1; turn <= 5; turn += 1) {
      await ben.note(conversationId, `Busy ${turn}`);
      ben.wire.signal('activity', { conversationId, kind: 'reply' });
    }
    await ben.release(conversationId, fence);
    const heard = () =>
      strangers.flatMap(({ wire }) =>
        wire.items.filter((item) => JSON.stringify(item).includes(stage.orders)),
      );
    await staysTrue('nothing is heard', () => heard().length === 0, 1_200);
    // And nobody there heard of the strangers.
    const ids = [stage.id('zoe'), stage.id('gone'), stage.id('mia')];
    const of = ben.wire.items.filter(({ t }) => t === 'typing' || t === 'viewers' || t === 'presence');
    expect(of.filter((item) => ids.some((id) => JSON.stringify(item).includes(id)))).toEqual([]);
    const { viewers, typists } = await ben.wire.call('conversation.open', {
      conversationId,
      view: false,
      limit: 1,
    });
    expect([...viewers, ...typists].filter(({ person }) => ids.includes(person.id))).toEqual([]);
  });

  test('a greeting subscribes to nothing that could not be subscribed to afterwards', async () => {
    const foreign = [
      `inbox:${stage.board}`,
      'inbox:ibx_nothere',
      `agent:${stage.id('ben')}`,
      `agent:${stage.orders}`,
    ];
    const socket = io(stage.url, { transports: ['websocket'], reconnection: false, forceNew: true });
    const frames: unknown[] = [];
    socket.on('frame', (frame) => frames.push(frame));
    const subscribe = { streams: foreign.map((stream) => ({ stream, after: null })), rest: true };
    const input = { ...hello(stage.key('ann')), subscribe };
    const { result } = (await socket.timeout(5_000).emitWithAck('hello', input)) as {
      result: UpResult<'hello'>;
    };
    const lines = result.streams ?? [];
    expect(lines.filter(({ ok }) => ok).map(({ stream }) => stream)).toEqual([
      `agent:${stage.id('ann')}`,
      `inbox:${stage.orders}`,
    ]);
    const refused = lines.flatMap((line) => (line.ok ? [] : [JSON.stringify(line.error)]));
    expect([refused.length, new Set(refused).size]).toEqual([4, 1]);
    await using zoe = await stage.world.connect('zoe');
    await zoe.note(stage.foreign, 'Not for ann');
    await staysTrue('nothing of it is told', () => !JSON.stringify(frames).includes(stage.board), 500);
    socket.disconnect();
  });

  test('whoever was removed resumes a session that can do nothing there any more (C23, I24)', async () => {
    const inbox = stage.orders;
    const first = await connectWire({ url: stage.url, token: stage.issuedToken() });
    const { from, logEpoch } = await first.subscribe(`inbox:${inbox}`);
    const conversationId = stage.conversation(2);
    const { fence } = await first.call('lock.acquire', { conversationId, requestId: freshId() });
    first.cut();
    const params = { inbox, agent: stage.id('emb') };
    await stage.world.rest('mia').call(removeMember, { params });
    await using again = await connectWire({
      url: stage.url,
      token: stage.issuedToken(),
      resume: first.session,
    });
    expect(again.hello).toMatchObject({ session: { resumed: true }, locks: [], inboxes: [] });
    for (const after of [null, { logEpoch, seq: from }, { logEpoch, seq: 0 }])
      expect(await say(again, 'stream.subscribe', { stream: `inbox:${inbox}`, after })).toMatchObject({
        code: 'not_found',
      });
    const send = { conversationId, clientId: freshId(), fence, lastSeen: 1, body: 'Too late', then: 'stay' };
    expect(await say(again, 'reply.send', send)).toMatchObject({ code: 'not_found' });
    await using ben = await stage.world.connect('ben');
    await ben.note(conversationId, 'Not for whoever left');
    await staysTrue('nothing is told', () => !JSON.stringify(again.items).includes(inbox), 700);
    const { rows } = await again.call('conversation.list', { filter: {}, after: null, limit: 50 });
    expect(rows.filter(({ inboxId }) => inboxId === inbox)).toEqual([]);
    expect((await again.call('inbox.counts', {})).inboxes).toEqual([]);
    await stage.world.rest('mia').call(putMember, { params, body: { capability: 'reply' } });
    await eventually(
      'it may read again',
      async () =>
        (await say(again, 'stream.subscribe', { stream: `inbox:${inbox}`, after: null })).code === 'ok',
    );
  });

  test('a session belongs to its agent and its key: any other gets a new one, and takes nothing (C30)', async () => {
    await using ann = await stage.world.connect('ann');
    const conversationId = stage.conversation(1);
    const { fence } = await ann.acquire(conversationId);
    const { id, key } = ann.wire.session;
    const tries = [
      { token: stage.key('ben'), resume: { id, key } },
      { token: stage.key('ann'), resume: { id, key: 'x'.repeat(43) } },
      { token: stage.key('ann'), resume: { id: 'ses_unknown', key } },
    ];
    for (const given of tries) {
      await using thief = await connectWire({ url: stage.url, ...given });
      expect(thief.hello).toMatchObject({ session: { resumed: false }, locks: [] });
      expect(thief.session.id).not.toBe(id);
      const send = { conversationId, clientId: freshId(), fence, lastSeen: 1, body: 'Stolen', then: 'stay' };
      expect(['lock_required', 'lock_held', 'lock_elsewhere', 'lock_lost', 'thread_moved_on']).toContain(
        (await say(thief, 'reply.send', send)).code,
      );
      expect(await say(thief, 'lock.release', { conversationId, fence, reason: 'released' })).toMatchObject({
        body: { held: false },
      });
    }
    expect(ann.wire.connected).toBe(true);
    expect(await ann.release(conversationId, fence)).toEqual({ held: true });
    expect(await ann.release(conversationId, fence)).toEqual({ held: false });
  });

  test('ids of another inbox within a command change nothing (C25, C26, C28)', async () => {
    await using ann = await stage.world.connect('ann');
    await using zoe = await stage.world.connect('zoe');
    const upload = await stage.ask('POST', '/api/attachments?name=x.txt', {
      token: stage.key('zoe'),
      raw: 'hers',
      headers: { 'content-type': 'application/octet-stream' },
    });
    const { id: hers } = JSON.parse(upload.text) as { id: string };
    const conversationId = stage.conversation(1);
    const { fence } = await ann.acquire(conversationId);
    const before = stage.ledger();
    const lastSeen = 100;
    const said = await Promise.all([
      say(ann.wire, 'conversation.assign', { conversationId, assigneeId: stage.id('zoe') }),
      say(ann.wire, 'conversation.assign', { conversationId, assigneeId: stage.id('gone') }),
      say(ann.wire, 'note.add', { conversationId, clientId: freshId(), body: 'x', attachments: [hers] }),
      say(ann.wire, 'note.add', {
        conversationId,
        clientId: freshId(),
        body: 'x',
        attachments: [there.attachment],
      }),
      say(ann.wire, 'note.add', {
        conversationId,
        clientId: freshId(),
        body: 'x',
        attachments: ['att_guessed'],
      }),
      say(ann.wire, 'conversation.list', {
        filter: { inboxIds: [stage.orders, stage.board] },
        after: null,
        limit: 5,
      }),
      say(zoe.wire, 'conversation.older', { conversationId, before: lastSeen, limit: 5 }),
    ]);
    expect(said.map(({ code }) => code)).toEqual(Array(said.length).fill('not_found'));
    const link = `/api/attachments/${hers}/link`;
    expect((await stage.ask('GET', link, { token: stage.key('ann') })).code).toBe('not_found');
    expect(stage.ledger()).toEqual(before);
    await ann.release(conversationId, fence);
    await stage.alive();
  });
});
