import { freshId } from './authorisation-sockets.ts';
import type { RestLine, Target } from './authorisation.ts';

const TOKEN = 'x'.repeat(43);
const colleague = (on: Target) => ({ user: on.colleague });
const PASSWORD = 'not the pass phrase';
const step = () => ({ step: TOKEN });
const code = () => ({ step: TOKEN, code: '123456' });

/** The lines of users and of one's own account, whose callers have no passwords. What is tried on a colleague leaves the colleague as they were. */
export const USER_LINES: Readonly<Record<string, RestLine>> = {
  signIn: {
    needs: 'anybody',
    body: () => ({ email: 'x@shop.example', password: 'x' }),
    also: ['unauthenticated'],
  },
  // What links and halves of sign-ins open answers everybody alike.
  readInvitation: { needs: 'anybody', body: () => ({ token: TOKEN }), also: ['not_found'] },
  acceptInvitation: {
    needs: 'anybody',
    body: () => ({ token: TOKEN, name: 'x', password: 'a pass phrase of some length' }),
    also: ['not_found'],
  },
  confirmAddress: { needs: 'anybody', body: () => ({ token: TOKEN }), also: ['not_found'] },
  askPasswordReset: { needs: 'anybody', body: () => ({ email: `${freshId().toLowerCase()}@shop.example` }) },
  resetPassword: {
    needs: 'anybody',
    body: () => ({ token: TOKEN, password: 'a pass phrase of some length' }),
    also: ['not_found'],
  },
  signInFactor: { needs: 'anybody', body: code, also: ['unauthenticated'] },
  beginSignInFactor: { needs: 'anybody', body: step, also: ['unauthenticated'] },
  confirmSignInFactor: { needs: 'anybody', body: code, also: ['unauthenticated'] },

  getSecurity: { needs: 'signed-in' },
  listMySignIns: { needs: 'signed-in' },
  changeMyPassword: {
    needs: 'sign-in',
    body: () => ({ current: PASSWORD, password: PASSWORD }),
    also: ['refused'],
  },
  sendMyVerification: { needs: 'sign-in', also: ['refused'] },
  endMySignIn: { needs: 'sign-in', params: () => ({ signIn: 'sgn_nobodys' }), also: ['not_found'] },
  endMyOtherSignIns: { needs: 'sign-in' },
  beginFactor: { needs: 'sign-in', body: () => ({ password: PASSWORD }), also: ['refused'] },
  confirmFactor: { needs: 'sign-in', body: () => ({ code: '123456' }), also: ['refused'] },
  removeFactor: { needs: 'sign-in', body: () => ({ password: PASSWORD }), also: ['refused'] },
  renewRecoveryCodes: { needs: 'sign-in', body: () => ({ password: PASSWORD }), also: ['refused'] },

  listAgents: { needs: 'admin' },
  createAgent: { needs: 'admin', body: () => ({ kind: 'system', name: freshId() }) },
  changeAgent: { needs: 'admin', params: (on) => ({ agent: on.colleague }), body: () => ({ name: 'ben' }) },

  listUsers: { needs: 'admin' },
  getUser: { needs: 'admin', params: colleague },
  inviteUser: {
    needs: 'admin',
    body: () => ({ email: `${freshId().toLowerCase()}@shop.example`, byHand: true }),
  },
  sendInvitation: { needs: 'admin', params: colleague, body: () => ({}), also: ['refused'] },
  withdrawInvitation: { needs: 'admin', params: colleague, also: ['refused'] },
  changeUser: { needs: 'admin', params: colleague, body: () => ({ name: 'ben' }) },
  getHoldings: { needs: 'admin', params: colleague },
  deactivateUser: {
    needs: 'admin',
    params: () => ({ user: 'agt_nobody' }),
    body: () => ({}),
    also: ['not_found'],
  },
  reactivateUser: { needs: 'admin', params: colleague, also: ['refused'] },
  lockUser: { needs: 'admin', params: () => ({ user: 'agt_nobody' }), also: ['not_found'] },
  unlockUser: { needs: 'admin', params: colleague, also: ['refused'] },
  sendPasswordReset: { needs: 'admin-sign-in', params: colleague, body: () => ({ byHand: true }) },
  sendVerification: { needs: 'admin', params: colleague, body: () => ({}), also: ['refused'] },
  verifyUser: { needs: 'admin', params: colleague, body: () => ({ reason: 'x' }), also: ['refused'] },
  requireFactor: { needs: 'admin', params: colleague, body: () => ({ required: false }) },
  resetFactor: { needs: 'admin-sign-in', params: colleague, also: ['refused'] },
  listUserSignIns: { needs: 'admin', params: colleague },
  endUserSignIns: { needs: 'admin', params: () => ({ user: 'agt_nobody' }), also: ['not_found'] },
};
