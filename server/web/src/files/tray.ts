import { type Attachment, type DraftKind, type LatchboxClient, LatchboxError } from '@latchbox/client';
import { errorWords } from '../lib/error-words.ts';
import { newId } from '../lib/new-id.ts';
import { createStore, type Watchable } from '../lib/store.ts';
import { sizeWords } from './file-words.ts';

interface Begun {
  readonly key: string;
  readonly name: string;
  readonly size: number;
}

/** A file that was put beside a text that is being written. */
export type TrayFile = Begun &
  (
    | { readonly state: 'uploading' }
    | { readonly state: 'ready'; readonly attachment: Attachment }
    | { readonly state: 'failed'; readonly why: string; readonly again: (() => void) | null }
  );

/** The files beside one draft. They stay for as long as the page does. */
export interface Tray extends Watchable<readonly TrayFile[]> {
  add(files: Iterable<File>): void;
  /** A picture of the text whose file is not beside it: the page was loaded again. `there` fails if it cannot be had. */
  adopt(picture: Attachment, there: (signal: AbortSignal) => Promise<unknown>): void;
  remove(key: string): void;
  /** All of them, to be sent; the tray is empty then. */
  take(): readonly TrayFile[];
  /** What was not sent is back. */
  restore(files: readonly TrayFile[]): void;
}

/** As the server has it, in bytes: of one file, and of all files of one message. */
const MOST = 25 * 1_024 * 1_024;
const MOST_FILES = 20;

const trays = new WeakMap<LatchboxClient, Map<string, Tray>>();

/** The tray of a draft; always the same one. */
export function trayOf(client: LatchboxClient, conversationId: string, kind: DraftKind): Tray {
  const mine = trays.get(client) ?? new Map<string, Tray>();
  trays.set(client, mine);
  const key = `${conversationId} ${kind}`;
  const tray = mine.get(key) ?? createTray((file, signal) => upload(client, file, signal));
  mine.set(key, tray);
  return tray;
}

const upload = (client: LatchboxClient, file: File, signal: AbortSignal): Promise<Attachment> =>
  client.upload(file, { name: file.name === '' ? 'file' : file.name, type: file.type, signal });

export function createTray(send: (file: File, signal: AbortSignal) => Promise<Attachment>): Tray {
  const files = createStore<readonly TrayFile[]>([]);
  const running = new Map<string, AbortController>();

  const put = (key: string, next: TrayFile): void =>
    files.set(files.getSnapshot().map((one) => (one.key === key ? next : one)));

  function start(one: Begun, ask: (signal: AbortSignal) => Promise<Attachment>): void {
    const abort = new AbortController();
    running.set(one.key, abort);
    ask(abort.signal)
      .then(
        (attachment) => put(one.key, { ...one, state: 'ready', attachment }),
        (error: unknown) => {
          const again = (): void => {
            put(one.key, { ...one, state: 'uploading' });
            start(one, ask);
          };
          const final = LatchboxError.is(error, 'too_large', 'forbidden', 'invalid', 'not_found');
          put(one.key, { ...one, state: 'failed', why: failureWords(error), again: final ? null : again });
        },
      )
      .finally(() => running.delete(one.key));
  }

  const begin = (one: Begun, ask: (signal: AbortSignal) => Promise<Attachment>): void => {
    files.set([...files.getSnapshot(), { ...one, state: 'uploading' }]);
    start(one, ask);
  };

  return {
    getSnapshot: files.getSnapshot,
    subscribe: files.subscribe,
    add(added) {
      for (const file of added) {
        const one = { key: newId(), name: file.name, size: file.size };
        const why = refusal(files.getSnapshot(), file.size);
        if (why === null) begin(one, (signal) => send(file, signal));
        else files.set([...files.getSnapshot(), { ...one, state: 'failed', why, again: null }]);
      }
    },
    adopt(picture, there) {
      if (files.getSnapshot().some((file) => isOf(file, picture.id))) return;
      begin({ ...picture, key: picture.id }, (signal) => there(signal).then(() => picture));
    },
    remove(key) {
      running.get(key)?.abort();
      files.set(files.getSnapshot().filter((one) => one.key !== key));
    },
    take() {
      const taken = files.getSnapshot();
      files.set([]);
      return taken;
    },
    restore(back) {
      // What was looked for meanwhile, because its text was back first, gives way.
      const there = files
        .getSnapshot()
        .filter(({ key }) => !back.some((file) => file.key !== key && isOf(file, key)));
      const keys = new Set(there.map(({ key }) => key));
      files.set([...back.filter(({ key }) => !keys.has(key)), ...there]);
    },
  };
}

const failureWords = (error: unknown): string =>
  LatchboxError.is(error, 'not_found') ? 'Its file is gone: take it out.' : errorWords(error);

/** Whether it is the file with this id. */
function isOf(file: TrayFile, id: string): boolean {
  return file.state === 'ready' ? file.attachment.id === id : file.key === id;
}

/** Why another file of this size can not be sent along; null: it can. */
function refusal(there: readonly TrayFile[], size: number): string | null {
  const kept = there.filter(({ state }) => state !== 'failed');
  if (size > MOST) return `Larger than ${sizeWords(MOST)}.`;
  if (size === 0) return 'Empty, or a folder.';
  if (kept.length >= MOST_FILES) return `More than ${MOST_FILES} files.`;
  const all = kept.reduce((sum, file) => sum + file.size, size);
  return all > MOST ? `All together larger than ${sizeWords(MOST)}.` : null;
}

/** Ids of the files that are uploaded. */
export function readyIds(files: readonly TrayFile[]): readonly string[] {
  return files.flatMap((file) => (file.state === 'ready' ? file.attachment.id : []));
}
