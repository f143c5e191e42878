/** One of the client processes of a race: connects its agents, waits for the common start, acts, and tells what came of it. */

import { flushCompileCache } from 'node:module';
import { LatchboxError } from '@latchbox/shared';
import { sendReply } from '@latchbox/shared/http/replies';
import { pause } from '../tools/eventually.ts';
import { answerOf, connectRecorded, type HistoryClient } from '../tools/history-client.ts';
import { History, monotonic } from '../tools/history.ts';
import { restClient } from '../tools/rest-client.ts';
import type { Act, Answered, FromWorker, ToWorker } from './crew.ts';

const history = new History();
const clients = new Map<string, HistoryClient>();
const tokens = new Map<string, string>();

async function connect(order: Extract<ToWorker, { order: 'connect' }>): Promise<void> {
  for (const { name, token, url, node } of order.agents) {
    tokens.set(name, token);
    const where = { process: `${process.pid}`, node };
    clients.set(name, await connectRecorded(history, { url, token, name, timeout: 20_000 }, where));
  }
}

function clientOf(name: string): HistoryClient {
  const client = clients.get(name);
  if (client === undefined) throw new Error(`${name} is not connected in this process`);
  return client;
}

/** All processes read the same clock. The last moments are waited for without a timer, which would be late. */
async function startAt(at: number): Promise<void> {
  if (at - monotonic() > 5) await pause(at - monotonic() - 5);
  while (monotonic() < at);
}

function failure(error: unknown): Pick<Answered, 'code' | 'details'> {
  if (!LatchboxError.is(error)) return { code: String(error), details: null };
  return { code: error.code, details: error.details };
}

/** Asks again for as long as the answer is "somebody is being written down, come back". */
async function acquire(act: Extract<Act, { act: 'acquire' }>): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { fence } = await clientOf(act.agent).acquire(act.conversationId, act.requestId);
      return { agent: act.agent, code: 'ok', details: null, fence, tries };
    } catch (error) {
      const told = failure(error);
      const wait = LatchboxError.is(error, 'lock_held') && error.details.holder === null;
      if (!wait || tries === 20) return { agent: act.agent, ...told, tries };
      await pause(error.details.retryAfterMs ?? 50);
    }
  }
}

async function send(act: Extract<Act, { act: 'send' }>): Promise<Answered> {
  const { agent, conversationId, ...input } = act;
  try {
    const answer = await clientOf(agent).send(conversationId, input);
    return { agent, code: 'ok', details: answer, tries: 1 };
  } catch (error) {
    return { agent, ...failure(error), tries: 1 };
  }
}

/** Over REST and without a lock, to whichever server the act names. */
async function sendOnce(act: Extract<Act, { act: 'sendOnce' }>): Promise<Answered> {
  const { agent, url, conversationId, clientId, body } = act;
  try {
    const rest = restClient(url, tokens.get(agent) ?? '', 20_000);
    const stored = await rest.call(sendReply, {
      params: { conversation: conversationId },
      body: { clientId, body },
    });
    return { agent, code: 'ok', details: answerOf(stored), tries: 1 };
  } catch (error) {
    return { agent, ...failure(error), tries: 1 };
  }
}

async function leave(act: Extract<Act, { act: 'leave' }>): Promise<Answered> {
  await clientOf(act.agent).leave(act.conversationId);
  return { agent: act.agent, code: 'ok', details: null, tries: 1 };
}

function perform(act: Act): Promise<Answered> {
  switch (act.act) {
    case 'acquire':
      return acquire(act);
    case 'send':
      return send(act);
    case 'sendOnce':
      return sendOnce(act);
    case 'leave':
      return leave(act);
  }
}

async function obey(order: ToWorker): Promise<FromWorker> {
  switch (order.order) {
    case 'connect':
      await connect(order);
      // It will be killed, and would leave nothing behind for the next one.
      flushCompileCache();
      return { id: order.id, answers: [], ops: [] };
    case 'act': {
      await startAt(order.at);
      const answers = await Promise.all(order.acts.map(perform));
      return { id: order.id, answers, ops: history.ops.splice(0) };
    }
  }
}

process.on('message', (order: ToWorker) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ id: order.id, answers: [], ops: [], error: String(error) }),
  );
});
// The driver is gone: so is the race.
process.on('disconnect', () => process.exit(0));
