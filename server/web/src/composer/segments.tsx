import { MAX_SMS_LENGTH, smsSegments } from '@latchbox/client/sms';

/** How long a text message is, as it is billed (M12). */
export function Segments({ text }: { text: string }) {
  const { segments, left, encoding } = smsSegments(text);
  const over = text.length - MAX_SMS_LENGTH;
  if (over > 0) return <span className="segments segments-over num">{over} too many</span>;
  const parts = `${segments} segment${segments === 1 ? '' : 's'}`;
  const why = encoding === 'UCS-2' ? 'A character in it makes each segment 70 characters long.' : undefined;
  return (
    <span className="segments num" data-tip={why}>
      {parts}, {left} left
    </span>
  );
}
