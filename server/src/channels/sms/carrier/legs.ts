/** Phones of the carrier in a box: what each hears and waits for. One thing happens at a time. */
import { CarrierError, notFound } from './answers.ts';
import type { CarrierLeg, Item, LegStatus, Waiting } from './store.ts';
import { newSid } from './store.ts';
import { type Element, readTwiml } from './twiml-document.ts';
import { type CarrierHooks, askWebhook, enqueueWebhook } from './webhooks.ts';

export type Leg = Item<'call'>;

const OVER: ReadonlySet<LegStatus> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);
export const isOver = ({ data }: Leg): boolean => OVER.has(data.status);

/** Seconds where a document says none. */
const RINGS = 30;
const KEY_WAIT = 5;
const SPEAK_WAIT = 60;

const NOTHING: Waiting = { for: 'nothing' };

/** Documents in a row that answer nothing but where the next one is. */
const MOST_REDIRECTS = 10;

export function newLeg(
  given: Pick<CarrierLeg, 'from' | 'to' | 'direction'> & Partial<CarrierLeg>,
): CarrierLeg {
  return {
    status: 'ringing',
    parentSid: null,
    answeredAt: null,
    endedAt: null,
    statusCallback: null,
    statusEvents: ['completed'],
    url: null,
    twiml: null,
    waits: NOTHING,
    rest: [],
    heard: [],
    ...given,
  };
}

/** Ms from now until it waits no longer; null: it waits for nobody's time. */
async function put({ store }: CarrierHooks, leg: Leg, data: CarrierLeg): Promise<Leg> {
  const until = 'until' in data.waits ? data.waits.until : null;
  const after = until === null ? null : Math.max(0, until - (await store.now()));
  return await store.put('call', leg, data, after);
}

async function fresh({ store }: CarrierHooks, sid: string): Promise<Leg> {
  const leg = await store.get('call', sid);
  if (leg === undefined) throw notFound('Call');
  return leg;
}

const childrenOf = ({ store }: CarrierHooks, sid: string): Promise<Leg[]> => store.byKey('call', sid);

function fieldsOf({ sid, data }: Leg): (readonly [string, string])[] {
  const { from, to, status, direction, parentSid } = data;
  return [
    ['CallSid', sid],
    ['From', from],
    ['To', to],
    ['CallStatus', status],
    ['Direction', direction],
    ...(parentSid === null ? [] : [['ParentCallSid', parentSid] as const]),
  ];
}

/** Tells whoever asked for it how a phone is: late and twice where the page says so. */
async function tell(
  hooks: CarrierHooks,
  leg: Leg,
  event: 'ringing' | 'answered' | 'completed',
): Promise<void> {
  const { statusCallback, statusEvents, answeredAt, endedAt } = leg.data;
  if (statusCallback === null || statusCallback === '' || !statusEvents.includes(event)) return;
  const settings = (await hooks.store.get('settings', 'settings'))?.data;
  const seconds = answeredAt === null || endedAt === null ? 0 : Math.round((endedAt - answeredAt) / 1_000);
  const ended = event === 'completed' ? [['CallDuration', String(seconds)] as const] : [];
  const late = settings?.shuffled === true && event !== 'completed' ? 1_200 : 0;
  for (let time = 0; time < (settings?.twice === true ? 2 : 1); time += 1)
    await enqueueWebhook(hooks, statusCallback, [...fieldsOf(leg), ...ended], late);
}

/** Asks what a phone is to hear, and plays that. */
export async function ask(
  hooks: CarrierHooks,
  sid: string,
  url: string,
  fields: readonly (readonly [string, string])[] = [],
  redirects = 0,
): Promise<void> {
  const leg = await fresh(hooks, sid);
  let document: readonly Element[];
  try {
    document = readTwiml(await askWebhook(hooks, url, [...fieldsOf(leg), ...fields]));
  } catch (error) {
    if (!(error instanceof CarrierError))
      hooks.log.warn('The simulated carrier got no answer', { error: String(error) });
    await hear(hooks, sid, 'We are sorry, an application error has occurred. Goodbye.');
    return await end(hooks, sid, 'completed');
  }
  // Who hung up meanwhile hears nothing any more.
  if (isOver(await fresh(hooks, sid))) return;
  await play(hooks, sid, document, redirects);
}

async function hear(hooks: CarrierHooks, sid: string, words: string): Promise<void> {
  const leg = await pickedUp(hooks, sid);
  await put(hooks, leg, { ...leg.data, heard: [...leg.data.heard, words].slice(-20) });
}

/** A phone on which something is said is on the line. */
async function pickedUp(hooks: CarrierHooks, sid: string): Promise<Leg> {
  const leg = await fresh(hooks, sid);
  if (leg.data.status !== 'ringing') return leg;
  const answeredAt = await hooks.store.now();
  return await put(hooks, leg, { ...leg.data, status: 'in-progress', answeredAt, waits: NOTHING });
}

