import { ProviderAway, ProviderRefusal } from './errors.ts';

/** Sends a request somewhere: the network, or the carrier in this process. */
export type Ask = (request: Request) => Promise<Response>;

/** Fields of a form; a list is sent as its name several times. */
export type Form = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Account {
  readonly sid: string;
  readonly token: string;
}

/** Of an answer, in bytes; a page of numbers has about 20 kB. */
const MAX_ANSWER = 1_000_000;

const GONE_BEFORE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null | undefined)?.code;

/**
 * Asks the provider one thing and answers its JSON (undefined where it has none). Throws `ProviderRefusal` for a no,
 * `ProviderAway` when nothing can have happened, and any other error when nobody knows.
 */
export async function askProvider(
  ask: Ask,
  account: Account,
  method: 'GET' | 'POST' | 'DELETE',
  url: URL,
  { form, signal }: { readonly form?: Form; readonly signal?: AbortSignal | undefined } = {},
): Promise<unknown> {
  const request = new Request(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`,
      accept: 'application/json',
    },
    redirect: 'error',
    ...(form === undefined ? {} : { body: formBody(form) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await ask(request).catch((error: unknown) => {
    const code = codeOf(error) ?? codeOf((error as Error).cause);
    if (typeof code === 'string' && GONE_BEFORE.has(code))
      throw new ProviderAway('the provider could not be reached', { cause: error });
    throw error;
  });
  return await read(response);
}

/** Form fields in the order in which they were given; what is undefined is left out. */
function formBody(form: Form): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) body.append(name, String(one));
  }
  return body;
}

async function read(response: Response): Promise<unknown> {
  const { status } = response;
  if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER)
    throw new Error('the provider answered more than anybody reads');
  const text = await response.text();
  if (status === 204) return undefined;
  const answer = parse(text);
  if (status >= 200 && status < 300) {
    if (answer === undefined)
      throw new Error(`the provider answered ${status} with something that is no JSON`);
    return answer;
  }
  const { code, message } = (answer ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (status === 429 || status === 503) throw new ProviderAway(`the provider answered ${status}`);
  // Whether it did something before it failed is not known.
  if (status >= 500) throw new Error(`the provider answered ${status}`);
  throw new ProviderRefusal(
    status,
    typeof code === 'number' ? code : null,
    typeof message === 'string' ? message.slice(0, 300) : '',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
