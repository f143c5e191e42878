import { refuse } from '@latchbox/shared';
import type { Sessions } from '../../collaboration/api.ts';
import type { Presence } from '../../collaboration/presence.ts';
import type { Directory } from '../../directory/api.ts';
import type { LiveConnection } from '../connection.ts';
import { originFits } from '../origins.ts';
import type { Turns } from '../turns.ts';
import type { Handlers } from './command.ts';

export interface SessionDeps {
  readonly sessions: Pick<Sessions, 'close' | 'signAgain'>;
  readonly directory: Pick<Directory, 'verifyToken'>;
  readonly presence: Pick<Presence, 'setState'>;
  readonly turns: Turns;
  /** Takes the connection out of everything; its client is about to close it. */
  readonly forget: (connection: LiveConnection) => void;
}

export function sessionCommands({
  sessions,
  directory,
  presence,
  turns,
  forget,
}: SessionDeps): Handlers<'auth.refresh' | 'session.close' | 'presence'> {
  return {
    async 'auth.refresh'(connection, { token }) {
      const verified = await directory.verifyToken(token);
      if (verified.agent.id !== connection.holder.agentId) throw refuse('forbidden');
      if (!originFits(verified, connection.peer)) throw refuse('forbidden');
      // Whoever ends the sign-in that is used from now on ends the session, and not whoever ends the one before.
      if (verified.signInId !== connection.token.signInId)
        await sessions.signAgain(connection.holder, verified.signInId);
      connection.token = verified;
      return { tokenEndsAt: verified.endsAt };
    },

    async 'session.close'(connection, { signOut }, call) {
      connection.end = 'session_closed';
      // What the session sent before is done first: a reply under way is not overtaken by the end of its lock.
      await turns.settled(connection.holder.sessionId);
      try {
        await sessions.close(connection.holder, signOut ? 'signed_out' : 'left');
      } catch (error) {
        connection.end = undefined;
        throw error;
      }
      forget(connection);
      call.afterwards = () => connection.peer.close();
      return {};
    },

    async presence({ holder }, { state }) {
      presence.setState(holder.sessionId, state);
      return {};
    },
  };
}
