import { useReadable } from '../lib/use-readable.ts';
import { errorWords } from '../lib/error-words.ts';
import { Button } from '../ui/button.tsx';
import { useClient } from './client.ts';

/** This page and the server do not understand each other any more: only loading it afresh helps. */
export function Outdated() {
  const connection = useReadable(useClient().connection);
  if (connection.name !== 'outdated') return null;
  return (
    <div className="failure" role="alert">
      {errorWords(connection.error)}{' '}
      <Button size="small" onClick={() => location.reload()}>
        Reload
      </Button>
    </div>
  );
}
