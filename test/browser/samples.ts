/** The sample applications as strangers have them: copied away, installed from the packed tarball and the registry, and built. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../tools/server-process.ts';

const exec = promisify(execFile);

export const SAMPLES = ['plain', 'react', 'vue'] as const;
export type Sample = (typeof SAMPLES)[number];

/** What npm says when the registry cannot be reached, and its cache does not have everything. */
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;

/** The registry cannot be reached: nothing can be said about the samples. */
export class NoRegistry extends Error {}

export interface BuiltSamples extends AsyncDisposable {
  /** Folder of the built pages. */
  dist(sample: Sample): string;
}

async function run(command: string, args: readonly string[], cwd: string, env = {}): Promise<void> {
  try {
    await exec(command, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${command} ${args.join(' ')} in ${cwd}:\n${stdout}\n${stderr}`;
    throw NO_NETWORK.test(stderr) ? new NoRegistry(said) : new Error(said, { cause: error });
  }
}

async function pnpm(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    engines: { pnpm: string };
  };
  return `pnpm@${manifest.engines.pnpm}`;
}

/** Whether the built client is newer than everything that it is made of, as right after `npm test` has built it. */
async function isBuilt(): Promise<boolean> {
  const times = async (pattern: string[]) =>
    await Promise.all(
      globSync(pattern, { cwd: repository }).map(
        async (file) => (await stat(join(repository, file))).mtimeMs,
      ),
    );
  const sources = ['{client-sdk,shared}/src/**/*.ts', 'client-sdk/{package.json,tsdown.config.ts}'];
  const built = await times(['client-sdk/dist/**/*.js']);
  return built.length > 0 && Math.min(...built) > Math.max(...(await times(sources)));
}

/** Packs the client, and builds every sample for the server at `url` in a folder of its own. Throws `NoRegistry`. */
export async function buildSamples(url: string): Promise<BuiltSamples> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-samples-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const at = (sample: string) => join(folder, 'client-sdk/samples', sample);
  try {
    const client = join(repository, 'client-sdk');
    if (!(await isBuilt())) await run(process.execPath, ['--run', 'build'], client);
    await run('npx', ['-y', await pnpm(), 'pack', '--out', join(folder, 'latchbox-client.tgz')], client);
    await cp(join(client, 'samples'), at('.'), {
      recursive: true,
      filter: (path) => !/node_modules|package-lock|\/dist(\/|$)/.test(path.slice(client.length)),
    });
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    await Promise.all(SAMPLES.map((sample) => run('npm', install, at(sample))));
    await Promise.all(
      SAMPLES.map((sample) => run('npm', ['run', 'build'], at(sample), { VITE_LATCHBOX_URL: url })),
    );
  } catch (error) {
    await dispose();
    throw error;
  }
  return { dist: (sample) => join(at(sample), 'dist'), [Symbol.asyncDispose]: dispose };
}
