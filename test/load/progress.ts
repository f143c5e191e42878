/** How a run goes on, while it does: one line that is written anew on a terminal, plain lines otherwise. */
import { inMs } from './report/summary.ts';
import { actsOf, errorsOf, type Moment, percentilesOf } from './recording.ts';

export interface Progress {
  show(moment: Moment): void;
  /** Something that stays readable. */
  say(text: string): void;
}

interface Out {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where every line stays, one of this many is written. */
const PLAIN_EVERY = 5;

const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${inMs(value)} ms`);

function words(moment: Moment, seconds: number): string {
  const { at, span, latencies, counts, servers, current, agents } = moment;
  const lags = servers.flatMap((server) => (server === undefined ? [] : [server.lag]));
  const megabytes = servers.reduce((sum, server) => sum + (server?.resident ?? 0), 0) / 2 ** 20;
  const { p50, p99 } = percentilesOf(latencies['seen by a colleague']);
  return [
    `${Math.round(at)}/${seconds} s`,
    `${current}/${agents} current`,
    `${Math.round(actsOf(moment) / span)} acts/s`,
    `${Math.round((counts['events received'] ?? 0) / span)} events/s`,
    `seen p50 ${ms(p50)} p99 ${ms(p99)}`,
    `${errorsOf(counts)} errors`,
    ...(lags.length > 0 ? [`servers ${megabytes.toFixed(0)} MiB, lag ${ms(Math.max(...lags))}`] : []),
  ].join(' · ');
}

export function createProgress(out: Out, seconds: number): Progress {
  let shown = 0;
  const live = out.isTTY === true;
  return {
    show(moment) {
      shown += 1;
      const line = words(moment, seconds);
      // Longer than the terminal it would wrap, and could not be written over.
      if (live) out.write(`\r\u001B[2K${line.slice(0, (out.columns ?? 120) - 1)}`);
      else if (shown % PLAIN_EVERY === 1) out.write(`${line}\n`);
    },
    say: (text) => void out.write(live ? `\r\u001B[2K${text}\n` : `${text}\n`),
  };
}
