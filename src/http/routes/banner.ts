import type { Handler } from '../edge.js';
import type { StaticFile } from '../static/read-files.js';
import { sendFile } from '../static/send-file.js';

/** Short: its name stays the same from one version to the next. */
const TEN_MINUTES = 'public, max-age=600';

/**
 * `GET /banner/impersonation-banner.js`: the custom element for the pages of customers' own front ends. It is the same for
 * everybody, so any origin may load it, without credentials.
 */
export function createBannerRoute(file: StaticFile): Handler {
  return (exchange) => {
    const { res } = exchange;
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.removeHeader('Access-Control-Allow-Credentials');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    sendFile(exchange, file, TEN_MINUTES);
  };
}
