/** A sender of mail that changes no byte of it: what mail programs would mend on the way reaches the server as it is. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Envelope {
  /** Empty for `<>`. */
  readonly from?: string;
  readonly to: string | readonly string[];
}

/** An answer that was not the expected one. */
export class SmtpRefusal extends Error {
  readonly code: number;
  /** At which command. */
  readonly at: string;

  constructor(at: string, answer: string) {
    super(`${at}: ${answer}`);
    this.code = Number(answer.slice(0, 3));
    this.at = at;
  }
}

export interface SmtpClient extends AsyncDisposable {
  /** Sends one mail. Throws `SmtpRefusal`; the connection can be used again. */
  send(envelope: Envelope, raw: Buffer): Promise<void>;
  /** One command and its answer, multi-line ones joined. */
  command(line: string): Promise<string>;
  readonly socket: Socket;
}

export async function smtpClient(port: number): Promise<SmtpClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();

  async function answer(): Promise<string> {
    let text = '';
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new SmtpRefusal('connection', '000 it was closed');
      text += text === '' ? value : `\n${value.slice(4)}`;
      if (value[3] !== '-') return text;
    }
  }
  async function command(line: string): Promise<string> {
    socket.write(`${line}\r\n`);
    return await answer();
  }
  async function expect(line: string, first: '2' | '3'): Promise<void> {
    const text = await command(line);
    if (text.startsWith(first)) return;
    await command('RSET');
    throw new SmtpRefusal(line, text);
  }

  await answer();
  await command('EHLO test.example');
  return {
    socket,
    command,
    async send({ from = 'sender@test.example', to }, raw) {
      await expect(`MAIL FROM:<${from}>`, '2');
      for (const one of typeof to === 'string' ? [to] : to) await expect(`RCPT TO:<${one}>`, '2');
      await expect('DATA', '3');
      socket.write(stuffed(raw));
      const text = await command('.');
      if (!text.startsWith('2')) throw new SmtpRefusal('data', text);
    },
    async [Symbol.asyncDispose]() {
      if (socket.destroyed) return;
      socket.end('QUIT\r\n');
      await once(socket, 'close');
    },
  };
}

/** What is received of `raw`: SMTP knows only whole lines, so one that ends without CRLF gets it. */
export function asReceived(raw: Buffer): Buffer {
  return raw.subarray(-2).toString('latin1') === '\r\n' ? raw : Buffer.concat([raw, Buffer.from('\r\n')]);
}

/** A dot before each dot that begins a line (RFC 5321 4.5.2); smtp-server takes it away after a bare line feed as well. */
function stuffed(raw: Buffer): Buffer {
  const text = asReceived(raw).toString('latin1');
  return Buffer.from(text.replaceAll(/^\./g, '..').replaceAll('\n.', '\n..'), 'latin1');
}

/** Sends one mail over a connection of its own. */
export async function sendMail(port: number, envelope: Envelope, raw: Buffer | string): Promise<void> {
  await using client = await smtpClient(port);
  await client.send(envelope, typeof raw === 'string' ? Buffer.from(raw) : raw);
}