const secondsIn = (element: Element, name: string, otherwise: number): number => {
  const given = Number(element.attributes[name] ?? '');
  return Number.isFinite(given) && given > 0 ? given : otherwise;
};

async function wait(
  hooks: CarrierHooks,
  sid: string,
  waits: Waiting,
  rest: readonly Element[],
): Promise<void> {
  const leg = await pickedUp(hooks, sid);
  await put(hooks, leg, { ...leg.data, waits, rest });
}

/** Plays what is left of a document, up to where it waits for something. */
export async function play(
  hooks: CarrierHooks,
  sid: string,
  document: readonly Element[],
  redirects = 0,
): Promise<void> {
  for (const [nth, element] of document.entries()) {
    const rest = document.slice(nth + 1);
    const now = await hooks.store.now();
    const { attributes } = element;
    switch (element.name) {
      case 'Say':
        await hear(hooks, sid, element.text);
        break;
      case 'Play':
        await hear(hooks, sid, `(${element.text} is played)`);
        break;
      case 'Pause':
        break;
      case 'Gather': {
        for (const inner of element.children) await hear(hooks, sid, inner.text);
        const until = now + 1_000 * secondsIn(element, 'timeout', KEY_WAIT);
        return await wait(hooks, sid, { for: 'key', until, action: attributes['action'] ?? null }, rest);
      }
      case 'Record': {
        const until = now + 1_000 * SPEAK_WAIT;
        const callback = attributes['recordingStatusCallback'] ?? null;
        const transcribe =
          attributes['transcribe'] === 'true' ? (attributes['transcribeCallback'] ?? null) : null;
        const action = attributes['action'] ?? null;
        return await wait(hooks, sid, { for: 'message', until, action, callback, transcribe }, rest);
      }
      case 'Dial':
        return await dial(hooks, sid, element, rest);
      case 'Redirect':
        if (redirects >= MOST_REDIRECTS) return await end(hooks, sid, 'failed');
        return await ask(hooks, sid, element.text, [], redirects + 1);
      case 'Reject':
        return await end(hooks, sid, attributes['reason'] === 'busy' ? 'busy' : 'no-answer');
      case 'Hangup':
        return await end(hooks, sid, 'completed');
      default:
        throw new CarrierError(400, 12_200, `${element.name} is nothing that this carrier plays`);
    }
  }
  await heardAll(hooks, sid);
}

/** A document is over: a phone that was dialled is connected now, any other is hung up. */
async function heardAll(hooks: CarrierHooks, sid: string): Promise<void> {
  const { data } = await fresh(hooks, sid);
  if (data.parentSid === null) return await end(hooks, sid, 'completed');
  await connect(hooks, sid, data.parentSid);
}

async function dial(
  hooks: CarrierHooks,
  sid: string,
  element: Element,
  rest: readonly Element[],
): Promise<void> {
  const { attributes, children, text } = element;
  const caller =
    attributes['answerOnBridge'] === 'true' ? await fresh(hooks, sid) : await pickedUp(hooks, sid);
  const from = attributes['callerId'] ?? caller.data.from;
  const until = (await hooks.store.now()) + 1_000 * secondsIn(element, 'timeout', RINGS);
  const waits = { for: 'dial', action: attributes['action'] ?? null, bridgedWith: null } as const;
  await put(hooks, caller, { ...caller.data, waits, rest });
  const numbers = children.length > 0 ? children : [{ ...element, attributes: {}, text }];
  for (const number of numbers) {
    const leg = newLeg({
      from,
      to: number.text,
      direction: 'outbound-dial',
      parentSid: sid,
      url: number.attributes['url'] ?? null,
      statusCallback: number.attributes['statusCallback'] ?? null,
      statusEvents: (number.attributes['statusCallbackEvent'] ?? 'completed').split(/[\s,]+/),
      waits: { for: 'pick up', until },
    });
    const made = await put(hooks, { sid: newSid('CA'), key: sid } as Leg, leg);
    await tell(hooks, made, 'ringing');
  }
}

async function connect(hooks: CarrierHooks, sid: string, parentSid: string): Promise<void> {
  const parent = await fresh(hooks, parentSid);
  const leg = await fresh(hooks, sid);
  if (parent.data.waits.for !== 'dial' || parent.data.waits.bridgedWith !== null || isOver(parent))
    return await end(hooks, sid, 'completed');
  await put(hooks, leg, { ...leg.data, waits: { for: 'bridge' }, rest: [] });
  const up = await pickedUp(hooks, parentSid);
  await put(hooks, up, { ...up.data, waits: { ...parent.data.waits, bridgedWith: sid } });
  for (const other of await childrenOf(hooks, parentSid))
    if (other.sid !== sid && !isOver(other)) await close(hooks, other.sid, 'canceled');
}

