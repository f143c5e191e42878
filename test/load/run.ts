/** `npm run load -- --agents N --profile team|storm|soak`: agents of the SDK in other processes. `--help` says the rest. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../tools/server-process.ts';
import { givenDeployment, startDeployment } from './deployment.ts';
import { runLoad } from './load.ts';
import { createProgress } from './progress.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { page } from './report/page.ts';
import { summary } from './report/summary.ts';

const USAGE = `Usage: npm run load -- --agents N --profile team|storm|soak [options]
  --agents N       how many agents (default 100)
  --profile NAME   team: open, type, reply, note, idle, watch; storm: all connections cut at once, and again;
                   soak: a team of whom 20 % a minute go and come again (default team)
  --servers K      how many servers to start; several share a Redis (default 1)
  --seconds S      how long, after everybody is connected (default 60)
  --seed S         the same choices again (default 1)
  --pace P         times as quick as people (default 1)
  --per-process N  agents of each client process (default 250)
  --out FILE       the report (default test/.output/load/<profile>.html)
Instead of servers of its own:
  --url U          a server that runs already; several times for several
  --tokens FILE    access tokens or API keys of its agents, one a line
  --inbox CODE     API code of an inbox that customers write to; several times for several
  --metrics TOKEN  METRICS_TOKEN of that server`;

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '100' },
    profile: { type: 'string', default: 'team' },
    servers: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    pace: { type: 'string', default: '1' },
    'per-process': { type: 'string', default: '250' },
    out: { type: 'string' },
    url: { type: 'string', multiple: true },
    tokens: { type: 'string' },
    inbox: { type: 'string', multiple: true },
    metrics: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

function wrong(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}

function positive(name: 'agents' | 'servers' | 'seconds' | 'pace' | 'per-process'): number {
  const number = Number(values[name]);
  return number > 0 ? number : wrong(`--${name} takes a number above 0.`);
}

function profileOf(name: string): ProfileName {
  return Object.hasOwn(PROFILES, name) ? (name as ProfileName) : wrong(`There is no profile ${name}.`);
}

/** Agents of an inbox, more or less as a team has them. */
const AGENTS_AN_INBOX = 25;
const CONVERSATIONS = 40;

async function main(): Promise<void> {
  if (values.help === true) return void process.stdout.write(`${USAGE}\n`);
  const options = {
    profile: profileOf(values.profile),
    agents: positive('agents'),
    seconds: positive('seconds'),
    seed: Number(values.seed),
    pace: positive('pace'),
    aProcess: positive('per-process'),
    metricsToken: values.metrics,
  };
  const progress = createProgress(process.stdout, options.seconds);
  if (values.url !== undefined && values.tokens === undefined) wrong('--url needs --tokens.');
  const inboxes = Math.ceil(options.agents / AGENTS_AN_INBOX);
  const seed = { agents: options.agents, inboxes, each: 2, conversations: CONVERSATIONS };
  await using deployment =
    values.url === undefined
      ? await startDeployment(seed, positive('servers'))
      : givenDeployment(values.url, values.tokens ?? '', values.inbox ?? []);
  const recording = await runLoad(deployment, options, progress);
  const file = values.out ?? join(repository, `test/.output/load/${options.profile}.html`);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, page(recording));
  progress.say(`${summary(recording)}\n\nReport: ${file}`);
}

// Ending in order lets what was started be ended too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
await main();
// A connection of the last reading may still be kept alive.
process.exit();
