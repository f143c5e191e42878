import type { Attachment } from '@latchbox/shared/model/attachment';
import { LatchboxError } from '@latchbox/shared/error-codes';
import { refusal } from './connection/ack.ts';
import type { Core } from './core.ts';
import { refuse } from './lib/refuse.ts';
import { at, query } from './lib/paths.ts';
import { type Abortable, aborted, joined, onAbort } from './lib/scope.ts';
import type {
  FileLink,
  HtmlOptions,
  Mail,
  MailHtml,
  MailPage,
  MailsOptions,
  Member,
  RequestOptions,
  UploadOptions,
} from './rest-types.ts';
import type { RestRequest, RestResponse, Transport } from './transport.ts';

const TIMEOUT = 30_000;
/** For 25 MiB over a line of a megabit a second. */
const UPLOAD_TIMEOUT = 300_000;

/** What is sent along; without it, it is read. */
interface Posted {
  readonly method: RestRequest['method'];
  readonly body?: NonNullable<RestRequest['body']>;
  readonly type?: string;
}

export interface RestParts {
  readonly core: Core;
  readonly transport: Transport;
  /** Of the server that the connection is to. */
  url(): string;
  /** The newest one; `fresh`: a new one, because that was refused. */
  token(fresh: boolean, options: { readonly signal: AbortSignal }): Promise<string>;
}

/** Whatever the server answers over REST and not as a command: files, mails as they are, who belongs to an inbox. */
export class Rest {
  readonly #parts: RestParts;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  upload(file: Blob | Uint8Array, { name, type, signal }: UploadOptions): Promise<Attachment> {
    const media = type ?? (file instanceof Uint8Array ? '' : file.type);
    return this.request('POST', 'attachments', {
      query: { name, type: media || undefined },
      body: file,
      signal,
    });
  }

  async fileLink(id: string, options?: Abortable): Promise<FileLink> {
    const link = await this.#json<FileLink>(at`attachments/${id}/link`, options);
    return { ...link, url: this.#address(link.url) };
  }

  async html(conversationId: string, position: number, options?: HtmlOptions): Promise<MailHtml> {
    const images = query({ images: options?.images ? '1' : undefined });
    const asked = at`conversations/${conversationId}/entries/${position}/html` + images;
    const { html, remoteImages } = await this.#json<MailHtml>(asked, options);
    // The page that shows it may come from another server than the files.
    return { html: html.replaceAll('="/files/', `="${this.#address('/files/')}`), remoteImages };
  }

  rawEntry(conversationId: string, position: number, options?: Abortable): Promise<Blob> {
    return this.#file(at`conversations/${conversationId}/entries/${position}/raw`, options);
  }

  mails({ inboxId: inbox, after, signal }: MailsOptions = {}): Promise<MailPage> {
    return this.#json(`mails${query({ inbox, after })}`, { signal });
  }

  mail(id: string, options?: Abortable): Promise<Mail> {
    return this.#json(at`mails/${id}`, options);
  }

  rawMail(id: string, options?: Abortable): Promise<Blob> {
    return this.#file(at`mails/${id}/raw`, options);
  }

  async members(inboxId: string, options?: Abortable): Promise<readonly Member[]> {
    const asked = this.#json<{ readonly members: readonly Member[] }>(
      at`inboxes/${inboxId}/members`,
      options,
    );
    return (await asked).members;
  }

  historyCsv(conversationId: string, options?: Abortable): Promise<Blob> {
    return this.#file(at`conversations/${conversationId}/lock-history?format=csv`, options);
  }

  async request<T>(
    method: RestRequest['method'],
    path: string,
    { body, query: asked = {}, signal, as }: RequestOptions = {},
  ): Promise<T> {
    const posted =
      body === undefined
        ? {}
        : body instanceof Blob || body instanceof Uint8Array
          ? { body, type: 'application/octet-stream' }
          : { body: JSON.stringify(body), type: 'application/json' };
    const answer = this.#ask(
      path + query(asked),
      { signal },
      (response) =>
        (as === 'file'
          ? response.blob()
          : response.status === 204
            ? undefined
            : response.json()) as Promise<unknown>,
      { method, ...posted },
    );
    return (await answer) as T;
  }

  #file(path: string, options?: Abortable): Promise<Blob> {
    return this.request('GET', path, { ...options, as: 'file' });
  }

  #json<T>(path: string, options?: Abortable): Promise<T> {
    return this.request('GET', path, options);
  }

  /** Rejects with the server's refusal, `offline`, `timeout`, `aborted` or `closed`. A body goes as it is. */
  async #ask<T>(
    path: string,
    options: Abortable | undefined,
    read: (response: RestResponse) => Promise<T>,
    posted?: Posted,
  ): Promise<T> {
    const { later, scope } = this.#parts.core;
    const abort = new AbortController();
    const { signal } = abort;
    const given = options?.signal;
    const end = joined(
      onAbort(given, () => abort.abort(aborted(given))),
      scope.onEnd(() => abort.abort(refuse('closed'))),
      later(typeof posted?.body === 'object' ? UPLOAD_TIMEOUT : TIMEOUT, () =>
        abort.abort(refuse('timeout')),
      ),
    );
    try {
      signal.throwIfAborted();
      const first = await this.#say(path, false, signal, posted);
      const response = first.status === 401 ? await this.#say(path, true, signal, posted) : first;
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
    { type, ...posted }: Posted = { method: 'GET' },
  ): Promise<RestResponse> {
    const { transport } = this.#parts;
    const headers = {
      authorization: `Bearer ${await this.#parts.token(fresh, { signal })}`,
      ...(type && { 'content-type': type }),
    };
    if (!transport.request) throw new TypeError('This transport cannot ask over REST.');
    return await transport.request(this.#address(`/api/${path}`), { ...posted, headers, signal });
  }

  /** A path of the server as an address. */
  #address(path: string): string {
    // Socket.IO takes addresses of WebSockets too, and those that are relative to the page.
    const url = this.#parts.url().replace(/^ws/, 'http');
    return url.includes('//') ? new URL(path, url).href : url.replace(/\/$/, '') + path;
  }
}
