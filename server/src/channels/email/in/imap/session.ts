import type { ImapFlow } from 'imapflow';
import type { Incoming } from '@latchbox/shared/http/mailboxes';
import type { MailboxClaim } from '../../../../database/mailbox-mail.ts';
import { setMailboxState, type StoredMailbox } from '../../../../database/mailboxes.ts';
import { explain } from '../../mailboxes/explain.ts';
import { imapClient, PATIENT } from '../../mailboxes/imap-client.ts';
import { reach } from '../../mailboxes/reach.ts';
import { copySent } from './copy-sent.ts';
import type { FolderWork } from './folder.ts';
import { samePath } from './folders.ts';
import { scanFolder } from './scan.ts';
import type { MailboxWork, ReceivingDeps } from './work.ts';

export interface SessionInput {
  readonly mailbox: StoredMailbox;
  readonly claim: MailboxClaim;
  readonly failures: Map<string, number>;
  readonly signal: AbortSignal;
  /** Resolves the wait of the session when something is to be done besides what its server tells. */
  readonly nudges: Nudges;
  /** Told once it is connected and every folder has been looked into. */
  readonly healthy: () => void;
}

/** Something to do that the mail server knows nothing of. */
export interface Nudges {
  /** Calls `wake` at the next nudge; returns the end of it. */
  listen(wake: () => void): () => void;
}

/**
 * Receives for a mailbox over one connection, until that breaks or `signal` aborts. Throws what ended it; a `MailboxUnusable`
 * says which part of the connection is wrong.
 */
export async function runSession(deps: ReceivingDeps, input: SessionInput): Promise<void> {
  const { mailbox, signal } = input;
  const client = await connect(deps, mailbox);
  const close = (): void => client.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) return;
    const work = { deps, client, mailbox, claim: input.claim, failures: input.failures, signal };
    const { folders, sentFolder, missing } = await foldersOf(client, mailbox.incoming);
    await tellState(work, missing);
    await keepLooking(work, input, folders, sentFolder);
  } catch (error) {
    // What breaks because it was told to stop is no failure.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', close);
    client.close();
  }
}

/** An access token that is refused although it should be good is changed for another one, once. */
async function connect(deps: ReceivingDeps, mailbox: StoredMailbox): Promise<ImapFlow> {
  const { incoming } = mailbox;
  const at = await reach(incoming, deps.allowedHosts);
  for (const anew of [false, true]) {
    const credentials = await deps.tokens.credentials(mailbox, 'incoming', { anew });
    const client = await imapClient(incoming, at, credentials, PATIENT);
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.close();
      const trouble = explain(error, incoming);
      const again = !anew && credentials.kind === 'oauth2' && trouble.code === 'credentials_refused';
      if (!again) throw trouble;
    }
  }
  throw new Error('neither connected nor refused');
}

interface Folders {
  readonly folders: readonly FolderWork[];
  readonly sentFolder: string | undefined;
  /** One that is wanted and is not there. */
  readonly missing: string | undefined;
}

/** Which folders are read: those that are there. A renamed one must not keep the others from being read. */
async function foldersOf(client: ImapFlow, incoming: Incoming): Promise<Folders> {
  const listed = await client.list();
  const isThere = (folder: string): boolean => listed.some(({ path }) => samePath(path, folder));
  const marked = listed.find(({ specialUse }) => specialUse === '\\Sent')?.path;
  const wantedSent = incoming.sentFolder ?? marked;
  const sentFolder = wantedSent !== undefined && isThere(wantedSent) ? wantedSent : undefined;
  const folders: FolderWork[] = incoming.folders
    .filter(isThere)
    .map((folder) => ({ folder, kind: 'in' as const }));
  // A folder that is read as incoming is not read as sent.
  if (sentFolder !== undefined && !incoming.folders.some((folder) => samePath(folder, sentFolder)))
    folders.push({ folder: sentFolder, kind: 'sent' });
  const wanted = wantedSent === undefined ? incoming.folders : [...incoming.folders, wantedSent];
  return { folders, sentFolder, missing: wanted.find((folder) => !isThere(folder)) };
}

