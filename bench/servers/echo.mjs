import { ORDERS_QUERY } from '../workload/operations.mjs';
import { listen } from './listen.mjs';

/** The floor: node:http reads the request and answers the bytes everybody answers. Nothing is parsed, checked or executed. */
export function start() {
  const body = Buffer.from(ORDERS_QUERY.expected);
  return listen((req, res) => {
    req.on('data', () => {});
    req.on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
      res.end(body);
    });
  });
}
