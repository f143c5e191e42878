/** The two forms of a mail's text: what was written, the signature below it, and what is passed on below that. */
import type { Entry, MailAddress } from '@latchbox/shared';
import { type ContentIdOf, escaped, htmlPage, htmlText, plainText } from './html-body.ts';

export interface MailParts {
  readonly text: string;
  readonly signature: { readonly body: string; readonly html: string | null } | undefined;
  readonly forwarded: Forwarded | undefined;
  readonly contentIdOf: ContentIdOf;
}

/** A message or reply that is passed on, whole: also what its readers had folded. */
export interface Forwarded {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  /** Epoch ms. */
  readonly at: number;
  readonly body: string;
}

/** Puts a mail's text together, as plain text and as HTML. */
export function mailBody({ text, signature, forwarded, contentIdOf }: MailParts): {
  readonly text: string;
  readonly html: string;
} {
  const plain = [
    plainText(text, contentIdOf),
    // Two dashes and a space: by that line programs find a signature (RFC 3676).
    ...(signature === undefined ? [] : [`-- \n${signature.body}`]),
    ...(forwarded === undefined ? [] : [`${headOf(forwarded)}\n\n${forwarded.body}`]),
  ].filter((part) => part !== '');
  const html = htmlPage(
    htmlText(text, contentIdOf),
    signature === undefined ? '' : signatureHtml(signature),
    forwarded === undefined ? '' : forwardedHtml(forwarded),
  );
  return { text: plain.join('\n\n'), html };
}

function signatureHtml({ body, html }: { readonly body: string; readonly html: string | null }): string {
  return `<div class="latchbox_signature">-- <br>\n${html ?? htmlText(body)}</div>`;
}

function forwardedHtml(forwarded: Forwarded): string {
  const head = headOf(forwarded)
    .split('\n')
    .map((line) => escaped(line))
    .join('<br>\n');
  return `<div class="gmail_quote"><p style="margin: 1em 0">${head}</p>\n${htmlText(forwarded.body)}\n</div>`;
}

function headOf({ from, to, cc, subject, at }: Forwarded): string {
  const lines = [
    '---------- Forwarded message ---------',
    `From: ${named(from)}`,
    `Date: ${new Date(at).toUTCString()}`,
    `Subject: ${subject}`,
    ...(to.length === 0 ? [] : [`To: ${to.map(named).join(', ')}`]),
    ...(cc.length === 0 ? [] : [`Cc: ${cc.map(named).join(', ')}`]),
  ];
  return lines.join('\n');
}

function named({ name, address }: MailAddress): string {
  return name === '' ? address : `${name} <${address}>`;
}

/** What a message or reply says of itself when it is passed on. Bcc is told to nobody. */
export function forwardedFrom(
  entry: Extract<Entry, { kind: 'message' | 'reply' }>,
  subject: string,
): Forwarded {
  const { mail, author, at, body } = entry;
  const sender = 'address' in author ? { name: author.name, address: author.address } : mail?.from;
  return {
    from: mail?.from ?? sender ?? { name: author.name, address: '' },
    to: mail?.to ?? [],
    cc: mail?.cc ?? [],
    subject: mail?.subject ?? subject,
    at,
    body,
  };
}
