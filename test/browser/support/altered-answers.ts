import type { Page, Request, Route } from 'playwright-core';

/** A GraphQL answer as the gateway gave it, to be changed or kept back before the page gets it. */
export interface PassingAnswer {
  readonly request: Request;
  readonly body: { readonly data: Record<string, unknown> | null };
}

/**
 * Lets `alter` see, keep back and change what the gateway answers to the operations that `matching` finds in the request's body;
 * everything else goes its own way. What `alter` returns is the answer's new body.
 */
export async function alterAnswers(
  page: Page,
  matching: RegExp,
  alter: (answer: PassingAnswer) => unknown | Promise<unknown>,
): Promise<void> {
  await page.route('**/graphql', async (route: Route) => {
    const request = route.request();
    if (!matching.test(request.postData() ?? '')) return route.fallback();
    // Closing the page ends a request on its way, and Playwright's message of that has the request's headers, with the token.
    const response = await route.fetch().catch(() => null);
    if (response === null) return route.abort();
    return route.fulfill({ response, json: await alter({ request, body: await response.json() }) });
  });
}
