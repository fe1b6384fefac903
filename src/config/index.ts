export { type Config, ConfigError, type Environment, examineConfig, readConfig } from './config.js';
export type { Option } from './option.js';
export { OPTIONS } from './options.js';
export { riskySettings } from './risky-settings.js';
export { type ShownSetting, shownSettings } from './shown-settings.js';
export type { TracingConfig } from './tracing-options.js';
