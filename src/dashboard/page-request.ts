import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import { Formats } from './formats.js';

export type Parameters = Readonly<Record<string, string | undefined>>;

const ROOT = `/${API_PREFIX}`;
/** The pages that `sign-in` opens. */
const PAGE_PATH = /^dashboard(\/[\w-]+)*\/?$/;

/** Who reads a page, and what the service offers them. */
type Reader = Pick<PageRequest, 'isAdmin' | 'keyName' | 'hasDocumentation'>;

/** What a page knows of its request: where it is, and how its reader writes numbers and dates. */
export class PageRequest {
  readonly formats: Formats;
  /** The path of the page under `/_/metrics/`. */
  readonly path: string;
  /** Whether the request has a key with the scope `admin`, to which all pages are open. */
  readonly isAdmin: boolean;
  /** The name of the API key of the request. */
  readonly keyName: string | undefined;
  /** Whether the API documentation is on the same port. */
  readonly hasDocumentation: boolean;
  private readonly root: string;
  private readonly parameters: URLSearchParams;

  constructor(
    { url, headers }: Pick<FastifyRequest, 'url' | 'headers'>,
    { isAdmin = false, keyName, hasDocumentation = true }: Partial<Reader> = {},
  ) {
    const [path = '', query] = url.split('?', 2);
    this.path = path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : '';
    this.root = linkToRoot(path);
    this.parameters = new URLSearchParams(query);
    this.formats = Formats.of(headers['accept-language']);
    this.isAdmin = isAdmin;
    this.keyName = keyName;
    this.hasDocumentation = hasDocumentation;
  }

  /** The link to a path under `/_/metrics/`. It is relative, so that it works behind any proxy. */
  link(path: string, parameters: Parameters = {}): string {
    return this.root + path + toQuery(new URLSearchParams(definedOf(parameters)));
  }

  /** The link to figures as CSV, with the byte order mark by which Excel recognizes UTF-8. */
  linkToCsv(path: string, parameters: Parameters = {}): string {
    return this.link(path, { ...parameters, format: 'csv', bom: 'true' });
  }

  /** The link that asks for a key and comes back to this page; from other addresses it leads to the default page. */
  linkToSignIn(): string {
    return this.link('sign-in', isPagePath(this.path) ? { page: this.path } : {});
  }

  /** As `link`, with those parameters of this page that the names list. */
  linkWith(path: string, names: readonly string[], parameters: Parameters = {}): string {
    const kept = Object.fromEntries(names.map((name) => [name, this.parameters.get(name) ?? undefined]));
    return this.link(path, { ...kept, ...parameters });
  }

  /** The link to this page with other parameters; undefined removes one. */
  linkToSelf(changes: Parameters): string {
    const parameters = new URLSearchParams(this.parameters);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) parameters.delete(name);
      else parameters.set(name, value);
    }
    return toQuery(parameters) || '?';
  }

  /** The value of a parameter, as it was sent. */
  parameter(name: string): string | undefined {
    return this.parameters.get(name) ?? undefined;
  }
}

@Injectable()
class PageRequestPipe implements PipeTransform<FastifyRequest, PageRequest> {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly configuration: Configuration,
  ) {}

  transform(request: FastifyRequest): PageRequest {
    return new PageRequest(request, {
      isAdmin: this.apiKeys.allows(request, 'admin'),
      keyName: this.apiKeys.find(request)?.name,
      hasDocumentation: this.configuration.operationsPort === 0,
    });
  }
}

const RequestParameter = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/** The `PageRequest` of a request. */
export function Page(): ParameterDecorator {
  return RequestParameter(PageRequestPipe);
}

/** The relative link from a path to `/_/metrics/`. */
function linkToRoot(path: string): string {
  if (path === ROOT) return 'metrics/';
  if (path.startsWith(`${ROOT}/`)) return linkToTop(path.slice(ROOT.length));
  return `${linkToTop(path)}${API_PREFIX}/`;
}

/** The relative link from a path to the folder in which its first segment is. */
function linkToTop(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './';
}

/** Whether `sign-in` may open the path under `/_/metrics/`. */
export function isPagePath(path: string): boolean {
  return PAGE_PATH.test(path);
}

function definedOf(parameters: Parameters): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, value]] : []));
}

function toQuery(parameters: URLSearchParams): string {
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
