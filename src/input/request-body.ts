import { isUtf8 } from 'node:buffer';
import { parse } from 'node:querystring';
import type { Request } from 'express';
import rawBody from 'raw-body';
import { ServiceError } from '../errors/error/service-error.js';
import { parseExact } from '../exact-json/exact-json.js';
import { isJsonObject } from '../exact-json/json-object.js';
import { excessOf } from './shape/json-bounds.js';
import type { RouteInput } from './route-input.js';

const BYTE_ORDER_MARK = '\ufeff';
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;
const FORM_TYPE = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)/i;

/** The body of a request: parsed JSON, or a URL-encoded form as an object; undefined without a body and for multipart. */
export async function readBody(request: Request, input: RouteInput): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  const type = request.headers['content-type'] ?? '';
  const isForm = input.takesForms && FORM_TYPE.test(type);
  refuseOtherBodies(request, isForm);
  if (type.toLowerCase().startsWith('multipart/')) return undefined;
  const bytes = await readBytes(request, input.bodyLimit);
  return isForm ? parse(bytes.toString('utf8')) : parseJson(bytes, input);
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A compressed body may expand to a thousand times its size. No route needs compression. */
function refuseOtherBodies({ headers }: Request, isForm: boolean): void {
  const type = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'] ?? 'identity';
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  if (!isForm && !JSON_TYPE.test(type)) throw unsupported('The body must be application/json.');
  if (encoding.toLowerCase() !== 'identity') throw unsupported('The body must not be compressed.');
  if (!/^(utf-?8|us-ascii)$/i.test(charset)) throw unsupported('The body must be in UTF-8.');
}

function unsupported(detail: string): ServiceError {
  return new ServiceError('unsupported_media_type', detail);
}

async function readBytes(request: Request, limit: number): Promise<Buffer> {
  try {
    return await rawBody(request, { length: request.headers['content-length'] ?? null, limit });
  } catch (error) {
    const { type } = error as rawBody.RawBodyError;
    if (type === 'entity.too.large') {
      throw new ServiceError('payload_too_large', `The body must not be larger than ${limit} bytes.`);
    }
    throw new ServiceError('invalid_message', 'The body is incomplete.', { cause: error });
  }
}

function parseJson(bytes: Buffer, { bounds }: RouteInput): unknown {
  const excess = excessOf(bytes, bounds);
  if (excess !== null) throw new ServiceError('invalid_message', `The body ${excess}.`);
  if (!isUtf8(bytes)) throw new ServiceError('invalid_json', 'The body is not valid JSON: it is not in UTF-8.');
  const text = bytes.toString('utf8');
  const value = parsed(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  if (isJsonObject(value)) return value;
  throw new ServiceError('invalid_message', '# must be a JSON object', {
    errors: [{ pointer: '#', detail: 'must be a JSON object' }],
  });
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ServiceError('invalid_json', `The body is not valid JSON: ${reason}`, { cause: error });
  }
}
