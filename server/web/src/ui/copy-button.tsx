import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** Puts a text on the clipboard, and says so. `what`: what it copies, for who does not see what it stands beside. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState<string | null>(null);
  const done = copied === text;
  const copy = async (): Promise<void> => {
    // Without https there is no clipboard: the text stands beside it, to be chosen by hand.
    if (navigator.clipboard === undefined) return;
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <>
      <Button size="small" onClick={() => void copy()}>
        <Icon of={done ? Check : Copy} size={15} />
        {done ? 'Copied' : 'Copy'}
        <span className="said"> {what}</span>
      </Button>
      <span className="said" role="status">
        {done ? `Copied ${what}` : ''}
      </span>
    </>
  );
}
