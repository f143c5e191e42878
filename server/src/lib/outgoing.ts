import { lookup } from 'node:dns';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
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
  ['3fff::', 20],
  ['5f00::', 16],
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
  /** For the whole exchange with all its redirects, in ms. */
  readonly timeout: number;
  /** Of the answer, in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OutsideOptions extends OutgoingOptions {
  /** Most redirects that are followed; each is judged like the first address. Default: 0. */
  readonly redirects?: number | undefined;
  /** Also public addresses without TLS, as pictures in mails have them. Default: https only. */
  readonly plain?: boolean | undefined;
  /** What is wanted, as in `image/*`. */
  readonly accept?: string | undefined;
  /** Of the Authorization header. Sent to the scheme, host and port of the first address, and after a redirect to nobody else. */
  readonly authorization?: string | undefined;
  /** Sent by POST instead of asking by GET; not together with redirects. */
  readonly form?: URLSearchParams | undefined;
}

/** What an address answered. A body that was encoded for its transfer is as it came: nothing is unpacked. */
export interface OutsideAnswer {
  readonly status: number;
  /** From where in the end, after redirects. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why an address is not called. Its message holds no secret. */
export class OutgoingRefused extends Error {
  override readonly name = 'OutgoingRefused';
}

/**
 * Whether `url` may be called at all, before any name is looked up; throws `OutgoingRefused` when not. `plain`: public addresses
 * without TLS, too.
 */
export function checkOutgoing(
  url: URL,
  allowedHosts: readonly string[],
  plain = false,
): 'public' | 'allowed' {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new OutgoingRefused('only https addresses are called');
  if (url.username !== '' || url.password !== '')
    throw new OutgoingRefused('an address must not carry credentials');
  if (allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname)) return 'allowed';
  if (url.protocol !== 'https:' && !plain) throw new OutgoingRefused('only https addresses are called');
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
 * Fetches what an address answers that users, mails or providers gave us. Private addresses are refused when the
 * connection is made, so that a name that changes its mind between check and use gains nothing, and at every redirect again.
 * Nothing of ours goes along: no cookies, no referrer, no name of this server. Any status is an answer. Throws
 * `OutgoingRefused`, or a plain `Error` for what could not be had within its limits.
 */
export async function fetchOutside(url: URL, options: OutsideOptions): Promise<OutsideAnswer> {
  const deadline = AbortSignal.timeout(options.timeout);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  let at = url;
  for (let left = options.redirects ?? 0; ; left -= 1) {
    const authorization = at.origin === url.origin ? options.authorization : undefined;
    const answer = await fetchOnce(at, { ...options, authorization, signal });
    const { location } = answer.headers;
    if (location === undefined || !REDIRECTS.has(answer.status)) return answer;
    if (options.redirects === undefined || options.redirects === 0) return answer;
    if (left === 0) throw new Error('answered with too many redirects');
    const next = URL.parse(location, at.href);
    if (next === null) throw new Error('answered with a redirect to nowhere');
    at = next;
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function fetchOnce(url: URL, options: OutsideOptions): Promise<OutsideAnswer> {
  const kind = checkOutgoing(url, options.allowedHosts, options.plain);
  const { accept = '*/*', authorization, form, maxBytes, signal } = options;
  return new Promise<OutsideAnswer>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept,
        'accept-encoding': 'identity',
        'user-agent': 'latchbox',
        ...(authorization === undefined ? {} : { authorization }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      agent: false,
      ...(signal === undefined ? {} : { signal }),
      ...(kind === 'public' ? { lookup: publicLookup } : {}),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      // What a redirect or an error says beside its status is of no use, and would only cost.
      if (status < 200 || status > 299) {
        resolve({ status, url, headers, body: Buffer.alloc(0) });
        return void request.destroy();
      }
      const tooMuch = (): void => {
        reject(new Error(`answered more than ${maxBytes} bytes`));
        request.destroy();
      };
      if (Number(headers['content-length'] ?? 0) > maxBytes) return tooMuch();
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxBytes) tooMuch();
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status, url, headers, body: Buffer.concat(parts) }));
    });
    request.end(form?.toString());
  });
}

/** A text that an address answers with 200, as `fetchOutside` fetches it; redirects are not followed. */
export async function fetchText(url: URL, options: OutgoingOptions): Promise<string> {
  const { status, body } = await fetchOutside(url, { ...options, accept: 'application/json' });
  if (status !== 200) throw new Error(`answered ${status}`);
  return body.toString('utf8');
}
