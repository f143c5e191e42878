import { createHmac } from 'node:crypto';
import { sameSecret } from '../lib/ids.ts';

/** Ms that a link is good for at least; it ends on a whole minute, so that the same link is asked for again and cached. */
export const LINK_LIVES = 300_000;
const STEP = 60_000;

/** When a link that is made now ends. */
export function linkEnd(now: number): number {
  return (Math.floor(now / STEP) + 1) * STEP + LINK_LIVES;
}

/**
 * An address under which a file is served to whoever has it, until `until` (epoch ms): a path on any server of the deployment.
 * Who may have it is decided by whoever makes it.
 */
export function fileLink(
  secret: string,
  { id, name }: { readonly id: string; readonly name: string },
  until: number,
): string {
  return `/files/${id}/${until}/${mac(secret, id, until)}/${encodeURIComponent(name)}`;
}

/** True for a link that was made here and has not ended. */
export function linkHolds(
  secret: string,
  link: { readonly id: string; readonly until: number; readonly mac: string },
  now: number,
): boolean {
  return now < link.until && sameSecret(link.mac, mac(secret, link.id, link.until));
}

function mac(secret: string, id: string, until: number): string {
  // The words in front keep this apart from other uses of the same secret.
  return createHmac('sha256', secret).update(`file link\n${id}\n${until}`).digest('base64url');
}
