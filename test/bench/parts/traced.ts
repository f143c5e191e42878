/** What Chromium itself wrote down of a page while something was done in it. */
import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** In µs. */
  readonly ts: number;
  readonly dur?: number;
  /** Of `dur`, what the thread itself ran, in µs: without the time in which other programs had the processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

export interface Traced {
  /** The longest that the page's main thread worked without a break, in ms of its own time: no frame can come meanwhile. */
  readonly longestTask: number;
  /** How many tasks took longer than 50 ms. */
  readonly longTasks: number;
  /** From the press of a button of the mouse to the first frame drawn after its click was dealt with, in ms; one a click. */
  readonly clicks: readonly number[];
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline.frame'];
const LONG = 50;

/** Traces `work`. */
export async function traced(page: Page, work: () => Promise<void>): Promise<Traced> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await work();
  const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return read(events);
}

function read(events: readonly TraceEvent[]): Traced {
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const own = events.filter(({ pid, tid }) => main.has(`${pid} ${tid}`));
  const tasks = own
    .filter(({ name, ph }) => ph === 'X' && (name === 'RunTask' || name === 'ThreadControllerImpl::RunTask'))
    .map(({ dur = 0, tdur = dur }) => tdur / 1_000);
  return {
    longestTask: tasks.reduce((longest, one) => Math.max(longest, one), 0),
    longTasks: tasks.filter((one) => one > LONG).length,
    clicks: clicksOf(events, own),
  };
}

/** The frame that a click led to is the first one drawn after the task of the click has ended. */
function clicksOf(all: readonly TraceEvent[], own: readonly TraceEvent[]): number[] {
  const dispatched = (type: string) =>
    own.filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === type);
  const frames = all
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const presses = dispatched('mousedown');
  return dispatched('click').flatMap(({ ts, dur = 0 }) => {
    const press = presses.findLast((one) => one.ts <= ts);
    const frame = frames.find((at) => at >= ts + dur);
    return press === undefined || frame === undefined ? [] : (frame - press.ts) / 1_000;
  });
}
