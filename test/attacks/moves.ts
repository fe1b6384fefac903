import { expect } from 'vitest';
import type { GraphQLAnswer } from '../support/running-gateway.js';
import type { Ground } from './ground.js';

/** Who a request acts as: what nearly every attack wants to change. */
export const WHO = '{ viewer { id } actor { id } impersonation { id } }';

export const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } viewer { id } }
}`;

export const STOP = 'mutation Stop($id: ID) { stopImpersonation(sessionId: $id) { session { status } viewer { id } } }';

export const REVOKE = `mutation Revoke($id: ID!) {
  revokeImpersonation(input: { sessionId: $id, reason: "seen to be abused" }) { session { status } }
}`;

/** Changes something of the viewer's. */
export const CHANGE = 'mutation Note($order: ID!) { updateDeliveryNote(orderId: $order, note: "changed") { id } }';

/** The first order of a customer of the shop. */
export function orderOf(userId: string): string {
  return `order_${userId}_1`;
}

/** The input of a start that is right in everything but what is overridden. */
export function startInput(userId: string, input: Readonly<Record<string, unknown>> = {}) {
  return { input: { userId, reason: 'a ticket about an order', ...input } };
}

export async function start(ground: Ground, token: string | null, userId: string): Promise<GraphQLAnswer> {
  return ground.graphql(token, START, startInput(userId));
}

/** Each of the tokens must refuse the whole request: HTTP 401, the challenge, not a word of data. */
export async function useAll(ground: Ground, tokens: readonly string[]): Promise<readonly GraphQLAnswer[]> {
  const answers: GraphQLAnswer[] = [];
  for (const token of tokens) {
    const answer = await ground.graphql(token, WHO);
    expect(answer.status, token).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(answer.data).toBeUndefined();
    answers.push(answer);
  }
  return answers;
}

/** A control: this credential, from which the forged ones are made, is really accepted. */
export async function accepts(ground: Ground, token: string, viewerId: string, actorId = viewerId): Promise<void> {
  const { data, codes } = await ground.graphql(token, WHO);
  expect(codes).toEqual([]);
  expect([data.viewer.id, data.actor.id]).toEqual([viewerId, actorId]);
}

/** Resolves once it holds; fails after fifteen seconds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it never came about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves once the trail holds an event of the type. */
export async function recorded(ground: Ground, type: string): Promise<void> {
  await eventually(`there is an event ${type}`, async () =>
    (await ground.events()).some(({ stored }) => stored.type === type),
  );
}

/** Resolves once the session has ended as far as the store knows. */
export async function endStored({ truth }: Ground, sessionId: string): Promise<void> {
  await eventually('the session has ended', async () => (await truth.sessions.get(sessionId))?.status !== 'ACTIVE');
}
