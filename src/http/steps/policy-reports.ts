/** What policies and `Reporting-Endpoints` call the place by. */
const PLACE = 'csp';

/**
 * A policy that says where browsers report what it has stopped; the policy as it is where no place is named. `report-uri` is for
 * browsers that do not know `report-to`: those that do leave it aside.
 */
export function withReports(policy: string, reportUri: string | null): string {
  return reportUri === null ? policy : `${policy}; report-uri ${reportUri}; report-to ${PLACE}`;
}

/** The value of `Reporting-Endpoints`. */
export function reportingEndpoints(reportUri: string): string {
  return `${PLACE}="${reportUri}"`;
}
