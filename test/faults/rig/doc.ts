/** What `docs/faults.md` says about the rig. */

import { NEMESES } from '../nemeses/index.ts';
import { LIMIT, scaledDown } from './profile.ts';

const rows = NEMESES.map(({ name, what, lane }) => `| ${name} | ${what} | ${lane} |`).join('\n');

export const RIG = `## The rig

\`npm run faults -- --seconds 60 --seed 7\` starts three server processes on one SQLite file, a Redis that keeps a log, a mail relay with a bad
character, and a TCP proxy before each link: server to Redis, server to relay, clients to each server. Twelve clients in three processes of
their own work with the real SDK as nine agents do: they open, take, type, answer, note, assign, hand over, ask, wait in line, take over,
lose their network, reload and come back; customers write by mail and on the simulator's page, and write the same again when nobody
said that it arrived. A lease lives two seconds. Then things break:

| nemesis | what it does | lane |
|---|---|---|
${rows}
| N24 | all of them at random, by their weights; this is what is played without \`--only\` | both |

Faults of one lane come one after the other, those of the two lanes at the same time. Afterwards everything is mended, the clients settle, and when
nothing moves any more each of them is asked what it shows. Then somebody asks through every door for what is hidden and for what is not there, one
holder's connection is cut for good and another's server is killed, and all clients leave. What was said on the wire and heard, whom the clients showed,
what the SDK told, the database, the relay's own log (mails have three recipients here), the leases that stood in Redis and the servers' figures are held against the invariants of \`test/tools/checkers*.ts\`. The last line is one JSON
object, \`{seed, seconds, operations, faults, violations}\`; the exit code is not 0 when anything was violated. Progress is told on stderr.

- \`--seed 1,2,3\` plays several runs. The same seed chooses the same faults; what three servers and twelve clients do meanwhile is theirs.
- \`--only N6,N8\`: these alone. \`--every 3\`: seconds between two faults, on average (10; with \`--only\` 3). \`--pace 300\`: ms between two acts of a client.
- \`FAULTS_KEEP=folder\` keeps, in a folder for each seed, the servers' logs, the operations and the database of a run that violated something.
- \`--profile pr\` is what CI plays after \`npm test\` in about seven minutes: three runs under the same three seeds every time, each with every
  nemesis. A run that is not over after ${LIMIT / 60_000} minutes is ended and failed. One that was late and nothing else (I30 to I32) is played once more, and counts as it ends then. It prints what is less than the reliability notes want for a pull request: ${scaledDown()
    .slice(1)
    .map((line) => line.trim())
    .join('; ')}.
- \`--write\` puts the run into the table below.
- Runs that failed are kept under \`rig\` in \`test/faults/seeds.json\` and played by \`npm test\`.

A SQLite file has no connection to cut: N10 throws an error right after the commit instead, as if its answer were lost. "Right holder" is not judged:
a row is dated at the beginning of its transaction, which a frozen server may end seconds later.
`;
