import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, GatewayError } from '../../../src/errors/index.js';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

describe('a GatewayError', () => {
  it.each(CODES)('%s has the status and the sentence of the catalogue', (code) => {
    const error = new GatewayError(code);
    expect(error).toMatchObject({ code, status: ERROR_CATALOGUE[code].status, extensions: { code } });
    expect(error.message).toBe(ERROR_CATALOGUE[code].sentence);
  });

  it('shows the public facts beside its code', () => {
    const error = new GatewayError('BAD_USER_INPUT', { message: 'Too short.', extensions: { field: 'reason' } });
    expect(error.message).toBe('Too short.');
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'reason' });
  });

  it('keeps its own code where the public facts bring another', () => {
    expect(new GatewayError('FORBIDDEN', { extensions: { code: 'OK' } }).extensions.code).toBe('FORBIDDEN');
  });

  it('keeps its cause out of everything that is serialised', () => {
    const cause = new Error('mongodb://root:hunter2@db');
    const error = new GatewayError('UPSTREAM_UNAVAILABLE', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify([error, error.extensions, error.message])).not.toContain('hunter2');
  });

  it('has no cause at all where none was given', () => {
    expect(Object.hasOwn(new GatewayError('FORBIDDEN'), 'cause')).toBe(false);
  });
});
