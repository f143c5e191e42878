/**
 * A Socket.IO client that is little more than its TCP connection, so that thousands of them fit into one process and what is
 * measured is the server. Counts events without parsing them; the same code speaks to Latchbox and to bare Socket.IO.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** How an event begins in one of Latchbox's frames. Inside a text its quotes would be escaped. */
const ITEM = Buffer.from('{"t":"event","event":{');
const BARE = Buffer.from('42["event",');
const FRAME = Buffer.from('42["frame",');
const PING = '2'.charCodeAt(0);

export interface RawSocket {
  /** Sends a command and waits for its answer, as the text it came in. */
  call(name: string, input: unknown): Promise<string>;
  /** The answer to the greeting it joined with, as the text it came in. */
  readonly greeting: Promise<string>;
  close(): void;
}

/** What all sockets of this process read into, one after the other: a buffer of its own for every read costs more than the read. */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Connects and joins the namespace, with the greeting if there is one. `onEvents` is told how many events a message held, and shown it: only until it returns, then
 * other bytes are there. `onClose` is told that the connection is over, whoever ended it.
 */
export function openSocket(
  url: string,
  onEvents: (count: number, message: Buffer) => void,
  { onClose, hello }: { readonly onClose?: () => void; readonly hello?: object } = {},
): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<RawSocket>();
  const greeting = Promise.withResolvers<string>();
  // Nobody need wait for it.
  greeting.promise.catch(() => undefined);
  const answers = new Map<number, { done(answer: string): void; failed(error: Error): void }>();
  let number = 0;
  const onread = {
    buffer: READ,
    callback(length: number) {
      read(READ.subarray(0, length));
      return true;
    },
  };
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread }, () => {
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  });
  const raw: RawSocket = {
    call(name, input) {
      const id = number;
      number += 1;
      return new Promise((done, failed) => {
        answers.set(id, { done, failed });
        write(socket, `42${id}${JSON.stringify([name, input])}`);
      });
    },
    greeting: greeting.promise,
    close: () => void socket.destroy(),
  };
  const take = (message: Buffer): void => {
    if (message.length === 1 && message[0] === PING) return write(socket, '3');
    if (startsWith(message, FRAME)) return onEvents(countItems(message), message);
    if (startsWith(message, BARE)) return onEvents(1, message);
    const text = message.toString();
    if (text.startsWith('0'))
      return write(socket, hello === undefined ? '40' : `40${JSON.stringify({ hello })}`);
    if (text.startsWith('40')) return resolve(raw);
    if (text.startsWith('42["hello",')) return greeting.resolve(text);
    const id = Number.parseInt(text.slice(2), 10);
    answers.get(id)?.done(text);
    answers.delete(id);
  };
  const read = afterHandshake(createReader(take));
  socket.on('error', reject);
  socket.on('close', () => {
    const error = new Error('the connection is closed');
    reject(error);
    greeting.reject(error);
    onClose?.();
    // Whoever closed it waits for no answer any more.
    for (const waiting of answers.values()) waiting.failed(error);
    answers.clear();
  });
  return promise;
}

function startsWith(message: Buffer, start: Buffer): boolean {
  return message.length >= start.length && message.compare(start, 0, start.length, 0, start.length) === 0;
}

function countItems(message: Buffer): number {
  let count = 0;
  for (let at = message.indexOf(ITEM); at >= 0; at = message.indexOf(ITEM, at + ITEM.length)) count += 1;
  return count;
}

/** Leaves out the answer to the upgrade. */
function afterHandshake(read: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (head === undefined) return read(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = head.subarray(end + 4);
    head = undefined;
    if (rest.length > 0) read(rest);
  };
}

/** Cuts a stream into the payloads of its (unmasked, unfragmented) messages. Chunks are not kept: what is not whole yet is copied. */
function createReader(take: (payload: Buffer) => void): (chunk: Buffer) => void {
  let waiting: Buffer[] = [];
  let length = 0;
  let needed = 2;
  return (chunk) => {
    length += chunk.length;
    if (length < needed) return void waiting.push(Buffer.from(chunk));
    let data = waiting.length === 0 ? chunk : Buffer.concat([...waiting, chunk]);
    for (;;) {
      const size = sizeOf(data);
      needed = size === undefined ? data.length + 1 : size.head + size.payload;
      if (size === undefined || data.length < needed) break;
      take(data.subarray(size.head, needed));
      data = data.subarray(needed);
    }
    waiting = data.length === 0 ? [] : [Buffer.from(data)];
    length = data.length;
  };
}

function sizeOf(data: Buffer): { head: number; payload: number } | undefined {
  const [, second] = data;
  if (second === undefined) return undefined;
  if (second < 126) return { head: 2, payload: second };
  if (second === 126) return data.length < 4 ? undefined : { head: 4, payload: data.readUInt16BE(2) };
  return data.length < 10 ? undefined : { head: 10, payload: Number(data.readBigUInt64BE(2)) };
}

/** A masked text message. The mask is zero: the server has the same work, and we have none. */
function write(socket: Socket, text: string): void {
  const length = Buffer.byteLength(text);
  const long = length > 125;
  const start = long ? 8 : 6;
  const message = Buffer.alloc(start + length);
  message[0] = 0x81;
  message[1] = 0x80 | (long ? 126 : length);
  if (long) message.writeUInt16BE(length, 2);
  message.write(text, start);
  socket.write(message);
}
