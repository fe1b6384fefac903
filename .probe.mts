import { graphqlSync } from 'graphql';
import { servedSchema } from './test/golden/served-schema.ts';
console.log(JSON.stringify(graphqlSync({schema: servedSchema(), source: '{__type(name:"DateTime"){description specifiedByURL}}'})));