/** Ends one phone, and nothing that follows from it. */
async function close(hooks: CarrierHooks, sid: string, status: LegStatus): Promise<void> {
  const leg = await fresh(hooks, sid);
  if (isOver(leg)) return;
  const how = leg.data.status === 'in-progress' && status === 'canceled' ? 'completed' : status;
  const ended = { ...leg.data, status: how, endedAt: await hooks.store.now(), waits: NOTHING, rest: [] };
  await tell(hooks, await put(hooks, leg, ended), 'completed');
}

/** A phone is not on the line any more, with all that follows from that. */
export async function end(hooks: CarrierHooks, sid: string, status: LegStatus): Promise<void> {
  const leg = await fresh(hooks, sid);
  if (isOver(leg)) return;
  const { waits, parentSid } = leg.data;
  await close(hooks, sid, status);
  if (waits.for === 'dial') return await leftWhileDialling(hooks, sid, waits);
  if (parentSid !== null) await dialledEnded(hooks, sid, parentSid);
}

async function leftWhileDialling(
  hooks: CarrierHooks,
  sid: string,
  { action, bridgedWith }: Extract<Waiting, { for: 'dial' }>,
): Promise<void> {
  for (const child of await childrenOf(hooks, sid)) await close(hooks, child.sid, 'canceled');
  if (action !== null)
    await tellDial(hooks, sid, action, bridgedWith, bridgedWith === null ? 'canceled' : 'completed');
}

/** The provider says how dialling ended also to nobody's ear: the answer is not played. */
async function tellDial(
  hooks: CarrierHooks,
  sid: string,
  action: string,
  bridgedWith: string | null,
  status: LegStatus,
): Promise<void> {
  const fields = [...fieldsOf(await fresh(hooks, sid)), ...(await dialFields(hooks, bridgedWith, status))];
  await askWebhook(hooks, action, fields).catch(() => undefined);
}

async function dialFields(
  hooks: CarrierHooks,
  bridgedWith: string | null,
  status: LegStatus,
): Promise<(readonly [string, string])[]> {
  const fields: (readonly [string, string])[] = [
    ['DialCallStatus', status],
    ['DialBridged', String(bridgedWith !== null)],
  ];
  if (bridgedWith === null) return fields;
  const { data } = await fresh(hooks, bridgedWith);
  const seconds = Math.round(((data.endedAt ?? 0) - (data.answeredAt ?? data.endedAt ?? 0)) / 1_000);
  return [...fields, ['DialCallSid', bridgedWith], ['DialCallDuration', String(Math.max(0, seconds))]];
}

/** A phone that was dialled is gone: dialling is over with the one that was connected, or with the last. */
async function dialledEnded(hooks: CarrierHooks, sid: string, parentSid: string): Promise<void> {
  const parent = await fresh(hooks, parentSid);
  const { waits, rest } = parent.data;
  if (isOver(parent) || waits.for !== 'dial') return;
  const children = await childrenOf(hooks, parentSid);
  // Only those of this dialling: the ones of an earlier one are over.
  if (waits.bridgedWith !== sid && children.some((child) => !isOver(child))) return;
  const status = waits.bridgedWith === null ? (await fresh(hooks, sid)).data.status : 'completed';
  const fields = await dialFields(hooks, waits.bridgedWith, status);
  await put(hooks, parent, { ...parent.data, waits: NOTHING, rest: [] });
  if (waits.action === null) await play(hooks, parentSid, rest);
  else await ask(hooks, parentSid, waits.action, fields);
}

/** A phone that rings is picked up. */
export async function pickUp(hooks: CarrierHooks, sid: string): Promise<void> {
  await pickedUp(hooks, sid);
  const leg = await fresh(hooks, sid);
  await tell(hooks, leg, 'answered');
  const { url, twiml } = leg.data;
  if (twiml !== null) return await play(hooks, sid, readTwiml(twiml));
  if (url !== null) return await ask(hooks, sid, url);
  await heardAll(hooks, sid);
}

/** What a phone waited for did not come. */
export async function waitedInVain(hooks: CarrierHooks, sid: string): Promise<void> {
  const leg = await fresh(hooks, sid);
  if (isOver(leg)) return;
  const { waits, rest } = leg.data;
  if (waits.for === 'pick up') return await end(hooks, sid, 'no-answer');
  if (waits.for !== 'key' && waits.for !== 'message') return;
  await put(hooks, leg, { ...leg.data, waits: NOTHING, rest: [] });
  await play(hooks, sid, rest);
}
