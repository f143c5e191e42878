/** Mail as a customer's program hands it in: by `swaks`, a program that others wrote, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sendMail } from '../tools/smtp-client.ts';

const hasSwaks = spawnSync('swaks', ['--version']).status === 0;

/** Hands in one whole mail, headers and all. Throws what was said between the two when it is refused. */
export async function mailIn(
  port: number,
  { from, to }: { from: string; to: string },
  mail: string,
): Promise<void> {
  if (!hasSwaks) {
    console.warn('swaks is not installed here: the mails of this play come from the tests’ own SMTP client.');
    await sendMail(port, { from, to }, mail);
    return;
  }
  const server = ['--server', '127.0.0.1', '--port', String(port), '--helo', 'vance.example'];
  const swaks = spawn('swaks', [...server, '--from', from, '--to', to, '--data', '-']);
  swaks.stdin.end(mail);
  const [said, failed, [code]] = await Promise.all([
    text(swaks.stdout),
    text(swaks.stderr),
    once(swaks, 'close'),
  ]);
  if (code !== 0) throw new Error(`swaks ended with ${code}.\n${said}\n${failed}`);
}
