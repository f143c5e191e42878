/** A customer at a terminal: mutt reads a mailbox by IMAP and answers by SMTP, with the quote that it makes itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from './programs.ts';
import type { MailProvider } from './provider.ts';

export interface MuttUser {
  readonly provider: MailProvider;
  readonly address: string;
  readonly name: string;
}

/** Keys as they are pressed: the newest mail is answered with what the editor leaves, that is sent, and mutt is left. */
const KEYS = '<last-entry><reply><send-message><quit>';

/** Ms for all of it. */
const LIMIT = 30_000;

/** Answers the newest mail in INBOX: `text` above the quote. Throws with the screen when mutt does not end. */
export async function answerWithMutt(user: MuttUser, text: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'latchbox-mutt-'));
  try {
    await writeFile(join(home, 'text'), `${text}\n\n`);
    // People write above the quote: what their editor shows them comes second.
    await writeFile(join(home, 'edit.sh'), `cat ${home}/text "$1" > ${home}/both && cp ${home}/both "$1"\n`);
    await writeFile(join(home, 'muttrc'), settings(user, home));
    await atTerminal(`${programOf('mutt')} -n -F ${home}/muttrc`, home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function settings({ provider, address, name }: MuttUser, home: string): string {
  const { incoming, outgoing, password } = provider.account(address);
  const user = encodeURIComponent(address);
  const values: Readonly<Record<string, string | undefined>> = {
    from: address,
    realname: name,
    spoolfile: `imaps://${user}@${incoming.host}:${incoming.port}/INBOX`,
    imap_pass: password,
    imap_authenticators: 'login',
    smtp_url: `smtp://${user}@${outgoing?.host}:${outgoing?.port}/`,
    smtp_pass: password,
    smtp_authenticators: 'plain',
    certificate_file: provider.caFile,
    ssl_starttls: 'yes',
    ssl_force_tls: 'yes',
    editor: `sh ${home}/edit.sh`,
    folder: home,
    tmpdir: home,
    user_agent: 'yes',
    // What mutt would ask.
    include: 'yes',
    reply_to: 'yes',
    fast_reply: 'yes',
    autoedit: 'yes',
    abort_unmodified: 'no',
    abort_noattach: 'no',
    copy: 'no',
    postpone: 'no',
    quit: 'yes',
    delete: 'no',
    move: 'no',
    mark_old: 'no',
    wait_key: 'no',
    signature: '',
  };
  const lines = Object.entries(values).map(([key, value]) => `set ${key}="${value ?? ''}"\n`);
  return `${lines.join('')}push "${KEYS}"\n`;
}

/** Runs a command at a terminal of its own (`script`), which nobody types at. */
async function atTerminal(command: string, home: string): Promise<void> {
  const child = spawn(programOf('script'), ['-qec', command, '/dev/null'], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'vt100', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let shown = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (shown += String(data)));
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code !== 0) throw new Error(`mutt ended with ${code ?? 'nothing'}: ${shown.slice(-2_000)}`);
}
