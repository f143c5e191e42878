/** A process with raw connections that act at the same instant, or write at an even pace. The same for Latchbox and for a bare server. */
import { Agent, request } from 'node:http';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { serve } from '../../bench/parts/child.ts';
import { machineTime } from '../../bench/parts/emission.ts';
import { openSocket, type RawSocket } from '../../bench/parts/raw-socket.ts';
import { pause } from '../../tools/eventually.ts';
import { Latencies, type Spread } from '../meter.ts';

/** Without a token it is a connection to a bare server. */
export interface Racer {
  readonly url: string;
  readonly token?: string;
}
export interface RaceAct {
  /** Number of the racer among those of this process. */
  readonly who: number;
  readonly name: string;
  readonly input: object;
}
export interface RaceAnswer {
  readonly ok: boolean;
  readonly result?: { readonly fence?: number };
  readonly code?: string;
  readonly holder?: string | undefined;
  /** From the common start until it was answered for good, ms. */
  readonly took: number;
  /** More than one where it was asked to come back. */
  readonly tries: number;
}
export interface RacePost {
  readonly url: string;
  readonly token: string;
  readonly body: object;
}
export interface PostAnswer {
  readonly status: number;
  /** Of what was stored. */
  readonly stored: string;
  readonly took: number;
}
export interface Pace {
  /** Writes a second, of this process. */
  readonly rate: number;
  readonly seconds: number;
  readonly writes: readonly { readonly who: number; readonly name: string; readonly input: object }[];
}
export interface Paced {
  readonly spread: Spread;
  readonly written: number;
  /** How many of them each of `writes` did. */
  readonly stored: readonly number[];
  readonly refused: readonly string[];
  /** When the first one was due, as a `machineTime`. */
  readonly began: number;
}

interface Ack {
  readonly ok: boolean;
  readonly result?: { readonly fence?: number };
  readonly error?: {
    readonly code: string;
    readonly details?: { readonly holder?: { readonly id: string } | null; readonly retryAfterMs?: number };
  };
}

const sockets: RawSocket[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

async function ask(who: number, name: string, input: object): Promise<Ack> {
  const socket = sockets[who];
  if (socket === undefined) throw new Error(`there is no racer ${who}`);
  const text = await socket.call(name, input);
  const [ack] = JSON.parse(text.slice(text.indexOf('['))) as [Ack];
  return ack;
}

async function hello(who: number, token: string): Promise<void> {
  const greeting = { protocol: PROTOCOL_VERSION, client: 'load/1', token, resume: null, device: 'load' };
  const { ok, error } = await ask(who, 'hello', greeting);
  if (!ok) throw new Error(`hello was refused: ${error?.code}`);
}

/** All processes read the same clock. The last moments are waited for without a timer, which would be late. */
async function startAt(at: number): Promise<void> {
  const left = (at - machineTime()) / 1_000;
  if (left > 3) await pause(left - 3);
  while (machineTime() < at);
}

async function act(at: number, { who, name, input }: RaceAct): Promise<RaceAnswer> {
  for (let tries = 1; ; tries += 1) {
    const { ok, result, error } = await ask(who, name, input);
    const took = (machineTime() - at) / 1_000;
    // Somebody's grant is being written: "come back".
    const back = error?.code === 'lock_held' && error.details?.holder === null && tries < 20;
    if (!back)
      return {
        ok,
        took,
        tries,
        ...(result && { result: { ...(result.fence !== undefined && { fence: result.fence }) } }),
        ...(error && { code: error.code, holder: error.details?.holder?.id }),
      };
    await pause(error.details?.retryAfterMs ?? 20);
  }
}

function post(at: number, { url, token, body }: RacePost): Promise<PostAnswer> {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return new Promise((done, failed) => {
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk));
      response.on('end', () => {
        const took = (machineTime() - at) / 1_000;
        const read = JSON.parse(answer) as {
          entry?: { id: string; position: number };
          asOf?: { seq: number };
        };
        const stored = `${read.entry?.id} ${read.entry?.position} ${read.asOf?.seq}`;
        done({ status: response.statusCode ?? 0, stored, took });
      });
    });
    asked.on('error', failed);
    asked.end(text);
  });
}

/** Writes when each is due, whether the ones before were answered or not: what waits counts from when it was due. */
async function keepPace({ rate, seconds, writes }: Pace): Promise<Paced> {
  const latencies = new Latencies();
  const refused: string[] = [];
  const stored = writes.map(() => 0);
  const answers: Promise<void>[] = [];
  const began = machineTime();
  const total = Math.round(rate * seconds);
  const write = async (number: number, due: number): Promise<void> => {
    const place = number % writes.length;
    const one = writes[place];
    if (one === undefined) return;
    const id = `${process.pid}-${number}-${due}`;
    const body = `Your parcel left our bench this morning and is with the courier now. @@${due}@@`;
    const { ok, error } = await ask(one.who, one.name, { ...one.input, clientId: id, body });
    if (!ok) return void refused.push(error?.code ?? 'unknown');
    latencies.add((machineTime() - due) / 1_000);
    stored[place] = (stored[place] ?? 0) + 1;
  };
  for (let number = 0; number < total; ) {
    const now = machineTime();
    for (; number < total; number += 1) {
      const due = began + Math.round((number * 1_000_000) / rate);
      if (due > now) break;
      answers.push(write(number, due));
    }
    await pause(1);
  }
  await Promise.all(answers);
  return { spread: latencies.spread(), written: latencies.count, stored, refused, began };
}

serve({
  async connect(racers: readonly Racer[]) {
    for (const { url, token } of racers) {
      sockets.push(await openSocket(url, () => undefined));
      if (token !== undefined) await hello(sockets.length - 1, token);
    }
  },
  async race({ at, acts }: { readonly at: number; readonly acts: readonly RaceAct[] }) {
    await startAt(at);
    return await Promise.all(acts.map((one) => act(at, one)));
  },
  async posts({ at, posts }: { readonly at: number; readonly posts: readonly RacePost[] }) {
    await startAt(at);
    return await Promise.all(posts.map((one) => post(at, one)));
  },
  pace: keepPace,
});
