/** Runs a profile and records it, a moment a second. */
import { startCrew } from './crew.ts';
import type { Deployment } from './deployment.ts';
import { readGauges } from './gauges.ts';
import type { Progress } from './progress.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import type { Line, Mark, Moment, Recording } from './recording.ts';

export interface LoadOptions {
  readonly profile: ProfileName;
  readonly agents: number;
  readonly seconds: number;
  readonly seed: number;
  readonly pace: number;
  readonly aProcess: number;
  /** Of servers that show their metrics to nobody else. */
  readonly metricsToken?: string | undefined;
}

const EVERY = 1_000;

/** Calls `work` again and again, `EVERY` ms after the last began, until it is stopped; then once more. */
function everySecond(work: () => Promise<void>): () => Promise<void> {
  let over = false;
  let wake = (): void => undefined;
  const loop = async (): Promise<void> => {
    while (!over) {
      const began = performance.now();
      await new Promise<void>((done) => {
        const timer = setTimeout(done, EVERY);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
      // What is left of a second that was broken off says little.
      if (!over || performance.now() - began > EVERY / 4) await work();
    }
  };
  const running = loop();
  return () => {
    over = true;
    wake();
    return running;
  };
}

/** Connects the agents, lets the profile run, and answers what was recorded meanwhile. */
export async function runLoad(
  deployment: Deployment,
  options: LoadOptions,
  progress: Progress,
): Promise<Recording> {
  const { profile, agents, seed, pace, seconds } = options;
  await using crew = startCrew(deployment, options);
  progress.say(`${agents} agents connect to ${deployment.urls.length} server(s) …`);
  const arriving = performance.now();
  await crew.connect();
  const arrived = performance.now() - arriving;
  const findings: Line[] = [
    {
      what: 'everybody connected after',
      value: `${(arrived / 1_000).toFixed(1)} s (${Math.round(agents / (arrived / 1_000))} a second)`,
    },
  ];
  const moments: Moment[] = [];
  const marks: Mark[] = [];
  const began = performance.now();
  let last = began;
  const record = async (): Promise<void> => {
    const [sample, servers] = await Promise.all([
      crew.sample(),
      Promise.all(deployment.urls.map((url) => readGauges(url, options.metricsToken))),
    ]);
    const now = performance.now();
    const moment = { ...sample, servers, at: (now - began) / 1_000, span: (now - last) / 1_000 };
    last = now;
    moments.push(moment);
    progress.show(moment);
  };
  // The connecting itself belongs to the first moment.
  const stop = everySecond(record);
  try {
    await PROFILES[profile]({
      crew,
      agents,
      pace,
      seconds,
      moments,
      mark: (what) => marks.push({ at: (performance.now() - began) / 1_000, what }),
      find: (what, value) => findings.push({ what, value }),
    });
  } finally {
    await stop();
  }
  await crew.stop();
  return { profile, agents, servers: deployment.urls.length, seed, pace, moments, marks, findings };
}
