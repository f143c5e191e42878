import { z } from 'zod';
import { Me } from '../model/agent.ts';
import { ServerTime } from '../model/scalars.ts';
import { route } from './route.ts';

const AccessToken = { token: z.string(), endsAt: ServerTime };

/**
 * Answers a short-lived access token and sets the refresh cookie (HttpOnly, SameSite=Strict). An unknown address and a wrong
 * password answer alike. Where a second factor is asked for, a right password is answered with the step that leads on instead, and
 * sets no cookie: `code` goes to `/api/sign-in/factor`, `setup` first sets one up.
 */
export const signIn = route({
  method: 'POST',
  path: '/api/sign-in',
  summary: 'Sign in with address and password',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(256) }),
  response: z.union([
    z.strictObject({ ...AccessToken, me: Me }),
    z.strictObject({ step: z.string(), needs: z.enum(['code', 'setup']) }),
  ]),
  errors: ['unauthenticated'],
});

/** Changes the refresh cookie for its successor and a fresh access token. */
export const refreshToken = route({
  method: 'POST',
  path: '/api/token',
  summary: 'Get a fresh access token by the refresh cookie',
  auth: 'cookie',
  rate: 'public',
  response: z.strictObject(AccessToken),
  errors: ['unauthenticated', 'forbidden'],
});

/** Ends the sign-in of the refresh cookie on every server: its sessions, its locks (`signed_out`), its sockets. */
export const signOut = route({
  method: 'POST',
  path: '/api/sign-out',
  summary: 'Sign out',
  auth: 'cookie',
  rate: 'public',
  errors: ['forbidden'],
});

export const getMe = route({
  method: 'GET',
  path: '/api/me',
  summary: 'Who the token stands for',
  response: z.strictObject({ me: Me, organisation: z.strictObject({ name: z.string() }) }),
});
