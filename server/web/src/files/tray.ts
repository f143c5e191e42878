import { type Attachment, type DraftKind, type LatchboxClient, LatchboxError } from '@latchbox/client';
import { errorWords } from '../lib/error-words.ts';
import { newId } from '../lib/new-id.ts';
import { createStore, type Watchable } from '../lib/store.ts';
import { sizeWords } from './file-words.ts';

/** A file that was put beside a text that is being written. */
export type TrayFile = { readonly key: string; readonly name: string; readonly size: number } & (
  | { readonly state: 'uploading' }
  | { readonly state: 'ready'; readonly attachment: Attachment }
  | { readonly state: 'failed'; readonly why: string; readonly again: (() => void) | null }
);

/** The files beside one draft. They stay for as long as the page does. */
export interface Tray extends Watchable<readonly TrayFile[]> {
  add(files: Iterable<File>): void;
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

  function start(key: string, file: File): void {
    const { name, size } = file;
    const abort = new AbortController();
    running.set(key, abort);
    send(file, abort.signal)
      .then(
        (attachment) => put(key, { key, name, size, state: 'ready', attachment }),
        (error: unknown) => {
          const again = (): void => {
            put(key, { key, name, size, state: 'uploading' });
            start(key, file);
          };
          const final = LatchboxError.is(error, 'too_large', 'forbidden', 'invalid');
          put(key, { key, name, size, state: 'failed', why: errorWords(error), again: final ? null : again });
        },
      )
      .finally(() => running.delete(key));
  }

  return {
    getSnapshot: files.getSnapshot,
    subscribe: files.subscribe,
    add(added) {
      for (const file of added) {
        const { name, size } = file;
        const key = newId();
        const why = refusal(files.getSnapshot(), size);
        if (why !== null) {
          files.set([...files.getSnapshot(), { key, name, size, state: 'failed', why, again: null }]);
          continue;
        }
        files.set([...files.getSnapshot(), { key, name, size, state: 'uploading' }]);
        start(key, file);
      }
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
      const there = new Set(files.getSnapshot().map(({ key }) => key));
      files.set([...back.filter(({ key }) => !there.has(key)), ...files.getSnapshot()]);
    },
  };
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
