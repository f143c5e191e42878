import { demoSignIns } from '@latchbox/server/src/demo/sign-ins.ts';

/** An agent of the demo organisation, as `POST /api/sign-in` takes it. */
export const DEMO_SIGN_IN = demoSignIns.map(({ email, password }) => ({ email, password }))[1] ?? {
  email: '',
  password: '',
};
