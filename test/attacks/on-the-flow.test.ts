import { carryOut } from './carry-out.js';
import { ON_THE_FLOW } from './catalogue.js';

carryOut(ON_THE_FLOW);
