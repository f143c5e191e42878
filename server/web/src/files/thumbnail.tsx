import './files.css';
import { Image as ImageIcon } from 'lucide-react';
import { Icon } from '../ui/icon.tsx';
import { useFileUrl } from './use-file-url.ts';

/** A small look at a picture; the sign for one where it cannot be had. */
export function Thumbnail({ id }: { id: string }) {
  const [url, onFailed] = useFileUrl(id);
  return (
    <span className="file-thumbnail">
      {url === null ? (
        <Icon of={ImageIcon} />
      ) : (
        // What it shows is named beside it.
        <img src={url} alt="" loading="lazy" onError={onFailed} />
      )}
    </span>
  );
}
