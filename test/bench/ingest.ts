/** Mail that comes in over SMTP, beside taking, reading and keeping the same mails and nothing else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../tools/eventually.ts';
import { seedDatabase } from '../tools/seed.ts';
import { freePort } from '../tools/server-process.ts';
import { type SmtpClient, smtpClient } from '../tools/smtp-client.ts';
import { type BenchCase, median } from './case.ts';
import { startChild } from './parts/child.ts';

const TO = 'orders@shop.example';
const CONNECTIONS = 4;
const ROUNDS = 12;
const WARM = 4;
/** Mails of one round, over all connections. */
const EACH = 80;

const WORDS =
  'the book came with a torn page and the linen of the spine is loose near the head please tell me what to do ';
const text = (length: number): string => WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);
const lines = (length: number): string => text(length).replaceAll(/.{1,70} /g, '$&\r\n');

/** What customers send: two of five are answers with a quote, four of five have HTML as well, one of twenty a file. */
function mail(number: number): Buffer {
  const person = `customer-${number % 50}@quist.example`;
  const answers = number % 5 < 2 && number > 50;
  const head = [
    `Received: from mx.quist.example (mx.quist.example [192.0.2.7]) by mail.shop.example with ESMTPS id ${number}`,
    `From: Customer ${number % 50} <${person}>`,
    `To: Orders <${TO}>`,
    `Subject: ${answers ? 'Re: ' : ''}A torn page in volume ${number % 97}`,
    `Message-ID: <bench-${number}@quist.example>`,
    `Date: Tue, 03 Mar 2026 09:${String(number % 60).padStart(2, '0')}:00 +0100`,
    ...(answers
      ? [
          `In-Reply-To: <bench-${number - 50}@quist.example>`,
          `References: <bench-${number - 50}@quist.example>`,
        ]
      : []),
    'MIME-Version: 1.0',
  ];
  const quote = answers
    ? `\r\nOn Mon, 2 Mar 2026 at 12:00 Orders <${TO}> wrote:\r\n${lines(900).replaceAll(/^/gm, '> ')}`
    : '';
  const plain = `Hello ${number},\r\n\r\n${lines(700)}\r\n${quote}\r\n`;
  if (number % 5 === 4)
    return Buffer.from([...head, 'Content-Type: text/plain; charset=utf-8', '', plain].join('\r\n'));
  const html = `<html><body><div style="font-family:Arial">${lines(700).replaceAll('\r\n', '<br>')}</div><div class="gmail_quote">${lines(answers ? 4_000 : 1_500)}</div></body></html>`;
  const alternative = [
    '--inner',
    'Content-Type: text/plain; charset=utf-8',
    '',
    plain,
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--inner--',
    '',
  ];
  if (number % 20 !== 0) {
    return Buffer.from(
      [...head, 'Content-Type: multipart/alternative; boundary=inner', '', ...alternative].join('\r\n'),
    );
  }
  const file = Buffer.from(text(30_000)).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const parts = [
    '--outer',
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    ...alternative,
    '--outer',
    'Content-Type: application/pdf; name=page.pdf',
    'Content-Disposition: attachment; filename=page.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    file,
    '--outer--',
    '',
  ];
  return Buffer.from([...head, 'Content-Type: multipart/mixed; boundary=outer', '', ...parts].join('\r\n'));
}

/** Sends `EACH` mails over all connections; mails a second. */
async function round(clients: readonly SmtpClient[], first: number): Promise<number> {
  const mails = Array.from({ length: EACH }, (_, at) => mail(first + at));
  const began = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let raw = mails.pop(); raw !== undefined; raw = mails.pop()) await client.send({ to: TO }, raw);
    }),
  );
  return (EACH * 1_000) / (performance.now() - began);
}

async function connections(port: number): Promise<SmtpClient[]> {
  return await Promise.all(Array.from({ length: CONNECTIONS }, () => smtpClient(port)));
}

export const ingest: BenchCase = {
  name: 'mail coming in',
  baseline: 'smtp-server, postal-mime, and one FULL commit of the raw mail through better-sqlite3',
  target: { atLeast: 0.5 },
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
    const agents = { ana: {} };
    await seedDatabase(folder, { inboxes: { orders: { addresses: [TO] } }, agents });
    const [port, smtp] = [await freePort(), await freePort()];
    const env = { PORT: String(port), SMTP_PORT: String(smtp), DATA_DIR: folder, LOG_LEVEL: 'error' };
    try {
      await using _ours = startChild('latchbox-server.ts', { env });
      await using bare = startChild('bare-mail-server.ts', {
        env: { BENCH_FILE: join(folder, 'bare.sqlite') },
      });
      await eventually(
        'the server is ready',
        async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok,
        20_000,
      );
      const sides = {
        ours: await connections(smtp),
        bare: await connections(await bare.ask<number>('port')),
      };
      const rates = { ours: [] as number[], bare: [] as number[] };
      for (let at = 0; at < WARM + ROUNDS; at += 1) {
        for (const side of ['ours', 'bare'] as const) {
          const rate = await round(sides[side], at * EACH);
          if (at >= WARM) rates[side].push(rate);
        }
      }
      await Promise.all([...sides.ours, ...sides.bare].map((client) => client[Symbol.asyncDispose]()));
      return { ours: median(rates.ours), bare: median(rates.bare), unit: 'mails/s' };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
