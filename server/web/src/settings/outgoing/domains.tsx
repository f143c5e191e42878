import type { OutgoingMail } from '@latchbox/client/admin';
import { Loaded } from '../loaded.tsx';
import { Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { SendingDomain } from './sending-domain.tsx';

/** Each domain that mail leaves from: whether its mail is signed, and what DNS says about it. */
export function Domains({ found: { domains }, onChanged }: { found: OutgoingMail; onChanged: () => void }) {
  const { dkim } = useAdmin();
  const { asked, again } = useAsked('dkim', (signal) => dkim.list({ signal }));
  const changed = (): void => {
    again();
    // A domain that had nothing but its key goes with it.
    onChanged();
  };
  return (
    <Part
      title="Domains"
      hint="A signature (DKIM) tells receivers that mail is yours. It needs a record in the DNS of each domain, which you publish where the domain is administered."
    >
      <Loaded asked={asked} what="The keys" onRetry={again}>
        {(keys) =>
          domains.length === 0 ? (
            <p>No inbox has a mail address yet.</p>
          ) : (
            <ul className="outgoing-domains">
              {domains.map(({ domain, addresses }) => (
                <SendingDomain
                  key={domain}
                  domain={domain}
                  addresses={addresses}
                  dkim={keys.find((one) => one.domain === domain)}
                  onChanged={changed}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Part>
  );
}
