import { createHmac } from 'node:crypto';
import { sameSecret } from '../../../lib/ids.ts';

/** Longer addresses (characters) of pictures are none that a browser would have to ask for. */
const LONGEST_URL = 2_048;

/** A picture on another server, for one reader of one mail. */
export interface ImageLink {
  readonly conversationId: string;
  readonly position: number;
  /** Who asked to see the mail's pictures. */
  readonly agentId: string;
  /** Until when the link is good, epoch ms. */
  readonly until: number;
  /** Where the picture is, as the mail says it. */
  readonly url: string;
}

/**
 * The path on this server under which a picture of another one is shown; undefined for an address that is not asked for. Only what
 * stands in a mail is signed, so nobody can have this server fetch what they name.
 */
export function imageLink(secret: string, link: ImageLink): string | undefined {
  const { conversationId, position, agentId, until, url } = link;
  if (url.length > LONGEST_URL || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return undefined;
  const coded = Buffer.from(url).toString('base64url');
  return `/files/images/${conversationId}/${position}/${agentId}/${until}/${mac(secret, link)}/${coded}`;
}

/** What a link asks for; undefined for one that was not made here or has ended. */
export function readImageLink(
  secret: string,
  given: Omit<ImageLink, 'url'> & { readonly mac: string; readonly coded: string },
  now: number,
): ImageLink | undefined {
  const { conversationId, position, agentId, until } = given;
  const url = Buffer.from(given.coded, 'base64url').toString();
  const link = { conversationId, position, agentId, until, url };
  return now < until && sameSecret(given.mac, mac(secret, link)) ? link : undefined;
}

function mac(secret: string, { conversationId, position, agentId, until, url }: ImageLink): string {
  // The words in front keep this apart from other uses of the same secret; the address comes last, as it alone may hold anything.
  const text = `image link\n${conversationId}\n${position}\n${agentId}\n${until}\n${url}`;
  return createHmac('sha256', secret).update(text).digest('base64url');
}
