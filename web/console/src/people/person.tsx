import { shownText } from '../graphql/shown-text.js';

export interface PersonProps {
  readonly person: { readonly name: string } | null;
  readonly id: string | null;
}

/** A person by name with the id below; by the id alone where the directory no longer has them. */
export function PersonCell({ person, id }: PersonProps) {
  if (id === null) return <span className="muted">nobody</span>;
  if (person === null) {
    return (
      <>
        <code>{shownText(id)}</code>
        <span className="cell-note">not in the directory</span>
      </>
    );
  }
  return (
    <>
      <bdi className="strong">{person.name}</bdi>
      <span className="cell-note">
        <code>{shownText(id)}</code>
      </span>
    </>
  );
}
