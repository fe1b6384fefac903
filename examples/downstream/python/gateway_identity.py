"""Who is in effect and who is acting, as the Impersonation Gateway says: what `impersonation-gateway/downstream` does, in Python.

Needs PyJWT and cryptography (requirements.txt).
"""

import re
from dataclasses import dataclass

import jwt

MAX_SECONDS = 60
ALGORITHMS = ["EdDSA", "RS256"]  # never "none", never HS*: whoever may verify could then be anybody (RFC 8725 section 3.1)
TYP = "identity+jwt"
REQUIRED = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"]
BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.IGNORECASE)
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class IdentityInvalid(Exception):
    """Refuse the request with 401, and never go on as anonymous. Holds nothing of the assertion."""


class KeysUnavailable(Exception):
    """Nothing can be said just now: answer 503."""


@dataclass(frozen=True)
class Person:
    id: str
    roles: tuple[str, ...] | None = None  # None: an actor's own roles play no part while impersonating
    issuer: str | None = None  # who vouched for the actor, while impersonating


@dataclass(frozen=True)
class Impersonation:
    session_id: str | None  # None where an identity provider, not the gateway, delegated
    access: str  # "READ_ONLY" or "FULL"
    expires_at: int  # until when this may be relied on, milliseconds since the epoch


@dataclass(frozen=True)
class Identity:
    viewer: Person | None
    actor: Person | None
    impersonation: Impersonation | None


ANONYMOUS = Identity(None, None, None)


class IdentityVerifier:
    """Accepts the gateway's assertions for this one service and nothing else."""

    def __init__(self, issuer: str, audience: str, jwks, leeway_seconds: int = 5):
        """`jwks`: the address of the gateway's keys (kept for 5 minutes), or the keys themselves as a dict."""
        if not issuer or not audience:
            raise ValueError("issuer and audience must be named")
        self._issuer, self._audience, self._leeway = issuer, audience, leeway_seconds
        if isinstance(jwks, str):
            self._remote = jwt.PyJWKClient(jwks, lifespan=300, timeout=5, cooldown_duration=5)
            self._keys = None
        else:
            self._remote = None
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(jwks).keys}

    def verify(self, authorization_headers: list[str]) -> Identity:
        """All `Authorization` headers of the request, as they were sent. None of them, and that alone, is anonymous."""
        if not authorization_headers:
            return ANONYMOUS
        match = BEARER.fullmatch(authorization_headers[0].strip()) if len(authorization_headers) == 1 else None
        if match is None:
            raise IdentityInvalid("header")
        try:
            return self._read(match[1])
        except (IdentityInvalid, KeysUnavailable):
            raise
        except Exception:
            # The library's messages may quote the assertion.
            raise IdentityInvalid("refused") from None

    def _read(self, token: str) -> Identity:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TYP or header.get("alg") not in ALGORITHMS or "crit" in header or "b64" in header:
            raise IdentityInvalid("header of the assertion")
        key = self._key(header.get("kid"))
        # The key, not the assertion, says how it is to be used.
        if key.algorithm_name != header["alg"]:
            raise IdentityInvalid("alg")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm_name],
            issuer=self._issuer,
            audience=self._audience,
            leeway=self._leeway,
            options={"require": REQUIRED, "strict_aud": True},
        )
        return identity_of(claims)

    def _key(self, kid):
        if not isinstance(kid, str):
            raise IdentityInvalid("kid")
        if self._remote is not None:
            return self._fetched_key(kid)
        if kid not in self._keys:
            raise IdentityInvalid("kid")
        return self._keys[kid]

    def _fetched_key(self, kid: str):
        try:
            return self._remote.get_signing_key(kid)
        except jwt.PyJWKClientConnectionError:
            raise KeysUnavailable("keys") from None
        except jwt.PyJWKClientError:
            raise IdentityInvalid("kid") from None
        except Exception:
            raise KeysUnavailable("keys") from None


def identity_of(claims: dict) -> Identity:
    """Reads claims whose signature, `iss`, `aud` and times are verified."""
    issued, expires, not_before = claims["iat"], claims["exp"], claims["nbf"]
    if not all(type(at) in (int, float) for at in (issued, expires, not_before)):
        raise IdentityInvalid("times")
    if not 0 < expires - issued <= MAX_SECONDS:
        raise IdentityInvalid("exp")
    text(claims["jti"])
    viewer = Person(text(claims["sub"]), roles_of(claims.get("roles")))
    if "act" not in claims:
        if "sid" in claims or "access" in claims:
            raise IdentityInvalid("sid or access without act")
        return Identity(viewer, viewer, None)
    act = claims["act"]
    # RFC 8693 section 4.1. A chain of actors is refused: impersonations do not nest.
    if not isinstance(act, dict) or "act" in act:
        raise IdentityInvalid("act")
    actor = Person(text(act.get("sub")), issuer=text(act.get("iss"), 2048))
    if actor.id == viewer.id:
        raise IdentityInvalid("act")
    access = {"read_only": "READ_ONLY", "full": "FULL"}.get(text(claims.get("access")))
    if access is None:
        raise IdentityInvalid("access")
    session_id = text(claims["sid"]) if "sid" in claims else None
    return Identity(viewer, actor, Impersonation(session_id, access, int(expires * 1000)))


def roles_of(value) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise IdentityInvalid("roles")
    return tuple(text(role) for role in value)


def text(value, most: int = 255) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or UNSAFE.search(value):
        raise IdentityInvalid("a claim")
    return value
