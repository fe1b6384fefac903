import type { Duplex } from 'node:stream';
import { answerRaw, type RawAnswer } from './raw-answer.js';

const NO_UPGRADE: RawAnswer = {
  status: '404 Not Found',
  code: 'BAD_USER_INPUT',
  message: 'There is nothing here to upgrade a connection to.',
};

/** Refuses to speak anything but HTTP on a connection, and lets go of it. */
export function refuseUpgrade(socket: Duplex, common: readonly string[]): void {
  answerRaw(socket, NO_UPGRADE, common);
}
