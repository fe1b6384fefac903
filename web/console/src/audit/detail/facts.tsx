import type { ReactNode } from 'react';

/** Names and values. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="event-facts">{children}</dl>;
}

/** One of them; none where there is no value. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === null) return null;
  return (
    <div className="event-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
