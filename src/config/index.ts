export { type Config, ConfigError, type Environment, readConfig } from './config.js';
export type { Option } from './option.js';
export { OPTIONS } from './options.js';
export type { TracingConfig } from './tracing-options.js';
