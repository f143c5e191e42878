import type { CountedRow } from '../../database/counts.ts';
import type { CountedInbox } from './counted-inbox.ts';

/** Reads an agent's marks of these conversations; one without a mark was never read. */
export type ReadMarks = (conversationIds: readonly string[]) => Promise<Readonly<Record<string, number>>>;

/** Which open conversations of an inbox an agent has not read: a bit for each slot of the inbox. */
export class UnreadView {
  readonly inbox: CountedInbox;
  count = 0;
  #version: number;
  #bits = new Uint8Array(64);

  constructor(inbox: CountedInbox) {
    this.inbox = inbox;
    this.#version = inbox.version;
  }

  /** Looks at all slots from one on, `most` at a time; answers where to go on, undefined at the end. */
  async fill(from: number, most: number, marks: ReadMarks): Promise<number | undefined> {
    const end = Math.min(from + most, this.inbox.slots());
    await this.#look(
      Array.from({ length: end - from }, (_, at) => from + at),
      marks,
    );
    return end < this.inbox.slots() ? end : undefined;
  }

  /** Looks again at what changed in the inbox, and at conversations whose mark has moved. False: that is too much to know. */
  async follow(marked: readonly string[], marks: ReadMarks): Promise<boolean> {
    const changed = this.inbox.changedSince(this.#version);
    if (changed === undefined) return false;
    const moved = marked.flatMap((id) => this.inbox.slotOf(id) ?? []);
    const slots = moved.length === 0 ? [...changed] : [...new Set([...changed, ...moved])];
    if (slots.length > 0) await this.#look(slots, marks);
    this.#version = this.inbox.version;
    return true;
  }

  has(slot: number): boolean {
    return (((this.#bits[slot >> 3] ?? 0) >> (slot & 7)) & 1) === 1;
  }

  async #look(slots: readonly number[], marks: ReadMarks): Promise<void> {
    const open = slots.map((slot) => this.inbox.openIn(slot));
    const read = await marks(open.flatMap((row) => row?.id ?? []));
    for (const [at, slot] of slots.entries()) this.#set(slot, isUnread(open[at], read));
  }

  #set(slot: number, unread: boolean): void {
    if (this.has(slot) === unread) return;
    const byte = slot >> 3;
    if (byte >= this.#bits.length) {
      const wider = new Uint8Array(Math.max(byte + 1, 2 * this.#bits.length));
      wider.set(this.#bits);
      this.#bits = wider;
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) ^ (1 << (slot & 7));
    this.count += unread ? 1 : -1;
  }
}

function isUnread(row: CountedRow | undefined, read: Readonly<Record<string, number>>): boolean {
  return row !== undefined && row.newestIncoming > (read[row.id] ?? 0);
}
