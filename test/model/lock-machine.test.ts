/** The lock machine, step by step: whatever agents do one after the other, the database is where the model says. */
import { phaseOf } from '@latchbox/server/src/collaboration/phase.ts';
import type { Holder } from '@latchbox/server/src/collaboration/holder.ts';
import type { LockEpoch } from '@latchbox/server/src/database/locks.ts';
import {
  LatchboxError,
  type LockEndReason,
  type LockPhase,
  nextLockPhase,
  SEND_AFTER_END,
} from '@latchbox/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AgentName,
  type ConversationName,
  type Office,
  openOffice,
  TIMES,
} from '../simulation/office.ts';
import { type Desk, openDesk, runs } from './desk.ts';

const WHO: readonly AgentName[] = ['Ana', 'Ana', 'Ben'];
const WHERE = ['first', 'second', 'priced'] as const satisfies readonly ConversationName[];
type Where = (typeof WHERE)[number];
/** A sweep comes twice a second, and an owner looks now and then: so late (ms) may a deadline be noticed. */
const LATE = 2_100;

/** The newest lock of a conversation, as the model has it. */
interface Lock {
  fence: number;
  phase: LockPhase;
  /** Whose it is, or was. */
  who: number;
  end: LockEndReason | undefined;
  activeAt: number;
  idleDeadline: number | undefined;
  goneDeadline: number | undefined;
}

interface Model {
  now: number;
  readonly connected: boolean[];
  readonly locks: Record<Where, Lock>;
}

interface Real {
  readonly desk: Desk;
  readonly sessions: { holder: Holder; readonly key: string }[];
  requests: number;
}

const held = (lock: Lock): boolean => lock.phase !== 'free';

function step(lock: Lock, by: Parameters<typeof nextLockPhase>[1]): void {
  const next = nextLockPhase(lock.phase, by);
  expect(next, `${by} in ${lock.phase}`).toBeDefined();
  lock.phase = next ?? lock.phase;
}

function end(lock: Lock, reason: LockEndReason): void {
  step(lock, 'ended');
  Object.assign(lock, { end: reason, idleDeadline: undefined, goneDeadline: undefined });
}

function stored({ desk }: Real, where: Where): LockEpoch | undefined {
  const row = desk.office.store.raw
    .prepare<[string], Record<string, unknown>>(
      `SELECT epoch, agent_id AS agentId, session_id AS sessionId, ended_at AS endedAt, end_reason AS endReason,
         idle_deadline AS idleDeadline, gone_deadline AS goneDeadline
       FROM lock_epochs WHERE conversation_id = ? ORDER BY epoch DESC LIMIT 1`,
    )
    .get(desk.office.conversations[where].id);
  return row as LockEpoch | undefined;
}

/** The database says what the model says, everywhere. */
function agree(model: Model, real: Real): void {
  for (const where of WHERE) {
    const lock = model.locks[where];
    const row = stored(real, where);
    expect(row?.epoch ?? 0, `fence of ${where}`).toBe(lock.fence);
    if (row === undefined) continue;
    expect(phaseOf(row), `phase of ${where}`).toBe(lock.phase);
    expect(row.sessionId, `holder of ${where}`).toBe(real.sessions[lock.who]?.holder.sessionId);
    expect(row.endReason ?? undefined, `end of ${where}`).toBe(lock.end);
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (LatchboxError.is(error)) return error.code;
    throw error;
  }
}

abstract class Command implements fc.AsyncCommand<Model, Real> {
  check = (_model: Readonly<Model>): boolean => true;
  abstract act(model: Model, real: Real): Promise<void>;
  abstract toString(): string;

  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await real.desk.time.advance(0);
    agree(model, real);
  }
}

class Acquire extends Command {
  readonly who: number;
  readonly where: Where;
  constructor(who: number, where: Where) {
    super();
    this.who = who;
    this.where = where;
  }
  toString = (): string => `session ${this.who} acquires ${this.where}`;

  async act(model: Model, real: Real): Promise<void> {
    const { holder } = real.sessions[this.who]!;
    real.requests += 1;
    const conversationId = real.desk.office.conversations[this.where].id;
    const input = { conversationId, requestId: `request ${real.requests}` };
    const answer = await codeOf(real.desk.services.heart.locks.acquire(holder, input));
    expect(answer).toBe(this.#expected(model));
  }

  #expected({ now, connected, locks }: Model): string {
    if (connected[this.who] !== true) return 'offline';
    const lock = locks[this.where];
    if (this.where !== 'priced') {
      // In open mode the agent's other lock ends first, whatever comes of this one.
      for (const where of WHERE) {
        const other = locks[where];
        if (where !== this.where && where !== 'priced' && held(other) && WHO[other.who] === WHO[this.who])
          end(other, 'switched');
      }
    }
    if (held(lock)) {
      if (lock.who === this.who) return 'ok';
      return WHO[lock.who] === WHO[this.who] ? 'lock_elsewhere' : 'lock_held';
    }
    step(lock, 'granted');
    Object.assign(lock, { fence: lock.fence + 1, who: this.who, end: undefined, activeAt: now });
    return 'ok';
  }
}

