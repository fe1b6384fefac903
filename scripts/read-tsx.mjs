// Preloaded by check-architecture.mjs: dependency-cruiser reads by swc, and does not tell it which files have JSX in them.
import swc from '@swc/core';

const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith('.tsx') });
