/** One HTTP/1.1 request as bytes, ready to be written again and again. */
export function requestBytes({ path, headers = {}, body, method = 'POST' }) {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Accept: application/json',
    'User-Agent: bench',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** A GraphQL request, with a bearer token or (null) without. */
export function graphqlBytes(token, body) {
  return requestBytes({
    path: '/graphql',
    body,
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
  });
}
