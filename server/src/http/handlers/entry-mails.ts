import { LatchboxError } from '@latchbox/shared';
import { MAX_MAIL_BYTES } from '@latchbox/shared/http/entry-mails';
import { cleanFileName, contentDisposition } from '../../files/file-name.ts';
import { type Call, type Handlers, RawAnswer } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

export function entryMailHandlers({
  mailViews,
  remoteImages,
}: Pick<HttpDeps, 'mailViews' | 'remoteImages'>): Pick<
  Handlers,
  'getEntryHtml' | 'getRemoteImage' | 'getEntryRaw' | 'importMail'
> {
  return {
    getEntryHtml: (call) => mailViews.html(call.verified.agent.id, placeOf(call), call.query.images === '1'),

    async getRemoteImage({ params }: Call<'getRemoteImage'>) {
      const { conversation: conversationId, position, agent: agentId, until, mac, coded } = params;
      const link = { conversationId, position, agentId, until: Number(until), mac, coded };
      const { type, bytes } = await remoteImages.show(link);
      return new RawAnswer({
        type,
        body: bytes,
        headers: {
          'content-length': String(bytes.length),
          'content-disposition': 'inline',
          'content-security-policy': "sandbox; default-src 'none'",
          // As with files: the link is the permission.
          'cross-origin-resource-policy': 'cross-origin',
          'cache-control': 'private, max-age=300, immutable',
        },
      });
    },

    async getEntryRaw(call) {
      const { subject, size, content } = await mailViews.raw(call.verified.agent.id, placeOf(call));
      const name = cleanFileName(`${subject.slice(0, 100) || 'mail'}.eml`);
      return new RawAnswer({
        type: 'message/rfc822',
        body: content,
        headers: {
          'content-length': String(size),
          'content-disposition': contentDisposition('attachment', name),
          'content-security-policy': "sandbox; default-src 'none'",
        },
      });
    },

    async importMail({ verified, params, content }) {
      // Whoever may not do this must not make the server hold a large mail.
      const read = () => whole(content, MAX_MAIL_BYTES);
      const filed = await mailViews.importInto(verified.agent.id, params.inbox, read);
      const { conversationId, position, duplicate } = filed;
      return { conversationId, position, duplicate };
    },
  };
}

function placeOf({ params }: Pick<Call<'getEntryHtml'>, 'params'>) {
  return { conversationId: params.conversation, position: params.position };
}

async function whole(content: AsyncIterable<Uint8Array>, max: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > max) throw new LatchboxError('too_large', { max });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
