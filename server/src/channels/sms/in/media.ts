import { type Attachment, LatchboxError } from '@latchbox/shared';
import { toAttachment } from '../../../database/attachments.ts';
import { cleanMediaType } from '../../../files/file-name.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { imageType } from '../../../files/image-type.ts';
import { newId } from '../../../lib/ids.ts';
import type { Log } from '../../../lib/log.ts';

/** Fetches one file of a text. Throws for what may not be fetched, and for what does not come in time. */
export type FetchMedia = (
  url: URL,
  limits: MediaLimits,
) => Promise<{ readonly body: Buffer; readonly type: string }>;

export interface MediaLimits {
  /** Bytes. */
  readonly max: number;
  readonly signal: AbortSignal;
}

/** Carriers take 5 MB in all; a file is never larger than this (bytes). */
const MAX_FILE = 5 * 1_024 * 1_024;
/** Ms for all files of a text together: the provider waits 15 s for its answer. */
const TIME = 9_000;

export interface MediaDeps {
  readonly files: Pick<FileStore, 'write' | 'remove'>;
  readonly fetchMedia: FetchMedia;
  readonly log: Log;
}

/** A file on the disk that no row names yet. */
export interface MediaFile {
  readonly row: MediaRow;
  readonly shown: Attachment;
}

interface MediaRow {
  readonly id: string;
  readonly agentId: null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly file: string;
  readonly contentId: null;
  readonly inline: boolean;
}

export interface FetchedMedia {
  readonly files: readonly MediaFile[];
  /** Types of the files that could not be had. */
  readonly missing: readonly string[];
}

/** Fetches the files of a text side by side. One that cannot be had keeps neither the text nor the other files away. */
export async function storeMedia(
  deps: MediaDeps,
  media: readonly { readonly url: string; readonly type: string }[],
): Promise<FetchedMedia> {
  if (media.length === 0) return { files: [], missing: [] };
  const signal = AbortSignal.timeout(TIME);
  const all = await Promise.all(media.map(({ url }, nth) => storeOne(deps, url, nth, signal)));
  const files = all.filter((one) => one !== undefined);
  const missing = media.filter((_, nth) => all[nth] === undefined).map(({ type }) => cleanMediaType(type));
  return { files, missing };
}

async function storeOne(
  { files, fetchMedia, log }: MediaDeps,
  url: string,
  nth: number,
  signal: AbortSignal,
): Promise<MediaFile | undefined> {
  try {
    const { body, type } = await fetchMedia(new URL(url), { max: MAX_FILE, signal });
    // By its content: what it is called by its sender decides nothing.
    const known = imageType(body.subarray(0, 16)) ?? cleanMediaType(type);
    const stored = await files.write([body], { max: MAX_FILE });
    const row = {
      id: newId('att'),
      agentId: null,
      name: fileName(known, nth),
      type: known,
      ...stored,
      contentId: null,
      inline: false,
    };
    return { row, shown: toAttachment({ ...row, conversationId: null, position: null }) };
  } catch (error) {
    // Its address stays out of the log: some are secrets.
    const reason = LatchboxError.is(error) ? error.code : String(error);
    log.warn('A file of a text could not be fetched', { nth, reason });
    return undefined;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'video/quicktime': 'mov',
  'audio/mpeg': 'mp3',
  'audio/amr': 'amr',
  'audio/ogg': 'ogg',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'application/pdf': 'pdf',
};

/** Texts do not say what their files are called. */
function fileName(type: string, nth: number): string {
  const kind = ['image', 'video', 'audio'].find((one) => type.startsWith(`${one}/`)) ?? 'file';
  return `${kind}-${nth + 1}.${ENDINGS[type] ?? 'bin'}`;
}
