/** How the carrier answers: in the forms of the API that it stands for. */

/** A request that is refused with a code of the provider's table. */
export class CarrierError extends Error {
  override readonly name = 'CarrierError';
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const json = (status: number, body: unknown): Response => Response.json(body, { status });

export const refusal = ({ status, code, message }: CarrierError): Response =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

export const notFound = (what: string): CarrierError =>
  new CarrierError(404, 20_404, `The requested resource ${what} was not found`);

/** Of the older part of the API: `Thu, 24 Aug 2023 05:01:45 +0000`. */
export const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** Of the newer parts: without fractions of a second. */
export const isoDate = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** One page, with everything on it: what a page is asked for is small. */
export function page(uri: string, name: string, items: readonly unknown[]): object {
  return {
    [name]: items,
    uri,
    first_page_uri: uri,
    next_page_uri: null,
    previous_page_uri: null,
    page: 0,
    page_size: 50,
    start: 0,
    end: Math.max(0, items.length - 1),
  };
}

/** A request after its address and account were read. */
export interface CarrierCall {
  readonly accountSid: string;
  /** Parts of the path that the route names, in order. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** Of the carrier, without a slash at its end. */
  readonly baseUrl: string;
}

export type CarrierHandler = (call: CarrierCall) => Promise<Response>;
export type CarrierRoute = readonly [method: string, path: RegExp, handler: CarrierHandler];
