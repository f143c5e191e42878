import { type Attachment, MAX_ATTACHMENT_BYTES } from '@latchbox/shared/model/attachment';
import type { MailFacts } from '@latchbox/shared/model/mail';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { World } from './world.ts';

interface FakeFile {
  readonly attachment: Attachment;
  readonly bytes: Blob;
  readonly uploader: string;
  /** Conversation of the reply or note that took it. */
  taken: string | null;
}

/** A mail as a customer sent it, beside the text that became its entry. */
export interface FakeMail {
  readonly html: string;
  /** Images of other servers that the HTML would show. */
  readonly remoteImages?: number;
}

const LINK_LIFE = 300_000;

/** Uploaded files, and what mails have besides their text. */
export class FakeFiles {
  readonly #world: World;
  readonly #files = new Map<string, FakeFile>();
  readonly #mails = new Map<string, FakeMail>();

  constructor(world: World) {
    this.#world = world;
  }

  upload(uploader: string, name: string, type: string, bytes: Blob): Attachment {
    if (bytes.size > MAX_ATTACHMENT_BYTES)
      throw new LatchboxError('too_large', { max: MAX_ATTACHMENT_BYTES });
    const attachment = { id: this.#world.newId('att'), name, type, size: bytes.size };
    this.#files.set(attachment.id, { attachment, bytes, uploader, taken: null });
    return attachment;
  }

  /** For the uploader until something took the file, then for whoever may read the conversation. */
  link(agentId: string, id: string): { url: string; until: number } {
    const file = this.#files.get(id);
    if (file === undefined || (file.taken === null && file.uploader !== agentId)) throw refuse('not_found');
    if (file.taken !== null) this.#world.find(agentId, file.taken);
    const until = this.#world.clock.now() + LINK_LIFE;
    return { url: `/files/${id}/${until}/mac/${encodeURIComponent(file.attachment.name)}`, until };
  }

  /** The files of a reply or note, taken for it. All of them, or none. */
  take(agentId: string, conversationId: string, ids: readonly string[]): { attachments?: Attachment[] } {
    const files = ids.map((id) => this.#files.get(id));
    const taken: Attachment[] = [];
    for (const file of files) {
      if (file === undefined || file.uploader !== agentId || file.taken !== null) throw refuse('not_found');
      taken.push(file.attachment);
    }
    for (const file of files) if (file) file.taken = conversationId;
    return taken.length === 0 ? {} : { attachments: taken };
  }

  /** A customer's message that came as a mail with HTML; answers what its entry gets. */
  mail(
    conversationId: string,
    position: number,
    address: string,
    subject: string,
    mail: FakeMail,
  ): MailFacts {
    this.#mails.set(`${conversationId} ${position}`, mail);
    const to = { name: '', address: 'inbox@example.test' };
    return { from: { name: '', address }, to: [to], cc: [], subject, html: true };
  }

  html(
    agentId: string,
    conversationId: string,
    position: number,
    images: boolean,
  ): { html: string; remoteImages: number } {
    this.#world.find(agentId, conversationId);
    const mail = this.#mails.get(`${conversationId} ${position}`);
    if (mail === undefined) throw refuse('not_found');
    if (!images) return { html: mail.html, remoteImages: mail.remoteImages ?? 0 };
    // A server fetches them itself and has them under paths of its own.
    const html = mail.html.replaceAll(/ src="https?:\/\/([^"]*)"/g, ' src="/files/images/$1"');
    return { html, remoteImages: 0 };
  }

  raw(agentId: string, conversationId: string, position: number): string {
    const entry = this.#world.find(agentId, conversationId).entries[position - 1];
    const isMail = entry?.kind === 'reply' || (entry?.kind === 'message' && entry.mail !== undefined);
    if (!isMail) throw refuse('not_found');
    return `Message-ID: <${entry.id}@example.test>\r\n\r\n${entry.body}\r\n`;
  }
}
