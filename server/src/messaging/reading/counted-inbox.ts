import type { CountedRow } from '../../database/counts.ts';

interface Counted extends CountedRow {
  readonly slot: number;
}

/** Changes that are remembered; whoever is further behind looks at everything once. */
const REMEMBERED = 4_096;

/**
 * The open and snoozed conversations of one inbox as its events up to `seq` say, and how many there are of each kind. Each
 * has a slot, a small number that is given to another one when it goes, by which an agent's own view keeps a bit for each.
 */
export class CountedInbox {
  /** Everything up to this event of the inbox's stream is counted. */
  seq: number;
  /** Some are left out because there were more than `most`; what went below that has to be counted afresh. */
  partial = false;
  open = 0;
  snoozed = 0;
  unassigned = 0;
  readonly #most: number;
  readonly #rows = new Map<string, Counted>();
  readonly #bySlot: (Counted | undefined)[] = [];
  readonly #free: number[] = [];
  /** Slots of the open ones of each assignee. */
  readonly #assigned = new Map<string, Set<number>>();
  #changed: number[] = [];
  /** How many changes were forgotten: the number of the first one in `#changed`. */
  #forgotten = 0;

  constructor(seq: number, most: number) {
    this.seq = seq;
    this.#most = most;
  }

  /** Number of the next change: what a view that is up to date has seen. */
  get version(): number {
    return this.#forgotten + this.#changed.length;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Takes a conversation as it is now; one that is archived is not counted any more. */
  put({ id, status, responsibleId, newestIncoming }: CountedRow): void {
    const before = this.#rows.get(id);
    if (before !== undefined) this.#count(before, -1);
    if (status === 'archived') {
      if (before !== undefined) this.#remove(before);
      return;
    }
    if (before === undefined && this.#rows.size >= this.#most) {
      this.partial = true;
      return;
    }
    const slot = before?.slot ?? this.#free.pop() ?? this.#bySlot.length;
    // Only what is counted is kept: rows of events carry much more.
    const counted = { id, status, responsibleId, newestIncoming, slot };
    this.#rows.set(id, counted);
    this.#bySlot[slot] = counted;
    this.#count(counted, 1);
    const same =
      before?.status === status &&
      before.newestIncoming === newestIncoming &&
      before.responsibleId === responsibleId;
    if (!same) this.#note(slot);
  }

  /** It is another inbox's now. */
  drop(conversationId: string): void {
    const before = this.#rows.get(conversationId);
    if (before === undefined) return;
    this.#count(before, -1);
    this.#remove(before);
  }

  /** The slots that changed since a version; undefined when that is too long ago. */
  changedSince(version: number): ReadonlySet<number> | undefined {
    const from = version - this.#forgotten;
    return from < 0 ? undefined : new Set(this.#changed.slice(from));
  }

  slotOf(conversationId: string): number | undefined {
    return this.#rows.get(conversationId)?.slot;
  }

  /** The open conversation in a slot. */
  openIn(slot: number): CountedRow | undefined {
    const row = this.#bySlot[slot];
    return row?.status === 'open' ? row : undefined;
  }

  slots(): number {
    return this.#bySlot.length;
  }

  /** Slots of the open conversations that are assigned to an agent. */
  assignedTo(agentId: string): ReadonlySet<number> {
    return this.#assigned.get(agentId) ?? new Set();
  }

  #remove({ id, slot }: Counted): void {
    this.#rows.delete(id);
    this.#bySlot[slot] = undefined;
    this.#free.push(slot);
    this.#note(slot);
  }

  #count({ status, responsibleId, slot }: Counted, by: 1 | -1): void {
    if (status === 'snoozed') {
      this.snoozed += by;
      return;
    }
    this.open += by;
    if (responsibleId === null) {
      this.unassigned += by;
      return;
    }
    const theirs = this.#assigned.get(responsibleId) ?? new Set();
    if (by === 1) this.#assigned.set(responsibleId, theirs.add(slot));
    else if (theirs.delete(slot) && theirs.size === 0) this.#assigned.delete(responsibleId);
  }

  #note(slot: number): void {
    this.#changed.push(slot);
    if (this.#changed.length < 2 * REMEMBERED) return;
    this.#changed = this.#changed.slice(REMEMBERED);
    this.#forgotten += REMEMBERED;
  }
}
