import type { CallEntry } from '@latchbox/client';

type Call = CallEntry['call'];
type Why = Extract<Call['state'], { name: 'missed' | 'failed' }>['why'];

/** How a call looks at a glance: it was talked, it goes on, or it reached nobody. */
export type CallTone = 'talked' | 'live' | 'missed' | 'failed';

const MISSED: Readonly<Record<Why, string>> = {
  no_answer: 'nobody answered',
  busy: 'every phone was busy',
  hung_up: 'they hung up before anybody answered',
  closed: 'outside office hours',
  nobody_to_ring: 'there was no phone to ring',
  own_phone: 'nobody answered',
  failed: 'it could not be put through',
};
const FAILED: Readonly<Record<Why, string>> = {
  no_answer: 'no answer',
  busy: 'the line was busy',
  hung_up: 'given up before they answered',
  closed: 'no answer',
  nobody_to_ring: 'no phone to ring',
  own_phone: 'their own phone was not picked up',
  failed: 'it could not be put through',
};

/** "3:07", "1:02:09". */
export function durationWords(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [first = 0, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** `who`: the agent, as the page names people; undefined: nobody of the team. */
export function callWords(
  call: Call,
  who: string | undefined,
): { readonly tone: CallTone; readonly what: string; readonly more: string } {
  const { state, direction, forwardedTo } = call;
  const by = who ?? (forwardedTo === undefined ? 'somebody' : forwardedTo);
  switch (state.name) {
    case 'calling':
      return {
        tone: 'live',
        what: 'Calling',
        more: who === 'You' ? 'your phone rings' : `${by}’s phone rings`,
      };
    case 'ringing':
      return { tone: 'live', what: 'Calling', more: 'their phone rings' };
    case 'talking':
      return { tone: 'live', what: 'On the phone', more: `with ${by === 'You' ? 'you' : by}` };
    case 'ended':
      return {
        tone: 'talked',
        what: direction === 'in' ? 'Incoming call' : 'Outgoing call',
        more: `${direction === 'in' ? `answered by ${by === 'You' ? 'you' : by}` : `by ${by === 'You' ? 'you' : by}`}, ${durationWords(state.seconds)}`,
      };
    case 'missed':
      return { tone: 'missed', what: 'Missed call', more: MISSED[state.why] };
    case 'failed':
      return { tone: 'failed', what: 'Call did not come about', more: FAILED[state.why] };
  }
}
