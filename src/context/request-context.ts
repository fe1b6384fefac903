import type { GatewayContext } from './gateway-context.js';

/**
 * The context of one operation. What costs something to make is on the prototype, so that Apollo's copy of a context has it too
 * without asking for it.
 */
export class RequestContext implements GatewayContext {
  readonly viewer: GatewayContext['viewer'];
  readonly actor: GatewayContext['actor'];
  readonly impersonation: GatewayContext['impersonation'];
  readonly identity: GatewayContext['identity'];
  readonly unconfirmed: GatewayContext['unconfirmed'];
  readonly request: GatewayContext['request'];
  readonly loaders: GatewayContext['loaders'];
  readonly services: GatewayContext['services'];
  readonly log: GatewayContext['log'];
  readonly operation: GatewayContext['operation'];
  readonly onward: GatewayContext['onward'];
  readonly sessionEnded: GatewayContext['sessionEnded'];
  readonly sessionFault: GatewayContext['sessionFault'];

  constructor(parts: Omit<GatewayContext, 'signal' | 'timeIsUp'>) {
    this.viewer = parts.viewer;
    this.actor = parts.actor;
    this.impersonation = parts.impersonation;
    this.identity = parts.identity;
    this.unconfirmed = parts.unconfirmed;
    this.request = parts.request;
    this.loaders = parts.loaders;
    this.services = parts.services;
    this.log = parts.log;
    this.operation = parts.operation;
    this.onward = parts.onward;
    this.sessionEnded = parts.sessionEnded;
    this.sessionFault = parts.sessionFault;
  }

  get signal(): AbortSignal {
    return this.onward.signal;
  }

  timeIsUp(): boolean {
    return this.onward.timeIsUp;
  }
}