class Release extends Command {
  readonly who: number;
  readonly where: Where;
  constructor(who: number, where: Where) {
    super();
    this.who = who;
    this.where = where;
  }
  toString = (): string => `session ${this.who} gives ${this.where} back`;

  async act(model: Model, real: Real): Promise<void> {
    const lock = model.locks[this.where];
    const conversationId = real.desk.office.conversations[this.where].id;
    const input = { conversationId, fence: Math.max(1, lock.fence), reason: 'released' as const };
    const { held: was } = await real.desk.services.heart.locks.release(
      real.sessions[this.who]!.holder,
      input,
    );
    expect(was).toBe(held(lock) && lock.who === this.who);
    if (was) end(lock, 'released');
  }
}

class Stay extends Command {
  readonly who: number;
  readonly where: Where;
  constructor(who: number, where: Where) {
    super();
    this.who = who;
    this.where = where;
  }
  toString = (): string => `session ${this.who} is still working in ${this.where}`;
  override check = ({ connected }: Readonly<Model>): boolean => connected[this.who] === true;

  async act(model: Model, real: Real): Promise<void> {
    const lock = model.locks[this.where];
    const conversationId = real.desk.office.conversations[this.where].id;
    const input = { conversationId, fence: Math.max(1, lock.fence) };
    const answer = await codeOf(real.desk.services.heart.locks.stay(real.sessions[this.who]!.holder, input));
    expect(answer === 'ok').toBe(held(lock) && lock.who === this.who);
    if (answer !== 'ok') return;
    step(lock, 'kept');
    Object.assign(lock, { idleDeadline: undefined, activeAt: model.now });
  }
}

class Send extends Command {
  readonly who: number;
  readonly where: Where;
  readonly back: number;
  constructor(who: number, where: Where, back: number) {
    super();
    this.who = who;
    this.where = where;
    this.back = back;
  }
  toString = (): string =>
    `session ${this.who} sends in ${this.where} under ${this.back === 0 ? 'the newest' : 'an old'} fence`;
  override check = ({ locks }: Readonly<Model>): boolean => locks[this.where].fence > this.back;

  async act(model: Model, real: Real): Promise<void> {
    const lock = model.locks[this.where];
    real.requests += 1;
    const { store, conversations } = real.desk.office;
    const conversationId = conversations[this.where].id;
    const newest = store.raw
      .prepare<[string], { position: number }>(
        'SELECT max(position) AS position FROM entries WHERE conversation_id = ?',
      )
      .get(conversationId);
    const send = real.desk.services.sendDoor.send(real.sessions[this.who]!.holder, {
      conversationId,
      clientId: `send ${real.requests} of the model`,
      lastSeen: newest?.position ?? 0,
      body: 'An answer',
      then: 'stay',
      fence: lock.fence - this.back,
    });
    expect(await codeOf(send)).toBe(this.#expected(model, lock));
  }

  #expected(model: Model, lock: Lock): string {
    if (this.back > 0 || lock.who !== this.who) return 'lock_lost';
    if (!held(lock)) {
      const after = SEND_AFTER_END[lock.end ?? 'expired'];
      return after === 'late_send' ? 'ok' : after;
    }
    if (this.where === 'priced') end(lock, 'sent');
    else if (model.connected[lock.who] === true) {
      // A send is activity, and answers the question.
      if (lock.phase === 'asked') step(lock, 'kept');
      Object.assign(lock, { activeAt: model.now, idleDeadline: undefined });
    }
    return 'ok';
  }
}

class Lose extends Command {
  readonly who: number;
  constructor(who: number) {
    super();
    this.who = who;
  }
  toString = (): string => `session ${this.who} loses its connection`;
  override check = ({ connected }: Readonly<Model>): boolean => connected[this.who] === true;

  async act(model: Model, real: Real): Promise<void> {
    await real.desk.services.heart.sessions.connectionLost(real.sessions[this.who]!.holder);
    model.connected[this.who] = false;
    for (const lock of Object.values(model.locks)) {
      if (!held(lock) || lock.who !== this.who) continue;
      step(lock, 'connection_lost');
      lock.goneDeadline = model.now + TIMES.reconnectGrace;
    }
  }
}

