import { Worker } from 'node:worker_threads';
import type { Email } from 'postal-mime';

/** Most memory (MiB) of one thread: several times the largest mail. */
const MOST_MEMORY = 512;
/** And time (ms); the largest mails of people take a tenth of it. */
const MOST_TIME = 20_000;

/** The one before: large mails are parsed one after the other, or a few of them would take all cores and memory. */
let before: Promise<unknown> = Promise.resolve();

/** As `parseMail`, in a thread of its own, so that the server goes on meanwhile. A mail that breaks the thread is rejected. */
export function parseApart(raw: Buffer): Promise<Email> {
  const parsed = before.then(() => parseInThread(raw));
  before = parsed.catch(() => undefined);
  return parsed;
}

async function parseInThread(raw: Buffer): Promise<Email> {
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
    workerData: raw,
    // Not the flags of the process, which are meant for the server.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
  });
  try {
    return await new Promise<Email>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the mail was not parsed')));
      const late = AbortSignal.timeout(MOST_TIME);
      late.addEventListener('abort', () => reject(new Error('the mail took too long')), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}
