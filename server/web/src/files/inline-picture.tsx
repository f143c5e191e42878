import './files.css';
import type { Attachment } from '@latchbox/client';
import { useFileUrl } from './use-file-url.ts';

/** A picture where it stands in a text; its name while it cannot be had. */
export function InlinePicture({ picture }: { picture: Attachment }) {
  const [url, onFailed] = useFileUrl(picture.id);
  if (url === null) return <span className="hint">[{picture.name}]</span>;
  return <img className="text-picture" src={url} alt={picture.name} loading="lazy" onError={onFailed} />;
}
