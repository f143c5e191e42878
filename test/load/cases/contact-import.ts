/** LD10: locks and sends while a CSV of contacts is imported in the background, beside the same without. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import {
  type ContactImport,
  getImport,
  startImport,
  undoImport,
} from '@latchbox/shared/http/contact-imports';
import { eventually } from '../../tools/eventually.ts';
import { restClient } from '../../tools/rest-client.ts';
import { type OwnDeployment, startDeployment } from '../deployment.ts';
import { Latencies } from '../meter.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { type Field, startField } from './racing.ts';

const AGENTS = 20;
/** Ms from the beginning of one round to that of the next. */
const ROUND = 250;
const BESIDE =
  'the same agents on the same server while nothing is imported, half of it before and half of it after';

class Side {
  readonly acquire = new Latencies();
  readonly send = new Latencies();
  refused = 0;
}

interface Desk {
  readonly field: Field;
  readonly conversations: readonly string[];
  /** How many replies stand in each conversation. */
  replies: number;
}

/** Everybody takes a conversation of their own and answers in it, all at once; then they wait for the next round. */
async function round(desk: Desk, side: Side): Promise<void> {
  const { field, conversations } = desk;
  const began = performance.now();
  const taken = await field.together(
    conversations.map((conversationId, who) => ({
      who,
      name: 'lock.acquire',
      input: { conversationId, requestId: randomUUID() },
    })),
  );
  const sent = await field.together(
    conversations.map((conversationId, who) => ({
      who,
      name: 'reply.send',
      input: {
        conversationId,
        clientId: randomUUID(),
        fence: taken[who]?.result?.fence ?? 0,
        lastSeen: 1 + desk.replies,
        body: 'It comes tomorrow.',
        then: 'stay',
      },
    })),
  );
  desk.replies += 1;
  for (const { ok, took } of taken) {
    side.acquire.add(took);
    if (!ok) side.refused += 1;
  }
  for (const { ok, took } of sent) {
    side.send.add(took);
    if (!ok) side.refused += 1;
  }
  await pause(Math.max(0, ROUND - (performance.now() - began)));
}

async function rounds(desk: Desk, side: Side, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await round(desk, side);
}

