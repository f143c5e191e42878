import { refuse } from '@latchbox/shared';
import { authorize } from '../../../database/authorize.ts';
import type { Database } from '../../../database/database.ts';
import { imageType } from '../../../files/image-type.ts';
import type { Clock } from '../../../lib/clock.ts';
import { fetchOutside } from '../../../lib/outgoing.ts';
import type { ImageCache } from './image-cache.ts';
import { type ImageLink, readImageLink } from './image-link.ts';

/** Largest picture (bytes), and how long (ms) its server may take for it. */
const MAX_BYTES = 5 * 1_024 * 1_024;
const TIMEOUT = 10_000;
const REDIRECTS = 3;
/** Most pictures that are fetched at a time; the others wait. */
const MOST_AT_ONCE = 8;
/** Most that wait: a mail has as many pictures as its sender likes. Those beyond are not shown this time. */
const MOST_WAITING = 200;

/** A picture as it is served. */
export interface RemoteImage {
  /** By its first bytes, whatever its server called it. */
  readonly type: string;
  readonly bytes: Buffer;
}

export type AskedImage = Omit<ImageLink, 'url'> & { readonly mac: string; readonly coded: string };

/**
 * Pictures of mails that lie on other servers. Those learn from it that somebody looked at the mail, which is why nobody's browser
 * asks before its reader wanted that; and they learn nothing else: not who, where or with what, and no cookie comes or goes.
 */
export interface RemoteImages {
  /**
   * The picture of a link. Throws `not_found` for a link that does not hold, for a reader who may not see the mail any more, and
   * for what is no picture or could not be had.
   */
  show(link: AskedImage): Promise<RemoteImage>;
}

export interface RemoteImagesDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Signs links. */
  readonly secret: string;
  readonly cache: ImageCache;
  /** Hosts that may be private, see `fetchOutside`. */
  readonly allowedHosts: readonly string[];
}

export function createRemoteImages(deps: RemoteImagesDeps): RemoteImages {
  const { db, clock, secret, cache, allowedHosts } = deps;
  const turns = createTurns();
  /** Being fetched now: a mail shows one picture in many places. */
  const underWay = new Map<string, Promise<RemoteImage | undefined>>();

  async function fetchImage(url: string): Promise<RemoteImage | undefined> {
    const kept = await cache.get(url);
    if (kept !== undefined) return pictureOf(kept);
    const done = await turns.take();
    if (done === undefined) return undefined;
    try {
      const { status, body } = await fetchOutside(new URL(url), {
        allowedHosts,
        maxBytes: MAX_BYTES,
        timeout: TIMEOUT,
        redirects: REDIRECTS,
        plain: true,
        accept: 'image/*',
      });
      const picture = status === 200 ? pictureOf(body) : undefined;
      if (picture !== undefined) await cache.put(url, body);
      return picture;
    } catch {
      // Refused, gone, too slow or too large: a picture that is not shown.
      return undefined;
    } finally {
      done();
    }
  }

  return {
    async show(asked) {
      const link = readImageLink(secret, asked, clock.now());
      if (link === undefined) throw refuse('not_found');
      const { conversationId, agentId, url } = link;
      await authorize(db.read, agentId, 'read', { conversationId });
      const fetching = underWay.get(url) ?? fetchImage(url).finally(() => underWay.delete(url));
      underWay.set(url, fetching);
      const picture = await fetching;
      if (picture === undefined) throw refuse('not_found');
      return picture;
    },
  };
}

function pictureOf(bytes: Buffer): RemoteImage | undefined {
  const type = imageType(bytes.subarray(0, 16));
  return type === undefined ? undefined : { type, bytes };
}

/** Lets so many through at a time; the others wait in order, and too many are turned away. */
function createTurns(): { take(): Promise<(() => void) | undefined> } {
  let free = MOST_AT_ONCE;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else if (waiting.length >= MOST_WAITING) return undefined;
      else await new Promise<void>((go) => waiting.push(go));
      return release;
    },
  };
}