/** Connected; or failed for a folder that is not there, though the others are read. */
async function tellState({ deps, mailbox }: MailboxWork, missing: string | undefined): Promise<void> {
  const { id, state } = mailbox;
  const reason = `The mailbox has no folder called ${missing ?? ''}.`;
  const next =
    missing === undefined
      ? ({ status: 'connected' } as const)
      : ({ status: 'failed', part: 'folder', code: 'folder_missing', reason } as const);
  const told = state.status === next.status && !(state.status === 'failed' && state.reason !== reason);
  if (told) return;
  await deps.db.inTransaction((tx) => setMailboxState(tx, id, next, { startAgain: false }));
}

/**
 * Looks into the folders again and again: all of them every now and then, the first one whenever its server tells that something
 * came, and without a pause while an import goes on.
 */
async function keepLooking(
  work: MailboxWork,
  { nudges, healthy }: SessionInput,
  folders: readonly FolderWork[],
  sentFolder: string | undefined,
): Promise<void> {
  const { client, signal, deps } = work;
  const waiting = createWaiting(work, nudges);
  try {
    let lookAt = folders;
    let since = deps.clock.monotonic();
    while (!signal.aborted) {
      waiting.reset();
      const more = await lookInto(work, lookAt);
      await copySent(work, sentFolder);
      healthy();
      const all = deps.clock.monotonic() - since >= deps.scanEvery;
      if (more && !all) continue;
      if (!more) {
        await watch(client, folders[0]);
        const why = await waiting.wait(Math.max(0, deps.scanEvery - (deps.clock.monotonic() - since)));
        if (why === 'broken') throw new Error('the connection ended');
      }
      const due = deps.clock.monotonic() - since >= deps.scanEvery;
      if (due) since = deps.clock.monotonic();
      lookAt = due || more ? folders : folders.slice(0, 1);
    }
  } finally {
    waiting.end();
  }
}

async function lookInto(work: MailboxWork, folders: readonly FolderWork[]): Promise<boolean> {
  let more = false;
  for (const folder of folders) {
    if (work.signal.aborted) return false;
    if ((await scanFolder(work, folder)) === 'more') more = true;
  }
  return more;
}

/** Opens the folder whose server tells of new mail by itself (IDLE begins soon after). */
async function watch(client: ImapFlow, first: FolderWork | undefined): Promise<void> {
  if (first === undefined) return;
  const lock = await client.getMailboxLock(first.folder, { readOnly: true });
  lock.release();
}

type Woken = 'told' | 'time' | 'broken';

/** Waits until the server tells of mail, somebody nudges, the time is up, or the connection is gone. */
function createWaiting({ client, deps, signal }: MailboxWork, nudges: Nudges) {
  let happened: Woken | undefined;
  let wake: (why: Woken) => void = () => undefined;
  const on = (why: Woken) => () => {
    // What breaks stays broken, whatever is told besides.
    if (happened !== 'broken') happened = why;
    wake(why);
  };
  const [told, broken] = [on('told'), on('broken')];
  client.on('exists', told);
  client.on('close', broken);
  signal.addEventListener('abort', told, { once: true });
  const stopListening = nudges.listen(told);
  return {
    /** What happened before counts no more: it is about to be looked at. */
    reset() {
      if (happened !== 'broken') happened = undefined;
    },
    wait(ms: number): Promise<Woken> {
      if (happened !== undefined) return Promise.resolve(happened);
      return new Promise((resolve) => {
        const cancel = deps.clock.setTimer(ms, () => wake('time'));
        wake = (why) => {
          cancel();
          wake = () => undefined;
          resolve(why);
        };
      });
    },
    end() {
      client.off('exists', told);
      client.off('close', broken);
      signal.removeEventListener('abort', told);
      stopListening();
    },
  };
}
