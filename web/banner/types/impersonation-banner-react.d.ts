import type { ClassAttributes, HTMLAttributes } from 'react';
import type {
  GetToken,
  ImpersonationBannerElement,
  ImpersonationBannerEventMap,
  ImpersonationBannerMessages,
} from './impersonation-banner.js';

export * from './impersonation-banner.js';

type Listeners = {
  [K in keyof ImpersonationBannerEventMap as `on${K}`]?: (event: ImpersonationBannerEventMap[K]) => void;
};

/** The props of `<impersonation-banner>` in React 19. */
export interface ImpersonationBannerProps
  extends HTMLAttributes<ImpersonationBannerElement>,
    ClassAttributes<ImpersonationBannerElement>,
    Listeners {
  subject?: string | null;
  actor?: string | null;
  access?: string | null;
  expiresAt?: string | null;
  'expires-at'?: string;
  endpoint?: string | null;
  position?: 'top' | 'bottom';
  getToken?: GetToken | null;
  getOwnToken?: GetToken | null;
  messages?: Partial<ImpersonationBannerMessages> | null;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'impersonation-banner': ImpersonationBannerProps;
    }
  }
}
