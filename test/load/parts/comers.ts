/** A process whose connections come, do a little, and go. */
import { PROTOCOL_VERSION } from '@latchbox/shared';
import { serve } from '../../bench/parts/child.ts';
import { openSocket } from '../../bench/parts/raw-socket.ts';

interface Comer {
  readonly token: string;
  readonly inbox: string;
  readonly conversation: string;
}

/** As many are there at the same time. */
const AT_ONCE = 200;

async function comeAndGo(url: string, { token, inbox, conversation }: Comer, number: number): Promise<void> {
  const socket = await openSocket(url, () => undefined);
  const calls = [
    ['hello', { protocol: PROTOCOL_VERSION, client: 'load/1', token, resume: null, device: 'load' }],
    ['stream.subscribe', { stream: `inbox:${inbox}`, after: null }],
    ['conversation.open', { conversationId: conversation, view: true, limit: 50 }],
    // The others are gone as after a crash: their sessions could be carried on for a while.
    ...(number % 2 === 0 ? ([['session.close', { signOut: false }]] as const) : []),
  ] as const;
  for (const [name, input] of calls) {
    const answer = await socket.call(name, input);
    if (!answer.includes('[{"ok":true')) throw new Error(`${name} was refused: ${answer}`);
  }
  socket.close();
}

serve({
  async wave({ url, comers }: { readonly url: string; readonly comers: readonly Comer[] }) {
    let next = 0;
    const hand = async (): Promise<void> => {
      while (next < comers.length) {
        const number = next;
        next += 1;
        const comer = comers[number];
        if (comer !== undefined) await comeAndGo(url, comer, number);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, hand));
  },
});
