/** A subscriber on a bare TCP socket, which can stop reading: what no WebSocket library lets one do. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { eventually, pause } from './eventually.ts';

export interface RawReader {
  /** From now on at most so many bytes a second are read; 0: none. */
  slow(bytesPerSecond: number): void;
  /** Whether the server has ended the connection. Found out by saying something, since nothing may be read. */
  isClosed(): Promise<boolean>;
  destroy(): void;
}

/** A masked WebSocket frame as clients send it; at most 65,535 bytes. */
function frameOf(opcode: number, text: string): Buffer {
  const data = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    data.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | data.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, data.length >> 8, data.length & 0xff]);
  const masked = data.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
const text = (said: string): Buffer => frameOf(1, said);
const ping = (): Buffer => frameOf(9, '');

/** How long it tries to get in, ms. */
const GETS_IN_WITHIN = 15_000;

/**
 * Connects, says hello and subscribes to `stream`; reads normally until it is told to be slow. Tries again when it was refused or cut
 * off, as every client does: the answer to one commit may get lost while it says hello.
 */
export async function rawReader(port: number, token: string, stream: string): Promise<RawReader> {
  return eventually('a raw reader gets in', () => getIn(port, token, stream), GETS_IN_WITHIN, 100);
}

async function getIn(port: number, token: string, stream: string): Promise<RawReader> {
  const socket = connect(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  try {
    await once(socket, 'connect');
    await sayHello(socket, { token, stream, port });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  let timer: NodeJS.Timeout | undefined;
  return {
    slow(bytesPerSecond) {
      socket.pause();
      socket.removeAllListeners('data');
      if (bytesPerSecond > 0) timer = setInterval(() => void socket.read(bytesPerSecond), 1_000);
    },
    async isClosed() {
      if (!closed) socket.write(ping());
      await pause(20);
      return closed || socket.destroyed;
    },
    destroy() {
      clearInterval(timer);
      socket.destroy();
    },
  };
}

async function sayHello(
  socket: Socket,
  { token, stream, port }: { readonly token: string; readonly stream: string; readonly port: number },
): Promise<void> {
  let heard = '';
  let listening = true;
  socket.on('data', (data) => {
    if (!listening) return;
    heard += data.toString('latin1');
    // Engine.IO's ping wants an answer, as long as somebody listens.
    if (heard.endsWith('2')) socket.write(text('3'));
  });
  const hears = async (what: string): Promise<void> => {
    const end = performance.now() + 5_000;
    while (!heard.includes(what)) {
      // A server that refuses says why, and closes when its goodbye was answered or a while has passed.
      if (heard.includes('"ok":false') || socket.destroyed || performance.now() > end)
        throw new Error(`the raw reader never heard ${what}, but: ${heard.slice(-300)}`);
      await pause(5);
    }
  };
  const head = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await hears('"sid"');
  socket.write(text('40'));
  await hears('40{"sid"');
  const hello = { protocol: PROTOCOL_VERSION, client: 'raw/1', token, resume: null, device: 'raw' };
  socket.write(text(`421${JSON.stringify(['hello', hello])}`));
  await hears('431[{"ok":true');
  socket.write(text(`422${JSON.stringify(['stream.subscribe', { stream, after: null }])}`));
  await hears('432[{"ok":true');
  listening = false;
}
