import type { Attachment } from '@latchbox/shared/model/attachment';
import { LatchboxError } from '@latchbox/shared/error-codes';
import { refusal } from './connection/ack.ts';
import type { Core } from './core.ts';
import { refuse } from './lib/refuse.ts';
import { type Abortable, aborted, joined, onAbort } from './lib/scope.ts';
import type {
  FileLink,
  HtmlOptions,
  Mail,
  MailHtml,
  MailPage,
  MailsOptions,
  UploadOptions,
} from './rest-types.ts';
import type { RestRequest, RestResponse, Transport } from './transport.ts';

const TIMEOUT = 30_000;
/** For 25 MiB over a line of a megabit a second. */
const UPLOAD_TIMEOUT = 300_000;

export interface RestParts {
  readonly core: Core;
  readonly transport: Transport;
  /** Of the server that the connection is to. */
  url(): string;
  /** The newest one; `fresh`: a new one, because that was refused. */
  token(fresh: boolean, options: { readonly signal: AbortSignal }): Promise<string>;
}

/** Whatever the server answers over REST and not as a command: files, and mails as they are. */
export class Rest {
  readonly #parts: RestParts;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  async upload(file: Blob | Uint8Array, { name, type, signal }: UploadOptions): Promise<Attachment> {
    const media = type ?? (file instanceof Uint8Array ? '' : file.type);
    const path = `attachments${query({ name, type: media || undefined })}`;
    return (await this.#ask(path, { signal }, (response) => response.json(), file)) as Attachment;
  }

  async fileLink(id: string, options?: Abortable): Promise<FileLink> {
    const link = await this.#json<FileLink>(`attachments/${encodeURIComponent(id)}/link`, options);
    return { ...link, url: this.#address(link.url) };
  }

  async html(conversationId: string, position: number, options?: HtmlOptions): Promise<MailHtml> {
    const path = `${entry(conversationId, position)}/html${query({ images: options?.images ? '1' : undefined })}`;
    const { html, remoteImages } = await this.#json<MailHtml>(path, options);
    // The page that shows it may come from another server than the files.
    return { html: html.replaceAll('="/files/', `="${this.#address('/files/')}`), remoteImages };
  }

  async rawMail(conversationId: string, position: number, options?: Abortable): Promise<Blob> {
    return await this.#ask(`${entry(conversationId, position)}/raw`, options, (response) => response.blob());
  }

  mails({ inboxId: inbox, after, signal }: MailsOptions = {}): Promise<MailPage> {
    return this.#json(`mails${query({ inbox, after })}`, { signal });
  }

  mail(id: string, options?: Abortable): Promise<Mail> {
    return this.#json(`mails/${encodeURIComponent(id)}`, options);
  }

  async #json<T>(path: string, options?: Abortable): Promise<T> {
    return (await this.#ask(path, options, (response) => response.json())) as T;
  }

  /** Rejects with the server's refusal, `offline`, `timeout`, `aborted` or `closed`. A `body` is posted, as it is. */
  async #ask<T>(
    path: string,
    options: Abortable | undefined,
    read: (response: RestResponse) => Promise<T>,
    body?: RestRequest['body'],
  ): Promise<T> {
    const { later, scope } = this.#parts.core;
    const abort = new AbortController();
    const { signal } = abort;
    const given = options?.signal;
    const end = joined(
      onAbort(given, () => abort.abort(aborted(given))),
      scope.onEnd(() => abort.abort(refuse('closed'))),
      later(body ? UPLOAD_TIMEOUT : TIMEOUT, () => abort.abort(refuse('timeout'))),
    );
    try {
      signal.throwIfAborted();
      const first = await this.#say(path, false, signal, body);
      const response = first.status === 401 ? await this.#say(path, true, signal, body) : first;
      if (response.ok) return await read(response);
      const refused = (await response.json().catch(() => undefined)) as { error?: unknown } | undefined;
      throw refusal(refused?.error);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw LatchboxError.is(error) ? error : refuse('offline', error);
    } finally {
      end();
    }
  }

  async #say(
    path: string,
    fresh: boolean,
    signal: AbortSignal,
    body: RestRequest['body'],
  ): Promise<RestResponse> {
    const { transport } = this.#parts;
    const headers = {
      authorization: `Bearer ${await this.#parts.token(fresh, { signal })}`,
      ...(body && { 'content-type': 'application/octet-stream' }),
    };
    if (!transport.request) throw new TypeError('This transport cannot ask over REST.');
    const request = body ? ({ method: 'POST', body } as const) : ({ method: 'GET' } as const);
    return await transport.request(this.#address(`/api/${path}`), { ...request, headers, signal });
  }

  /** A path of the server as an address. */
  #address(path: string): string {
    // Socket.IO takes addresses of WebSockets too, and those that are relative to the page.
    const url = this.#parts.url().replace(/^ws/, 'http');
    return url.includes('//') ? new URL(path, url).href : url.replace(/\/$/, '') + path;
  }
}

const entry = (conversationId: string, position: number): string =>
  `conversations/${encodeURIComponent(conversationId)}/entries/${position}`;

function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${encodeURIComponent(value)}`,
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
