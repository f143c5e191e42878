/** What a reply has besides its text. Most have nothing, and pay for nothing. */
import {
  type Attachment,
  type Automatic,
  type Forward,
  LatchboxError,
  type MailOut,
  MAX_ATTACHMENT_BYTES,
} from '@latchbox/shared';
import { attachmentsOfEntry } from '../../database/attachments.ts';
import type { Tx } from '../../database/database.ts';
import type { SendTarget } from '../../database/lock-targets.ts';
import { entryAt } from '../../database/threads.ts';
import type { Author, SendInput } from '../api.ts';
import { type ComposedMail, invalid, mailEnvelope } from './mail-envelope.ts';
import { findUploads } from '../writing/uploads.ts';

export interface ReplyExtra {
  readonly attachments?: Attachment[];
  /** How it leaves as a mail. */
  readonly mail?: MailOut;
  readonly forward?: Forward;
  readonly undoUntil?: number;
  readonly automatic?: Automatic;
}

/** How what nobody wrote leaves: as it was decided together with the message that it answers. */
export interface AutomaticTerms {
  readonly mark: Automatic;
  readonly mail: MailOut | undefined;
}

/** What is stored by itself, in the transaction of the message that it answers. */
export interface AutomaticReply extends AutomaticTerms {
  readonly author: Author;
  readonly conversationId: string;
  readonly clientId: string;
  readonly body: string;
}

export type ExtraInput = Pick<SendInput, 'attachments' | 'recipients' | 'from' | 'forward'>;

/** Throws as `findUploads` and `mailEnvelope` do, and `invalid` for what its channel does not have. `undoUntil` (epoch ms): it waits. */
export async function replyExtra(
  tx: Tx,
  author: Author,
  target: SendTarget,
  input: ExtraInput,
  {
    undoUntil,
    composed,
    automatic,
  }: {
    readonly undoUntil?: number | undefined;
    readonly composed?: ComposedMail | undefined;
    readonly automatic?: AutomaticTerms | undefined;
  },
): Promise<ReplyExtra | undefined> {
  const { attachments: uploads = [], forward } = input;
  const isMail = target.channel === 'email';
  if (!isMail) requirePlain(input);
  const extra: ReplyExtra = {
    ...(uploads.length === 0 ? {} : { attachments: await findUploads(tx, author.agentId, uploads) }),
    ...(isMail ? { mail: automatic?.mail ?? (await mailEnvelope(tx, author, target, input, composed)) } : {}),
    ...(forward === undefined ? {} : { forward }),
    ...(undoUntil === undefined ? {} : { undoUntil }),
    ...(automatic === undefined ? {} : { automatic: automatic.mark }),
  };
  if (forward !== undefined) await requireForwardable(tx, target, forward, extra.attachments);
  return Object.keys(extra).length === 0 ? undefined : extra;
}

function requirePlain(input: ExtraInput): void {
  for (const field of ['recipients', 'from', 'forward'] as const)
    if (input[field] !== undefined) throw invalid(field, 'is for mail alone');
}

/** Notes are the team's own, and never leave. What is passed on brings its files along. */
async function requireForwardable(
  tx: Tx,
  { conversationId }: SendTarget,
  { position, without = [] }: Forward,
  uploads: readonly Attachment[] = [],
): Promise<void> {
  const entry = await entryAt(tx.db, conversationId, position);
  if (entry?.kind !== 'message' && entry?.kind !== 'reply')
    throw invalid('forward.position', 'is no message or reply of this conversation');
  const brought = await attachmentsOfEntry(tx.db, conversationId, position);
  const files = [...uploads, ...brought.filter(({ id }) => !without.includes(id))];
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_ATTACHMENT_BYTES)
    throw new LatchboxError('too_large', { max: MAX_ATTACHMENT_BYTES });
}
