import { lazy, Suspense } from 'react';
import type { ConversationRow } from '@latchbox/client';

// Its tables are of no use to whoever writes mails.
const Segments = lazy(async () => ({ default: (await import('./segments.tsx')).Segments }));

/** Beside the send button of a text message: how many segments it is. Nothing for other channels, and while nothing is written. */
export function SegmentCount(props: { channel: ConversationRow['channel'] | undefined; text: string }) {
  const { channel, text } = props;
  if (channel !== 'sms' || text === '') return null;
  return (
    <Suspense>
      <Segments text={text} />
    </Suspense>
  );
}
