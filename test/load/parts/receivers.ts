/** A process with a thousand connections that only count what comes, see whether a number is missing, and read when it was sent. */
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { processorTime, serve } from '../../bench/parts/child.ts';
import { machineTime } from '../../bench/parts/emission.ts';
import { openSocket, type RawSocket } from '../../bench/parts/raw-socket.ts';
import { Latencies, type Spread } from '../meter.ts';
import { eachEvent } from './events.ts';

export interface Receiver {
  readonly url: string;
  /** Of Latchbox. Without it: a bare server's. */
  readonly token?: string;
  /** Inbox, or room. */
  readonly room: string;
}

export interface Received {
  /** Events of each connection, in the order of `connect`. */
  readonly counts: readonly number[];
  /** How late they came, from when each was due. */
  readonly spread: Spread;
  /** When the last one came, as a `machineTime`. */
  readonly last: number;
  /** Connections that are over: they get nothing any more. */
  readonly broken: number;
  /** Events that did not follow on the one before: something between is missing, or it came twice, or late. */
  readonly gaps: number;
}

const received: number[] = [];
let latencies = new Latencies();
let last = 0;
let broken = 0;
let gaps = 0;
/** Of each connection, the number of the event that came last. */
const newest: (number | undefined)[] = [];
/** What was due before this `machineTime` is no longer asked about. */
let from = 0;
const sockets: RawSocket[] = [];

function take(place: number, message: Buffer): void {
  const now = machineTime();
  eachEvent(message, (seq, due) => {
    const before = newest[place];
    if (before !== undefined && seq !== before + 1) gaps += 1;
    newest[place] = seq;
    if (due === undefined || due < from) return;
    received[place] = (received[place] ?? 0) + 1;
    latencies.add((now - due) / 1_000);
    last = now;
  });
}

async function open({ url, token, room }: Receiver, place: number): Promise<void> {
  received[place] = 0;
  const socket = await openSocket(url, (_count, message) => take(place, message), {
    onClose: () => (broken += 1),
  });
  sockets.push(socket);
  const calls =
    token === undefined
      ? ([['join', { room }]] as const)
      : ([
          ['hello', { protocol: PROTOCOL_VERSION, client: 'load/1', token, resume: null, device: 'load' }],
          ['stream.subscribe', { stream: `inbox:${room}`, after: null }],
        ] as const);
  for (const [name, input] of calls) {
    const answer = await socket.call(name, input);
    if (!answer.includes('[{"ok":true')) throw new Error(`${name} was refused: ${answer}`);
  }
}

serve({
  async connect({ receivers, atOnce }: { receivers: readonly Receiver[]; atOnce: number }) {
    let next = 0;
    const hand = async (): Promise<void> => {
      while (next < receivers.length) {
        const place = next;
        next += 1;
        const receiver = receivers[place];
        if (receiver !== undefined) await open(receiver, place);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, hand));
  },
  /** Counts from now on what is due from now on: what comes late of the time before is not part of it. */
  begin: () => {
    from = machineTime();
    received.fill(0);
    latencies = new Latencies();
  },
  received: (): Received => ({ counts: received, spread: latencies.spread(), last, broken, gaps }),
  processor: processorTime,
});
