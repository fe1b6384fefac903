import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExportOrder, readExportParameters } from '../../audit/export/export-parameters.js';
import { exportFileName, exportMediaType, isPartial } from '../../audit/export/export-trail.js';
import type { AuditExporter, BegunExport } from '../../audit/export/exporter.js';
import type { Identity } from '../../domain/identity.js';
import { GatewayError } from '../../errors/index.js';
import type { Credential, ResolveIdentity } from '../../identity/index.js';
import type { Logger } from '../../platform/logger.js';
import { canResolve, EXPORT_RULE, refusal } from '../../policy/index.js';
import type { Exchange } from '../exchange.js';
import { drained } from '../steps/drained.js';
import { readCredential } from '../steps/read-credential.js';

export interface AuditExportOptions {
  readonly exporter: AuditExporter;
  readonly resolveIdentity: ResolveIdentity;
  readonly logger: Logger;
  /** How long a client may take nothing before the export is cut, milliseconds. Default 60,000. */
  readonly stallMs?: number;
  /** How often it is asked anew whether the export may go on, milliseconds. Default 1,000; under an impersonation before each piece. */
  readonly recheckMs?: number;
}

export interface AuditExportRoute {
  readonly handle: (exchange: Exchange) => Promise<void>;
  /** Cuts the exports under way, so that their clients notice. */
  cut(): void;
}

/**
 * `GET /audit/export`: the trail, or what a filter lets through of it, to an auditor or an admin. Once bytes have left, the
 * only answer to a failure is to cut the connection: the last chunk is missing then, and nobody takes a part for the whole.
 */
export function createAuditExportRoute(options: AuditExportOptions): AuditExportRoute {
  const { exporter, resolveIdentity, logger, stallMs = 60_000, recheckMs = 1_000 } = options;
  const underWay = new Set<ServerResponse>();

  /** Resolves the credential anew and asks the policy. @throws GatewayError as /graphql refuses it */
  async function admit({ facts }: Exchange, credential: Credential | null): Promise<Identity> {
    const { identity, unconfirmed } = await resolveIdentity(credential, facts);
    const decision = canResolve(EXPORT_RULE, identity);
    const whyNot = decision.allowed ? null : refusal(decision);
    const error = unconfirmed === null ? whyNot : new GatewayError(unconfirmed);
    if (error === null) return identity;
    await exporter.refused(error.code, { identity, request: facts });
    throw error;
  }

  async function stream(
    exchange: Exchange,
    order: ExportOrder,
    begun: BegunExport,
    stillAdmitted: () => Promise<void>,
  ) {
    const { res } = exchange;
    const { pieces, begunAt } = begun;
    // Before anything is promised: a store that does not answer at all is still a plain refusal.
    let piece = await pieces.next();
    await stillAdmitted();
    if (res.destroyed) return;
    res.writeHead(200, {
      'Content-Type': exportMediaType(order),
      'Content-Disposition': `attachment; filename="${exportFileName(order, begunAt)}"`,
      'Audit-Export-Partial': String(isPartial(order)),
    });
    underWay.add(res);
    try {
      for (; piece.done !== true && !res.destroyed; piece = await pieces.next()) {
        await stillAdmitted();
        if (res.destroyed) break;
        if (piece.value !== '' && !res.write(piece.value)) await taken(res, stallMs);
      }
    } finally {
      underWay.delete(res);
      await pieces.return();
    }
    if (!res.destroyed) res.end();
  }

  async function handle(exchange: Exchange): Promise<void> {
    const { req, res, facts, search } = exchange;
    const credential = readCredential(req);
    let admittedAt = performance.now();
    const identity = await admit(exchange, credential);
    const order = readExportParameters(new URLSearchParams(search));
    checkProtocol(req);
    const begun = await exporter.begin(order, { identity, request: facts });
    const log = logger.child({ requestId: facts.id, format: order.format, partial: isPartial(order) });
    try {
      await stream(exchange, order, begun, async () => {
        // Else what is known of a session, a second old at most, would be let grow another second old.
        if (identity.session === null && performance.now() - admittedAt < recheckMs) return;
        await admit(exchange, credential);
        admittedAt = performance.now();
      });
      log.info(res.writableEnded ? 'an export of the audit trail was sent' : 'the client of an export went away');
    } catch (error) {
      if (!res.headersSent) throw error;
      log.error({ err: error }, 'an export of the audit trail was cut off in the middle');
      res.destroy();
    }
  }

  return {
    handle,
    cut() {
      if (underWay.size > 0) logger.warn({ exports: underWay.size }, 'exports of the audit trail are cut by the stop');
      for (const res of underWay) res.destroy();
    },
  };
}

/**
 * To a client of HTTP/1.0 the end of the connection is the end of the answer: it could not tell a part from the whole.
 * @throws GatewayError BAD_USER_INPUT
 */
function checkProtocol({ httpVersion }: IncomingMessage): void {
  if (httpVersion !== '1.0') return;
  throw new GatewayError('BAD_USER_INPUT', {
    message:
      'Exports are not sent over HTTP/1.0, where a part looks like the whole. Use HTTP/1.1; set it in your proxy.',
  });
}

/** Waits until the client has taken what was sent, or is gone. @throws Error where it takes nothing for too long */
async function taken(res: ServerResponse, stallMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the client took nothing for ${stallMs} ms`)), stallMs);
  });
  try {
    await Promise.race([drained(res), stalled]);
  } finally {
    clearTimeout(timer);
  }
}
