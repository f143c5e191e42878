import { Blank } from '../../ui/blank.tsx';
import { Page } from '../page.tsx';
import { Masters } from './masters.tsx';

const LEDE =
  'Mail goes out from the mailbox on the left. Answers are asked for at the one on the right, and the first that comes takes its conversation there.';

/** Where answers to anybody's mailboxes arrive: for admins (A4). */
export function MastersPage() {
  return (
    <Page title="Master mailboxes" lede={`${LEDE} Whose mailbox you change is told.`}>
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
