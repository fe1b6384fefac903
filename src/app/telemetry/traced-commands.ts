import type { TracedSpan, Tracing } from '../../platform/tracing.js';
import type { CommandListener } from '../../stores/mongo/index.js';

/** Commands of the driver as spans: what was asked of which collection, and never what was in it. */
export function tracedCommands(tracing: Tracing): CommandListener {
  const open = new Map<string, TracedSpan>();

  function end(id: string, error: string | null): void {
    open.get(id)?.ended(error);
    open.delete(id);
  }

  return {
    started({ id, name, database, collection }) {
      // What belongs to no request, as a look at the server every 2 s, is no trace.
      const parent = tracing.current();
      if (parent === null) return;
      const span = tracing.begin(collection === null ? name : `${name} ${collection}`, {
        kind: 'client',
        parent,
        attributes: {
          'db.system.name': 'mongodb',
          'db.namespace': database,
          'db.operation.name': name,
          'db.collection.name': collection ?? undefined,
        },
      });
      open.set(id, span);
    },
    succeeded: (id) => end(id, null),
    failed: (id, error) => end(id, error),
  };
}