class Resume extends Command {
  readonly who: number;
  constructor(who: number) {
    super();
    this.who = who;
  }
  toString = (): string => `session ${this.who} comes back`;

  async act(model: Model, real: Real): Promise<void> {
    const session = real.sessions[this.who]!;
    const holder = await real.desk.resume(WHO[this.who]!, session.holder.sessionId, session.key);
    expect(holder).toBeDefined();
    if (holder !== undefined) session.holder = holder;
    model.connected[this.who] = true;
    for (const lock of Object.values(model.locks)) {
      if (!held(lock) || lock.who !== this.who || lock.goneDeadline === undefined) continue;
      step(lock, 'resumed');
      lock.goneDeadline = undefined;
    }
  }
}

/** Time passes. What is due may be noticed a little late: there the model takes what it finds, if it may be so. */
class Wait extends Command {
  readonly ms: number;
  constructor(ms: number) {
    super();
    this.ms = ms;
  }
  toString = (): string => `${this.ms} ms pass`;

  async act(model: Model, real: Real): Promise<void> {
    await real.desk.time.advance(this.ms);
    model.now += this.ms;
    for (const where of WHERE) this.#pass(model, model.locks[where], stored(real, where), where);
  }

  #pass(model: Model, lock: Lock, row: LockEpoch | undefined, where: Where): void {
    if (!held(lock) || row === undefined) return;
    const due = (deadline: number): 'no' | 'perhaps' | 'yes' =>
      model.now < deadline ? 'no' : model.now > deadline + LATE ? 'yes' : 'perhaps';
    const idleAt = lock.activeAt + TIMES.idleAfter;
    const asked = row.idleDeadline !== null || row.endReason === 'idle';
    if (lock.goneDeadline === undefined && lock.idleDeadline === undefined) {
      if (due(idleAt) === 'yes') expect(asked, `${where}: asked`).toBe(true);
      if (asked) {
        expect(due(idleAt), `${where}: asked too early`).not.toBe('no');
        step(lock, 'idle_due');
        lock.idleDeadline = row.idleDeadline ?? idleAt + TIMES.idleGrace;
        // The database's own time is the model's, from another beginning.
        if (row.idleDeadline !== null) lock.idleDeadline = idleAt + TIMES.idleGrace;
      }
    }
    const deadlines = [
      ...(lock.goneDeadline === undefined
        ? []
        : [{ at: lock.goneDeadline, reason: 'disconnected' as const }]),
      ...(lock.idleDeadline === undefined ? [] : [{ at: lock.idleDeadline, reason: 'idle' as const }]),
    ];
    const must = deadlines.some(({ at }) => due(at) === 'yes');
    const may = deadlines.filter(({ at }) => due(at) !== 'no').map(({ reason }) => reason);
    if (must) expect(row.endedAt, `${where}: ended`).not.toBeNull();
    if (row.endedAt === null) return;
    expect(may, `${where}: ended as ${row.endReason ?? ''}`).toContain(row.endReason);
    end(lock, row.endReason as LockEndReason);
  }
}

const who = fc.nat({ max: WHO.length - 1 });
const where = fc.constantFrom(...WHERE);
const COMMANDS = [
  fc.tuple(who, where).map((at) => new Acquire(...at)),
  fc.tuple(who, where).map((at) => new Acquire(...at)),
  fc.tuple(who, where).map((at) => new Release(...at)),
  fc.tuple(who, where).map((at) => new Stay(...at)),
  fc.tuple(who, where, fc.nat({ max: 1 })).map((at) => new Send(...at)),
  who.map((at) => new Lose(at)),
  who.map((at) => new Resume(at)),
  fc.constantFrom(40, 700, 2_500, 5_000, 8_500).map((ms) => new Wait(ms)),
];

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

test('the lock machine does what the model does', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(
    fc.commands(COMMANDS, { maxCommands: 60, size: 'max' }),
    async (commands) => {
      await using desk = openDesk(office);
      await desk.services.heart.start(false);
      const sessions: Real['sessions'] = [];
      for (const agent of WHO) sessions.push(await desk.join(agent));
      const free = (): Lock => ({
        fence: 0,
        phase: 'free',
        who: 0,
        end: undefined,
        activeAt: 0,
        idleDeadline: undefined,
        goneDeadline: undefined,
      });
      const model: Model = {
        now: 0,
        connected: WHO.map(() => true),
        locks: { first: free(), second: free(), priced: free() },
      };
      await fc.asyncModelRun(() => ({ model, real: { desk, sessions, requests: 0 } }), commands);
      expect(desk.complaints).toEqual([]);
    },
  );
  await fc.assert(property, { ...runs(40), endOnFailure: false });
});
