import { cleanFileName, contentDisposition } from '../../files/file-name.ts';
import { type Handlers, RawAnswer } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

const PAGE = 50;

/** Mail that left. */
export function mailHandlers({
  mailsLeft,
  directory,
}: Pick<HttpDeps, 'mailsLeft' | 'directory'>): Pick<Handlers, 'listMails' | 'getMail' | 'getMailRaw'> {
  return {
    async listMails({ verified, query }) {
      const agentId = verified.agent.id;
      const { inbox, after = null, limit = PAGE } = query;
      const inboxId = inbox && (await directory.inboxOf(agentId, inbox)).id;
      return await mailsLeft.list(agentId, { inboxId, after, limit });
    },

    getMail: ({ verified, params }) => mailsLeft.one(verified.agent.id, params.mail),

    async getMailRaw({ verified, params }) {
      const { subject, size, content } = await mailsLeft.raw(verified.agent.id, params.mail);
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
  };
}
