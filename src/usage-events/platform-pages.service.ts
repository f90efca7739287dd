import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import type { PageviewInfo } from '../model/counted-auth-usage.js';
import { parseWebUrl, toStoredUrl } from '../model/page-url.js';

/** Knows the sites whose pages belong to the platform: those of `PLATFORM_IRI`, `CORS_ORIGINS` and `PAGE_ORIGINS`. */
@Injectable()
export class PlatformPages {
  private readonly hostnames: ReadonlySet<string>;

  constructor({ platformIri, corsOrigins, pageOrigins }: Configuration) {
    const sites = [platformIri, ...corsOrigins, ...pageOrigins].map((site) => site.replace(/:\*$/, ''));
    this.hostnames = new Set(sites.map((site) => new URL(site).hostname));
  }

  includes(url: URL): boolean {
    return this.hostnames.has(url.hostname);
  }

  /**
   * The referer as it is stored: without its path on a site that is not the platform's. Null for text that is not an http(s)
   * URL: some apps and browsers send other text.
   */
  toStoredReferer(referer: string): Pick<PageviewInfo, 'referer_url' | 'referer_domain'> {
    const url = parseWebUrl(referer);
    if (!url) return { referer_url: null, referer_domain: null };
    return { referer_url: this.includes(url) ? toStoredUrl(url) : url.origin, referer_domain: url.host };
  }
}
