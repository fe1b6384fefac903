import { carryOut } from './carry-out.js';
import { ON_TOKENS } from './catalogue.js';

carryOut(ON_TOKENS);
