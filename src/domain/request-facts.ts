/** What is known of a request before anybody looks at its credential. */
export interface RequestFacts {
  /** Made by this gateway, never taken from the client: the audit trail relies on it. */
  readonly id: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** W3C trace context as received, where well-formed. */
  readonly traceparent: string | null;
}
