import { LatchboxError } from '@latchbox/client';
import type { DkimDomain, SendingDomainCheck } from '@latchbox/client/admin';
import { Ellipsis, KeyRound, RefreshCw, ShieldCheck, Trash2 } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { BareIconButton, Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';
import { DkimRecord } from './dkim-record.tsx';
import { DomainFindings } from './domain-findings.tsx';
import { RemoveKeyDialog } from './remove-key-dialog.tsx';

interface SendingDomainProps {
  domain: string;
  addresses: readonly string[];
  /** Left out: it has no key. */
  dkim: DkimDomain | undefined;
  onChanged: () => void;
}

/** One domain: whether its mail is signed, the record that is to be published, and what DNS has of it. */
export function SendingDomain({ domain, addresses, dkim, onChanged }: SendingDomainProps) {
  const admin = useAdmin();
  const looking = useSaving();
  const acting = useSaving();
  const [check, setCheck] = useState<SendingDomainCheck | null>(null);
  const look = useEffectEvent(() => {
    void looking.run(() => admin.outgoingMail.checkDomain(domain), setCheck);
  });
  const keys = dkim === undefined ? '' : `${dkim.key.selector} ${dkim.next?.selector} ${dkim.active}`;
  useEffect(() => {
    // Of a domain without a key DNS is only asked when somebody wants to know.
    if (keys === '') setCheck(null);
    else look();
  }, [keys]);
  const act = (work: () => Promise<unknown>): void => void acting.run(work, onChanged);
  const wrong = notDone(acting) ?? looking.problem();
  const state = dkim === undefined ? 'none' : dkim.active ? 'signs' : 'waits';
  return (
    <li className="outgoing-domain" aria-label={domain}>
      <header>
        <span className={`mailbox-dot ${DOTS[state]}`} aria-hidden="true" />
        <div className="grow">
          <h3>{domain}</h3>
          <small>
            {STATES[state]}
            {addresses.length === 0 ? '' : `. ${addresses.join(', ')}`}
          </small>
        </div>
        {dkim === undefined ? null : <Acts dkim={dkim} onAct={act} />}
      </header>
      {dkim === undefined ? null : <Records dkim={dkim} check={check} />}
      <div role="status" aria-label={`DNS of ${domain}`}>
        {check === null ? null : <DomainFindings check={check} />}
      </div>
      {wrong === undefined ? null : <Notice tone="stop">{wrong}</Notice>}
      <Buttons
        dkim={dkim}
        busy={looking.busy || acting.busy}
        looking={looking.busy}
        onLook={() => void looking.run(() => admin.outgoingMail.checkDomain(domain), setCheck)}
        onMake={() => act(() => admin.dkim.create(domain))}
        onActivate={() => act(() => admin.dkim.activate(domain))}
      />
    </li>
  );
}

/** What DNS still lacks is told by the server in its own words. */
function notDone({ saving, problem }: ReturnType<typeof useSaving>): string | undefined {
  const conflict = saving.state === 'refused' && LatchboxError.is(saving.error, 'conflict');
  return conflict ? saving.error.message : problem();
}

const STATES = {
  none: 'Not signed',
  waits: 'Not signed yet: publish the record, then switch it on',
  signs: 'Signed',
};
const DOTS = { none: 'mailbox-disconnected', waits: 'mailbox-connecting', signs: '' };

function Records({ dkim, check }: { dkim: DkimDomain; check: SendingDomainCheck | null }) {
  const { key, next } = dkim;
  if (next === null) return <DkimRecord title="Record of its key" of={key} found={check?.dkim?.key} />;
  return (
    <>
      <DkimRecord title="Record of the next key" of={next} found={check?.dkim?.next ?? undefined} />
      <DkimRecord title="Record of the key that signs now" of={key} found={check?.dkim?.key} />
    </>
  );
}

interface ButtonsProps {
  dkim: DkimDomain | undefined;
  busy: boolean;
  looking: boolean;
  onLook: () => void;
  onMake: () => void;
  onActivate: () => void;
}

function Buttons({ dkim, busy, looking, onLook, onMake, onActivate }: ButtonsProps) {
  return (
    <div className="outgoing-buttons">
      <Button disabled={busy} onClick={onLook}>
        <Icon of={RefreshCw} size={16} />
        {looking ? 'Asking DNS…' : 'Look into DNS'}
      </Button>
      {dkim === undefined ? (
        <Button disabled={busy} onClick={onMake}>
          <Icon of={KeyRound} size={16} />
          Make a key
        </Button>
      ) : dkim.active && dkim.next === null ? null : (
        <Button look="primary" disabled={busy} onClick={onActivate}>
          <Icon of={ShieldCheck} size={16} />
          {dkim.active ? 'Sign with the next key' : 'Switch signing on'}
        </Button>
      )}
    </div>
  );
}

function Acts({ dkim: { domain, active }, onAct }: ActsProps) {
  const { dkim } = useAdmin();
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Menu
        tip="What can be done"
        trigger={<BareIconButton icon={Ellipsis} label={`What can be done with the key of ${domain}`} />}
      >
        <MenuItem icon={KeyRound} onClick={() => onAct(() => dkim.rotate(domain))}>
          {active ? 'Make the next key' : 'Make another key'}
        </MenuItem>
        <MenuItem icon={Trash2} onClick={() => setRemoving(true)}>
          Remove its keys
        </MenuItem>
      </Menu>
      {removing ? (
        <RemoveKeyDialog
          domain={domain}
          active={active}
          onRemove={() => {
            setRemoving(false);
            onAct(() => dkim.remove(domain));
          }}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </>
  );
}

interface ActsProps {
  dkim: DkimDomain;
  onAct: (work: () => Promise<unknown>) => void;
}
