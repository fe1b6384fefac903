"""A service behind the gateway on Python's own http.server: `GET /me` says who is in effect.

    python3 service.py --issuer https://gateway.example --audience reviews --jwks https://gateway.example/.well-known/jwks.json

`--jwks` may also be a file. The address is printed once it listens.
"""

import argparse
import json
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway_identity import IdentityInvalid, IdentityVerifier, KeysUnavailable


def handler_for(verifier: IdentityVerifier):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                identity = verifier.verify(self.headers.get_all("authorization", []))
            except IdentityInvalid:
                return self.answer(401, {"error": "The identity of this request is not valid."})
            except KeysUnavailable:
                return self.answer(503, {"error": "The identity of this request cannot be checked at the moment."})
            if self.path != "/me":
                return self.answer(404, {"error": "not found"})
            return self.answer(200, asdict(identity))

        def answer(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--audience", required=True)
    parser.add_argument("--jwks", required=True, help="an http(s) address, or a file")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    jwks = options.jwks
    if not jwks.startswith(("https://", "http://")):
        with open(jwks, encoding="utf-8") as file:
            jwks = json.load(file)
    verifier = IdentityVerifier(options.issuer, options.audience, jwks)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), handler_for(verifier))
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
