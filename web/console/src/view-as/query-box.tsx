import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../graphql/client-context.js';
import { shownJson } from '../graphql/shown-text.js';
import { useCaller } from '../graphql/use-caller.js';
import type { Person } from '../identity/identity.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Failure } from '../ui/states.js';

const FIRST = `{
  viewer { id name roles }
  actor { id name }
}`;

/** Any GraphQL document, run as the viewer: for what a gateway serves that this console has no page for. */
export function QueryBox({ viewer }: { readonly viewer: Person }) {
  const client = useClient();
  const caller = useCaller('effective');
  const [query, setQuery] = useState(FIRST);
  const run = useMutation({ mutationFn: (text: string) => client.askText(text, caller), retry: false });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!run.isPending) run.mutate(query);
  }

  const result = shownJson(run.data?.data ?? null);

  return (
    <section className="card stack" aria-labelledby="query-box">
      <div>
        <h2 id="query-box">Ask the API as {viewer.name}</h2>
        <p className="muted">
          A GraphQL document, run with their rights and nothing more. What the gateway hides or refuses for them in this
          session is hidden or refused here, too.
        </p>
      </div>
      <form className="stack" onSubmit={submit}>
        <Field label="GraphQL document" rows={6} code value={query} onChange={setQuery} spellCheck="false" />
        <div>
          <Button type="submit" kind="primary" isPending={run.isPending}>
            {run.isPending ? 'Running…' : `Run as ${viewer.name}`}
          </Button>
        </div>
      </form>
      {run.error === null ? null : <Failure error={run.error} />}
      {run.data === undefined ? null : (
        <div className="stack" role="status">
          {run.data.refusals.map((refusal, index) => (
            <Failure key={`${refusal.code} ${refusal.path?.join('.') ?? index}`} error={refusal} />
          ))}
          {run.data.data === null ? null : (
            <Field label="Result" rows={Math.min(20, result.split('\n').length + 1)} code isReadOnly value={result} />
          )}
        </div>
      )}
    </section>
  );
}
