/** Real mail servers for tests: found, started in a folder of their own, and ended with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program by its name; where servers lie is not on everybody's PATH. Throws with the packages to install. */
export function programOf(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not installed. The tests of mailboxes need real mail servers: ` +
      '`apt-get install -y --no-install-recommends dovecot-imapd exim4-daemon-light swaks mutt` on Debian and Ubuntu.',
  );
}

export interface Owner {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  readonly root: boolean;
}

/** Whom mail is stored as. Exim delivers as its own user, also when root starts it with settings of a test. */
export function mailOwner(): Owner {
  const own = process.getuid?.() ?? 0;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const users = lines.map((line) => line.split(':'));
  const found = users.find(([name, , uid]) => (own === 0 ? name === 'Debian-exim' : uid === String(own)));
  const [user = 'nobody', , uid = '65534', gid = '65534'] = found ?? [];
  const groups = readFileSync('/etc/group', 'utf8').split('\n');
  const [group = 'nogroup'] = groups.find((line) => line.split(':')[2] === gid)?.split(':') ?? [];
  return { user, group, uid: Number(uid), gid: Number(gid), root: own === 0 };
}

const running = new Set<ChildProcess>();
// A test that was stopped in the middle leaves no process behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Starts a server in the foreground; `said` is what it wrote. */
export function startProgram(name: string, args: readonly string[]): { child: ChildProcess; said: string[] } {
  const child = spawn(programOf(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => said.push(String(data)));
  running.add(child);
  child.on('exit', () => running.delete(child));
  return { child, said };
}

export async function endProgram(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function runProgram(name: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(programOf(name), args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said += String(data)));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${said.slice(-2_000)}`);
  return said;
}
