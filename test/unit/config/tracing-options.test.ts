import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/index.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/' };

describe('the options of OpenTelemetry', () => {
  it('mean nothing without a collector', () => {
    expect(readConfig({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }).tracing).toBeNull();
  });

  it('are taken with it', () => {
    expect(readConfig(ENDPOINT).tracing).toEqual({
      endpoint: 'https://collector.example',
      headers: {},
      serviceName: 'impersonation-gateway',
      sampler: 'parentbased_always_on',
      samplerRatio: 1,
      callers: [],
    });
    expect(
      readConfig({
        ...ENDPOINT,
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k%3D1, x=y',
        OTEL_SERVICE_NAME: 'desk',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        TRACEPARENT_FROM: '10.0.0.0/8, 192.0.2.7,2001:db8::/32,::1,0.0.0.0/0',
      }).tracing,
    ).toMatchObject({
      headers: { 'api-key': 'k=1', x: 'y' },
      serviceName: 'desk',
      samplerRatio: 0.25,
      callers: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '0.0.0.0/0'],
    });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'http'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:hunter2@collector' }, 'user information'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' }, 'name=value'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'key=hunter2%' }, 'percent-encoded'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'key=hunter2%0A' }, 'no header can have'],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'one of'],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'from 0 to 1'],
  ])('%j is refused, and no secret quoted', (environment, why) => {
    const read = () => readConfig(environment);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(why);
    expect(read).not.toThrow('hunter2');
  });

  it.each([
    'proxy.internal',
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '10.0.0.0/-1',
    '*',
  ])('TRACEPARENT_FROM=%s is refused: it is no address and no network', (from) => {
    expect(() => readConfig({ TRACEPARENT_FROM: from })).toThrow('is no address and no network');
  });
});
