import type { Delivery, Entry } from '@latchbox/shared/model/entry';

/**
 * The entries of one thread, without gaps, as of a place in the inbox's stream. Whatever is read or told of an older place
 * changes nothing; what does not join on to the newest entry is refused, so that the thread is read afresh.
 */
export class Thread {
  entries: readonly Entry[] = [];
  hasMore = false;
  loaded = false;
  #seq = 0;

  /** Position of the newest entry; 0 when nothing is known. */
  get newest(): number {
    return this.entries.at(-1)?.position ?? 0;
  }

  /** The newest entries, read at `seq`. */
  read(entries: readonly Entry[], hasMore: boolean, seq: number): void {
    if (this.loaded && seq < this.#seq) return;
    this.#seq = seq;
    const first = entries[0]?.position ?? 1;
    const older = this.loaded ? this.entries.filter(({ position }) => position < first) : [];
    const joins = (older.at(-1)?.position ?? 0) === first - 1;
    if (!joins || older.length === 0) this.hasMore = hasMore;
    this.entries = joins ? [...older, ...entries] : entries;
    this.loaded = true;
  }

  /** The entry of the event at `seq`. False: something is missing before it. */
  add(entry: Entry, seq: number): boolean {
    return !this.#isNews(seq) || this.stored(entry);
  }

  /** The entry that a send was answered with; its event comes, or came. False: its place is not reached yet. */
  stored(entry: Entry): boolean {
    if (!this.loaded || entry.position <= this.newest) return true;
    if (entry.position > this.newest + 1) return false;
    this.entries = [...this.entries, entry];
    return true;
  }

  deliver(at: number, delivery: Delivery, seq: number): void {
    if (!this.#isNews(seq)) return;
    this.entries = this.entries.map((entry) =>
      entry.position === at && entry.kind === 'reply' ? { ...entry, delivery } : entry,
    );
  }

  /** An entry that is another one now. */
  change(changed: Entry, seq: number): void {
    if (!this.#isNews(seq)) return;
    this.entries = this.entries.map((entry) => (entry.position === changed.position ? changed : entry));
  }

  older(entries: readonly Entry[], hasMore: boolean): void {
    const first = this.entries[0]?.position ?? 0;
    if (entries.length > 0 && entries.at(-1)?.position !== first - 1) return;
    this.hasMore = hasMore;
    this.entries = [...entries, ...this.entries];
  }

  /** To be read afresh. `keep`: what is there stays until then. */
  forget(keep: boolean): void {
    this.loaded = false;
    this.#seq = 0;
    if (!keep) this.entries = [];
  }

  #isNews(seq: number): boolean {
    if (!this.loaded || seq <= this.#seq) return false;
    this.#seq = seq;
    return true;
  }
}
