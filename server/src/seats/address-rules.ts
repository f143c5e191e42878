/**
 * Who may have which address as a mailbox of their own, and why not (O1, O2, O3, O6): one pure function, and nothing else decides
 * it. What it has to know is read by `facts.ts`, under the lock of the seat.
 */
import type { Rule } from '@latchbox/shared/rules';
import type { Holder } from '../database/seats/seats.ts';

/** How somebody stands here. */
export type SeatState = 'invited' | 'active' | 'locked' | 'deactivated';

export interface Person {
  readonly id: string;
  readonly kind: 'person' | 'system';
  readonly name: string;
  /** Of the account, lower case; null for system actors. */
  readonly email: string | null;
  readonly state: SeatState;
}

export interface Asked {
  /** Lower case. */
  readonly address: string;
  readonly owner: Person;
  /** Everybody else who has, or had, a seat. */
  readonly colleagues: readonly Person[];
  readonly holder: Holder | undefined;
  /** Places of the owner's seat that are taken, without the one that is asked about; and how many there are. */
  readonly used: number;
  readonly limit: number;
  /** Local parts that are a group's, and whether they may be somebody's own. */
  readonly groupAddresses: readonly string[];
  readonly groupAddressesAllowed: boolean;
  /** Domains in which the people here have addresses. */
  readonly domains: ReadonlySet<string>;
}

export type Identified = 'account' | 'name' | 'alias';

export type Verdict =
  | { readonly is: 'own'; readonly by: Identified }
  /** Nothing says whose it is: an admin decides, or a code that is sent to it. */
  | { readonly is: 'unknown' }
  /** `of`: the seat in whose way it is, for admins alone. */
  | { readonly is: 'refused'; readonly rule: Rule; readonly of?: Person };

/** The first thing that stands against it, in this order; else whose it is. */
export function judge(asked: Asked): Verdict {
  const rule = ofSeat(asked.owner) ?? ofGroup(asked);
  if (rule !== undefined) return { is: 'refused', rule };
  return ofColleague(asked) ?? ofHolder(asked) ?? ofLimit(asked) ?? identify(asked);
}

/** What stands against any mailbox of this person. */
export function ofSeat({ kind, state }: Person): Rule | undefined {
  if (kind !== 'person') return 'mailbox_not_a_person';
  switch (state) {
    case 'active':
      return undefined;
    case 'invited':
      return 'mailbox_seat_invited';
    case 'locked':
      return 'mailbox_seat_locked';
    case 'deactivated':
      return 'mailbox_seat_ended';
  }
}

function ofGroup({ address, groupAddresses, groupAddressesAllowed }: Asked): Rule | undefined {
  const group = groupAddresses.includes(localPart(address));
  return group && !groupAddressesAllowed ? 'mailbox_group_address' : undefined;
}

function ofColleague(asked: Asked): Verdict | undefined {
  const of = asked.colleagues
    .filter(({ state }) => state !== 'deactivated')
    .find((one) => likeness(one, asked) > likeness(asked.owner, asked));
  return of && { is: 'refused', rule: 'mailbox_colleague_address', of };
}

function ofHolder({ holder, owner, colleagues }: Asked): Verdict | undefined {
  if (holder === undefined) return undefined;
  if (holder.kind === 'inbox') return { is: 'refused', rule: 'mailbox_in_use' };
  if (holder.ownerId !== owner.id) {
    const of = colleagues.find(({ id }) => id === holder.ownerId);
    return { is: 'refused', rule: 'mailbox_in_use', ...(of && { of }) };
  }
  // An alias of one's own mailbox may become a mailbox of its own.
  if (holder.kind === 'mailbox' && !holder.main) return undefined;
  return {
    is: 'refused',
    rule: holder.kind === 'request' ? 'mailbox_requested_already' : 'mailbox_yours_already',
  };
}

const ofLimit = ({ used, limit }: Asked): Verdict | undefined =>
  used < limit ? undefined : { is: 'refused', rule: 'mailbox_limit_reached' };

function identify(asked: Asked): Verdict {
  const { address, owner, holder, colleagues } = asked;
  if (owner.email === address) return { is: 'own', by: 'account' };
  if (holder?.kind === 'mailbox') return { is: 'own', by: 'alias' };
  const own = likeness(owner, asked);
  // Two of the same name: nothing says which of them.
  const only = colleagues.every((one) => one.state === 'deactivated' || likeness(one, asked) < own);
  return own > UNLIKE && only ? { is: 'own', by: 'name' } : { is: 'unknown' };
}

const UNLIKE = 0;
const FIRST_OR_LAST = 1;
const FULL_NAME = 2;
const ACCOUNT = 3;

/** How much an address looks like somebody's. What a colleague is called says something only in the domains of the people here. */
function likeness(person: Person, { address, owner, domains }: Asked): number {
  if (person.email === address) return ACCOUNT;
  if (person.id !== owner.id && !domains.has(domainOf(address))) return UNLIKE;
  return nameLikeness(localPart(address), person.name);
}

/** Whether a local part is made of a name: `ann.berg`, `berg_ann`, `aberg`, `ann-b` in full; `ann` or `berg` in part. */
function nameLikeness(local: string, name: string): number {
  const written = local.replaceAll(/[._-]/g, '');
  const likes = spellings(name).map(([first, ...rest]) => {
    if (first === undefined) return UNLIKE;
    const full = rest.flatMap((last) => pairs(first, last));
    if (full.includes(written)) return FULL_NAME;
    return written === first || (written.length > 1 && written === rest.at(-1)) ? FIRST_OR_LAST : UNLIKE;
  });
  return Math.max(UNLIKE, ...likes);
}

function pairs(first: string, last: string): string[] {
  const [f = '', l = ''] = [first[0], last[0]];
  return [first + last, last + first, f + last, last + f, first + l, l + first];
}

/** The words of a name in the letters of addresses: without marks (`muller`), and as German and Danish write them (`mueller`). */
function spellings(name: string): string[][] {
  const lower = name.toLowerCase().replaceAll('ß', 'ss').replaceAll('ø', 'ö').replaceAll('æ', 'ä');
  const long = lower.replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue').replaceAll('å', 'aa');
  return [...new Set([lower, long])].map((one) =>
    one
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  );
}

/** What stands before the @, without what stands behind a plus. */
export function localPart(address: string): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  const plus = local.indexOf('+');
  return plus > 0 ? local.slice(0, plus) : local;
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
