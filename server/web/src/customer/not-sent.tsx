import { errorWords } from '../lib/error-words.ts';
import { Notice } from '../ui/notice.tsx';

/** Why what a customer wrote did not arrive; nothing while there is no error. */
export function NotSent({ error }: { error: unknown }) {
  if (error === undefined) return null;
  return (
    <Notice tone="stop">
      <b>Not sent.</b> {errorWords(error)}
    </Notice>
  );
}
