import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';

/** Where a file can be seen for some minutes; null until that is known, and when it cannot be had. */
export function useFileUrl(id: string): readonly [url: string | null, onFailed: () => void] {
  const client = useClient();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let over = false;
    client.fileLink(id).then(
      (link) => (over ? undefined : setUrl(link.url)),
      () => {},
    );
    return () => {
      over = true;
    };
  }, [client, id]);
  return [url, () => setUrl(null)];
}
