/** As much of an IMAP connection as a scan needs, for what a real server does not do on demand. */
import type { ImapFlow } from 'imapflow';

export interface FakeMail {
  readonly uid: number;
  readonly raw: string;
  /** Bytes, where it says another size than it has. */
  readonly size?: number;
}

export interface FakeImap {
  readonly client: ImapFlow;
  /** By folder. */
  readonly folders: Map<string, { uidValidity: bigint; mails: FakeMail[] }>;
  /** UIDs whose text the server cannot give. */
  readonly broken: Set<number>;
  /** What was asked for, in order. */
  readonly asked: string[];
}

export function fakeImap(): FakeImap {
  const folders: FakeImap['folders'] = new Map([['INBOX', { uidValidity: 1n, mails: [] }]]);
  const broken = new Set<number>();
  const asked: string[] = [];
  let open = 'INBOX';
  const mails = (): FakeMail[] => folders.get(open)?.mails ?? [];
  const within = (range: string | number[]): FakeMail[] => {
    if (Array.isArray(range)) return mails().filter(({ uid }) => range.includes(uid));
    const from = Number(range.split(':')[0]);
    const last = mails().at(-1);
    const found = mails().filter(({ uid }) => uid >= from);
    // `n:*` is never empty.
    return found.length === 0 && last !== undefined ? [last] : found;
  };
  const client = {
    usable: true,
    get mailbox() {
      const uidNext = (mails().at(-1)?.uid ?? 0) + 1;
      return { path: open, uidValidity: folders.get(open)?.uidValidity ?? 1n, uidNext };
    },
    getMailboxLock(folder: string) {
      open = folder;
      return Promise.resolve({ path: folder, release: () => undefined });
    },
    fetchAll(range: string | number[], query: { source?: boolean; headers?: boolean }) {
      const found = within(range);
      if (query.source === true || query.headers === true) {
        asked.push(
          `${query.source === true ? 'source' : 'headers'} ${found.map(({ uid }) => uid).join(' ')}`,
        );
        const bad = found.find(({ uid }) => broken.has(uid));
        if (bad !== undefined) return Promise.reject(new Error(`no text of ${bad.uid}`));
      }
      return Promise.resolve(
        found.map(({ uid, raw, size }) => ({
          uid,
          size: size ?? raw.length,
          source: query.source === true ? Buffer.from(raw) : undefined,
          headers: query.headers === true ? Buffer.from(`${raw.split('\r\n\r\n')[0] ?? ''}\r\n`) : undefined,
        })),
      );
    },
    search({ uid }: { uid: string }) {
      const to = Number(uid.split(':')[1]);
      return Promise.resolve(
        mails()
          .map((mail) => mail.uid)
          .filter((one) => one <= to),
      );
    },
  };
  return { client: client as unknown as ImapFlow, folders, broken, asked };
}
