import type { OidcConfig } from '../config/console-config.js';
import { Button } from '../ui/button.js';

export default function OidcSignIn({
  oidc,
}: {
  readonly oidc: OidcConfig;
  readonly onToken: (token: string) => Promise<void>;
}) {
  return <Button>Sign in with {new URL(oidc.issuer).host}</Button>;
}
