import type { RestLine } from './authorisation.ts';

/** The lines of masters: whoever neither owns a mailbox nor sees it gets the same answer as for one that is nowhere. */
export const MASTER_LINES: Readonly<Record<string, RestLine>> = {
  listMasters: { needs: 'signed-in' },
  masterChoices: {
    needs: 'signed-in',
    body: () => ({ mailboxIds: ['mbx_nothere'] }),
    also: ['not_found'],
  },
  setMasters: { needs: 'signed-in', body: () => ({ mailboxIds: ['mbx_nothere'], masterId: null }) },
  setMaster: {
    needs: 'signed-in',
    params: () => ({ mailbox: 'mbx_nothere' }),
    body: () => ({ masterId: null }),
    also: ['not_found'],
  },
};
