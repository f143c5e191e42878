import './masters.css';
import type { Mailbox } from '@latchbox/client/admin';
import { ArrowRight, TriangleAlert } from 'lucide-react';
import { Blank } from '../ui/blank.tsx';
import { Icon } from '../ui/icon.tsx';
import { SelectField } from '../ui/field.tsx';
import { Loaded } from './loaded.tsx';
import { Foot, Page } from './page.tsx';
import { useAdmin } from './use-admin.ts';
import { useAsked } from './use-asked.ts';
import { useSaving } from './use-saving.ts';

const NONE = '';

/** Which mailbox asks for its answers at another one (A1). */
export function MastersPage() {
  const { mailboxes } = useAdmin();
  const { asked, again, put } = useAsked('masters', (signal) => mailboxes.list(undefined, { signal }));
  const { saved, problem, wrong, run } = useSaving();
  const set = (mailbox: Mailbox, masterId: string | null): void =>
    void run(
      async () => {
        await mailboxes.change(mailbox.id, { masterId });
        return await mailboxes.list();
      },
      (all) => put(all),
    );
  return (
    <Page
      title="Master mailboxes"
      lede="Mail goes out from the mailbox on the left. Answers are asked for at the one on the right, and the first that comes takes its conversation there."
    >
      <Loaded asked={asked} what="The mailboxes" onRetry={again}>
        {(every) => {
          const all = every.filter(({ ownerId }) => ownerId !== null);
          return all.length < 2 ? (
            <Blank picture="letter" title="A master needs two mailboxes of somebody’s own">
              <p>
                Once two are connected, one can ask for its answers at the other. Those of shared inboxes have
                no masters.
              </p>
            </Blank>
          ) : (
            <>
              <ul className="settings-list masters" aria-label="Mailboxes and their masters">
                {all.map((mailbox) => (
                  <MasterRow key={mailbox.id} mailbox={mailbox} all={all} onSet={(id) => set(mailbox, id)} />
                ))}
              </ul>
              <Foot saved={saved} problem={wrong('masterId') ?? problem('masterId')} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

interface MasterRowProps {
  mailbox: Mailbox;
  all: readonly Mailbox[];
  onSet: (masterId: string | null) => void;
}

function MasterRow({ mailbox, all, onSet }: MasterRowProps) {
  const master = all.find(({ id }) => id === mailbox.masterId);
  const of = all.filter(({ masterId }) => masterId === mailbox.id).length;
  const off = master !== undefined && master.state.status === 'disconnected';
  return (
    <li>
      <div className="master-from">
        <b className="cut">{mailbox.address}</b>
        <small>
          {of > 0
            ? `Master of ${of}`
            : mailbox.masterId === null
              ? 'Answers come back to itself'
              : 'Has a master'}
        </small>
      </div>
      <Icon of={ArrowRight} size={17} />
      <div className="grow">
        <SelectField
          label={`Answers to ${mailbox.address} arrive at`}
          value={mailbox.masterId ?? NONE}
          onChange={({ target: { value } }) => onSet(value === NONE ? null : value)}
        >
          <option value={NONE}>Itself</option>
          {all
            .filter(({ id }) => id !== mailbox.id)
            .map(({ id, address }) => (
              <option key={id} value={id}>
                {address}
              </option>
            ))}
        </SelectField>
        {off ? (
          <p className="master-off">
            <Icon of={TriangleAlert} size={15} />
            It is disconnected: answers that go there do not come in.
          </p>
        ) : null}
      </div>
    </li>
  );
}
