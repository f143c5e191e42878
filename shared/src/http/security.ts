import { z } from 'zod';
import { Me } from '../model/agent.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { Token } from './fields.ts';
import { route } from './route.ts';
import { SignInRecord } from './users.ts';

const Password = z.string().min(1).max(256);
/** Six digits of an authenticator, or a recovery code; spaces and dashes do not count. */
const Code = z.string().min(6).max(40);

/** What an authenticator is given. */
const Begun = z.strictObject({
  /** Base32, for typing it in. */
  secret: z.string(),
  /** `otpauth://…`, for a QR code. */
  uri: z.string(),
});

export const getSecurity = route({
  method: 'GET',
  path: '/api/me/security',
  summary: 'How my own account is secured',
  response: z.strictObject({
    email: z.string(),
    verified: z.strictObject({ at: ServerTime, via: z.enum(['mail', 'alias', 'admin']) }).nullable(),
    /** False: sign-ins come from another application. */
    hasPassword: z.boolean(),
    factor: z.strictObject({
      on: z.boolean(),
      since: ServerTime.nullable(),
      /** An admin wants it: it cannot be switched off. */
      required: z.boolean(),
      recoveryCodesLeft: z.number().int(),
    }),
  }),
});

/** Every other sign-in ends. A wrong current password is `invalid` at `current`. */
export const changeMyPassword = route({
  method: 'PUT',
  path: '/api/me/password',
  summary: 'Change my password',
  rate: 'lock',
  body: z.strictObject({ current: Password, password: Password }),
  errors: ['forbidden', 'refused'],
});

export const sendMyVerification = route({
  method: 'POST',
  path: '/api/me/verification',
  summary: 'Mail me a link that proves that my address is mine',
  response: z.strictObject({ mailed: z.boolean() }),
  errors: ['forbidden', 'refused'],
});

export const listMySignIns = route({
  method: 'GET',
  path: '/api/me/sign-ins',
  summary: 'Where I am signed in',
  response: z.strictObject({ signIns: z.array(SignInRecord) }),
});

export const endMySignIn = route({
  method: 'DELETE',
  path: '/api/me/sign-ins/{signIn}',
  summary: 'Sign out on another device',
  params: z.strictObject({ signIn: Id }),
  errors: ['forbidden', 'not_found'],
});

export const endMyOtherSignIns = route({
  method: 'DELETE',
  path: '/api/me/sign-ins',
  summary: 'Sign out everywhere but here',
  response: z.strictObject({ ended: z.number().int() }),
  errors: ['forbidden'],
});

/** Nothing is asked for at a sign-in before a first code was right. */
export const beginFactor = route({
  method: 'POST',
  path: '/api/me/factor',
  summary: 'Begin to set up a second factor',
  rate: 'lock',
  body: z.strictObject({ password: Password }),
  response: Begun,
  errors: ['forbidden', 'refused'],
});

const Confirmed = { recoveryCodes: z.array(z.string()) };

/** The recovery codes are shown this once. */
export const confirmFactor = route({
  method: 'PUT',
  path: '/api/me/factor',
  summary: 'Switch the second factor on, by a first code',
  rate: 'lock',
  body: z.strictObject({ code: Code }),
  response: z.strictObject(Confirmed),
  errors: ['forbidden', 'refused'],
});

export const removeFactor = route({
  method: 'POST',
  path: '/api/me/factor/remove',
  summary: 'Switch the second factor off',
  rate: 'lock',
  body: z.strictObject({ password: Password }),
  errors: ['forbidden', 'refused'],
});

/** The ones before are void. */
export const renewRecoveryCodes = route({
  method: 'POST',
  path: '/api/me/factor/recovery-codes',
  summary: 'Make new recovery codes',
  rate: 'lock',
  body: z.strictObject({ password: Password }),
  response: z.strictObject(Confirmed),
  errors: ['forbidden', 'refused'],
});

/** Answered alike, and as fast, whether there is such an account or not. */
export const askPasswordReset = route({
  method: 'POST',
  path: '/api/password-reset',
  summary: 'Mail a link by which a new password can be set, if there is an account with this address',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ email: z.string().min(1).max(320) }),
});

/** Every sign-in ends. The second factor stays. Unknown, used and expired links are all `not_found`. */
export const resetPassword = route({
  method: 'PUT',
  path: '/api/password-reset',
  summary: 'Set a new password by the link of a mail',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ token: Token, password: Password }),
  errors: ['not_found'],
});

const SignedIn = { token: z.string(), endsAt: ServerTime, me: Me };
const Step = z.strictObject({ step: Token });

/** `unauthenticated`: the step is over, begin again with the password. A wrong code is `invalid` at `code`. */
export const signInFactor = route({
  method: 'POST',
  path: '/api/sign-in/factor',
  summary: 'The second half of a sign-in: a code',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ ...Step.shape, code: Code }),
  response: z.strictObject(SignedIn),
  errors: ['unauthenticated'],
});

export const beginSignInFactor = route({
  method: 'POST',
  path: '/api/sign-in/factor/begin',
  summary: 'Set up the second factor without which this sign-in does not go on',
  auth: 'none',
  rate: 'public',
  body: Step,
  response: Begun,
  errors: ['unauthenticated'],
});

export const confirmSignInFactor = route({
  method: 'POST',
  path: '/api/sign-in/factor/confirm',
  summary: 'Switch that second factor on by a first code, and sign in',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ ...Step.shape, code: Code }),
  response: z.strictObject({ ...SignedIn, ...Confirmed }),
  errors: ['unauthenticated'],
});
