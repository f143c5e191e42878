import type { OutgoingAddresses } from '../../../database/outgoing-addresses.ts';
import { domainOf } from '../../../lib/domain-of.ts';

/** Some servers end a connection over which much is asked and nothing sent: Exim after ten. */
const MOST = 8;

/** Whose mail a relay is asked to take: of each domain one, then more of them. */
export function sendersToTry(addresses: readonly string[]): string[] {
  const firsts = [...new Map(addresses.toReversed().map((address) => [domainOf(address), address])).values()];
  const inOrder = addresses.filter((address) => firsts.includes(address));
  return [...new Set([...inOrder, ...addresses])].slice(0, MOST);
}

/** Domains that receivers look at, each with the addresses that mail leaves from. A name without a dot is nobody's in DNS. */
export function sendingDomains(
  { byRelay, signedHere }: Pick<OutgoingAddresses, 'byRelay' | 'signedHere'>,
  noticesFrom: string,
  withKeys: readonly string[],
): { domain: string; addresses: string[] }[] {
  const all = [...new Set([...byRelay, ...signedHere, noticesFrom.toLowerCase()])];
  const used = Map.groupBy(all, domainOf);
  return [...new Set([...used.keys(), ...withKeys])]
    .filter((domain) => domain.includes('.'))
    .toSorted()
    .map((domain) => ({ domain, addresses: used.get(domain) ?? [] }));
}
