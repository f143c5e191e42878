import { contentDisposition } from '../../files/file-name.ts';
import type { LinkedFile } from '../../files/files.ts';
import { audioType } from '../../files/audio-type.ts';
import { imageType } from '../../files/image-type.ts';
import { type Call, type Handlers, RawAnswer } from '../call.ts';
import type { HttpDeps } from '../deps.ts';

export function fileHandlers({
  files,
}: Pick<HttpDeps, 'files'>): Pick<Handlers, 'uploadAttachment' | 'linkAttachment' | 'getFile'> {
  return {
    uploadAttachment: ({ verified, query, content }) =>
      files.upload(verified.agent.id, { name: query.name, type: query.type, content }),

    linkAttachment: ({ verified, params }) => files.link(verified.agent.id, params.attachment),

    async getFile({ params }: Call<'getFile'>) {
      const file = await files.open({
        id: params.attachment,
        until: Number(params.until),
        mac: params.mac,
      });
      return served(file);
    },
  };
}

/**
 * Whatever somebody mailed or uploaded is bytes to be saved. Only an image that really is one may be shown; a browser that
 * opens anything else as a page gets one without a script, an origin or a network.
 */
function served({ name, size, head, stream }: LinkedFile): RawAnswer {
  const image = imageType(head) ?? audioType(head);
  return new RawAnswer({
    type: image ?? 'application/octet-stream',
    body: stream,
    headers: {
      'content-length': String(size),
      'content-disposition': contentDisposition(image === undefined ? 'attachment' : 'inline', name),
      'content-security-policy': "sandbox; default-src 'none'",
      // The link is the permission: pages of other origins that have one may show the file.
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      // As long as the link itself lives.
      'cache-control': 'private, max-age=300, immutable',
    },
  });
}
