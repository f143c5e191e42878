/** A WebSocket by hand (RFC 6455): frames as no library would send them, and what comes back. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { eventually } from '../tools/eventually.ts';

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

export interface RawFrame {
  readonly opcode?: number;
  /** Default true: the last one of its message. */
  readonly final?: boolean;
  readonly payload?: string | Buffer;
  /** Clients must mask; default true. */
  readonly masked?: boolean;
  /** Bits that only extensions may set. */
  readonly reserved?: number;
  /** Announces this many bytes, whatever comes. */
  readonly says?: bigint;
}

/** The bytes of a frame. */
export function frameBytes(frame: RawFrame): Buffer {
  const { opcode = TEXT, final = true, payload = '', masked = true, reserved = 0, says } = frame;
  const data = Buffer.from(payload);
  const length = says ?? BigInt(data.length);
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
  const bit = masked ? 0x80 : 0;
  if (length < 126n) head.push(bit | Number(length));
  else if (length < 65_536n) head.push(bit | 126, Number(length >> 8n), Number(length & 255n));
  else {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(length);
    head.push(bit | 127, ...long);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), data]);
  const mask = randomBytes(4);
  const hidden = data.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), mask, hidden]);
}

export interface RawSocket extends Disposable {
  /** The status line of the answer to the upgrade. */
  readonly answer: string;
  readonly messages: readonly string[];
  /** Of the close frame; 0: the connection ended without one. */
  readonly closeCode: number | undefined;
  readonly net: Socket;
  write(...frames: RawFrame[]): void;
  text(...texts: string[]): void;
  /** Waits for a message that begins so. */
  message(start: string, withinMs?: number): Promise<string>;
  closed(withinMs?: number): Promise<number>;
}

export interface RawOptions {
  readonly path?: string;
  readonly headers?: readonly string[];
}

/** Connects and asks for the upgrade; a refusal stands in `answer`. */
export async function openRaw(url: string, options: RawOptions = {}): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const net = connect(Number(port), hostname);
  net.on('error', () => undefined);
  await once(net, 'connect');
  net.write(
    [
      `GET ${options.path ?? '/socket.io/?EIO=4&transport=websocket'} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...(options.headers ?? []),
      '',
      '',
    ].join('\r\n'),
  );
  return await readRaw(net);
}

async function readRaw(net: Socket): Promise<RawSocket> {
  const messages: string[] = [];
  let waiting = Buffer.alloc(0);
  let head: string | undefined;
  let closeCode: number | undefined;
  let over = false;
  const read = (chunk: Buffer): void => {
    waiting = Buffer.concat([waiting, chunk]);
    if (head === undefined) {
      const end = waiting.indexOf('\r\n\r\n');
      if (end < 0) return;
      head = waiting.subarray(0, end).toString();
      waiting = waiting.subarray(end + 4);
    }
    for (let frame = take(); frame !== undefined; frame = take()) {
      if (frame.opcode === TEXT) messages.push(frame.payload.toString());
      if (frame.opcode === CLOSE) closeCode = frame.payload.length >= 2 ? frame.payload.readUInt16BE() : 1005;
    }
  };
  const take = (): { opcode: number; payload: Buffer } | undefined => {
    const short = (waiting[1] ?? 0) & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (waiting.length < start) return undefined;
    const length =
      short < 126 ? short : short === 126 ? waiting.readUInt16BE(2) : Number(waiting.readBigUInt64BE(2));
    if (waiting.length < start + length) return undefined;
    const frame = { opcode: (waiting[0] ?? 0) & 0x0f, payload: waiting.subarray(start, start + length) };
    waiting = waiting.subarray(start + length);
    return frame;
  };
  net.on('data', read);
  net.on('close', () => {
    over = true;
  });
  await eventually('the upgrade is answered', () => head !== undefined || over);
  const write = (...frames: RawFrame[]): void => void net.write(Buffer.concat(frames.map(frameBytes)));
  return {
    answer: head?.split('\r\n')[0] ?? '',
    messages,
    get closeCode() {
      return closeCode;
    },
    net,
    write,
    text: (...texts) => write(...texts.map((payload) => ({ payload }))),
    message: (start, withinMs) =>
      eventually(
        `a message that begins with ${start}`,
        () => messages.find((one) => one.startsWith(start)),
        withinMs,
      ),
    async closed(withinMs) {
      await eventually('the server closes', () => over || closeCode !== undefined, withinMs);
      return closeCode ?? 0;
    },
    [Symbol.dispose]: () => void net.destroy(),
  };
}

/** Upgraded, in the namespace, and signed in. */
export async function joinRaw(url: string, token: string): Promise<RawSocket> {
  const raw = await openRaw(url);
  await raw.message('0{');
  raw.text('40');
  await raw.message('40{');
  const hello = { protocol: PROTOCOL_VERSION, client: 'raw/1', token, resume: null, device: 'raw' };
  raw.text(`420["hello",${JSON.stringify(hello)}]`);
  await raw.message('430[{"ok":true');
  return raw;
}