/** As a spreadsheet writes it: names, two columns to be reached by, tags. Every hundredth row is wrong. */
function csvOf(rows: number): string {
  const lines = ['Name;Email;Phone;Tags'];
  for (let n = 1; n <= rows; n += 1) {
    const email = n % 100 === 0 ? 'nobody' : `person${n}@customers.example`;
    const phone = n % 3 === 0 ? `+1212555${String(n % 10_000).padStart(4, '0')}` : '';
    lines.push(`Person ${n};${email};${n < 10_000 ? phone : ''};${n % 5 === 0 ? 'fifth' : ''}`);
  }
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

interface Imported {
  readonly done: ContactImport;
  readonly seconds: number;
  /** How often it was found further than before. */
  readonly moves: number;
}

/** The first agent may import. Before anybody connects: a connection of whoever becomes one ends. */
function promote({ database, seeded }: OwnDeployment): void {
  const raw = new Sqlite(database);
  raw.prepare("UPDATE agents SET role = 'admin' WHERE id = ?").run(seeded.agents[0]?.id ?? '');
  raw.close();
}

async function importBeside(
  deployment: OwnDeployment,
  desk: Desk,
  side: Side,
  rows: number,
): Promise<Imported & { readonly undone: ContactImport }> {
  const [url = ''] = deployment.urls;
  const [token = ''] = deployment.tokens;
  const rest = restClient(url, token, 30_000);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  // The file is read beside the others' work, too.
  const uploading = fetch(`${url}/api/contact-imports?name=customers.csv`, {
    method: 'POST',
    headers,
    body: csvOf(rows),
  });
  let here = false;
  void uploading.finally(() => (here = true));
  while (!here) await round(desk, side);
  const one = (await (await uploading).json()) as ContactImport & { suggestion: never };
  const params = { import: one.id };
  const began = performance.now();
  await rest.call(startImport, { params, body: one.suggestion });
  let [moves, last] = [0, 0];
  for (;;) {
    await round(desk, side);
    const now = await rest.call(getImport, { params });
    if (now.done > last) moves += 1;
    last = now.done;
    if (now.state !== 'done') continue;
    const seconds = (performance.now() - began) / 1_000;
    await rest.call(undoImport, { params });
    const undone = await eventually(
      'it is undone',
      async () => {
        const then = await rest.call(getImport, { params });
        return then.state === 'undone' ? then : undefined;
      },
      300_000,
    );
    return { done: now, seconds, moves, undone };
  }
}

async function run(size: Size): Promise<LoadFigure[]> {
  const rows = size === 'full' ? 50_000 : 500;
  const quietRounds = size === 'full' ? 60 : 3;
  await using stack = new AsyncDisposableStack();
  const seed = { agents: AGENTS, inboxes: 1, each: 1, conversations: AGENTS, lockOn: 'compose' as const };
  const deployment = stack.use(await startDeployment(seed));
  promote(deployment);
  const [url = ''] = deployment.urls;
  const field = stack.use(await startField(deployment.tokens.map((token) => ({ url, token }))));
  const conversations = deployment.seeded.inboxes[0]?.conversations ?? [];
  const desk: Desk = { field, conversations, replies: 0 };
  const [quiet, beside] = [new Side(), new Side()];
  // Warm, as a server that has run for a while.
  await rounds(desk, new Side(), size === 'full' ? 20 : 1);
  await rounds(desk, quiet, quietRounds);
  const { done, seconds, moves, undone } = await importBeside(deployment, desk, beside, rows);
  await rounds(desk, quiet, quietRounds);
  return figures(rows, { quiet, beside }, { done, seconds, moves, undone });
}

function figures(
  rows: number,
  { quiet, beside }: { readonly quiet: Side; readonly beside: Side },
  { done, seconds, moves, undone }: Imported & { readonly undone: ContactImport },
): LoadFigure[] {
  const failed = Math.floor(rows / 100);
  const none = { bare: null, baseline: '' };
  const time = (what: 'acquire' | 'send', part: number): LoadFigure => ({
    name: `${what === 'acquire' ? 'a lock is granted' : 'a reply is stored'}, ${AGENTS} at the same instant, p${part * 100}`,
    ours: beside[what].percentile(part),
    bare: quiet[what].percentile(part),
    unit: 'ms',
    target: part === 0.99 ? { ratioAtMost: 1.5 } : null,
    baseline: BESIDE,
  });
  const sum = Object.values(done.counts).reduce((all, one) => all + one, 0);
  return [
    time('acquire', 0.5),
    time('acquire', 0.99),
    time('send', 0.5),
    time('send', 0.99),
    {
      name: 'locks and replies refused',
      ours: beside.refused + quiet.refused,
      unit: 'of them',
      target: { atMost: 0 },
      ...none,
    },
    { name: `rows of ${rows} that are counted`, ours: sum, unit: 'rows', target: { atLeast: rows }, ...none },
    {
      name: 'contacts that were created',
      ours: done.counts.created,
      unit: 'contacts',
      target: { atLeast: rows - failed },
      ...none,
    },
    {
      name: 'rows that failed, and are listed',
      ours: done.counts.failed,
      unit: 'rows',
      target: { atLeast: failed },
      ...none,
    },
    {
      name: 'created contacts that undoing left',
      ours: done.counts.created - (undone.undo?.undone ?? 0),
      unit: 'contacts',
      target: { atMost: 0 },
      ...none,
    },
    { name: 'times that the progress moved', ours: moves, unit: 'times', target: null, ...none },
    { name: 'from the start to the last row', ours: seconds, unit: 's', target: null, ...none },
  ];
}

export const contactImport: LoadCase = {
  id: 'LD10',
  what: '50,000 contacts are imported from a CSV while 20 agents take locks and send, on SQLite',
  run,
};
