/** Customers: they write on the simulator's page and by mail, and write the same again when nobody said that it arrived. */

import { randomUUID } from 'node:crypto';
import { LatchboxError } from '@latchbox/shared';
import { simulatorWrite } from '@latchbox/shared/http/simulator';
import { pause } from '../../tools/eventually.ts';
import { restClient } from '../../tools/rest-client.ts';
import { sendMail, SmtpRefusal } from '../../tools/smtp-client.ts';
import type { Random } from '../random.ts';
import type { Door, Incoming } from './messages.ts';
import type { Recorder } from './recorder.ts';

export interface CustomersOptions {
  readonly urls: readonly string[];
  readonly mailPorts: readonly number[];
  readonly doors: readonly Door[];
  readonly random: Random;
  readonly recorder: Recorder;
  /** Ms between two messages, on average. */
  readonly pace: number;
}

/** Whoever has written once, and goes on in the same thread. */
interface Known {
  readonly door: Door;
  readonly address: string;
  readonly by: Incoming['by'];
  threadToken: string | null;
  lastMailId: string | null;
}

/** More tries would only prove patience. */
const TRIES = 6;
const MOST_KNOWN = 4;

export interface Customers {
  settle(): Promise<void>;
}

/** Whether a refusal is one for good. */
function isFinal(error: unknown): boolean {
  if (error instanceof SmtpRefusal) return error.code >= 500;
  return LatchboxError.is(error) && !['offline', 'timeout', 'internal'].includes(error.code);
}

export function startCustomers({
  urls,
  mailPorts,
  doors,
  random,
  recorder,
  pace,
}: CustomersOptions): Customers {
  const known: Known[] = [];
  let stopped = false;

  function someone(): Known {
    if (known.length >= MOST_KNOWN || (known.length > 0 && random.next() < 0.7))
      return random.pick(known as [Known, ...Known[]]);
    const door = random.pick(doors as [Door, ...Door[]]);
    const by = random.next() < 0.5 ? 'mail' : 'simulator';
    const one: Known = {
      door,
      address: `${randomUUID()}@customer.example`,
      by,
      threadToken: null,
      lastMailId: null,
    };
    known.push(one);
    return one;
  }

  async function write(one: Known, marker: string, node: number): Promise<void> {
    if (one.by === 'mail') {
      const id = `${marker}@customer.example`;
      const lines = [
        `From: Cleo <${one.address}>`,
        `To: ${one.door.address}`,
        'Subject: A question',
        `Message-ID: <${id}>`,
        ...(one.lastMailId === null
          ? []
          : [`In-Reply-To: <${one.lastMailId}>`, `References: <${one.lastMailId}>`]),
        'Date: Tue, 03 Mar 2026 09:15:00 +0100',
        '',
        marker,
        '',
      ];
      const envelope = { from: one.address, to: one.door.address };
      await sendMail(mailPorts[node] ?? 0, envelope, lines.join('\r\n'));
      one.lastMailId = id;
      return;
    }
    const written = await restClient(urls[node] ?? '', null).call(simulatorWrite, {
      body: {
        inboxCode: one.door.apiCode,
        from: { name: 'Cleo', address: one.address },
        subject: 'A question',
        body: marker,
        threadToken: one.threadToken,
        providerId: marker,
      },
    });
    one.threadToken = written.threadToken;
  }

  async function writeOnce(): Promise<void> {
    const one = someone();
    const marker = `in-${randomUUID()}`;
    const told = { marker, by: one.by, inboxId: one.door.inboxId };
    let why = '';
    for (let tries = 0; tries < TRIES; tries += 1) {
      try {
        const late = pause(8_000).then(() => Promise.reject(new Error('no answer')));
        await Promise.race([write(one, marker, random.below(urls.length)), late]);
        return recorder.incoming({ ...told, outcome: 'ok', why: '' });
      } catch (error) {
        why = LatchboxError.is(error) ? error.code : String(error);
        if (isFinal(error)) return recorder.incoming({ ...told, outcome: 'fail', why });
        await pause(100 + random.below(600));
      }
    }
    recorder.incoming({ ...told, outcome: 'info', why });
  }

  async function play(): Promise<void> {
    while (!stopped) {
      await writeOnce();
      await pause(random.below(2 * pace));
    }
  }
  const playing = play();
  return {
    async settle() {
      stopped = true;
      await playing;
    },
  };
}
