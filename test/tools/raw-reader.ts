/** A subscriber on a bare TCP socket, which can stop reading: what no WebSocket library lets one do. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { pause } from './eventually.ts';

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

/** Connects, says hello and subscribes to `stream`; reads normally until it is told to be slow. */
export async function rawReader(port: number, token: string, stream: string): Promise<RawReader> {
  const socket = connect(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  await once(socket, 'connect');
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
      if (closed || performance.now() > end) throw new Error(`the raw reader never heard ${what}`);
      await pause(5);
    }
  };
  const key = randomBytes(16).toString('base64');
  const head = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
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
  heard = '';
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
