import { Copy } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';

interface LinkGivenProps {
  /** What it lets them do: "The invitation". */
  what: string;
  to: string;
  /** Null: it was mailed. */
  link: string | null;
}

/** What became of a link: it is on its way, or it is to be handed over by hand. */
export function LinkGiven({ what, to, link }: LinkGivenProps) {
  if (link === null)
    return (
      <Notice tone="good">
        {what} is on its way to <b>{to}</b>.
      </Notice>
    );
  const whole = new URL(link, location.origin).href;
  return (
    <>
      <Notice tone="plain">
        It was not mailed. Give this link to them yourself: it works once, and whoever has it comes in. It is
        shown this one time.
      </Notice>
      <TextField
        label="Link"
        className="input user-link"
        value={whole}
        readOnly
        onFocus={(event) => event.target.select()}
      />
      <div>
        <Button onClick={() => void navigator.clipboard?.writeText(whole)}>
          <Icon of={Copy} size={16} />
          Copy the link
        </Button>
      </div>
    </>
  );
}
