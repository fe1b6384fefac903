import type { ReactNode } from 'react';

export interface BadgeProps {
  readonly children: ReactNode;
  /** Says the same as the text, in colour. */
  readonly tone?: 'neutral' | 'accent' | 'good' | 'warning' | 'danger';
}

/** A short state or kind. The text says it all; the colour only repeats it. */
export function Badge({ children, tone = 'neutral' }: BadgeProps) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
