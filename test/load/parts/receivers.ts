/** A process with a thousand connections that only count what comes, and read when it was sent. */
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { processorTime, serve } from '../../bench/parts/child.ts';
import { machineTime } from '../../bench/parts/emission.ts';
import { openSocket, type RawSocket } from '../../bench/parts/raw-socket.ts';
import { Latencies } from '../meter.ts';

export interface Receiver {
  readonly url: string;
  /** Of Latchbox. Without it: a bare server's. */
  readonly token?: string;
  /** Inbox, or room. */
  readonly room: string;
}

const STAMP = Buffer.from('@@');
const received: number[] = [];
let latencies = new Latencies();
const sockets: RawSocket[] = [];

/** The number between two marks. Its digits are read by hand: a text would have to be made first. */
function readStamps(message: Buffer, now: number): void {
  for (let at = message.indexOf(STAMP); at >= 0; at = message.indexOf(STAMP, at + STAMP.length)) {
    let value = 0;
    at += STAMP.length;
    for (let digit = message[at]; digit !== undefined && digit >= 48 && digit <= 57; digit = message[at]) {
      value = value * 10 + digit - 48;
      at += 1;
    }
    latencies.add((now - value) / 1_000);
  }
}

async function open({ url, token, room }: Receiver, place: number): Promise<void> {
  received[place] = 0;
  const socket = await openSocket(url, (count, message) => {
    received[place] = (received[place] ?? 0) + count;
    readStamps(message, machineTime());
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
  /** From now on. */
  begin: () => {
    received.fill(0);
    latencies = new Latencies();
  },
  /** What each connection got, in the order of `connect`, and how late. */
  received: () => ({ counts: received, spread: latencies.spread() }),
  processor: processorTime,
});
