import type { ReactNode } from 'react';

/** Icons repeat what the text beside them says, so they are hidden from those who listen. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.2 13.2 4 4" />
  </Icon>
);
export const CrossIcon = () => (
  <Icon>
    <path d="m5.5 5.5 9 9m0-9-9 9" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <circle cx="4.5" cy="10" r=".8" fill="currentColor" />
    <circle cx="10" cy="10" r=".8" fill="currentColor" />
    <circle cx="15.5" cy="10" r=".8" fill="currentColor" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M10 2.8 18.2 17H1.800z" />
    <path d="M10 8v4" />
    <circle cx="10" cy="14.3" r=".4" fill="currentColor" />
  </Icon>
);
export const EyeIcon = () => (
  <Icon>
    <path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10z" />
    <circle cx="10" cy="10" r="2.5" />
  </Icon>
);
export const HiddenIcon = () => (
  <Icon>
    <path d="M3 3l14 14M8 5.800c.6-.2 1.3-.3 2-.3 5.2 0 8.2 4.5 8.2 4.500s-.9 1.5-2.5 2.800M5.2 7C3 8.3 1.8 10 1.8 10s3 5.5 8.2 5.500c1.3 0 2.5-.3 3.5-.8" />
  </Icon>
);
export const PenIcon = () => (
  <Icon>
    <path d="m3 17 .8-3.800L13.5 3.500a1.8 1.8 0 0 1 2.6 0l.4.4a1.8 1.8 0 0 1 0 2.600L6.8 16.200z" />
  </Icon>
);
export const PeopleIcon = () => (
  <Icon>
    <circle cx="7.5" cy="7" r="3" />
    <path d="M1.8 16.500c.6-3.2 2.8-4.7 5.7-4.700s5.1 1.5 5.7 4.700M13 4.300a3 3 0 0 1 0 5.400m2.4 2.500c1.5.7 2.5 2 2.8 4.3" />
  </Icon>
);
export const ClockIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 5.800V10l2.8 1.8" />
  </Icon>
);
export const ListIcon = () => (
  <Icon>
    <path d="M7 5h10M7 10h10M7 15h10M3 5h.01M3 10h.01M3 15h.01" />
  </Icon>
);
export const HistoryIcon = () => (
  <Icon>
    <path d="M3 10a7 7 0 1 0 2.2-5.100L3 7M3 3v4h4M10 6.200V10l2.6 1.6" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.3" />
    <path d="M10 1.800v2M10 16.200v2M1.8 10h2M16.2 10h2M4.2 4.200l1.4 1.400M14.4 14.400l1.4 1.400M4.2 15.800l1.4-1.400M14.4 5.600l1.4-1.4" />
  </Icon>
);
export const OfflineIcon = () => (
  <Icon>
    <path d="M3 3l14 14M2 8.200A12 12 0 0 1 6 5.800M9.5 5c3-.1 6 .9 8.5 3.200M5 11.300a7.5 7.5 0 0 1 3.5-2M12.5 9.600c.9.4 1.8 1 2.5 1.700M7.8 14.300a3.3 3.3 0 0 1 4.4 0" />
  </Icon>
);
