import { randomUUID } from 'node:crypto';

/** A fresh random id (UUID version 4, 122 random bits from the system's generator). */
export function newId(): string {
  return randomUUID();
}
