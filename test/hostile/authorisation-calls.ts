import type { RestLine, Target } from './authorisation.ts';
import { freshId } from './authorisation-sockets.ts';

const inbox = (on: Target) => ({ inbox: on.inbox });

/** The lines of calls, and of the carrier in a box. */
export const CALL_LINES: Readonly<Record<string, RestLine>> = {
  startCall: {
    needs: 'signed-in',
    body: () => ({ clientId: freshId(), account: 'sms:+447700900113', to: { address: '+447700900111' } }),
    also: ['not_found'],
  },
  getCall: { needs: 'signed-in', params: () => ({ call: 'cal_nothere' }), also: ['not_found'] },
  getCallRouting: { needs: 'sees', params: inbox },
  putCallRouting: {
    needs: 'administers',
    params: inbox,
    body: () => ({ steps: [], voicemail: null, pressToAnswer: true }),
  },
  getMyPhone: { needs: 'signed-in' },
  putMyPhone: { needs: 'signed-in', body: () => ({ phone: null }) },
  carrierRing: {
    needs: 'admin',
    body: () => ({ from: '+447700900111', to: '+447700900112' }),
    also: ['not_found'],
  },
  carrierPhone: {
    needs: 'admin',
    params: () => ({ sid: 'CAnowhere' }),
    body: () => ({ act: 'answer' }),
    also: ['not_found'],
  },
  getCarrier: { needs: 'admin' },
  carrierText: {
    needs: 'admin',
    body: () => ({ from: '+447700900111', to: '+447700900112', body: 'x' }),
    also: ['not_found'],
  },
  carrierSettings: { needs: 'admin', body: () => ({ outcome: 'delivered', shuffled: false, twice: false }) },
  carrierDelivery: {
    needs: 'admin',
    params: () => ({ sid: 'SMnowhere' }),
    body: () => ({ outcome: 'delivered' }),
    also: ['not_found'],
  },
  carrierVerdict: {
    needs: 'admin',
    params: () => ({ sid: 'QEnowhere' }),
    body: () => ({ reason: null }),
    also: ['not_found'],
  },
};
