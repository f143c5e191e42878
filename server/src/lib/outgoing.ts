import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What does not belong to the public internet: loopback, private, link-local, shared, documentation, multicast, tunnels. */
const NOT_PUBLIC_V4 = new BlockList();
// Apart, because a list compares an IPv4 address also with its IPv6 rules for mapped ones.
const NOT_PUBLIC_V6 = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC_V4.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 96],
  // Addresses that carry an IPv4 one: mapped, translated, tunnelled. None is needed to reach a public host.
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC_V6.addSubnet(net, bits, 'ipv6');
}

/** True for an address that the public internet does not route; also for a text that is no address. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return family === 4 ? NOT_PUBLIC_V4.check(address, 'ipv4') : NOT_PUBLIC_V6.check(address, 'ipv6');
}

export interface OutgoingOptions {
  /** `host` or `host:port` that may have a private address and be reached without TLS; for tests and closed networks. */
  readonly allowedHosts: readonly string[];
  /** For the whole exchange, in ms. */
  readonly timeout: number;
  /** Of the answer, in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Why an address is not called. Its message holds no secret. */
class OutgoingRefused extends Error {
  override readonly name = 'OutgoingRefused';
}

/** Whether `url` may be called at all, before any name is looked up; throws `OutgoingRefused` when not. */
export function checkOutgoing(url: URL, allowedHosts: readonly string[]): 'public' | 'allowed' {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new OutgoingRefused('only https addresses are called');
  if (url.username !== '' || url.password !== '')
    throw new OutgoingRefused('an address must not carry credentials');
  if (allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname)) return 'allowed';
  if (url.protocol !== 'https:') throw new OutgoingRefused('only https addresses are called');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && isPrivateAddress(literal))
    throw new OutgoingRefused('the address is not a public one');
  return 'public';
}

/** Looks a name up and refuses it when any of its addresses is private. The connection uses exactly what was checked. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const bad = addresses.length === 0 || addresses.some(({ address }) => isPrivateAddress(address));
    if (bad) return callback(new OutgoingRefused('the host has no public address'), '');
    if (options.all === true) return callback(null, addresses);
    return callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  });
};

/**
 * Fetches a text by GET. Private addresses are refused when the connection is made, so that a name that changes its mind
 * between check and use gains nothing; redirects are not followed. Throws `OutgoingRefused` or a plain `Error`.
 */
export async function fetchText(url: URL, options: OutgoingOptions): Promise<string> {
  const kind = checkOutgoing(url, options.allowedHosts);
  const deadline = AbortSignal.timeout(options.timeout);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  return await new Promise<string>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'latchbox' },
      agent: false,
      signal,
      ...(kind === 'public' ? { lookup: publicLookup } : {}),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        request.destroy();
        return reject(new Error(`answered ${response.statusCode ?? 'nothing'}`));
      }
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > options.maxBytes) {
          request.destroy();
          reject(new Error(`answered more than ${options.maxBytes} bytes`));
          return;
        }
        parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    });
    request.end();
  });
}
