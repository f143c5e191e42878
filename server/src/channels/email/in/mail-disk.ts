import type { Attachment } from '@latchbox/shared';
import { type NewAttachment, toAttachment } from '../../../database/attachments.ts';
import type { FileStore } from '../../../files/file-store.ts';
import type { KeptPlace } from '../../../messaging/api.ts';
import type { MailFile } from './read-mail.ts';

/** Larger mails (bytes) lie in a file beside the database. */
const MAX_IN_ROW = 256 * 1_024;

/** What is on the disk already when a mail's transaction begins. */
export interface OnDisk {
  readonly raw: Buffer | null;
  readonly file: string | null;
  readonly files: readonly FileOnDisk[];
}

export interface FileOnDisk {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly file: string;
  readonly contentId: string | null;
  readonly inline: boolean;
}

/** All at once: each waits for the disk on its own. What a mail that is known already brought again is swept away later. */
export async function writeFiles(
  store: Pick<FileStore, 'write'>,
  bytes: Buffer,
  parts: readonly MailFile[],
): Promise<OnDisk> {
  const write = (content: Uint8Array) => store.write([content], { max: Number.MAX_SAFE_INTEGER });
  const large = bytes.length > MAX_IN_ROW;
  const [raw, ...files] = await Promise.all([
    large ? write(bytes) : undefined,
    ...parts.map(async ({ name, type, bytes: content, contentId, inline }) => {
      const { file, size } = await write(content);
      return { id: '', name, type, size, file, contentId, inline };
    }),
  ]);
  return { raw: large ? null : bytes, file: raw?.file ?? null, files };
}

/** A file as the entry shows it. */
export function shown(file: FileOnDisk): Attachment {
  return toAttachment(attachmentOf(file, null));
}

/** Its row; without a place before there is an entry. */
export function attachmentOf(file: FileOnDisk, place: KeptPlace | null): NewAttachment {
  const { conversationId = null, position = null } = place ?? {};
  return { ...file, agentId: null, conversationId, position };
}
