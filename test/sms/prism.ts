/**
 * Holds every request that the SMS adapter makes against the provider's own OpenAPI documents: `node test/sms/prism.ts`. Prism is fetched
 * by npx and takes a minute to read them, so that this is no part of `npm test`. The documents lie beside the repository.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextStep } from '../../server/src/channels/sms/campaigns/steps.ts';
import { createProvider } from '../../server/src/channels/sms/provider/provider.ts';
import { eventually } from '../tools/eventually.ts';
import { freePort, repository } from '../tools/server-process.ts';

const FIXTURES = join(repository, '../shared/fixtures/twilio');
const PRISM = '@stoplight/prism-cli@5.14.2';
const sid = (prefix: string): string => prefix + 'a'.repeat(32);

interface Form {
  readonly schema?: { readonly properties?: Readonly<Record<string, { readonly type?: string }>> };
  encoding?: Record<string, object>;
}

/**
 * A copy of a document in which the defaults of lists in forms are said: a name stands once for each of its values. Without being
 * told Prism reads the last one alone, and refuses the official client's lists, too. What is `reserved` it looks for in the form as it was
 * sent, where a space is a plus.
 */
function withListsSaid(document: string, folder: string): string {
  const read = JSON.parse(readFileSync(join(FIXTURES, document), 'utf8')) as {
    paths: Record<string, Record<string, { requestBody?: { content?: Record<string, Form> } }>>;
  };
  for (const operation of Object.values(read.paths).flatMap((path) => Object.values(path))) {
    const form = operation.requestBody?.content?.['application/x-www-form-urlencoded'];
    for (const [name, { type }] of Object.entries(form?.schema?.properties ?? {}))
      if (form !== undefined && type === 'array')
        form.encoding = { ...form.encoding, [name]: { style: 'form', explode: true, allowReserved: true } };
  }
  const copy = join(folder, document);
  writeFileSync(copy, JSON.stringify(read));
  return copy;
}

/** Starts a mock of one document, and resolves when it answers. */
async function mock(
  document: string,
  folder: string,
): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const port = await freePort();
  const copy = withListsSaid(document, folder);
  const given = ['-y', PRISM, 'mock', '-h', '127.0.0.1', '-p', String(port), copy];
  const started = spawn('npx', given, { stdio: 'ignore', detached: true });
  const url = `http://127.0.0.1:${port}`;
  await eventually(`${document} is read`, () => fetch(url).then(() => true), 180_000, 500);
  return { url, process: started };
}

interface Asked {
  readonly what: string;
  readonly status: number;
  readonly problem: string;
}

/** Makes every request once, and says how each was taken. */
async function askAll(apiUrl: string, messagingUrl: string): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const ask = async (request: Request): Promise<Response> => {
    const form = request.method === 'POST' ? await request.clone().text() : '';
    const response = await fetch(request);
    const { pathname, search } = new URL(request.url);
    const text = await response.clone().text();
    const problem = response.ok ? '' : `${form} → ${text.slice(0, 600)}`;
    asked.push({ what: `${request.method} ${pathname}${search}`, status: response.status, problem });
    // Its example is of a brand that waits; what follows is asked only of one that is approved.
    if (request.method !== 'GET' || !pathname.includes('BrandRegistrations')) return response;
    return Response.json({ ...(JSON.parse(text) as object), status: 'APPROVED' });
  };
  const provider = createProvider({
    account: { sid: sid('AC'), token: 'a token' },
    apiUrl,
    messagingUrl,
    ask,
  });
  const { signal } = new AbortController();
  const text = {
    from: '+14155550100',
    to: '+14155550101',
    body: 'Hello',
    statusCallback: 'https://a.example/status',
  };
  const media = ['https://a.example/1.png', 'https://a.example/2.png'];
  const fields = {
    customerProfile: sid('BU'),
    a2pProfile: sid('BU'),
    brandType: 'STANDARD',
    useCase: 'CUSTOMER_CARE',
    description: 'A shop answers the questions of customers who text it about orders.',
    samples: ['Your notebook is ready to be collected.', 'We are open until six today.'],
    messageFlow: 'Customers text first; the number stands on our receipts with these words.',
    hasLinks: true,
    hasPhoneNumbers: false,
    optInMessage: 'You get texts of the shop now. Reply STOP to end them.',
    privacyPolicyUrl: 'https://a.example/privacy',
  };
  const campaign = {
    teamId: 'tea_1',
    state: 'pending',
    reason: null,
    fields: JSON.stringify(fields),
    brandSid: null,
    serviceSid: null,
    campaignSid: null,
    revision: 1,
    submittedAt: 1,
    dueAt: 1,
    attempts: 0,
    announcedAt: null,
    updatedAt: 1,
  } as const;
  const [brandSid, serviceSid, campaignSid] = [sid('BN'), sid('MG'), sid('QE')];
  const voice = { voice: 'https://a.example/voice', status: 'https://a.example/calls' };
  const works: readonly (() => Promise<unknown>)[] = [
    () => provider.send({ ...text, mediaUrls: [] }, signal),
    () => provider.send({ ...text, mediaUrls: media }, signal),
    () => provider.send({ ...text, mediaUrls: media.slice(1) }, signal),
    () => provider.searchNumbers({ country: 'US', kind: 'local', areaCode: '415', prefix: '736', limit: 30 }),
    () => provider.searchNumbers({ country: 'GB', kind: 'toll_free', limit: 5 }),
    () => provider.buyNumber('+14155550100', { sms: 'https://a.example/inbound', ...voice }),
    () => provider.hookCalls(sid('PN'), voice),
    () =>
      provider.call({
        from: '+14155550100',
        to: '+14155550101',
        url: 'https://a.example/bridge',
        statusCallback: 'https://a.example/status',
        timeout: 30,
      }),
    () => provider.callStatus(sid('CA')),
    () => provider.number(sid('PN')),
    () => provider.releaseNumber(sid('PN')),
    () => provider.addToService(serviceSid, sid('PN')),
    () => nextStep(provider, campaign),
    () => nextStep(provider, { ...campaign, brandSid }),
    () => nextStep(provider, { ...campaign, brandSid, serviceSid }),
    () => nextStep(provider, { ...campaign, brandSid, serviceSid, campaignSid }),
    () => nextStep(provider, { ...campaign, brandSid, serviceSid, campaignSid, reason: 'x' }),
    () => provider.resubmitBrand(brandSid),
  ];
  for (const work of works) {
    await work().catch((error: unknown) => {
      asked.push({ what: 'its answer could not be read', status: 0, problem: String(error) });
    });
  }
  return asked;
}

async function main(): Promise<void> {
  if (!existsSync(FIXTURES)) {
    console.info(`skipped: there is no ${FIXTURES}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'latchbox-prism-'));
  const mocks = await Promise.all([
    mock('twilio_api_v2010.json', folder),
    mock('twilio_messaging_v1.json', folder),
  ]);
  try {
    const asked = await askAll(mocks[0].url, mocks[1].url);
    for (const { what, status, problem } of asked) console.info(`${status} ${what} ${problem}`);
    const wrong = asked.filter(({ status }) => status < 200 || status > 299);
    console.info(`${asked.length - wrong.length} of ${asked.length} requests are as the documents say`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    // npx starts the mock as a child of its own: the whole group goes.
    rmSync(folder, { recursive: true });
    for (const { process: started } of mocks) if (started.pid !== undefined) process.kill(-started.pid);
  }
}

await main();
