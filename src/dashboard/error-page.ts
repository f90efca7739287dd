import type { ApiError } from '../http/json-api/api-error.js';
import { type Html, html } from '../http/responses/html.js';
import { renderLayout } from './layout.js';
import type { PageRequest } from './page-request.js';
import { TEXTS } from './texts.js';

/** A page that says what is wrong with a request, or that the service cannot respond to it. */
export function renderErrorPage(error: ApiError, requestId: string, page: PageRequest): Html {
  const status = error.getStatus();
  const main = html`<div class="panel message" role="alert">
    ${messagesOf(error, requestId).map((message) => html`<p>${message}</p>`)}
    ${status === 401 ? html`<p><a href="${page.linkToSignIn()}">${TEXTS.signIn}</a></p>` : ''}
    <p><a href="${page.link('dashboard/')}">${TEXTS.toOverview}</a></p>
  </div>`;
  return renderLayout({ title: TEXTS.errorTitles[status] ?? TEXTS.errorTitle, main }, page);
}

function messagesOf(error: ApiError, requestId: string): string[] {
  const status = error.getStatus();
  if (status === 503) return [TEXTS.unavailable];
  if (status >= 500) return [TEXTS.failed(requestId)];
  return error.problems.map(({ detail = error.title, source }) => {
    // The name as the reader typed it.
    const place = source && 'parameter' in source ? `"${source.parameter}" ` : '';
    return toSentence(place + detail);
  });
}

/** Texts of the OSF's API are sentences already. */
function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
