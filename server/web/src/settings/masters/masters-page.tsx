import { Blank } from '../../ui/blank.tsx';
import { Page } from '../page.tsx';
import { Masters } from './masters.tsx';

const LEDE =
  'A mailbox can ask for its answers at another one of the same person, its master. The first answer that arrives there takes its conversation along.';

/** Where answers to anybody's mailboxes arrive: for admins (A4). */
export function MastersPage() {
  return (
    <Page title="Master mailboxes" lede={LEDE}>
      <Masters
        of={{ scope: 'all' }}
        empty={
          <Blank picture="letter" title="A master needs two mailboxes of one person">
            <p>
              Once somebody has two, one can ask for its answers at the other. Those of shared inboxes belong
              to nobody, and have no masters.
            </p>
          </Blank>
        }
      />
    </Page>
  );
}
