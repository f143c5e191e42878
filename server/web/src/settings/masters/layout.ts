import type { MasterRow } from '@latchbox/client/admin';

/** Heights in px, as in `masters.css`. */
const ROW = 56;
const CARD = 72;
const GAP = 12;

export interface Placed {
  readonly master: MasterRow;
  /** Px from the top of its column. */
  readonly top: number;
}

export interface Wire {
  readonly from: string;
  readonly to: string;
  /** Px from the top, where it leaves and where it arrives. */
  readonly y: readonly [number, number];
  /** The master is not connected: answers that go there do not come in. */
  readonly broken: boolean;
}

export interface Picture {
  /** Mailboxes that nobody's answers go to: those of one owner together, and in it those of one master. */
  readonly senders: readonly MasterRow[];
  readonly masters: readonly Placed[];
  readonly wires: readonly Wire[];
  readonly height: number;
}

/** Where each stands, so that no wire crosses another one and no card lies over another. */
export function pictureOf(rows: readonly MasterRow[]): Picture {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const masterOf = (row: MasterRow) => (row.masterId === null ? undefined : byId.get(row.masterId));
  const order = (row: MasterRow): string[] => [
    row.owner.name,
    row.owner.id,
    masterOf(row)?.address ?? '￿',
    row.address,
  ];
  const senders = rows.filter((row) => row.masterOf === 0).toSorted((a, b) => compare(order(a), order(b)));
  const middles = new Map<MasterRow, number[]>();
  for (const [at, sender] of senders.entries()) {
    const master = masterOf(sender);
    if (master !== undefined) middles.set(master, [...(middles.get(master) ?? []), middleOf(at)]);
  }
  const masters = placed(middles);
  const at = new Map(masters.map(({ master, top }) => [master.id, top + CARD / 2]));
  return {
    senders,
    masters,
    wires: senders.flatMap((sender, place) => {
      const master = masterOf(sender);
      const to = master && at.get(master.id);
      if (master === undefined || to === undefined) return [];
      const broken = master.status !== 'connected';
      return [{ from: sender.id, to: master.id, y: [middleOf(place), to] as const, broken }];
    }),
    height: Math.max(senders.length * (ROW + GAP) - GAP, (masters.at(-1)?.top ?? -CARD) + CARD, 0),
  };
}

const middleOf = (place: number): number => place * (ROW + GAP) + ROW / 2;

/** Beside the middle of those who have it, or below the one before. */
function placed(middles: ReadonlyMap<MasterRow, readonly number[]>): Placed[] {
  let free = 0;
  return [...middles].map(([master, all]) => {
    const middle = all.reduce((sum, one) => sum + one, 0) / all.length;
    const top = Math.max(free, middle - CARD / 2);
    free = top + CARD + GAP;
    return { master, top };
  });
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [at, one] of a.entries()) {
    const difference = one.localeCompare(b[at] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}
